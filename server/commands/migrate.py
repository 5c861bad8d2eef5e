"""`stroka migrate`: bring the database to this version."""

from __future__ import annotations

import click

from server.services import Services
from server.settings import Settings


@click.command("migrate")
def command() -> None:
    """Bring the database to this version of the program.

    `stroka serve` and `stroka ingest` do so by themselves; running it again changes nothing.
    """
    services = Services.open(Settings.from_env())
    try:
        count = services.store.count()
    finally:
        services.close()
    click.echo(f"The database is of this version; it holds {count} document{'' if count == 1 else 's'}.")
