"""Whether the service runs, and whether it can answer."""

from __future__ import annotations

from flask import Blueprint

from server.errors import CannotServe
from server.views.context import Context


def blueprint(context: Context) -> Blueprint:
    """Make the views."""
    views = Blueprint("health", __name__)

    @views.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @views.get("/readyz")
    def readyz() -> dict[str, object]:
        newest = context.services.store.latest()
        folder = context.services.settings.images_folder
        if not folder.is_dir():
            raise CannotServe("the folder of images is not there")
        return {"status": "ok", "revision": newest}

    return views
