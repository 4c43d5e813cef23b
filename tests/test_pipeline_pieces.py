"""The line that is put together of pieces is the line of the whole record, byte for byte."""

import random
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from contextvars import copy_context
from itertools import count, islice
from typing import Any

import orjson
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON
from opentelemetry.trace import SpanContext, get_current_span, use_span

from logcorr import bind, bound, current, operation
from logcorr.backend_ids import forms
from logcorr.core import Core
from logcorr.encoding.cut import cut_record
from logcorr.encoding.exceptions import describe
from logcorr.encoding.jsonline import dumps, escape_hidden
from logcorr.encoding.values import plain, text_of
from logcorr.masking import Masking
from logcorr.masking.plan import Plan
from logcorr.pipeline import Pipeline
from logcorr.record import DEFAULT_CORRELATION_FIELDS
from logcorr.severity import severity_of
from tests.encoding.checked import checked
from tests.encoding.odd import ODD
from tests.encoding.test_exceptions import ODD_ERRORS

TIME, TIMESTAMP = 1_770_819_930_123_456_789, "2026-02-11T14:25:30.123456Z"
LEVELS = [
    (10, "DEBUG"),
    (20, "INFO"),
    (20, ""),
    (25, "NOTICE"),
    (30, "WARN"),
    (40, "ERROR"),
    (50, "CRITICAL"),
    (3, "fine"),
]
MESSAGES = [
    "m",
    "",
    "null",
    "größer",
    "a\x7fb\u202e\u2028",
    "\ud800",
    '"quoted" \\ \n',
    "mail max@example.org",
    "日本",
    "x" * 5000,
]
FORMS = forms(["datadog", "xray", "gcp"], "project")
VALUES = [
    "v",
    1,
    1.5,
    True,
    None,
    ["null"],
    {"a": {"b": None}},
    "max@example.org",
    {"password": "hunter2"},
    "größe",
]
# A value of five megabytes is of no use a hundred times over.
USUAL = [name for name in ODD if "MB" not in name and name not in ("million", "keys that fail")]
PARTS = ("context", "metrics", "exception")
IDS = ["runId", "tenantId", "stepId"]


def whole(
    level: int, component: str, message: str, fields: Mapping[str, Any], error: BaseException | None, level_name: str,
    *, limit: int, plan: Plan | None, seq: int, pid: int,
) -> bytes:  # fmt: skip
    """The line of a record that is built as a whole and encoded in one step: what the pieces have to amount to."""
    record: dict[str, Any] = {
        "timestamp": TIMESTAMP, "level": severity_of(level).name, "component": text_of(component), "message": text_of(message),
    }  # fmt: skip
    span: SpanContext = get_current_span().get_span_context()
    in_force = {name: value for name, value in current().items() if name not in ("trace_id", "span_id")}
    if span.is_valid:
        record |= {
            "trace_id": f"{span.trace_id:032x}", "span_id": f"{span.span_id:016x}", "trace_sampled": span.trace_flags.sampled,
        }  # fmt: skip
        for form in FORMS:
            record |= form(span)
    given = {**in_force, **fields}
    ids = {
        name: text_of(given[name])[:256] for name in DEFAULT_CORRELATION_FIELDS if given.get(name) is not None
    }
    context = {name: value for name, value in given.items() if name not in DEFAULT_CORRELATION_FIELDS}
    metrics = context.pop("metrics") if isinstance(context.get("metrics"), dict) else {}
    if level_name not in ("DEBUG", "INFO", "WARN", "ERROR", "CRITICAL", ""):
        context.setdefault("level", level_name)
    parts = {"context": context, "metrics": metrics, "exception": describe(error) if error else None}
    record |= ids | {name: part for name, part in parts.items() if part}
    if plan is not None:
        record |= plan.ids(ids, level)
        plan.mask(record, level)
    record |= {"service": "toygres", "pid": pid, "seq": seq}
    # As orjson sees it, whole: only what JSON has no form for takes its form part by part, whatever the others hold.
    parts = as_json({name: value for name, value in record.items() if name in PARTS})
    shown = {name: parts.get(name) or as_json(value) for name, value in record.items()}
    line = escape_hidden(orjson.dumps(shown).decode()).encode()
    return (dumps(cut_record(plain(shown), limit - 1, dumps)) if len(line) >= limit else line) + b"\n"


def as_json(value: Any) -> Any:
    """*value* as a reader of its JSON has it."""
    return orjson.loads(dumps(value))


def one_of_many(rng: random.Random, values: list[Any], errors: list[BaseException]) -> dict[str, Any]:
    """The arguments of one call."""
    level, level_name = rng.choice(LEVELS)
    fields: dict[Any, Any] = {f"f{n}": rng.choice(values) for n in range(rng.randrange(5))}
    fields |= {name: rng.choice(["r-1", "ü", 7, None, "x" * 300]) for name in IDS if rng.random() < 0.2}
    if rng.random() < 0.3:
        fields["metrics"] = rng.choice([{"n": 1, "odd": rng.choice(values)}, {}])
    error = rng.choice(errors) if rng.random() < 0.1 else None
    return {
        "level": level, "component": rng.choice(["app", "app.db", "größe\x7f", ""]), "message": rng.choice(MESSAGES),
        "fields": fields, "error": error, "level_name": level_name,
    }  # fmt: skip


