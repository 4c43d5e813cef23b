"""Nothing is kept of any call that the native core takes over, be it usual or not: memory, references and objects stay as they were."""

import pytest

from tests.support.program import run_program

KEPT = """
import gc, sys, tracemalloc
from contextvars import copy_context
from types import SimpleNamespace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState, set_span_in_context
import logcorr
from logcorr import native
from logcorr.integrations.asgi import CorrelationMiddleware
from logcorr.integrations.asgi.request import Request
from logcorr.propagation.carriers import Wanted, read
from logcorr.propagation.tracecontext import _remote_span
from logcorr.work import Work

logcorr.configure(otlp=False, console=False, file="j.log", max_file_bytes=10**9)
native.want(native=True)
log = logcorr.get_logger("app")
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
wanted = Wanted(["traceparent", "x"])
STATE = TraceState()
START = {"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]}
BODY, MORE = {"type": "http.response.body", "body": b"xyz"}, {"type": "http.response.body", "body": b"xyz", "more_body": True}

BAD = object()

class Ids(SpanContext): pass
class Waits:
    def __await__(self):
        yield 1
async def answer(scope, receive, send): ...
async def send(message): ...
async def fails(message): raise OSError("gone")
def waits(message): return Waits()
def strange(message): return 5

middleware = CorrelationMiddleware(answer)
excluding = CorrelationMiddleware(answer, exclude=["/x"], trace_id_header="x-trace")

def attempt(function, *args, **given):
    try:
        return function(*args, **given)
    except Exception:
        return None

def request(by=middleware, send=send, **given):
    scope = {"type": "http", "method": "GET", "path": "/x/5", "headers": [(b"host", b"x"), (b"traceparent", PARENT.encode()), (b"x-request-id", b"r-1")],
             "client": ("10.0.0.1", 1), **given}
    return Request(by._options, scope, None, send)

def sent(coroutine):
    for _ in range(3):
        attempt(coroutine.send, None)
    attempt(coroutine.close)

def whole(**given):
    def run():
        one = request(**given)
        attempt(one.begin)
        logcorr.bind(shop="s-7", none=None)
        log.info("made", n=77_777)
        for message in (START, MORE, BODY):
            sent(one.send(message)) if not given.get("send") is strange else attempt(one.send, message)
        attempt(one.end, None)
    copy_context().run(run)

def never_begun():
    one = request()
    attempt(one.end, None); attempt(one.finish, None); attempt(Request.finish); attempt(Request.end); attempt(one.send, {})
    last = one.send(BODY)
    attempt(last.send, 5)
    last.close()
    last = one.send(BODY)
    attempt(last.throw, ValueError("x")); attempt(last.throw, 5); attempt(last.throw)
    last.close()
    one = request(send=waits)
    last = one.send(BODY)
    last.send(None)
    attempt(last.throw, KeyError, KeyError("x"), None)
    attempt(last.send, None)
    last = one.send(BODY)
    last.send(None)
    del last

def records():
    for fields in ({}, {"n": 1}, {"bad": BAD}, {"text": "two words"}, {"metrics": {"ms": 1}}, {"exc_info": ValueError("x")}):
        attempt(log.info, "made", **fields)

def works():
    for given in ({}, {"n": 5}):
        with logcorr.operation("work", closing_record=False, **given):
            logcorr.bind(a="b", c=None)
            with logcorr.bound(x=1):
                logcorr.bind(x=2)
                with logcorr.operation("inner", closing_record=False):
                    log.info("made")
    for ids in (SpanContext(1, 2, True, TraceFlags(1)), Ids(1, 2, True, TraceFlags(1)), SpanContext(0, 0, False)):
        with logcorr.operation("work", closing_record=False, parent=set_span_in_context(NonRecordingSpan(ids), Context())):
            log.info("made")
    work = Work("x", "internal", None, {})
    attempt(work.end, None)
    del work._started_ns
    attempt(work.begin); attempt(work.end, None); attempt(Work.begin); attempt(Work.end, work)

def reads():
    read([(b"traceparent", b"x"), ("x", "y"), (b"X", b"z"), (b"other", b"n")], wanted)
    read({"traceparent": PARENT, "X": "y"}, wanted)
    read([(b"traceparent", 5), 7, (b"x", b"1"), ([], b"2")], wanted)
    attempt(read); attempt(read, [], 5)
    for text in (PARENT, "x" * 55, "00-" + "0" * 52, PARENT[:-1] + "g", PARENT[:36] + "0" * 16 + "-01", ""):
        attempt(_remote_span, text, STATE); attempt(_remote_span, text, None)

def answers():
    answered = excluding._options.answered
    for headers in ([(b"a", b"b")], [], [(b"traceresponse", b"x")], [("a", "b")], 5):
        for ids in (SpanContext(1, 2, True, TraceFlags(1)), SpanContext(0, 0, False), None, Ids(1, 2, True)):
            for name in ("r-1", "\\ud800", 5):
                attempt(answered.added_to, headers, name, ids)

CALLS = {
    "usual": lambda: whole(), "excluded": lambda: whole(by=excluding), "waits": lambda: whole(send=waits),
    "fails": lambda: whole(send=fails), "strange": lambda: whole(send=strange), "odd": lambda: whole(method=b"GET", path=5),
    "routed": lambda: whole(route=SimpleNamespace(path="/x/{id}", endpoint=1)), "mounted": lambda: whole(route=SimpleNamespace(path="/x")),
    "no headers": lambda: attempt(whole, headers=None), "bad headers": lambda: attempt(whole, headers=[(b"traceparent", 5), (b"x-request-id", b"(")]),
    "never begun": never_begun, "works": works, "records": records, "reads": reads, "answers": answers,
}
call = CALLS[sys.argv[1]]

shared = [START, START["headers"], BODY, MORE, PARENT, STATE, wanted, wanted.bytes, middleware._options, excluding._options, log,
          send, answer, Request, Work, logcorr.context.current_scope(), native.core, type(log.bind()).__dict__["info"]]

def some(rounds):
    for _ in range(rounds):
        call()
    gc.collect()

def measured():
    return [sys.getrefcount(each) for each in shared], len(gc.get_objects()), sys.getallocatedblocks()

import warnings
warnings.simplefilter("ignore")
sys.unraisablehook = lambda _: None
some(60)
before = measured()
some(200)
after = measured()
assert before[0] == after[0], [(each, one, two) for each, one, two in zip(shared, before[0], after[0]) if one != two]
print(after[1] - before[1], after[2] - before[2])
tracemalloc.start()
some(30)
one = tracemalloc.get_traced_memory()[0]
some(60)
print(tracemalloc.get_traced_memory()[0] - one)
"""

CALLS = [
    "usual",
    "excluded",
    "waits",
    "fails",
    "strange",
    "odd",
    "routed",
    "mounted",
    "no headers",
    "bad headers",
    "never begun",
]


@pytest.mark.parametrize("call", [*CALLS, "works", "records", "reads", "answers"])
def test_nothing_is_kept_of(call, tmp_path):
    objects, blocks, size = map(int, run_program(KEPT, tmp_path, call).stdout.split())
    assert objects < 50  # of 200 rounds
    assert blocks < 150
    assert size < 60 * 48  # one small object a round would be more
