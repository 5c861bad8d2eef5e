"""Owns every setting: its name, default, form and the sentence that explains it; read once from the environment."""

from __future__ import annotations

import dataclasses
import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from images.objects import Place
from images.packfile import Parameters
from server.errors import SettingInvalid

PREFIX = "STROKA_"
TEST_PREFIX = "STROKA_TEST_"
"""Variables that only the test suite reads; the service passes over them."""

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

DEFAULT_HOME = ROOT / "var"


def _text(written: str) -> str:
    return written


def _path(written: str) -> Path:
    if not written:
        raise ValueError("must name a folder")
    return Path(written).expanduser().resolve()


def _images(written: str) -> str:
    scheme, found, rest = written.partition("://")
    if found and (scheme not in _OBJECT_STORES or not rest):
        raise ValueError("must be a folder, or an object store: " + ", ".join(f"{name}://…" for name in _OBJECT_STORES))
    return written


_OBJECT_STORES = ("s3", "gs", "az", "file")


def _database(written: str) -> str:
    if written and not written.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("must be sqlite:///path or postgresql://user@host/name")
    return written


def _address(written: str) -> str:
    """Read the public address: scheme, host, maybe a port; pages refer to each other from the root."""
    if not written:
        return ""
    wrong = ValueError("must be an address such as https://cables.example.org, without a path")
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError:
        raise wrong from None
    plain = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain or port == 0:
        raise wrong
    if re.search(r"[\s<>\"\\?#]", written):
        raise wrong
    return written.rstrip("/")


def _between(lowest: int, highest: int) -> Callable[[str], int]:
    def read(written: str) -> int:
        if not re.fullmatch(r"\d{1,18}", written.replace("_", ""), re.ASCII):
            raise ValueError(f"must be a whole number from {lowest:,} to {highest:,}")
        number = int(written.replace("_", ""))
        if not lowest <= number <= highest:
            raise ValueError(f"must be a whole number from {lowest:,} to {highest:,}")
        return number

    return read


def _side(written: str) -> int:
    if written not in ("256", "512", "1024"):
        raise ValueError("must be 256, 512 or 1024")
    return int(written)


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(written: str) -> str:
        if written not in allowed:
            raise ValueError("must be one of " + ", ".join(allowed))
        return written

    return read


