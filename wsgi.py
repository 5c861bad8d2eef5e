"""The service as a WSGI application, on the settings in the environment."""

from server import logs
from server.app import compose
from server.services import Services
from server.settings import Settings

settings = Settings.from_env()
logs.start(settings.log)
application = compose(Services.open(settings))
