"""A thousand requests at once, each with ids of its own: no record of any of them is missing or has another's."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import aiohttp
import pytest

from tests.support.program import journal, records
from tests.support.servers import celery_worker, redis, uvicorn, wait_until

REQUESTS = 1_000
CLIENTS = 8
AT_ONCE = 25  # of each client
WEB_PROCESSES = 2
DEADLINE_S = 400.0
APPLICATION = Path(__file__).parent
TASKS = 5
AFTERWARDS = "afterwards"
PLACES = {
    "loop": ("endpoint", "task 0", "task 1", "task 2"),
    "thread": ("endpoint", "submit", "map 0", "map 1", "map 2", "thread", "timer"),
    "executor": ("default executor", "own executor", "to_thread"),
    "stream": ("chunk 0", "chunk 1", "chunk 2"),
    "background": ("background", "meanwhile", AFTERWARDS),
}
WORKERS = {"prefork": "2", "threads": "4"}
FOR_A_TASK = ("celery.worker.strategy", "celery.app.trace")
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """One request: the ids that its client chose."""

    number: int
    kind: str
    trace_id: str

    @property
    def headers(self) -> dict[str, str]:
        return {
            "traceparent": f"00-{self.trace_id}-{'1' * 16}-01",
            "X-Request-ID": f"request-{self.number}",
            "X-Tenant-ID": f"tenant-{self.number}",
            "baggage": f"runId=run-{self.number}",
        }

    def expected(self) -> Counter[tuple[str, Any, Any]]:
        """What is to be in the journal for it: component, place, and of the tasks' records which task."""
        own = [("crossing", place, None) for place in PLACES[self.kind]]
        tasks = [("crossing", place, index) for place in ("task", "task's pool") for index in range(TASKS)]
        celery = [(component, None, None) for component in FOR_A_TASK for _ in range(TASKS)]
        return Counter([("logcorr.access", None, None), *own, *tasks, *celery])

    def is_own(self, record: Record) -> bool:
        """Whether the ids of *record*, made for this request, are those of this request and no other."""
        context = record["context"]
        if context.get("place") == AFTERWARDS:
            ids = ("trace_id", "span_id", "tenantId", "runId")
            origin = context.get("origin_trace_id"), context.get("context_stale")
            return origin == (self.trace_id, True) and not any(name in record for name in ids)
        of_the_web = "task_id" not in context
        return (
            record.get("trace_id") == self.trace_id
            and record.get("tenantId") == f"tenant-{self.number}"
            and record.get("runId") == f"run-{self.number}"
            and context.get("requestId") == (f"request-{self.number}" if of_the_web else None)
            and context.get("number", self.number) == self.number
            and "context_stale" not in context
        )


def wait_for(home: Path, wanted: bytes, count: int) -> None:
    """Return once *count* lines of the journal have *wanted* in them."""
    read = found = 0

    def reached() -> bool:
        nonlocal read, found
        with journal(home).open("rb") as file:
            file.seek(read)
            lines, _, _ = file.read().rpartition(b"\n")
        read += len(lines)
        found += lines.count(wanted)
        return found >= count

    wait_until(reached, DEADLINE_S)


async def send(port: int, all_sent: list[Sent]) -> None:
    """All requests, each client AT_ONCE at a time, over connections that are used again and again."""

    async def one(client: aiohttp.ClientSession, sent: Sent) -> None:
        async with client.post(f"/{sent.kind}/{sent.number}", headers=sent.headers) as answer:
            await answer.read()
            assert answer.status == 200
            assert answer.headers["X-Request-ID"] == f"request-{sent.number}"
            assert answer.headers["traceresponse"].split("-")[1] == sent.trace_id

    async def some(share: list[Sent]) -> None:
        connector, timeout = aiohttp.TCPConnector(limit=AT_ONCE), aiohttp.ClientTimeout(DEADLINE_S)
        url = f"http://127.0.0.1:{port}"
        async with aiohttp.ClientSession(url, connector=connector, timeout=timeout) as client:
            await asyncio.gather(*(one(client, sent) for sent in share))

    await asyncio.gather(*(some(all_sent[number::CLIENTS]) for number in range(CLIENTS)))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crossing")


