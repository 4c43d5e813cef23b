"""The requests of the demo, and what each of them must be answered with."""

import secrets
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

THREADS = 8
TENANTS = ("tenant-7", "tenant-42")
SIZES = ("small", "small", "large", "small", "broken", "small", "large")
INSTANCES = 14


@dataclass(frozen=True)
class Call:
    """One request, with the status it must get and the trace and tenant it belongs to, if the client names them."""

    method: str
    path: str
    expected: int
    json: dict[str, Any] | None = None
    trace_id: str | None = None
    tenant: str | None = None

    def headers(self) -> dict[str, str]:
        headers = {}
        if self.trace_id:
            headers["traceparent"] = f"00-{self.trace_id}-{secrets.token_hex(8)}-01"
        if self.tenant:
            headers["X-Tenant-ID"] = self.tenant
        return headers


@dataclass
class Traffic:
    """Sends calls from a thread pool and remembers what came of them."""

    url: str
    answered: list[tuple[Call, httpx.Response]] = field(default_factory=list)

    def send(self, calls: Iterable[Call]) -> list[httpx.Response]:
        """The answers, in the order of the calls."""
        # no connection is kept: each request may reach either web process
        limits = httpx.Limits(max_keepalive_connections=0)
        with (
            httpx.Client(base_url=self.url, limits=limits, timeout=20, trust_env=False) as client,
            ThreadPoolExecutor(THREADS) as pool,
        ):
            calls = list(calls)
            responses = list(pool.map(lambda call: _send(client, call), calls))
        self.answered += zip(calls, responses, strict=True)
        return responses

    def statuses(self) -> dict[int, int]:
        """How often each status was answered."""
        return dict(sorted(Counter(response.status_code for _, response in self.answered).items()))

    def surprises(self) -> list[str]:
        """One sentence for each answer that is not the expected one."""
        return [
            f"{call.method} {call.path} was answered {response.status_code}, not {call.expected}"
            for call, response in self.answered
            if response.status_code != call.expected
        ]


def orders() -> list[Call]:
    """Creations, half of them within a trace of the client; and requests that are wrong in themselves."""
    creations = [
        Call(
            "POST",
            "/instances",
            202,
            {
                "name": f"db-{number}",
                "size": SIZES[number % len(SIZES)],
                "owner": f"ada.{number}@example.com",
            },
            trace_id=secrets.token_hex(16) if number % 2 == 0 else None,
            tenant=TENANTS[number // 2 % len(TENANTS)] if number % 2 == 0 else None,
        )
        for number in range(INSTANCES)
    ]
    others = [
        Call("POST", "/instances", 422, {"name": "No Spaces"}),
        Call("POST", "/instances", 422, {"name": "db-huge", "size": "huge"}, tenant=TENANTS[0]),
        Call("GET", "/instances/pg-unknown", 404),
        Call("DELETE", "/instances/pg-unknown", 404, trace_id=secrets.token_hex(16)),
        Call("GET", "/instances", 200),
        Call("GET", "/health", 200),
    ]
    return creations + others


def repeated_orders() -> list[Call]:
    """Creations whose names are taken."""
    return [Call("POST", "/instances", 409, {"name": f"db-{number}"}) for number in range(3)]


def questions(instances: list[dict[str, Any]]) -> list[Call]:
    """What clients ask once the workflows are through; a broken instance answers the last question with a 500."""
    reads = [Call("GET", f"/instances/{instance['instance_id']}", 200) for instance in instances]
    connections = [
        Call(
            "GET",
            f"/instances/{instance['instance_id']}/connection",
            500 if instance["size"] == "broken" else 200,
            trace_id=secrets.token_hex(16),
        )
        for instance in instances
        if instance["size"] != "small"
    ]
    return [*reads, *connections, Call("GET", "/instances", 200)]


def deletions(instances: list[dict[str, Any]]) -> list[Call]:
    """The end of every third instance that is not broken."""
    return [
        Call("DELETE", f"/instances/{instance['instance_id']}", 202, tenant=TENANTS[1])
        for instance in instances[::3]
        if instance["size"] != "broken"
    ]


def _send(client: httpx.Client, call: Call) -> httpx.Response:
    return client.request(call.method, call.path, json=call.json, headers=call.headers())
