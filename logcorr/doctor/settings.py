"""Where the settings come from, and what of the environment does nothing or contradicts itself."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

from logcorr.config import Settings
from logcorr.doctor.check import Check, ok, warn
from logcorr.otlp import Exporter

_FALSE = ("false", "0", "no", "off")
_SECRET = ("endpoint", "resource")
# What OpenTelemetry's SDK reads, and why it changes nothing here.
_WITHOUT_EFFECT = {
    "OTEL_SDK_DISABLED": "it is for the SDK; LOGCORR_OTLP=false ends shipping",
    "OTEL_LOG_LEVEL": "it is for the SDK; LOGCORR_LEVEL sets the level",
    "OTEL_BLRP_SCHEDULE_DELAY": "there is no queue",
    "OTEL_BLRP_MAX_QUEUE_SIZE": "there is no queue",
    "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE": "there is no queue",
    "OTEL_BLRP_EXPORT_TIMEOUT": "there is no queue; OTEL_EXPORTER_OTLP_TIMEOUT is read",
    "OTEL_EXPORTER_OTLP_INSECURE": "the scheme of the endpoint decides: http or https",
    "OTEL_EXPORTER_OTLP_LOGS_INSECURE": "the scheme of the endpoint decides: http or https",
}
_CERTIFICATES = ("CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY")


def check_settings(settings: Settings, environ: Mapping[str, str]) -> Check:
    """Every setting that is not the default, with the place that it comes from."""
    defaults = Settings.load({}, {}, Path(Path.cwd().anchor))
    words = []
    for item in fields(Settings):
        variables = _variables_of(item.name, environ)
        value = getattr(settings, item.name)
        if variables:
            words.append(f"{_shown(item.name, value)} ({variables[-1]})")
        elif value != getattr(defaults, item.name):
            words.append(f"{_shown(item.name, value)} ({_source(item.name)})")
    return ok("settings", ", ".join(words) or "all are the defaults")


def check_environment(settings: Settings, exporter: Exporter, environ: Mapping[str, str]) -> Iterator[Check]:
    """What was set to no effect, or against something else; one ok if there is nothing."""
    found = [*_overridden(environ), *_ignored(environ), *_against(settings, exporter, environ)]
    for text, remedy in found:
        yield warn("environment", text, remedy)
    if not found:
        yield ok("environment", "no variable is without effect or against another")


def _overridden(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for item in fields(Settings):
        *losers, winner = _variables_of(item.name, environ) or [""]
        for loser in losers:
            # Several endpoints side by side are how the specification means it: one for all signals, one for logs.
            if environ[loser] != environ[winner] and not ("_OTLP_" in loser and "_OTLP_LOGS_" in winner):
                yield f"{loser} has no effect, {winner} wins", f"unset one of {loser} and {winner}"


def _ignored(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for variable, reason in _WITHOUT_EFFECT.items():
        if environ.get(variable, "").strip():
            yield f"{variable} has no effect: {reason}", f"unset {variable}"
    exporters = environ.get("OTEL_LOGS_EXPORTER", "").strip().lower()
    if exporters not in ("", "none", "otlp"):
        yield f"OTEL_LOGS_EXPORTER={exporters} has no effect, only none has", "set it to otlp or none"
    if "service.name" in environ.get("OTEL_RESOURCE_ATTRIBUTES", ""):
        yield (
            "service.name in OTEL_RESOURCE_ATTRIBUTES has no effect",
            "set OTEL_SERVICE_NAME, which also names the journal",
        )


def _against(settings: Settings, exporter: Exporter, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    endpoint = _variables_of("endpoint", environ)
    if endpoint and not (settings.otlp and settings.ship):
        switch = "otlp" if not settings.otlp else "ship"
        yield (
            f"{endpoint[-1]} has no effect, shipping is off ({_source(switch, environ)})",
            f"unset {endpoint[-1]}, or LOGCORR_{switch.upper()}",
        )
        return
    usual = {"grpc": 4318, "http/protobuf": 4317}[exporter.protocol]
    if exporter.configured and exporter.address[1] == usual:
        yield (
            f"protocol {exporter.protocol} on port {usual}, which is usually the other one's",
            "set OTEL_EXPORTER_OTLP_PROTOCOL to grpc (4317) or http/protobuf (4318)",
        )
    if exporter.insecure and (given := _of_exporter(_CERTIFICATES, environ)):
        yield f"{given[0]} has no effect on an http:// endpoint", "write https:// in the endpoint"
    proxy = [name for name in ("grpc_proxy", "https_proxy", "http_proxy") if environ.get(name)]
    if proxy and exporter.protocol == "grpc" and exporter.configured:
        host = exporter.address[0]
        if host not in environ.get("no_proxy", "").split(","):
            yield (
                f"gRPC goes through {proxy[0]} to {host}",
                f"add {host} to no_proxy, if it is reached directly",
            )
    if environ.get("OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED", "").strip().lower() == "true":
        yield (
            "OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED: the SDK exports every record a second time",
            "unset it, or set LOGCORR_OTLP=false",
        )


def _of_exporter(names: tuple[str, ...], environ: Mapping[str, str]) -> list[str]:
    variables = [f"OTEL_EXPORTER_OTLP_{part}{name}" for name in names for part in ("LOGS_", "")]
    return [variable for variable in variables if environ.get(variable, "").strip()]


def _variables_of(setting: str, environ: Mapping[str, str]) -> list[str]:
    """The variables that are set for a setting, the one that wins last."""
    declared = next(item.metadata["variables"] for item in fields(Settings) if item.name == setting)
    return [name for name in (*declared, f"LOGCORR_{setting.upper()}") if environ.get(name, "").strip()]


def _source(setting: str, environ: Mapping[str, str] | None = None) -> str:
    if environ and (variables := _variables_of(setting, environ)):
        return variables[-1]
    if setting == "otlp" and os.environ.get("OTEL_LOGS_EXPORTER", "").strip().lower() == "none":
        return "OTEL_LOGS_EXPORTER"
    folder = Path.cwd()
    files = [place / "pyproject.toml" for place in (folder, *folder.parents)]
    return str(next((file for file in files if file.is_file()), "pyproject.toml"))


def _shown(name: str, value: object) -> str:
    if name == "endpoint":
        parts = urlsplit(str(value))
        return f"endpoint={parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    if isinstance(value, Mapping):
        return f"{name}={','.join(value)}"  # keys alone: a value may be a credential
    return f"{name}={','.join(value) if isinstance(value, tuple) else value}"