def _read(read: Callable[[str], Any], help: str) -> Mapping[str, Any]:
    return {"read": read, "help": help}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one installation. The variable of each is its name in capitals after STROKA_."""

    home: Path = field(
        default=DEFAULT_HOME,
        metadata=_read(_path, "Folder that holds the database, the masters, the tile packs and the cache."),
    )
    database: str = field(
        default="",
        metadata=_read(
            _database,
            "Database, sqlite:///path or postgresql://user@host/name; empty: a SQLite file in the home folder.",
        ),
    )
    images: str = field(
        default="",
        metadata=_read(
            _images,
            "Folder, or object store as s3://bucket/prefix, for masters and tile packs; empty: a folder in the home.",
        ),
    )
    base_url: str = field(
        default="",
        metadata=_read(
            _address,
            "Public address without a path, as it stands in every published URI; empty: http://127.0.0.1 at the port.",
        ),
    )
    host: str = field(
        default="127.0.0.1", metadata=_read(_text, "Address to listen on; 0.0.0.0 listens on every interface.")
    )
    port: int = field(default=8000, metadata=_read(_between(1, 65535), "Port to listen on."))
    workers: int = field(default=2, metadata=_read(_between(1, 64), "Server processes; as many as there are cores."))
    threads: int = field(
        default=16,
        metadata=_read(
            _between(2, 64),
            "Threads in each server process for answers that take waiting; all but an eighth may wait for renders.",
        ),
    )
    renders: int = field(
        default=2,
        metadata=_read(
            _between(1, 63), "Images that one process renders at the same time; kept below the number of threads."
        ),
    )
    cache_bytes: int = field(
        default=2_000_000_000, metadata=_read(_between(0, 10**15), "Bytes of disk for rendered images; 0 keeps none.")
    )
    max_width: int = field(
        default=10_000, metadata=_read(_between(512, 60_000), "Widest image that is answered, in pixels.")
    )
    max_height: int = field(
        default=10_000, metadata=_read(_between(512, 60_000), "Highest image that is answered, in pixels.")
    )
    max_area: int = field(
        default=75_000_000, metadata=_read(_between(262_144, 10**9), "Largest image that is answered, in pixels.")
    )
    max_pixels: int = field(
        default=1_000_000_000, metadata=_read(_between(1, 4 * 10**9), "Largest master that is taken in, in pixels.")
    )
    tile_side: int = field(
        default=Parameters().tile,
        metadata=_read(_side, "Side of the tiles that pages taken in from now on are kept in, in pixels."),
    )
    tile_quality: int = field(
        default=Parameters().quality,
        metadata=_read(
            _between(50, 98), "Quality of the tiles that pages taken in from now on are kept in, on a scale of our own."
        ),
    )
    max_text_bytes: int = field(
        default=20_000_000,
        metadata=_read(_between(1_000, 10**9), "Longest text or description that is taken in, in bytes."),
    )
    max_body_bytes: int = field(
        default=1_000_000, metadata=_read(_between(1_000, 10**9), "Longest request body that is read, in bytes.")
    )
    page_length: int = field(default=50, metadata=_read(_between(1, 1_000), "Documents on one page of the library."))
    log: str = field(
        default="all",
        metadata=_read(_one_of("all", "problems", "none"), "Which requests are logged: all, problems or none."),
    )

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings. Raises SettingInvalid where a variable with our prefix is unknown or has a bad value."""
        given = {n: v for n, v in (os.environ if environment is None else environment).items() if n.startswith(PREFIX)}
        values: dict[str, Any] = {}
        for each in dataclasses.fields(cls):
            written = given.pop(variable(each.name), None)
            if written is None:
                continue
            try:
                values[each.name] = each.metadata["read"](written.strip())
            except ValueError as error:
                said = f"{variable(each.name)}={written!r} {error}. {each.metadata['help']}"
                raise SettingInvalid(variable(each.name), said) from None
        for name in sorted(given):
            if not name.startswith(TEST_PREFIX):
                raise SettingInvalid(
                    name, f"{name} is no setting of Stroka; `stroka settings` lists them{_nearest(name)}."
                )
        settings = cls(**values)
        if settings.renders >= settings.threads:
            name = variable("renders")
            raise SettingInvalid(
                name, f"{name}={settings.renders} must be below {variable('threads')}={settings.threads}."
            )
        return settings

    @property
    def dsn(self) -> str:
        """The database to open."""
        return self.database or f"sqlite:///{self.home / 'stroka.sqlite3'}"

    @property
    def images_folder(self) -> Path:
        """The folder of masters and tile packs; the staging area where they are kept in an object store."""
        in_folder = self.images and "://" not in self.images
        return Path(self.images).expanduser().resolve() if in_folder else self.home / "images"

    @property
    def images_place(self) -> Place:
        """Where masters and tile packs live."""
        return Place(self.images_folder, self.images if "://" in self.images else "")

    @property
    def tiles(self) -> Parameters:
        """How packs are made."""
        return Parameters(self.tile_side, self.tile_quality)

    @property
    def cache_folder(self) -> Path:
        """The folder of rendered images."""
        return self.home / "cache"

    @property
    def base(self) -> str:
        """The public address, without a slash at its end."""
        return self.base_url or f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Explained:
    """One setting as it is printed: variable, value in force, default, help."""

    variable: str
    value: str
    default: str
    help: str


def variable(name: str) -> str:
    """Name the environment variable of a setting."""
    return PREFIX + name.upper()


def explain(settings: Settings) -> tuple[Explained, ...]:
    """List every setting with its value; a password in the database's address is not shown."""
    return tuple(
        Explained(
            variable(each.name),
            _hide_password(str(getattr(settings, each.name))),
            _shown_default(each.default),
            each.metadata["help"],
        )
        for each in dataclasses.fields(settings)
    )


def _shown_default(default: object) -> str:
    return "var/" if default == DEFAULT_HOME else str(default)


def _hide_password(written: str) -> str:
    return re.sub(r"(://[^:/@\s]*):[^@\s]*@", r"\1:…@", written)


def _nearest(name: str) -> str:
    known = [variable(each.name) for each in dataclasses.fields(Settings)]
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
    return f"; perhaps {close[0]} was meant" if close else ""
