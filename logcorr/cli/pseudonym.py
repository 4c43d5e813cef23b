"""``logcorr pseudonym``: the pseudonyms under which a person stands in the journals."""

import click

from logcorr.config import Settings
from logcorr.errors import ConfigError
from logcorr.masking.policy import PII
from logcorr.masking.pseudonyms import pseudonym as pseudonym_of


@click.group()
def pseudonym() -> None:
    """Find people who stand in the journals under pseudonyms."""


@pseudonym.command()
@click.argument("value")
@click.option(
    "--entity",
    type=click.Choice(PII, case_sensitive=False),
    help="What VALUE is; by default its look decides.",
)
def find(value: str, entity: str | None) -> None:
    """Print what VALUE, an e-mail address or another person's datum, is called under every configured key.

    Search for these tokens, with grep or in Loki, to answer a subject's request or to follow an incident.

    Exit code 2: no key is configured, so there are no pseudonyms.
    """
    try:
        keys = Settings.load().masking.pseudonyms()
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    if not keys:
        click.echo("no pseudonym key is configured: masking.pseudonym_keys", err=True)
        raise SystemExit(2)
    for name in [entity.upper()] if entity else _likely(value):
        for key in keys:
            click.echo(pseudonym_of(name, value, key))


def _likely(value: str) -> list[str]:
    """The entities that *value* can be, by its look."""
    if "@" in value:
        return ["EMAIL"]
    digits = sum(map(str.isdigit, value))
    if value.count(".") == 3 or ":" in value:
        return ["IP", "MAC"]
    return ["PHONE", "CARD", "IBAN", "SSN", "ID", "ACCOUNT"] if digits > 4 else ["NAME", "ADDRESS", "PLATE"]
