"""`stroka serve`: answer requests until stopped."""

from __future__ import annotations

import errno
import importlib.util
import os
import socket
from dataclasses import replace

import click

from server import eager as eager  # Registers the loop of granian's workers.
from server.errors import CannotServe
from server.services import Services
from server.settings import ROOT, Settings

KILL_SECONDS = 10
"""A worker that has not ended this long after it was asked to is killed; one asked during start-up never would."""


@click.command("serve")
@click.option("--host", help="Address to listen on, instead of STROKA_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on, instead of STROKA_PORT.")
@click.option("--reload", is_flag=True, help="One worker, started again when a source file changes.")
def command(host: str | None, port: int | None, reload: bool) -> None:
    """Serve the documents in STROKA_HOME until stopped with Ctrl-C."""
    settings = Settings.from_env()
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    serve(settings, reload=reload)


def serve(settings: Settings, *, reload: bool = False) -> None:
    """Serve until stopped. Raises CannotServe where the port is taken or a folder cannot be used."""
    if reload and importlib.util.find_spec("watchfiles") is None:
        raise CannotServe("--reload needs the Python package watchfiles, which is not installed; run: make setup")
    check_port(settings.host, settings.port)
    services = Services.open(settings)
    count = services.store.count()
    services.close()
    # The workers read the same settings anew, each in its own process.
    os.environ["STROKA_HOST"], os.environ["STROKA_PORT"] = settings.host, str(settings.port)
    click.echo(f"Stroka serves {count} document{'' if count == 1 else 's'} at {settings.base}/  (Ctrl-C ends it)")
    _granian(settings, reload=reload)


def check_port(host: str, port: int) -> None:
    """Raise CannotServe, with what to do, where nothing can listen at this address."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        said = f"{host} is no address of this machine; set STROKA_HOST, for instance to 127.0.0.1"
        raise CannotServe(said) from error
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise CannotServe(_explain(error, host, port)) from error


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 8000
        return (
            f"port {port} is taken by another program: stop that one, or choose another port, as in STROKA_PORT={other}"
        )
    if error.errno == errno.EACCES:
        return f"port {port} needs rights that this user lacks: choose one above 1023 with STROKA_PORT=8000"
    return f"nothing can listen on {host} port {port}: {error.strerror}; see STROKA_HOST and STROKA_PORT"


def _granian(settings: Settings, *, reload: bool) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    server = Granian(
        target="rsgi:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        workers=1 if reload else settings.workers,
        workers_kill_timeout=KILL_SECONDS,
        working_dir=ROOT,
        log_enabled=settings.log != "none",
        reload=reload,
        reload_paths=[ROOT / name for name in _SOURCES] if reload else None,
    )
    server.serve()


_SOURCES = ("images", "transcriptions", "manifests", "server")
