"""The settings in force where a command runs."""

import click

from logcorr.config import Settings
from logcorr.errors import ConfigError


class Unusable(click.ClickException):
    """A setting cannot be used: one line that says which, and what is allowed; exit code 2."""

    exit_code = 2


def settings() -> Settings:
    """What logcorr.configure() would work with here and now. Raises Unusable."""
    try:
        return Settings.load()
    except ConfigError as error:
        raise Unusable(str(error)) from None
