"""Propagation as a program has it: settings in the environment, an SDK beside us, and what is imported for it."""

import json
import tomllib
from pathlib import Path

import pytest

from tests.propagation.kinds import PARENT, SPAN, TRACE
from tests.support.program import REPOSITORY, records, run_program

END_TO_END = """
import json, logging, sys
import logcorr
logcorr.configure(otlp=False, console=False)
if sys.argv[1] == "first":
    with logcorr.operation("first", runId="r 1", note="n"):
        logging.getLogger("app").info("in the first")
        print(json.dumps(logcorr.inject({})))
else:
    with logcorr.operation("second", parent=logcorr.extract(json.loads(sys.argv[2]))):
        logging.getLogger("app").info("in the second")
"""


@pytest.mark.parametrize(
    ("propagators", "headers"),
    [
        ("b3multi,baggage,datadog", {"x-b3-traceid", "x-b3-spanid", "x-b3-sampled", "baggage", "x-datadog-trace-id",
                                     "x-datadog-parent-id", "x-datadog-sampling-priority", "x-datadog-tags"}),
        ("jaeger", {"uber-trace-id", "uberctx-runId"}),
        ("xray,baggage", {"X-Amzn-Trace-Id", "baggage"}),
        ("", {"traceparent", "baggage"}),
    ],
)  # fmt: skip
def test_end_to_end(propagators: str, headers: set[str], tmp_path: Path) -> None:
    """The formats that OTEL_PROPAGATORS names carry trace and fields from one process to the next."""
    env = {"OTEL_PROPAGATORS": propagators}
    sent = run_program(END_TO_END, tmp_path, "first", env=env).stdout
    assert set(json.loads(sent)) == headers
    run_program(END_TO_END, tmp_path, "second", sent, env=env)
    made = {record["message"]: record for record in records(tmp_path)}
    first, second = made["in the first"], made["in the second"]
    assert second["trace_id"] == first["trace_id"]
    assert second["span_id"] != first["span_id"]
    assert made["second finished"]["context"]["span"]["parent_span_id"] == first["span_id"]
    assert (first["runId"], second["runId"]) == ("r 1", "r 1")
    assert "note" not in second.get("context", {})


def test_nothing_propagates(tmp_path: Path) -> None:
    """With ``none`` nothing leaves and nothing enters."""
    code = """
import logcorr
logcorr.configure(otlp=False, console=False, file=False, propagators="none")
with logcorr.operation("w", runId="r"):
    assert logcorr.inject({}) == {}
assert not logcorr.extract({"traceparent": "%s", "baggage": "runId=r"})
"""
    run_program(code % PARENT, tmp_path)


def test_what_is_imported(tmp_path: Path) -> None:
    """configure() imports nothing to propagate with, the default formats none of the others, and one format only itself."""
    code = """
import sys, logcorr
logcorr.configure(otlp=False, console=False, file=False)
def ours():
    return {name for name in sys.modules if name.startswith(("logcorr.propagation.", "opentelemetry.propagators."))}
assert not ours(), ours()
logcorr.inject({}), logcorr.extract({})
others = {f"logcorr.propagation.{name}" for name in ("b3", "xray", "jaeger", "datadog", "kept")}
theirs = {f"opentelemetry.propagators.{name}" for name in ("b3", "aws", "jaeger", "textmap")}
assert not ours() & (others | theirs), ours()
logcorr.configure(otlp=False, console=False, file=False, propagators=["jaeger"])
logcorr.inject({})
assert ours() & others == {"logcorr.propagation.jaeger", "logcorr.propagation.kept"}, ours()
"""
    run_program(code, tmp_path)


