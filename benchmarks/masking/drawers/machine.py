"""Values that are nobody's: ids, hosts, paths, numbers, names of services."""

import uuid as _uuid
from collections.abc import Callable
from typing import Any

_WORDS = [
    "orders",
    "billing",
    "catalog",
    "checkout",
    "inventory",
    "shipment",
    "invoice",
    "ledger",
    "search",
    "gateway",
    "scheduler",
    "worker",
    "ingest",
    "export",
    "report",
    "notifier",
    "basket",
    "refund",
    "webhook",
    "tenant",
    "workspace",
    "pipeline",
    "release",
    "canary",
    "replica",
    "shard",
    "snapshot",
]
_HOSTS = (
    "db1.internal",
    "redis-0",
    "api.example.com",
    "kafka-2.svc.cluster.local",
    "pg.prod.example.net",
    "localhost",
)
_PATHS = (
    "/var/log/app/server.log",
    "/api/v1/orders",
    "/srv/app/main.py",
    "/healthz",
    "/users/me",
    "/v2/charges",
)


def _hex(length: int) -> Callable[[Any, Any], str]:
    return lambda v, _: f"{v.chance.getrandbits(length * 4):0{length}x}"


def _time(v: Any, _: Any) -> str:
    return (
        f"2026-{v.number(1, 12):02d}-{v.number(1, 28):02d}T{v.number(0, 23):02d}:{v.number(0, 59):02d}:"
        f"{v.number(0, 59):02d}.{v.number(0, 999):03d}Z"
    )


def _int(v: Any, shape: str | None) -> str:
    digits = int(shape[1:]) if shape else v.number(2, 5)
    return str(v.number(10 ** (digits - 1), 10**digits - 1))


DRAWERS = {
    "uuid": lambda v, _: str(_uuid.UUID(int=v.chance.getrandbits(128), version=4)),
    "trace": _hex(32),
    "span": _hex(16),
    "sha": _hex(40),
    "shasum": _hex(64),
    "md": _hex(32),
    "rev": _hex(7),
    "hexdigits": _hex(8),
    "int": _int,
    "ms": lambda v, _: f"{v.chance.uniform(0.1, 950):.3f}",
    "float": lambda v, _: f"{v.chance.uniform(0, 99):.{v.number(3, 15)}f}",
    "word": lambda v, _: v.choice(_WORDS),
    "service": lambda v, _: v.choice(_WORDS) + v.choice(("-api", "-worker", "-svc", "")),
    "host": lambda v, _: v.choice(_HOSTS),
    "port": lambda v, _: str(v.choice((80, 443, 5432, 6379, 8080, 9092, 27017))),
    "path": lambda v, _: v.choice(_PATHS),
    "time": _time,
    "date": lambda v, _: _time(v, _)[:10],
    "epoch": lambda v, _: str(v.number(1_600_000_000, 1_799_999_999)),
    "epochms": lambda v, _: str(v.number(1_600_000_000_000, 1_799_999_999_999)),
    "semver": lambda v, _: f"{v.number(0, 20)}.{v.number(0, 30)}.{v.number(0, 30)}",
    "fourver": lambda v, _: f"{v.number(1, 150)}.{v.number(0, 30)}.{v.number(100, 255)}.{v.number(1, 250)}",
    "order": lambda v, _: f"ORD-{v.number(10**7, 10**8 - 1)}",
    "login": lambda v, _: v.choice(("admin", "svc_app", "postgres", "root", "deploy", "readonly", "etl")),
}
