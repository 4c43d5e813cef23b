"""The command line: one file a command, gathered here in a group."""

from importlib.metadata import PackageNotFoundError, version

import click

from logcorr.cli.doctor import doctor
from logcorr.cli.mask import mask
from logcorr.cli.pseudonym import pseudonym
from logcorr.cli.ship import ship
from logcorr.cli.status import status
from logcorr.cli.tail import tail
from logcorr.cli.trace import trace
from logcorr.cli.verify import verify


def _show_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        try:
            click.echo(f"logcorr {version('logcorr')}")
        except PackageNotFoundError:
            click.echo("logcorr, run from its source without being installed")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version.",
)
def cli() -> None:
    """Read the journals that logcorr writes, ship them, and see that all is well; see what masking does."""


cli.add_command(tail)
cli.add_command(trace)
cli.add_command(ship)
cli.add_command(verify)
cli.add_command(status)
cli.add_command(doctor)
cli.add_command(mask)
cli.add_command(pseudonym)
