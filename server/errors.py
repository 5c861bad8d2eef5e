"""Every exception of the server package, and the one table that gives each domain exception its HTTP status.

ServerError
├── SettingInvalid       an environment variable is unknown or has a bad value
├── CannotServe          the service cannot start, and the message says what to do
└── ParameterInvalid     a query parameter is malformed
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from images import errors as images_errors
from manifests import errors as manifests_errors
from transcriptions import errors as transcriptions_errors

DOCUMENTATION = "/docs/errors"
"""The public page on which each error has an anchor."""

UNFORESEEN = "Something went wrong that nobody foresaw; the log of the service has more under the request's id."

Problem = dict[str, Any]
"""A problem as RFC 9457 writes it."""


class ServerError(Exception):
    """The service could not do what was asked."""


class SettingInvalid(ServerError):
    """A setting is unknown or has a bad value; `variable` names it."""

    def __init__(self, variable: str, detail: str) -> None:
        super().__init__(detail)
        self.parameter = variable


class CannotServe(ServerError):
    """The service cannot start; the message says what to do."""


class ParameterInvalid(ServerError):
    """A parameter of the request is malformed; `parameter` names it."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(detail)
        self.parameter = parameter


STATUSES: Mapping[type[Exception], HTTPStatus] = {
    images_errors.ImageRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    images_errors.RequestInvalid: HTTPStatus.BAD_REQUEST,
    images_errors.RequestUnsupported: HTTPStatus.NOT_IMPLEMENTED,
    images_errors.ImageUnknown: HTTPStatus.NOT_FOUND,
    images_errors.PackDamaged: HTTPStatus.INTERNAL_SERVER_ERROR,
    images_errors.StorageUnreachable: HTTPStatus.SERVICE_UNAVAILABLE,
    transcriptions_errors.Unreadable: HTTPStatus.UNPROCESSABLE_ENTITY,
    transcriptions_errors.EntityUnknown: HTTPStatus.NOT_FOUND,
    transcriptions_errors.VersionConflict: HTTPStatus.PRECONDITION_FAILED,
    transcriptions_errors.StoreUnusable: HTTPStatus.SERVICE_UNAVAILABLE,
    manifests_errors.NothingToDescribe: HTTPStatus.NOT_FOUND,
    SettingInvalid: HTTPStatus.INTERNAL_SERVER_ERROR,
    CannotServe: HTTPStatus.SERVICE_UNAVAILABLE,
    ParameterInvalid: HTTPStatus.BAD_REQUEST,
}
"""The status of every exception that our own packages raise."""


def status_of(error: Exception) -> HTTPStatus:
    """Give the status of an exception of ours: its own in the table, or that of the nearest base in it."""
    for kind in type(error).__mro__:
        if kind in STATUSES:
            return STATUSES[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def title_of(kind: type[Exception]) -> str:
    """Give an error's public title: the first sentence of its documentation."""
    return re.split(r"[.;](?:\s|$)", (kind.__doc__ or kind.__name__).strip(), maxsplit=1)[0]


def anchor_of(kind: type[Exception]) -> str:
    """Name an error's anchor on the page of errors."""
    return kind.__name__


def problem_of(error: Exception, *, request_id: str) -> Problem:
    """Describe an exception of ours to a client."""
    problem: Problem = {
        "type": f"{DOCUMENTATION}#{anchor_of(type(error))}",
        "title": title_of(type(error)),
        "status": int(status_of(error)),
        "detail": str(error) or title_of(type(error)),
    }
    if parameter := getattr(error, "parameter", ""):
        problem["parameter"] = parameter
    return {**problem, "request_id": request_id}


def problem_of_status(status: int, detail: str, *, request_id: str) -> Problem:
    """Describe a status that HTTP itself explains."""
    try:
        title = HTTPStatus(status).phrase
    except ValueError:
        title = "Error"
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, "request_id": request_id}
