"""`stroka demo`: render the sample documents, ingest them, and serve."""

from __future__ import annotations

import os
import sys
from urllib.parse import quote

import click
from rich.console import Console

from manifests import uris
from server.commands.ingest import ingest_all
from server.commands.serve import check_port
from server.demo import scan
from server.errors import CannotServe
from server.ingest import Outcome
from server.progress import shown
from server.services import Services
from server.settings import ROOT, Settings

FONTS = ROOT / "server" / "web" / "node_modules"


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Only render and ingest.")
def command(no_serve: bool) -> None:
    """Render the sample documents, take them in, and serve them; the addresses to open are printed."""
    settings = Settings.from_env()
    if not no_serve:
        check_port(settings.host, settings.port)
    console = Console(stderr=True)
    services = Services.open(settings)
    try:
        outcomes = prepare(services, console)
    except KeyboardInterrupt:
        console.print("Stopped. Run the same command again, and it goes on where it stopped.")
        sys.exit(130)
    finally:
        services.close()
    _print_addresses(settings.base, outcomes)
    if not no_serve:
        _serve_afresh()


def prepare(services: Services, console: Console) -> list[Outcome]:
    """Render the samples that are not rendered yet, and ingest them. Raises CannotServe where that fails."""
    folders = []
    samples = scan.samples()
    with shown(console, "Sample scans", len(samples)) as advance:
        for sample in samples:
            try:
                rendered = scan.render(sample, FONTS, services.settings.home / "demo" / sample.name)
            except FileNotFoundError as error:
                said = f"the typefaces of the sample scans are not installed ({error}); run: make setup"
                raise CannotServe(said) from error
            folders.append(rendered.folder)
            advance(1)
    outcomes = ingest_all(services, folders, jobs=None, console=console)
    if any(outcome.document is None for outcome in outcomes):
        raise CannotServe("a sample document could not be ingested; what is wrong stands above")
    return outcomes


def _serve_afresh() -> None:
    """Go on as `stroka serve`: workers are forked, and the threads of this process would not survive that."""
    sys.stdout.flush()
    command = [sys.executable, "-P", "-m", "server.commands", "serve"]
    os.execve(command[0], command, {**os.environ, "PYTHONPATH": str(ROOT)})


def _print_addresses(base: str, outcomes: list[Outcome]) -> None:
    click.echo("")
    click.echo(f"  Library           {base}/")
    for outcome in outcomes:
        assert outcome.document is not None
        manifest = uris.manifest(base, outcome.document)
        click.echo(f"  Reader            {uris.reader(base, outcome.document)}")
        click.echo(f"  Mirador           {base}/view/mirador?iiif-content={quote(manifest, safe='')}")
        click.echo(f"  Universal Viewer  {base}/view/uv?iiif-content={quote(manifest, safe='')}")
        click.echo(f"  Manifest          {manifest}")
    click.echo("")
