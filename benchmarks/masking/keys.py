"""Names of keys: base words, and the ways people write them."""

import random
from collections.abc import Callable

SECRET_DEV = (
    "password", "password", "passwd", "pwd", "passphrase", "secret", "client secret", "api key", "api key", "api token",
    "access token", "auth token", "token", "secret key", "private key", "session token", "bearer token", "db password",
    "user password", "aws secret access key", "csrf token", "encryption key", "admin password", "jwt secret",
    "oauth token", "new password", "db passwd", "my api key", "x api key", "service password", "session id", "root token",
)  # fmt: skip
SECRET_UNSEEN = (
    "refresh token", "consumer secret", "webhook secret", "signing key", "signing secret", "root password", "smtp password",
    "security token", "app secret", "bot token", "admin pwd", "master key", "ssh passphrase", "access key",
    "old password", "password confirmation", "current password", "id token", "x auth token", "x vault token",
    "slack token", "github token", "stripe secret key", "mysql pwd", "redis password", "shared secret", "api secret",
    "account key", "client token", "login password", "keystore password",
)  # fmt: skip
PREFIXES = ("", "", "", "", "user ", "db ", "my ", "x ", "app ", "prod ", "main ", "upstream ")


_STYLES: dict[str, Callable[[list[str], random.Random], str]] = {
    "snake": lambda parts, _: "_".join(parts),
    "env": lambda parts, _: "_".join(parts).upper(),
    "camel": lambda parts, _: parts[0] + "".join(part.title() for part in parts[1:]),
    "pascal": lambda parts, _: "".join(part.title() for part in parts),
    "kebab": lambda parts, _: "-".join(parts),
    "header": lambda parts, _: "-".join(part.title() for part in parts),
    "dotted": lambda parts, _: ".".join(parts),
    "words": lambda parts, _: " ".join(parts),
    "numbered": lambda parts, chance: "_".join(parts) + chance.choice(("2", "_1", "_2")),
}


def spelled(words: str, style: str, chance: random.Random) -> str:
    """*words* as one key in *style*."""
    return _STYLES[style](words.split(), chance)


def any_style(chance: random.Random) -> str:
    return chance.choice(
        ("snake", "snake", "snake", "camel", "camel", "pascal", "kebab", "env", "dotted", "numbered")
    )