@pytest.fixture(scope="module")
def port(home: Path) -> Iterator[int]:
    """Two web processes, a worker of two child processes and one of threads, and their broker."""
    with ExitStack() as stack:
        env = {
            "CELERY_SETTINGS": json.dumps({"broker_url": stack.enter_context(redis(home / "broker"))}),
            "CROSSING_READY": str(home),
            "LOGCORR_OTLP": "false",
            "LOGCORR_CONSOLE": "false",
        }
        for pool, concurrency in WORKERS.items():
            options = ("-n", pool, "-Q", pool, "--pool", pool, "--concurrency", concurrency)
            quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
            ready = (home / pool).exists
            stack.enter_context(
                celery_worker("crossing_app", home, APPLICATION, *options, *quiet, ready=ready, env=env)
            )
        web = uvicorn("crossing_app:api", home, APPLICATION, "--workers", str(WEB_PROCESSES), env=env)
        _, port = stack.enter_context(web)
        wait_for(home, b"Application startup complete", WEB_PROCESSES)
        yield port


@pytest.fixture(scope="module")
def all_sent(port: int, home: Path) -> list[Sent]:
    """The requests that were sent, as soon as the journal has what ends each of them and each of their tasks."""
    kinds = list(PLACES)
    sent = [Sent(number, kinds[number % len(kinds)], token_hex(16)) for number in range(REQUESTS)]
    asyncio.run(send(port, sent))
    wait_for(home, b'"component":"celery.app.trace"', REQUESTS * TASKS)
    wait_for(home, b'"component":"logcorr.access"', REQUESTS)
    wait_for(home, f'"place":"{AFTERWARDS}"'.encode(), sum(AFTERWARDS in PLACES[one.kind] for one in sent))
    return sent


@pytest.fixture(scope="module")
def found(all_sent: list[Sent], home: Path) -> list[Record]:
    return records(home)


def key(record: Record) -> tuple[str, Any, Any]:
    context = record["context"]
    return record["component"], context.get("place"), context.get("index")


def of_requests(found: list[Record]) -> list[Record]:
    """The records that were made for a request, by what they say and not by their ids."""
    return [record for record in found if record["component"] in ("crossing", "logcorr.access", *FOR_A_TASK)]


@pytest.mark.timeout(1_200)
def test_no_record_has_the_ids_of_another_request(all_sent: list[Sent], found: list[Record]) -> None:
    """Every record that was made for a request has exactly the ids that the request's client sent."""
    by_trace = {sent.trace_id: sent for sent in all_sent}
    mine = of_requests(found)
    crossed = []
    for record in mine:
        context = record.get("context", {})
        number = context.get("number")
        sent = all_sent[number] if number is not None else by_trace.get(record.get("trace_id"))
        if sent is None or not sent.is_own(record):
            crossed.append(record)
    assert crossed == []
    assert len(mine) == sum(sent.expected().total() for sent in all_sent)


@pytest.mark.timeout(1_200)
def test_no_record_is_missing(all_sent: list[Sent], found: list[Record]) -> None:
    """Each request left each of its records once: one access record, and those of every place and every task."""
    counts: dict[str | None, Counter[tuple[str, Any, Any]]] = defaultdict(Counter)
    for record in of_requests(found):
        trace_id = record.get("trace_id") or record["context"].get("origin_trace_id")
        counts[trace_id][key(record)] += 1
    assert counts == {sent.trace_id: sent.expected() for sent in all_sent}


@pytest.mark.timeout(1_200)
def test_nothing_else_has_ids(all_sent: list[Sent], found: list[Record]) -> None:
    """What the servers say of themselves, when they start and between the requests, is in nobody's trace."""
    mine = set(map(id, of_requests(found)))
    assert [record for record in found if id(record) not in mine and "trace_id" in record] == []


@pytest.mark.timeout(1_200)
def test_no_process_has_a_gap(found: list[Record]) -> None:
    """The records of each process are numbered without a gap, so that none was lost after it was made."""
    numbers: dict[int, list[int]] = {}
    for record in found:
        numbers.setdefault(record["pid"], []).append(record["seq"])
    assert all(sorted(seqs) == list(range(1, len(seqs) + 1)) for seqs in numbers.values())