def compared(emit: Any, twin: Plan | None, limit: int, call: dict[str, Any], seq: int) -> None:
    level, component, message, fields, error, level_name = call.values()
    line = emit(level, component, message, {**fields}, error, level_name)
    record = checked(line, limit)
    assert line == whole(**call, limit=limit, plan=twin, seq=seq, pid=record["pid"]), call


@pytest.fixture(params=[False, True], ids=["python", "native"])
def native(request, monkeypatch) -> bool:
    """Whether records are made by the native core, at the time that all of them have."""
    monkeypatch.setattr("logcorr.pipeline._now", lambda: TIME)
    return bool(request.param)


@pytest.mark.parametrize("limit", [4096, 131_072])
@pytest.mark.parametrize("masked", [False, True])
def test_generated_records(masked: bool, limit: int, native: bool) -> None:
    """Records of any level, with and without span, bound fields, metrics and exception, are the same either way."""
    rng = random.Random(f"{masked} {limit}")
    plan, twin = (Plan(Masking()), Plan(Masking())) if masked else (None, None)
    pipeline = Pipeline("toygres", max_record_bytes=limit, backend_ids=FORMS, masking=plan)
    core = Core(pipeline, wanted=native)
    assert core.is_native is native
    providers = [TracerProvider(sampler=ALWAYS_ON), TracerProvider(sampler=ALWAYS_OFF)]
    values, errors = list(VALUES), [ValueError("x"), KeyError("max@example.org")]
    if not masked:  # which cuts what takes it too long: not the same from run to run
        values += [ODD[name]() for name in USUAL]
        errors += [make() for make in ODD_ERRORS.values()]
    seq = 0
    for _ in range(150):
        with ExitStack() as places:
            if rng.random() < 0.5:
                places.enter_context(operation("work", closing_record=False, runId="r-0", note="größe"))
            if rng.random() < 0.3:
                span = rng.choice(providers).get_tracer("t").start_span("s")
                places.enter_context(use_span(span, record_exception=False))
            if rng.random() < 0.5:
                places.enter_context(bound(**{name: rng.choice(["b", None, 8]) for name in [*IDS, "extra"]}))
            for _ in range(rng.randrange(1, 6)):
                call = one_of_many(rng, values, errors)
                for _ in range(rng.randrange(1, 4)):  # what is met again is known by then
                    seq += 1
                    compared(core.emit, twin, limit, call, seq)
    assert seq > 600


PLAIN = {
    "orderId": "o-1",
    "amount": 12.5,
    "paid": True,
    "items": 3,
    "note": None,
    "path": "/a/b",
    "at": "10:30",
    "who": "Zoë",
}


@pytest.mark.parametrize("masked", [False, True])
def test_records_that_are_plain_at_a_glance(masked: bool, native: bool, monkeypatch) -> None:
    """Records of known messages, names and plain values are the same either way, and most take no closer look."""
    rng = random.Random(3)
    plan, twin = (Plan(Masking()), Plan(Masking())) if masked else (None, None)
    pipeline = Pipeline("toygres", backend_ids=FORMS, masking=plan)
    closer = Counter[str]()
    emit = Core(pipeline, wanted=native).emit
    slow = Pipeline._masked

    def counted(*args: Any) -> Any:
        closer["looks"] += 1
        return slow(*args)

    monkeypatch.setattr(Pipeline, "_masked", counted)
    numbers = count(1)

    def one_place() -> None:
        with ExitStack() as places:
            if rng.random() < 0.7:
                places.enter_context(operation("work", closing_record=False, runId="r-0", requestId="q-1"))
            if rng.random() < 0.5:
                places.enter_context(bound(extra=rng.choice(["b", 8, {"a": 1}, None]), tenantId="t"))
            for seq in islice(numbers, 10):
                if rng.random() < 0.3:
                    bind(
                        stepId=f"s-{seq}",
                        **{rng.choice(["orderId", "extra", "more"]): rng.choice(["x", None])},
                    )
                names = rng.sample(sorted(PLAIN), rng.randrange(len(PLAIN)))
                call = {
                    "level": 20, "component": "app", "message": rng.choice(["m", "order placed", f"n {seq}"]),
                    "fields": {name: PLAIN[name] for name in names}, "error": None, "level_name": "",
                }  # fmt: skip
                compared(emit, twin, 131_072, call, seq)

    for _ in range(100):
        copy_context().run(one_place)
    assert closer["looks"] < 600


@pytest.mark.parametrize("name", ODD)
def test_every_odd_value(name: str, native: bool) -> None:
    """Each odd value, as a field, within one, as a metric and as an id, is the same either way, also when it is met again."""
    emit = Core(Pipeline("toygres", backend_ids=FORMS), wanted=native).emit
    odd = ODD[name]()
    places = [{"odd": odd}, {"odd": {"in": [odd]}}, {"metrics": {"odd": odd}}, {"runId": odd}]
    with operation("work", closing_record=False, tenantId="t"):
        for seq, fields in enumerate(places * 2, start=1):
            call = {
                "level": 20,
                "component": "c",
                "message": "m",
                "fields": fields,
                "error": None,
                "level_name": "",
            }
            compared(emit, None, 131_072, call, seq)
