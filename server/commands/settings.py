"""`stroka settings`: every setting, its value and what it is for."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.table import Table

from server.settings import Settings, explain


@click.command("settings")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def command(as_json: bool) -> None:
    """Print every setting, its value and what it is for.

    Settings are environment variables; there is no file of settings.
    """
    explained = explain(Settings.from_env())
    if as_json:
        listed = [{"name": e.variable, "value": e.value, "default": e.default, "help": e.help} for e in explained]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Variable", "Value", "Default", "What it is for"):
        table.add_column(heading, overflow="fold")
    for each in explained:
        table.add_row(each.variable, each.value, each.default, each.help)
    Console(highlight=False, markup=False).print(table)
