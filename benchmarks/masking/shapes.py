"""Records of fixed shape that maskers are timed with: assembled, and not masked yet."""

import json
from typing import Any

Record = dict[str, Any]
IDS = {"trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "span_id": "00f067aa0ba902b7", "trace_sampled": True}
HEAD = {"timestamp": "2026-11-21T10:15:30.123456Z", "level": "DEBUG", "component": "shop.orders"}
TAIL = {"service": "shop", "pid": 4711, "seq": 1}
TYPICAL = {
    "orderId": "ORD-48211907",
    "attempt": 2,
    "http": {"method": "POST", "path": "/api/v1/orders", "status": 201, "durationMs": 12.4},
    "headers": {
        "content-type": "application/json",
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64)",
        "accept": "*/*",
    },
    "items": [{"sku": "A-1", "qty": 2, "price": "19.90"}, {"sku": "B-22", "qty": 1, "price": "5.00"}],
    "requestId": "6f1c2a54-2f1e-4d0c-9b9f-0a2f8a3f3c11",
    "tags": ["checkout", "eu-central-1", "blue"],
    "note": "reserved stock in warehouse 12, shipping by express",
    "query": "SELECT id, total FROM orders WHERE state = 'open' LIMIT 50",
}
HITS = {
    "user": {"email": "jane.doe@example.org", "phone": "+49 151 23456789", "plan": "pro"},
    "headers": {"Authorization": "Bearer " + "a1B2c3D4" * 4, "Cookie": "sid=" + "0f9e" * 8},
    "db": "postgres://app:hunter" + "22@db1.internal:5432/shop",
    "client_ip": "203.0.113.77",
    "url": "https://api.example.com/v1/x?token=" + "q9W8" * 6 + "&page=2",
}


def record(message: str, context: dict[str, Any]) -> Record:
    return HEAD | {"message": message} | IDS | {"context": context} | TAIL


def fixed() -> dict[str, Record]:
    """The four."""
    contexts = {
        "plain": {"orderId": "ORD-48211907", "state": "placed", "items": 3},
        "typical": TYPICAL,
        "hits": TYPICAL | HITS,
        "large": TYPICAL | {"rows": [_row(number) for number in range(130)]},
    }
    return {name: record(f"order placed, {name} record", context) for name, context in contexts.items()}


def new_hits(number: int) -> Record:
    """The one with hits, with secrets and people that are in no other *number*'s."""
    hits = {
        "user": {
            "email": f"jane.doe{number}@example.org",
            "phone": f"+49 151 {23000000 + number}",
            "plan": "pro",
        },
        "headers": {
            "Authorization": f"Bearer {number:06}" + "a1B2c3D4" * 4,
            "Cookie": f"sid={number:06}" + "0f9e" * 8,
        },
        "db": f"postgres://app:hunter{number:06}@db1.internal:5432/shop",
        "client_ip": f"203.{number // 62500}.{number // 250 % 250}.{1 + number % 250}",
        "url": f"https://api.example.com/v1/x?token={number:06}" + "q9W8" * 5 + "&page=2",
    }
    return record("order placed", TYPICAL | hits)


def size(record: Record) -> int:
    """Bytes of its JSON."""
    return len(json.dumps(record))


def _row(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "sku": f"SKU-{number:05}",
        "text": f"line {number} of the order, packed in box {number % 7}",
        "ok": True,
        "price": f"{number}.90",
    }
