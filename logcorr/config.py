"""Settings: one table for keywords, environment and ``[tool.logcorr]``, checked before anything is built.

Keyword > ``LOGCORR_*`` and ``OTEL_*`` environment > ``[tool.logcorr]`` in pyproject.toml > default.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from logcorr.errors import ConfigError, invalid_value, unknown_name
from logcorr.levels import Levels
from logcorr.masking import Masking
from logcorr.masking.canary import parse_canary
from logcorr.masking.policy import parse_masking
from logcorr.propagation import DEFAULT_PROPAGATORS, known_names
from logcorr.record import DEFAULT_CORRELATION_FIELDS, MAX_RECORD_BYTES, RESERVED_KEYS
from logcorr.value import Value

DEFAULT_SERVICE = "toygres"
CONSOLES = ("auto", "text", "json")
PROTOCOLS = ("grpc", "http/protobuf")
SHIPS = ("process", "external")
SYNCS = ("never", "always")
ID_FORMS = ("w3c", "datadog", "xray", "gcp")

_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off")
_MIN_RECORD_BYTES = 4096
_MIN_FILE_BYTES = 64 * 1024
# Set by logcorr for its own child processes; not settings.
_INTERNAL_VARIABLES = ("LOGCORR_SHIPPER",)


def _flag(name: str, value: object) -> bool:
    text = str(value).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise invalid_value(name, value, "true or false")


def _whole(minimum: int) -> Callable[[str, object], int]:
    def parse(name: str, value: object) -> int:
        try:
            number = int(str(value).replace("_", ""))
        except ValueError:
            raise invalid_value(name, value, "a whole number") from None
        if isinstance(value, bool) or number < minimum:
            raise invalid_value(name, value, f"at least {minimum:_}")
        return number

    return parse


def _seconds(name: str, value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        raise invalid_value(name, value, "a number of seconds") from None
    if isinstance(value, bool) or not 0 <= number < float("inf"):
        raise invalid_value(name, value, "0 seconds or more")
    return number


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise invalid_value(name, value, "a printable text that is not empty")
    return value.strip()


def _choice(*allowed: str, false: bool = False) -> Callable[[str, object], str | bool]:
    def parse(name: str, value: object) -> str | bool:
        text = str(value).strip().lower()
        if false and text in _FALSE:
            return False
        if text in allowed:
            return text
        choices = f"one of {', '.join(map(repr, allowed))}{' or False' if false else ''}"
        raise invalid_value(name, value, choices, allowed)

    return parse


_protocol = _choice(*PROTOCOLS)


def _service(name: str, value: object) -> str:
    service = _text(name, value)
    if "/" in service or service.startswith("."):
        raise invalid_value(name, value, "it names a directory in the home, so no '/' and no leading '.'")
    return service


def _file(name: str, value: object) -> Path | bool:
    if isinstance(value, bool) or str(value).strip().lower() in _FALSE:
        return value is True  # "0" is no path but a flag
    if str(value).strip().lower() in _TRUE:
        return True
    if not isinstance(value, str | os.PathLike) or not os.fspath(value):
        raise invalid_value(name, value, "a path or False")
    path = _home(Path(os.fsdecode(value)))
    if path.is_dir():
        raise invalid_value(name, value, "a file, and this is a directory")
    return path if path.is_absolute() or path.parts[0] == "~" else Path.cwd() / path


def _home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # no HOME and no entry in the password database, as in some containers
        return path


def _names(name: str, value: object) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list | tuple | set | frozenset):
        raise invalid_value(name, value, "a list of names")
    clean = tuple(_text(name, item) for item in names)
    for item in clean:
        if item in RESERVED_KEYS:
            raise invalid_value(
                name, item, f"a name other than the record's own: {', '.join(sorted(RESERVED_KEYS))}"
            )
    return clean


def _ids(name: str, value: object) -> tuple[str, ...]:
    form = _choice(*ID_FORMS)
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list | tuple | set | frozenset):
        raise invalid_value(name, value, f"a list of {', '.join(map(repr, ID_FORMS))}")
    return tuple(str(form(name, item)) for item in names)


def _propagators(name: str, value: object) -> tuple[str, ...]:
    return known_names(name, _names(name, value))


def _pairs(name: str, value: object) -> Mapping[str, str]:
    if isinstance(value, Mapping):
        return MappingProxyType({str(key): str(item) for key, item in value.items()})
    pairs = {}
    for part in filter(str.strip, str(value).split(",")):
        key, equals, item = part.partition("=")
        if not equals or not key.strip():
            raise invalid_value(name, value, "pairs as in 'key1=value1,key2=value2'")
        pairs[key.strip()] = unquote(item.strip())  # as in a baggage header
    return MappingProxyType(pairs)


def _endpoint(name: str, value: object) -> str:
    endpoint = _text(name, value)
    if "://" not in endpoint:
        endpoint = f"http://{endpoint}"
    scheme, _, rest = endpoint.partition("://")
    scheme = scheme.lower()
    if scheme not in ("http", "https") or not rest or not _has_address(endpoint):
        shown = re.sub("//.*@", "//…@", endpoint)  # a password is not repeated
        raise invalid_value(name, shown, "a URL as in 'http://collector:4317'")
    return f"{scheme}://{rest}"


def _has_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        return False


def _setting(
    parse: Callable[[str, Any], Any], *variables: str, default: Any = None, secret: bool = False
) -> Any:
    metadata = {"parse": parse, "variables": variables}
    return field(default_factory=lambda: default, metadata=metadata, repr=not secret)


class Settings(Value):
    """Every setting of ``configure()``, checked: an invalid one never becomes a Settings."""

    service: str = _setting(_service, "OTEL_SERVICE_NAME", default=DEFAULT_SERVICE)
    version: str | None = _setting(_text, "OTEL_SERVICE_VERSION")
    environment: str | None = _setting(_text)
    level: Levels = _setting(Levels.parse, default=Levels.parse("level", "info"))
    file: Path | bool = _setting(_file, default=True)
    console: str | bool = _setting(_choice(*CONSOLES, false=True), default="auto")
    otlp: bool = _setting(_flag, default=True)
    endpoint: str | None = _setting(
        _endpoint, "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", secret=True
    )
    protocol: str | None = _setting(
        _protocol, "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL"
    )
    ship: str | bool = _setting(_choice(*SHIPS, false=True), default="process")
    max_file_bytes: int = _setting(_whole(_MIN_FILE_BYTES), default=100_000_000)
    max_file_age_s: float = _setting(_seconds, default=0.0)
    max_files: int = _setting(_whole(1), default=10)
    max_record_bytes: int = _setting(_whole(_MIN_RECORD_BYTES), default=MAX_RECORD_BYTES)
    sync: str = _setting(_choice(*SYNCS), default="never")
    masking: Masking = _setting(parse_masking, default=Masking())
    mask_canary: str | None = _setting(parse_canary, secret=True)
    threads: bool = _setting(_flag, default=True)
    native: bool = _setting(_flag, default=True)
    correlation_fields: tuple[str, ...] = _setting(_names, default=DEFAULT_CORRELATION_FIELDS)
    propagators: tuple[str, ...] = _setting(_propagators, "OTEL_PROPAGATORS", default=DEFAULT_PROPAGATORS)
    baggage_fields: tuple[str, ...] | None = _setting(_names)
    ids: tuple[str, ...] = _setting(_ids, default=("w3c",))
    resource: Mapping[str, str] = _setting(_pairs, "OTEL_RESOURCE_ATTRIBUTES", default=MappingProxyType({}))
    otlp_body: str = _setting(_choice("json", "message"), default="json")
    shutdown_timeout: float = _setting(_seconds, default=2.0)

    @classmethod
    def load(
        cls,
        keywords: Mapping[str, object] | None = None,
        environ: Mapping[str, str] | None = None,
        directory: Path | None = None,
    ) -> Self:
        """Settings from *keywords*, the environment and the pyproject.toml at or above *directory*.

        Raises ConfigError for an unknown name or a value that is not allowed, naming both and the remedy.
        """
        table = {item.name: item for item in fields(cls)}
        values: dict[str, Any] = {}
        for source, given in (
            ("setting in [tool.logcorr]", _named(_from_toml(directory))),
            ("environment variable", _from_environment(os.environ if environ is None else environ, table)),
            ("setting", _named(keywords or {})),
        ):
            for name, (label, value) in given.items():
                if name not in table:
                    raise unknown_name(source, label, sorted(table))
                values[name] = table[name].metadata["parse"](label, value)
        return cls(**values)

    @property
    def journal(self) -> Path | None:
        """The journal's file: the configured one, ``~/.<service>/server.log``, or a private one behind file=False."""
        if isinstance(self.file, Path):
            return self.file
        if self.file:
            return _home(Path("~") / f".{self.service}" / "server.log")
        return state_directory(self.service) / "journal.log" if self.otlp and self.ship else None


