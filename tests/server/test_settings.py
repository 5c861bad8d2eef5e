from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from images.objects import Place
from server.errors import SettingInvalid
from server.settings import Settings, explain, variable


def test_nothing_set_gives_what_works_on_a_laptop() -> None:
    settings = Settings.from_env({})

    assert settings.base == "http://127.0.0.1:8000"
    assert settings.dsn.startswith("sqlite:///")
    assert settings.images_folder == settings.home / "images"


def test_every_setting_is_explained_in_a_sentence() -> None:
    explained = explain(Settings())

    assert {each.variable for each in explained} == {variable(f.name) for f in dataclasses.fields(Settings)}
    assert all(each.help[0].isupper() and each.help.endswith(".") for each in explained)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STROKA_PORT", "0"),
        ("STROKA_PORT", "70000"),
        ("STROKA_PORT", "８０"),
        ("STROKA_PORT", ""),
        ("STROKA_WORKERS", "-1"),
        ("STROKA_WORKERS", "9" * 400),
        ("STROKA_BASE_URL", "cables.example.org"),
        ("STROKA_BASE_URL", "ftp://cables.example.org"),
        ("STROKA_BASE_URL", "https://cables.example.org/iiif"),
        ("STROKA_BASE_URL", "https://cables.example.org?x=1"),
        ("STROKA_BASE_URL", "https://cables.example.org:99999"),
        ("STROKA_BASE_URL", 'https://a"b'),
        ("STROKA_DATABASE", "mysql://x/y"),
        ("STROKA_IMAGES", "ftp://bucket"),
        ("STROKA_HOME", ""),
        ("STROKA_LOG", "loud"),
        ("STROKA_RENDERS", "16"),
        ("STROKA_TILE_SIDE", "500"),
        ("STROKA_TILE_QUALITY", "99"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(name: str, value: str) -> None:
    with pytest.raises(SettingInvalid) as caught:
        Settings.from_env({name: value})

    assert caught.value.parameter == name
    assert name in str(caught.value)
    assert "must" in str(caught.value)


def test_an_unknown_variable_of_ours_stops_and_names_the_nearest() -> None:
    with pytest.raises(SettingInvalid, match="STROKA_PORT was meant"):
        Settings.from_env({"STROKA_PROT": "8000"})


def test_other_variables_are_left_alone() -> None:
    assert Settings.from_env({"PATH": "/bin", "STROKA_TEST_POSTGRES": "x", "STROKA": "y"}) == Settings()


def test_values_are_read_in_their_form() -> None:
    settings = Settings.from_env(
        {"STROKA_HOME": "~/cables", "STROKA_PORT": " 9000 ", "STROKA_BASE_URL": "https://cables.example.org/"}
    )

    assert settings.home == Path("~/cables").expanduser()
    assert settings.base == "https://cables.example.org"
    assert settings.port == 9000


def test_passwords_are_not_shown() -> None:
    settings = Settings.from_env({"STROKA_DATABASE": "postgresql://me:secret@db/stroka"})

    assert "secret" not in str(explain(settings))


def test_images_live_in_a_folder_or_in_an_object_store() -> None:
    home = Settings().home / "images"

    assert Settings().images_place == Place(home)
    assert Settings.from_env({"STROKA_IMAGES": "/srv/scans"}).images_place == Place(Path("/srv/scans"))
    assert Settings.from_env({"STROKA_IMAGES": "s3://bucket/x"}).images_place == Place(home, "s3://bucket/x")
