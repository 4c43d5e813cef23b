"""``logcorr ship``: the shipper in the foreground, as a service or a sidecar."""

import sys
from pathlib import Path

import click

from logcorr.cli._journal import configured


@click.command(context_settings={"ignore_unknown_options": True})
@click.option(
    "--journal", type=click.Path(path_type=Path), help="The journal to ship; the configured one unless given."
)
@click.argument("options", metavar="[SHIPPER OPTION]...", nargs=-1, type=click.UNPROCESSED)
def ship(journal: Path | None, options: tuple[str, ...]) -> None:
    """Send a journal to the collector until stopped. Use it with configure(ship="external").

    Other options go to the shipper as they are.
    """
    from logcorr.shipper import main

    path = (journal or configured()).absolute()
    sys.exit(main(["--foreground", "--journal", str(path), *options]))
