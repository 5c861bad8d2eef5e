"""The service as granian runs it (RSGI), on the settings in the environment."""

import gc

from server import logs
from server.app import compose_front
from server.services import Services
from server.settings import Settings

settings = Settings.from_env()
logs.start(settings.log)
services = Services.open(settings, serving=True)
application = compose_front(services)

# What is loaded by now stays: to look through it for garbage would hold a request up for a tenth of a second.
gc.collect()
gc.freeze()