def test_settings_that_change(tmp_path: Path) -> None:
    """Before configure() the defaults are in force, afterwards what is set, also when it is set anew."""
    code = f"""
import logcorr
from logcorr._runtime import unconfigure
def sent():
    with logcorr.extract({{"traceparent": "{PARENT}", "b3": "{TRACE}-{SPAN}-1", "baggage": "runId=r,tenantId=t"}}):
        return logcorr.inject({{}})
both = {{"traceparent": "{PARENT}", "baggage": "runId=r,tenantId=t"}}
assert sent() == both
quiet = dict(otlp=False, console=False, file=False)
logcorr.configure(propagators=["b3"], **quiet)
assert sent() == {{"b3": "{TRACE}-{SPAN}-1"}}
logcorr.configure(baggage_fields=["tenantId"], **quiet)
assert sent() == {{"traceparent": "{PARENT}", "baggage": "tenantId=t"}}
unconfigure()
assert sent() == both
"""
    run_program(code, tmp_path)


def test_an_sdk_finds_our_datadog(tmp_path: Path) -> None:
    """What pyproject.toml registers is what OpenTelemetry's own propagate.inject and extract use for ``datadog``."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    points = project["entry-points"]["opentelemetry_propagator"]
    info = tmp_path / "site" / "logcorr-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: logcorr\nVersion: 0\n")
    lines = [f"{name} = {target}" for name, target in points.items()]
    (info / "entry_points.txt").write_text("\n".join(["[opentelemetry_propagator]", *lines]))
    code = f"""
import sys
sys.path.insert(0, {str(tmp_path / "site")!r})
from opentelemetry import propagate, trace
from opentelemetry.sdk.trace import TracerProvider
trace.set_tracer_provider(TracerProvider())
with trace.get_tracer("app").start_as_current_span("theirs") as span:
    carrier = {{}}
    propagate.inject(carrier)
    ids = span.get_span_context()
assert int(carrier["x-datadog-trace-id"]) == ids.trace_id % 2**64, carrier
found = trace.get_current_span(propagate.extract(carrier)).get_span_context()
assert (found.trace_id, found.span_id, found.trace_flags.sampled) == (ids.trace_id, ids.span_id, True)
"""
    run_program(code, tmp_path, env={"OTEL_PROPAGATORS": "datadog"})


SDK = """
import sys, logcorr
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tests.propagation.kinds import PARENT, SPAN, TRACE
kind, flag = sys.argv[1:]
exporter = InMemorySpanExporter()
if kind != "no-sdk":
    provider = TracerProvider(sampler=ALWAYS_OFF if kind == "off" else ParentBased(ALWAYS_ON))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
incoming = logcorr.extract({"traceparent": PARENT[:-2] + flag, "baggage": "runId=r"})
sampled = flag == "01" and kind != "off"
with logcorr.operation("served", kind="server", parent=incoming, closing_record=False) as unit:
    ids = unit.span.get_span_context()
    assert f"{ids.trace_id:032x}" == TRACE and f"{ids.span_id:016x}" != SPAN and ids.trace_flags.sampled == sampled
    assert unit.described() == {"name": "served", "kind": "server", "parent_span_id": SPAN}, unit.described()
    sent = logcorr.inject({})
    assert sent["traceparent"] == f"00-{TRACE}-{ids.span_id:016x}-0{int(sampled)}" and sent["baggage"] == "runId=r"
    with logcorr.operation("inner", closing_record=False) as inner:
        assert inner.described()["parent_span_id"] == f"{ids.span_id:016x}", inner.described()
        assert trace.get_current_span() is inner.span
    with trace.get_tracer("app").start_as_current_span("theirs") as span:
        own = span.get_span_context()
        assert logcorr.current()["trace_id"] == TRACE and logcorr.current()["span_id"] == f"{own.span_id:016x}"
assert [s.name for s in exporter.get_finished_spans()] == (["inner", "theirs", "served"] if kind == "on" and sampled else [])
with logcorr.operation("root", closing_record=False) as root:
    assert "parent_span_id" not in root.described()
    assert root.span.get_span_context().is_valid and root.span.get_span_context().trace_flags.sampled == (kind != "off")
"""


@pytest.mark.parametrize("flag", ["01", "00"], ids=["sampled", "unsampled"])
@pytest.mark.parametrize("kind", ["no-sdk", "on", "off"])
def test_with_and_without_an_sdk(kind: str, flag: str, tmp_path: Path) -> None:
    """The trace goes on below its parent, with the SDK's ids where there is one, and unsampled stays unsampled."""
    run_program(SDK, tmp_path, kind, flag)