def state_directory(service: str) -> Path:
    """Where the journal goes when the home is no place for it: ``$XDG_STATE_HOME/logcorr/<service>``."""
    base = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return _home(Path(base)) / "logcorr" / service


def _named(given: Mapping[str, object]) -> dict[str, tuple[str, object]]:
    return {name: (name, value) for name, value in given.items() if value is not None}


def _from_environment(environ: Mapping[str, str], table: Mapping[str, Any]) -> dict[str, tuple[str, object]]:
    found: dict[str, tuple[str, object]] = {}
    for name, item in table.items():
        for variable in (*item.metadata["variables"], f"LOGCORR_{name.upper()}"):
            if environ.get(variable, "").strip():
                found[name] = (variable, environ[variable])
    known = [f"LOGCORR_{name.upper()}" for name in table]
    for variable in environ:
        if variable.startswith("LOGCORR_") and variable not in known and variable not in _INTERNAL_VARIABLES:
            raise unknown_name("environment variable", variable, sorted(known))
    if environ.get("OTEL_LOGS_EXPORTER", "").strip().lower() == "none":
        found.setdefault("otlp", ("OTEL_LOGS_EXPORTER", "false"))
    return found


def _from_toml(directory: Path | None) -> dict[str, object]:
    try:
        directory = directory or Path.cwd()
    except OSError:  # the working directory was removed
        return {}
    for folder in (directory, *directory.parents):
        path = folder / "pyproject.toml"
        if not path.is_file():
            continue
        try:
            stored = path.read_bytes()
            if b"logcorr" not in stored:  # as in most projects, whose TOML takes milliseconds
                return {}
            import tomllib

            content = tomllib.loads(stored.decode())
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"{path} cannot be read: {error}; mend it, or run from another directory"
            ) from error
        tools = content.get("tool", {})
        section = tools.get("logcorr", {}) if isinstance(tools, dict) else {}
        if not isinstance(section, dict):
            raise ConfigError(f"[tool.logcorr] in {path} is {section!r}; it has to be a table of settings")
        return section
    return {}
