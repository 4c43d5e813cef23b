"""Settings: one table for keywords, environment and ``[tool.logcorr]``, checked before anything is built.

Keyword > ``LOGCORR_*`` and ``OTEL_*`` environment > ``[tool.logcorr]`` in pyproject.toml > default.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from logcorr.errors import ConfigError, unknown_name
from logcorr.levels import Levels
from logcorr.masking import Masking
from logcorr.masking.canary import parse_canary
from logcorr.masking.policy import parse_masking
from logcorr.parsers import (
    home,
    one_of,
    parse_endpoint,
    parse_file,
    parse_flag,
    parse_names,
    parse_pairs,
    parse_propagators,
    parse_seconds,
    parse_service,
    parse_text,
    some_of,
    whole,
)
from logcorr.propagation import DEFAULT_PROPAGATORS
from logcorr.record import DEFAULT_CORRELATION_FIELDS, MAX_RECORD_BYTES
from logcorr.value import Value

DEFAULT_SERVICE = "toygres"
CONSOLES = ("auto", "text", "json")
PROTOCOLS = ("grpc", "http/protobuf")
SHIPS = ("process", "external")
SYNCS = ("never", "always")
ID_FORMS = ("w3c", "datadog", "xray", "gcp")

_MIN_RECORD_BYTES = 4096
_MIN_FILE_BYTES = 64 * 1024
# Set by logcorr for its own child processes; not settings.
_INTERNAL_VARIABLES = ("LOGCORR_SHIPPER",)


def _setting(
    parse: Callable[[str, Any], Any], *variables: str, default: Any = None, secret: bool = False
) -> Any:
    metadata = {"parse": parse, "variables": variables}
    return field(default_factory=lambda: default, metadata=metadata, repr=not secret)


class Settings(Value):
    """Every setting of ``configure()``, checked: an invalid one never becomes a Settings."""

    service: str = _setting(parse_service, "OTEL_SERVICE_NAME", default=DEFAULT_SERVICE)
    version: str | None = _setting(parse_text, "OTEL_SERVICE_VERSION")
    environment: str | None = _setting(parse_text)
    level: Levels = _setting(Levels.parse, default=Levels.parse("level", "info"))
    file: Path | bool = _setting(parse_file, default=True)
    console: str | bool = _setting(one_of(*CONSOLES, false=True), default="auto")
    otlp: bool = _setting(parse_flag, default=True)
    endpoint: str | None = _setting(
        parse_endpoint, "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", secret=True
    )
    protocol: str | None = _setting(
        one_of(*PROTOCOLS), "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL"
    )
    ship: str | bool = _setting(one_of(*SHIPS, false=True), default="process")
    max_file_bytes: int = _setting(whole(_MIN_FILE_BYTES), default=100_000_000)
    max_file_age_s: float = _setting(parse_seconds, default=0.0)
    max_files: int = _setting(whole(1), default=10)
    max_record_bytes: int = _setting(whole(_MIN_RECORD_BYTES), default=MAX_RECORD_BYTES)
    sync: str = _setting(one_of(*SYNCS), default="never")
    masking: Masking = _setting(parse_masking, default=Masking())
    mask_canary: str | None = _setting(parse_canary, secret=True)
    threads: bool = _setting(parse_flag, default=True)
    native: bool = _setting(parse_flag, default=True)
    correlation_fields: tuple[str, ...] = _setting(parse_names, default=DEFAULT_CORRELATION_FIELDS)
    propagators: tuple[str, ...] = _setting(
        parse_propagators, "OTEL_PROPAGATORS", default=DEFAULT_PROPAGATORS
    )
    baggage_fields: tuple[str, ...] | None = _setting(parse_names)
    ids: tuple[str, ...] = _setting(some_of(*ID_FORMS), default=("w3c",))
    resource: Mapping[str, str] = _setting(
        parse_pairs, "OTEL_RESOURCE_ATTRIBUTES", default=MappingProxyType({})
    )
    otlp_body: str = _setting(one_of("json", "message"), default="json")
    shutdown_timeout: float = _setting(parse_seconds, default=2.0)

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
            return home(Path("~") / f".{self.service}" / "server.log")
        return state_directory(self.service) / "journal.log" if self.otlp and self.ship else None


def state_directory(service: str) -> Path:
    """Where the journal goes when the home is no place for it: ``$XDG_STATE_HOME/logcorr/<service>``."""
    base = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return home(Path(base)) / "logcorr" / service


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
