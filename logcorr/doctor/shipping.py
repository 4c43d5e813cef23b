"""Checks of shipping: the packages, the collector and what it answers, the checkpoint, what waits and what was refused."""

import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from logcorr.config import Settings
from logcorr.doctor.check import Check, fail, ok, warn
from logcorr.doctor.found import Found
from logcorr.doctor.state import State, connect, state_of
from logcorr.journal.checkpoint import Checkpoint
from logcorr.journal.format import IDENTITY_BYTES, companion, identity, rotated_files
from logcorr.journal.rotation import HARD_CAP_FACTOR
from logcorr.otlp import Exporter
from logcorr.viewer.size import size
from logcorr.viewer.when import duration

_PACKAGES = {"grpc": "grpcio", "opentelemetry.proto": "opentelemetry-proto"}
_OLD_US = 300_000_000
_NEAR_CAP = 0.75
_SHOWN = 200
_INSTALL = "pip install 'logcorr[otlp]'"
_HEADERS = "set OTEL_EXPORTER_OTLP_HEADERS to what the collector asks for"
_PROTOCOL = "set OTEL_EXPORTER_OTLP_PROTOCOL to the protocol that is spoken there: grpc or http/protobuf"
# What words of an answer tell of its cause.
_REMEDIES = (
    (("HTTP 401", "HTTP 403", "UNAUTHENTICATED", "PERMISSION_DENIED"), _HEADERS),
    (
        ("HTTP 404", "HTTP 405", "UNIMPLEMENTED"),
        "look at the path of OTEL_EXPORTER_OTLP_ENDPOINT, and the receivers",
    ),
    (
        ("http1", "RemoteDisconnected", "BadStatusLine", "Failed parsing HTTP/2", "Trying to connect"),
        _PROTOCOL,
    ),
    (
        ("CERTIFICATE", "certificate", "SSL"),
        "set OTEL_EXPORTER_OTLP_CERTIFICATE to the authority's certificate",
    ),
    (("429", "RESOURCE_EXHAUSTED"), "the collector asks for less; see its limits"),
)


def check_collector(
    settings: Settings, exporter: Exporter, sample: Found | None, timeout_s: float
) -> Iterator[Check]:
    """Whether the collector can be reached, and takes the *sample*."""
    error = connect(exporter, timeout_s)
    missing = [package for name, package in _PACKAGES.items() if not _is_there(name)]
    where = exporter.url_without_credentials
    if error and not exporter.configured:
        yield ok("endpoint", f"none is set and nobody answers at {where}: records stay in the file")
        return
    if missing:
        yield fail("packages", f"records are not shipped without {' and '.join(missing)}", _INSTALL)
    else:
        yield ok("packages", ", ".join(f"{package} {_version(package)}" for package in _PACKAGES.values()))
    if error:
        what = f"nobody answers at {where}: {error.strerror or error}"
        yield fail("endpoint", what, "start the collector, or mend OTEL_EXPORTER_OTLP_ENDPOINT")
        return
    yield ok("endpoint", f"{where} ({exporter.protocol}) accepts connections")
    if not missing and sample is not None:
        yield _check_request(settings, replace(exporter, timeout_s=timeout_s), sample)


def check_backlog(path: Path, settings: Settings) -> Iterator[Check]:
    """The shipper, its checkpoint, what waits for it, and what the collector refused."""
    yield _check_checkpoint(path)
    state = state_of(path, settings)
    yield _check_shipper(state, settings)
    yield _check_waiting(state)
    if state.rejected:
        yield warn(
            "drops",
            f"the collector has rejected {state.rejected:,} records: {state.error or 'it did not say why'}",
            f"see the collector's limits; the records are in the journal, and in {companion(path, 'dead-letter')}",
        )
    else:
        yield ok("drops", f"none, {state.sent:,} records were taken")
    yield _check_retention(path, settings, state)


