"""The `stroka` command line: one group of commands, each verb in a module of its own."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from server.errors import ServerError
from transcriptions.errors import StoreUnusable

MODULES = ("demo", "ingest", "analyse", "align", "evaluate", "export", "serve", "settings", "migrate")
"""Modules of this package; each has a `command`, or `commands`. They are imported when their verb is called."""


class Verbs(click.Group):
    """Finds a command by its module's name, so that no verb waits for what another one imports."""

    def list_commands(self, context: click.Context) -> list[str]:
        """List the verbs in the order of their modules."""
        return [*MODULES, *super().list_commands(context)]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import a verb's module and give its command."""
        if name not in MODULES:
            return super().get_command(context, name)
        command = import_module(f"server.commands.{name}").command
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def stroka() -> None:
    """Show scans of documents with their transcriptions and translations, line by line."""


def main() -> None:
    """Run the command line; what our own errors say is printed as one sentence, without a trace."""
    try:
        stroka(prog_name="stroka")
    except (ServerError, StoreUnusable) as error:
        click.echo(f"stroka: {error}", err=True)
        sys.exit(1)
