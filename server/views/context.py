"""What every view works with, as one value; and how ids and forms are read from requests."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Request, Response
from werkzeug.routing import BaseConverter

from server.documents import Answer, Documents
from server.errors import ParameterInvalid
from server.headers import answered
from server.services import Services
from server.views.assets import Assets

PRESENTATION_TYPE = 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"'
WEB_ANNOTATION_TYPE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
_ID = re.compile(r"[A-Za-z0-9_-]{1,120}")


@dataclass(frozen=True, slots=True)
class Context:
    """Services, documents kept in memory, and the front end's files."""

    services: Services
    documents: Documents
    assets: Assets

    @property
    def base(self) -> str:
        """The public address."""
        return self.services.settings.base


class IdConverter(BaseConverter):
    """An id in a path; whatever has another form is at no address of ours."""

    regex = _ID.pattern


class SuffixConverter(BaseConverter):
    """The ending of a file's name, which may have several parts: tei.xml."""

    regex = r"[a-z0-9]{1,20}(\.[a-z0-9]{1,20}){0,2}"


def linked_data(request: Request, answer: Answer, media_type: str = PRESENTATION_TYPE) -> Response:
    """Answer with JSON-LD: as such unless the client asks for plain JSON by name and not for JSON-LD."""
    accepted = [value for value, quality in request.accept_mimetypes if quality > 0]
    plain = "application/json" in accepted and not any(value.startswith("application/ld+json") for value in accepted)
    return answered(request, answer, "application/json" if plain else media_type)


def wants_page(request: Request) -> bool:
    """Say whether a person looks at the answer in a browser, rather than a program."""
    if request.path.startswith(("/iiif/", "/api/")):
        return False
    return request.accept_mimetypes["text/html"] > request.accept_mimetypes["application/json"]


def id_parameter(request: Request, name: str) -> str | None:
    """Read a parameter that holds an id; None where it is not given. Raises ParameterInvalid."""
    given = request.args.get(name)
    if given is None or _ID.fullmatch(given):
        return given or None
    raise ParameterInvalid(name, f"{name} must be an id: letters, digits, - and _")
