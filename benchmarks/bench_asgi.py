"""What a middleware adds to a request, logcorr's against its peers in one run: python benchmarks/bench_asgi.py

Every contender runs in a process of its own that waits for its turn; rounds are interleaved, so that what else the
machine does falls on all of them. A request is a call of the application, without a server and without a socket. What
counts is the difference to the application alone, of the same round.
"""

import argparse
import asyncio
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from web_contenders import BARE, CONTENDERS, PEER

CALLS, WARM_UP, ROUNDS = 1_500, 500, 25
HEADERS = [
    (b"host", b"api.example.com"),
    (b"user-agent", b"bench/1.0"),
    (b"accept", b"application/json"),
    (b"accept-encoding", b"gzip, br"),
    (b"connection", b"keep-alive"),
    (b"traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    (b"x-request-id", b"6f1c2a54-2f1e-4d0c-9b9f-0a2f8a3f3c11"),
    (b"x-tenant-id", b"tenant-1"),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", metavar="NAME", help=argparse.SUPPRESS)
    parser.add_argument("--only", nargs="*", default=[], help="contenders whose name contains one of these")
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.serve))
        return
    wanted = [name for name in CONTENDERS if any(part in name for part in options.only)] or list(CONTENDERS)
    print(report(measure(list(dict.fromkeys([*(BARE[name] for name in wanted), *wanted])))))


async def serve(name: str) -> None:
    """A contender's process: a round for every line it is sent, its nanoseconds of CPU a request in return."""
    with tempfile.TemporaryDirectory() as folder:
        app = CONTENDERS[name](Path(folder))
        await request(app, check=True)
        await rounds(app, WARM_UP)
        for _ in sys.stdin:
            print(await rounds(app, CALLS), flush=True)


async def rounds(app: Any, calls: int) -> float:
    started = time.process_time_ns()
    for _ in range(calls):
        await request(app)
    return (time.process_time_ns() - started) / calls


async def request(app: Any, *, check: bool = False) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/items/7",
        "raw_path": b"/items/7",
        "query_string": b"",
        "root_path": "",
        "headers": HEADERS,
        "client": ("127.0.0.1", 51234),
        "server": ("127.0.0.1", 8000),
        "state": {},
        "extensions": {},
    }
    await app(scope, receive, send)
    if check:
        start, body, *_ = sent
        assert (start["status"], body["body"]) == (200, b"ok"), sent


def measure(names: list[str]) -> dict[str, list[float]]:
    """Nanoseconds of CPU a request of every round of every contender."""
    processes = {name: start(name) for name in names}
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(ROUNDS):
        for name, process in processes.items():
            times[name].append(one_round(process))
    for process in processes.values():
        process.communicate()
    return times


def start(name: str) -> subprocess.Popen[str]:
    arguments = [sys.executable, __file__, "--serve", name]
    return subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def one_round(process: subprocess.Popen[str]) -> float:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def report(times: dict[str, list[float]]) -> str:
    rows = ["| | µs of CPU a request, median | above the bare application | quartiles | against its peer |"]
    rows.append("|---|--:|--:|--:|--:|")
    added = {
        name: [(own - bare) / 1000 for own, bare in zip(found, times[BARE[name]], strict=True)]
        for name, found in times.items()
    }
    for name, found in times.items():
        if BARE[name] == name:
            rows.append(f"| {name} | {median(found) / 1000:.1f} | | | |")
            continue
        low, middle, high = quantiles(added[name], n=4)
        peer = PEER.get(name, "")
        ratio = f"{median(added[peer]) / middle:.1f}× as cheap as {peer}" if peer in added else ""
        rows.append(
            f"| {name} | {median(found) / 1000:.1f} | {middle:.1f} | {low:.1f} to {high:.1f} | {ratio} |"
        )
    packages = (
        "starlette",
        "fastapi",
        "asgi-correlation-id",
        "opentelemetry-instrumentation-asgi",
        "structlog",
    )
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    machine = f"Python {platform.python_version()}, {platform.machine()}; {versions}"
    return "\n".join([*rows, "", f"{ROUNDS} interleaved rounds of {CALLS} requests; {machine}."])


if __name__ == "__main__":
    main()
