"""``logcorr ship``: the shipper in the foreground, as a service or a sidecar."""

import sys
from pathlib import Path

import click

from logcorr.cli._journal import say_awaited
from logcorr.cli._settings import Unusable, settings


@click.command()
@click.option(
    "--journal", type=click.Path(path_type=Path), help="The journal to ship; the configured one unless given."
)
def ship(journal: Path | None) -> None:
    """Send a journal to the collector until stopped.

    It is for configure(ship="external"), as a service or a sidecar. Where to and how the environment says
    (OTEL_EXPORTER_OTLP_ENDPOINT and its like), or [tool.logcorr].

    Exit code 0: it was stopped, or another shipper is there already; 2: a setting cannot be used.
    """
    from logcorr.shipper import main

    path = journal or settings().journal
    if path is None:
        raise Unusable("no journal is configured (file=False); name one with --journal")
    path = path.absolute()
    if not path.exists():
        say_awaited(path)
    sys.exit(main(["--foreground", "--journal", str(path)]))
