"""Addresses of machines and devices: public IPs, MACs, IMEIs, places on the map."""

import ipaddress
from typing import Any

from stdnum import luhn
from vendors import drawn


def _ipv4(v: Any, _: str | None) -> str:
    while True:
        address = ipaddress.IPv4Address(v.number(1 << 24, (224 << 24) - 1))
        if (
            address.is_global
            and not str(address).endswith((".0", ".1"))
            and int(str(address).split(".")[0]) > 20
        ):
            return str(address)


def _ipv6(v: Any, shape: str | None) -> str:
    head = v.choice((0x20010470, 0x2A001450, 0x26064700, 0x2A0201AB, 0x2600_1F18, 0x24008901))
    low = v.chance.getrandbits(96)
    if shape == "short" or (shape is None and v.number(0, 1)):
        low = (v.chance.getrandbits(32) << 64) | v.chance.getrandbits(32)
    return str(ipaddress.IPv6Address(head << 96 | low))


def _private(v: Any, _: str | None) -> str:
    return v.choice(
        (
            f"10.{v.number(0, 255)}.{v.number(0, 255)}.{v.number(2, 254)}",
            f"192.168.{v.number(0, 9)}.{v.number(2, 254)}",
            f"172.{v.number(16, 31)}.{v.number(0, 9)}.{v.number(2, 254)}",
        )
    )


def _mac(v: Any, shape: str | None) -> str:
    parts = [f"{byte:02x}" for byte in v.chance.randbytes(6)]
    shape = shape or v.choice(("colon", "colon", "dash", "upper"))
    if shape == "cisco":
        flat = "".join(parts)
        return ".".join(flat[i : i + 4] for i in (0, 4, 8))
    text = ("-" if shape == "dash" else ":").join(parts)
    return text.upper() if shape in ("upper", "dash") else text


def _imei(v: Any, shape: str | None) -> str:
    body = v.choice(("35", "86", "52", "99")) + drawn("d", 12, v.chance)
    number = body + luhn.calc_check_digit(body)
    return f"{number[:2]}-{number[2:8]}-{number[8:14]}-{number[14]}" if shape == "dashed" else number


DRAWERS = {
    "ip": lambda v, shape: _ipv6(v, shape) if v.number(0, 9) < 3 else _ipv4(v, None),
    "ipfour": _ipv4,
    "ipsix": _ipv6,
    "privateip": _private,
    "mac": _mac,
    "imei": _imei,
    "imsi": lambda v, _: v.choice(("26201", "31026", "23415", "20801")) + drawn("d", 10, v.chance),
    "lat": lambda v, _: f"{v.chance.uniform(-60, 70):.5f}{v.number(1, 9)}",
    "lon": lambda v, _: f"{v.chance.uniform(-150, 150):.5f}{v.number(1, 9)}",
}
