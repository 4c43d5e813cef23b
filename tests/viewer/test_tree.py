import pytest

from logcorr.viewer.tree import Span, Trace

WEB, TASK, RETRY, BACK = "a" * 16, "b" * 16, "c" * 16, "d" * 16


def shape(content):
    """The tree as nested lists: messages, and (span name, content)."""
    return [(item.name, shape(item.content)) if isinstance(item, Span) else item.message for item in content]


@pytest.fixture
def saga(records):
    """A request, its task that is retried, and the retry's call back to the web service."""
    task = {"task_name": "provision", "queue": "q"}
    return [
        records.inside(5, "requested", WEB),
        records.closing(40, "POST /instances", WEB, took=40, context={"status": 202}, message="POST /instances 202"),
        records.inside(60, "trying", TASK, context={**task, "retries": 0}),
        records.closing(
            70, "provision", TASK, parent=WEB, took=12, message="Task provision retry: no database",
            context={**task, "retries": 0, "state": "RETRY"},
        ),
        records.inside(1000, "trying again", RETRY, context={**task, "retries": 1}),
        records.inside(1010, "called back", BACK),
        records.closing(1020, "PUT /ready", BACK, parent=RETRY, took=15, context={"status": 200}, message="PUT /ready 200"),
        records.inside(1030, "done", RETRY, context={**task, "retries": 1}),
        records.closing(
            1040, "provision", RETRY, parent=TASK, took=41, message="Task provision succeeded",
            context={**task, "retries": 1, "state": "SUCCESS"},
        ),
    ]  # fmt: skip


def test_a_request_its_task_its_retry_and_its_call_back_are_nested(saga):
    """Each span hangs under its parent, its records and children in the order of their beginnings."""
    back = ("PUT /ready", ["called back"])
    retry = ("provision", ["trying again", back, "done"])
    task = ("provision", ["trying", "Task provision retry: no database", retry])
    trace = Trace(reversed(saga))
    assert shape(trace.content) == [("POST /instances", ["requested", task])]
    assert [trace.spans[name].retries for name in (WEB, TASK, RETRY, BACK)] == [0, 0, 1, 0]
    assert trace.duration_us == 1_040_000


def test_a_span_begins_its_duration_before_its_end(records):
    """A child is placed by its computed start, even when its only record is the closing one."""
    entries = [
        records.inside(10, "before", WEB),
        records.inside(30, "between", WEB),
        records.closing(50, "child", TASK, parent=WEB, took=30, context={"status": 200}),
        records.closing(60, "parent", WEB, took=60),
    ]
    trace = Trace(entries)
    assert trace.spans[TASK].start - trace.start == 20_000
    assert shape(trace.content) == [("parent", ["before", ("child", []), "between"])]


def test_a_span_without_an_end_is_there_and_unfinished(records):
    """Records of a process that died keep their span, under its id, and children still find it."""
    entries = [
        records.inside(0, "last words", TASK),
        records.closing(10, "child", RETRY, parent=TASK, took=1),
    ]
    trace = Trace(entries)
    assert shape(trace.content) == [(f"span {TASK}", ["last words", ("child", [])])]
    assert trace.spans[TASK].closing is None
    assert trace.spans[TASK].duration_us is None


def test_an_unfinished_task_has_its_name(records):
    """The name of the task that its records carry stands for the one its end would have told."""
    assert (
        Trace([records.inside(0, "x", TASK, context={"task_name": "provision"})]).spans[TASK].name
        == "provision"
    )


def test_an_orphan_is_a_root(records):
    """A span whose parent is in no journal stands at the top, marked, at its time."""
    entries = [
        records.closing(10, "first", WEB, took=5),
        records.closing(20, "orphan", TASK, parent="f" * 16),
    ]
    trace = Trace(entries)
    assert shape(trace.content) == [("first", []), ("orphan", [])]
    assert [span.is_orphan for span in trace.spans.values()] == [False, True]


def test_records_without_a_span_stay_visible(records):
    """A record that has the trace id alone stands at the top in its place."""
    entries = [
        records.closing(10, "first", WEB, took=5),
        records.entry(20, "loose", trace_id="4bf92f3577b34da6a3ce929d0e0e4736"),
        records.closing(40, "second", TASK, took=5),
    ]
    assert shape(Trace(entries).content) == [("first", []), "loose", ("second", [])]


@pytest.mark.parametrize(
    "parents", [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": "b", "d": "c"}]
)
def test_a_ring_of_parents_loses_no_span(records, parents):
    """Spans that claim to be each other's parents are cut open somewhere and all appear."""
    entries = [
        records.closing(ms, name, name, parent=parent) for ms, (name, parent) in enumerate(parents.items())
    ]
    found = []
    waiting = list(Trace(entries).content)
    while waiting:
        item = waiting.pop()
        found.append(item.name)
        waiting.extend(item.content)
    assert sorted(found) == sorted(parents)


def test_a_closing_record_that_adds_something_is_shown(records):
    """An exception or a state other than success is more than the heading says."""
    failed = records.closing(
        10, "t", TASK, context={"state": "FAILURE"}, message="Task t raised", level="ERROR"
    )
    crashed = records.closing(
        20, "POST /", WEB, context={"status": 500}, message="POST / 500", exception={"type": "E"}
    )
    plain = records.closing(30, "GET /", BACK, context={"status": 500}, message="GET / 500", level="ERROR")
    assert shape(Trace([failed, crashed, plain]).content) == [
        ("t", ["Task t raised"]),
        ("POST /", ["POST / 500"]),
        ("GET /", []),
    ]


def test_fields_that_all_records_share_are_told_once(records):
    """Run and tenant are the trace's if no record disagrees; another field has to stand on most records."""
    entries = [
        records.inside(0, "a", WEB, tenantId="t", adapter="x", planId="p"),
        records.inside(1, "b", WEB, adapter="x", stepId="s"),
        records.inside(2, "c", WEB, runId="r", adapter="x", planId="q"),
    ]
    assert Trace(entries).common == {"tenantId": "t", "adapter": "x", "runId": "r"}
