"""Pseudonyms: the same name for the same person in every record, which says who only to whoever has the key."""

import os
from collections.abc import Callable
from dataclasses import field
from pathlib import Path

from logcorr.errors import ConfigError
from logcorr.masking.patterns import Pattern
from logcorr.value import Value

MIN_KEY_BYTES = 32
# A key: itself, "env:NAME" or "file:PATH", a path, or a function that gives it.
KeySource = str | bytes | os.PathLike[str] | Callable[[], str | bytes]

_FROM_ENVIRONMENT, _FROM_FILE = "env:", "file:"
# Entities whose number is the same however it is grouped.
_COMPACT = frozenset({"PHONE", "CARD", "IBAN", "SSN", "ID", "ACCOUNT", "DEVICE", "PLATE", "MAC"})
_SEPARATORS = Pattern(r"[^0-9A-Za-z]")


class Key(Value):
    """A key for pseudonyms, and the *id* that its pseudonyms carry. Its ``repr`` does not show it."""

    id: str
    secret: bytes = field(repr=False)


def read_key(key_id: str, source: object) -> bytes:
    """The key that *source* is or names. A ConfigError says of it no more than its id and where it should have come from."""
    try:
        secret = _read(source)
    except ConfigError:
        raise
    except Exception as error:
        # Neither the message nor the exception below it is shown: either may quote the key.
        raise ConfigError(f"the pseudonym key {key_id!r} cannot be read: {type(error).__name__}") from None
    if len(secret) < MIN_KEY_BYTES:
        raise ConfigError(f"the pseudonym key {key_id!r} is too short: at least {MIN_KEY_BYTES} bytes")
    return secret


def _read(source: object) -> bytes:
    if isinstance(source, bytes):
        return source
    if isinstance(source, str):
        if source.startswith(_FROM_ENVIRONMENT):
            return _of_environment(source.removeprefix(_FROM_ENVIRONMENT))
        if source.startswith(_FROM_FILE):
            return _of_file(Path(source.removeprefix(_FROM_FILE)))
        return source.encode()
    if isinstance(source, os.PathLike):
        return _of_file(Path(source))
    if callable(source):
        given = source()
        return given.encode() if isinstance(given, str) else bytes(memoryview(given))
    raise TypeError


def _of_environment(name: str) -> bytes:
    if not os.environ.get(name):
        raise ConfigError(f"there is no pseudonym key in the environment variable {name!r}: set it")
    return os.environ[name].encode()


def _of_file(path: Path) -> bytes:
    try:
        return path.expanduser().read_bytes().strip()
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise ConfigError(f"the pseudonym key in {os.fspath(path)!r} cannot be read: {reason}") from None


def pseudonym(entity: str, value: str, key: Key) -> str:
    """The pseudonym of *value* under *key*: ``[EMAIL:k3:9f2c1ab04d7e5a10]``, 64 bits of keyed BLAKE2b."""
    from hashlib import blake2b  # two milliseconds of every start otherwise, and few have pseudonyms

    text = f"{entity}\0{normalised(entity, value)}".encode("utf-8", "surrogatepass")
    return f"[{entity}:{key.id}:{blake2b(text, digest_size=8, key=key.secret[:64]).hexdigest()}]"


def normalised(entity: str, value: str) -> str:
    """*value* in one spelling, so that equal people have equal pseudonyms however they were written."""
    value = value.strip().strip('"').replace("%40", "@").replace("%2B", "+").lower()
    if entity == "PHONE":
        return compact(value.replace("(0)", "")).removeprefix("00")
    if entity == "EMAIL":
        return _ascii_domain(value.removeprefix("mailto:"))
    if entity == "IP":
        return canonical_ip(value)
    return compact(value) if entity in _COMPACT else " ".join(value.split())


def compact(value: str) -> str:
    """*value* without what groups its letters and digits."""
    return _SEPARATORS.sub("", value)


def canonical_ip(value: str) -> str:
    """An IP address in its one canonical spelling; what is none as it is."""
    import ipaddress  # as above

    try:
        address = ipaddress.ip_address(value.strip("[]").partition("%")[0])
    except ValueError:
        return value
    return str(getattr(address, "ipv4_mapped", None) or address)


def _ascii_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address
