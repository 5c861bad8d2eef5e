from __future__ import annotations

import importlib
import inspect

import pytest

from server.errors import STATUSES, anchor_of, problem_of, title_of

PACKAGES = ("images", "transcriptions", "manifests", "server")


def concrete_errors() -> list[type[Exception]]:
    found: list[type[Exception]] = []
    for package in PACKAGES:
        module = importlib.import_module(f"{package}.errors")
        own = [
            each
            for _, each in inspect.getmembers(module, inspect.isclass)
            if issubclass(each, Exception) and each.__module__ == module.__name__
        ]
        found += [each for each in own if not any(each in other.__mro__[1:] for other in own)]
    return found


@pytest.mark.parametrize("error", concrete_errors(), ids=lambda each: each.__name__)
def test_every_error_has_a_status(error: type[Exception]) -> None:
    assert error in STATUSES


def test_titles_are_one_sentence_and_anchors_are_unique() -> None:
    assert all("\n" not in title_of(each) and title_of(each)[0].isupper() for each in STATUSES)
    assert len({anchor_of(each) for each in STATUSES}) == len(STATUSES)


def test_a_problem_names_its_parameter() -> None:
    error = next(each for each in STATUSES if each.__name__ == "ParameterInvalid")
    problem = problem_of(error("after", "after must be an id"), request_id="r1")  # type: ignore[call-arg]

    assert problem == {
        "type": "/docs/errors#ParameterInvalid",
        "title": "A parameter of the request is malformed",
        "status": 400,
        "detail": "after must be an id",
        "parameter": "after",
        "request_id": "r1",
    }