def _check_request(settings: Settings, exporter: Exporter, sample: Found) -> Check:
    from logcorr.shipper.encoder import Encoder
    from logcorr.shipper.transport import Transport, Verdict

    transport: Transport
    started = time.monotonic()
    try:
        if exporter.protocol == "grpc":
            from logcorr.shipper.grpc import GrpcTransport

            transport = GrpcTransport(exporter)
        else:
            from logcorr.shipper.http import HttpTransport

            transport = HttpTransport(exporter)
        payload, _ = Encoder(settings).encode([(sample.uid, sample.line)])
        answer = transport.send(payload)
        transport.close()
    except (OSError, ValueError) as error:  # a certificate that is not there, or is none
        return fail("collector", f"{type(error).__name__}: {error}", _remedy("certificate"))
    took = duration((time.monotonic() - started) * 1e6)
    if answer.verdict is not Verdict.TAKEN:
        return fail(
            "collector", f"it does not take the probe: {answer.message[:_SHOWN]}", _remedy(answer.message)
        )
    if answer.rejected:
        return fail("collector", f"it rejected the probe: {answer.message}", "see the collector's limits")
    said = f", and said: {answer.message}" if answer.message else ""
    return ok("collector", f"it took the probe within {took}{said}")


def _remedy(message: str) -> str:
    for words, remedy in _REMEDIES:
        if any(word in message for word in words):
            return remedy
    return "look into the collector's own log"


def _check_checkpoint(path: Path) -> Check:
    file = companion(path, "checkpoint")
    if not file.exists() and not file.is_symlink():
        return ok("checkpoint", "none yet: shipping begins with the oldest record")
    reached = Checkpoint.load(path)
    if reached is None:
        return fail("checkpoint", f"{file} cannot be read", f"rm {file}: all that is kept is then sent again")
    if not reached.identity:
        return ok("checkpoint", "nothing was shipped yet")
    place = next((one for one in (*rotated_files(path), path) if _identity(one) == reached.identity), None)
    if place is None:
        return warn(
            "checkpoint",
            "the file that it stands in is gone",
            "none needed: shipping goes on with the oldest younger file",
        )
    if reached.offset > place.stat().st_size:
        return warn(
            "checkpoint",
            f"it stands behind the end of {place.name}, which was cut",
            "let only logcorr rotate it",
        )
    return ok("checkpoint", f"at byte {reached.offset:,} of {place.name}")


def _check_shipper(state: State, settings: Settings) -> Check:
    if state.shipper == "running":
        return ok("shipper", "running" + (f", pid {state.shipper_pid}" if state.shipper_pid else ""))
    if state.shipper == "unreachable":
        return warn(
            "shipper", f"running, without an answer: {state.error}", "see endpoint and collector above"
        )
    if settings.ship == "external":
        return warn("shipper", "none is running, and ship=external", "run logcorr ship")
    return ok("shipper", "not running; a process that logs starts it when somebody answers")


def _check_waiting(state: State) -> Check:
    if not state.backlog_bytes:
        return ok("backlog", "none")
    age = max(time.time() * 1e6 - state.backlog_since, 0) if state.backlog_since else 0
    text = f"{size(state.backlog_bytes)}, the oldest record is {duration(age)} old"
    if state.problem:
        return warn("backlog", text, "records are kept until the collector takes them; see endpoint above")
    if age > _OLD_US and state.shipper == "waiting" and state.sent:
        return warn(
            "backlog", text, "logcorr ship sends it now; else the next process that logs starts a shipper"
        )
    return ok("backlog", text)


def _check_retention(path: Path, settings: Settings, state: State) -> Check:
    cap = settings.max_files * HARD_CAP_FACTOR
    files = len(rotated_files(path)) + 1
    if state.backlog_bytes and files > settings.max_files and files >= _NEAR_CAP * cap:
        return warn(
            "retention",
            f"{files} of at most {cap} files: the oldest go soon, shipped or not",
            "bring the collector back, or set LOGCORR_MAX_FILES higher",
        )
    return ok("retention", f"{files} of {settings.max_files} files, at most {cap} while they wait")


def _identity(path: Path) -> str | None:
    if path.suffix == ".gz":
        return None
    try:
        with path.open("rb") as stream:
            return identity(stream.read(IDENTITY_BYTES))
    except OSError:
        return None


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "of unknown version"
