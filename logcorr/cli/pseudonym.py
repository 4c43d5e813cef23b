"""``logcorr pseudonym``: the pseudonyms under which a person stands in the journals."""

import click

from logcorr.cli._settings import Unusable, settings
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
    metavar="KIND",
    help=f"What VALUE is, by default as it looks: {', '.join(map(str.lower, PII))}.",
)
def find(value: str, entity: str | None) -> None:
    """Print what VALUE is called under every configured key.

    VALUE is an e-mail address, a name, a number: whatever stands for a person. Search for what is printed, with grep
    or in Loki, to answer a subject's request or to follow an incident.

    Exit code 2: no key is configured, so there are no pseudonyms, or a setting cannot be used.
    """
    keys = settings().masking.pseudonyms()
    if not keys:
        raise Unusable(
            "no pseudonym key is configured; give the service's masking.pseudonym_keys"
            " in LOGCORR_MASKING or [tool.logcorr.masking]"
        )
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
