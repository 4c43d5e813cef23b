"""Times as a person types them and as a person reads them. Everything is UTC, as in the journal."""

import re
from datetime import UTC, datetime, time, timedelta

from logcorr.errors import invalid_value
from logcorr.viewer.entry import microseconds

_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)")
_UNIT_S = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_ALLOWED = "a time is 30s, 10m, 2h, 1d (ago), 14:25 (today, UTC) or 2026-02-11T14:25:30Z"


def parse_when(text: str, setting: str = "since", now: datetime | None = None) -> int:
    """The moment that *text* means, in microseconds: so long ago, a time of today, or an ISO date and time."""
    now = now or datetime.now(UTC)
    try:
        if ago := _AGO.fullmatch(text.strip()):
            return microseconds(now - timedelta(seconds=float(ago[1]) * _UNIT_S[ago[2]]))
        if ":" in text[:3]:
            return microseconds(datetime.combine(now.date(), time.fromisoformat(text.strip())))
        return microseconds(datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError):
        raise invalid_value(setting, text, _ALLOWED) from None


def duration(us: float) -> str:
    """So many microseconds, in about four digits: ``0.4ms``, ``12.3ms``, ``1.204s``, ``2m03s``, ``3h04m``."""
    if us < 999_950:
        return f"{us / 1000:.1f}ms"
    if us < 59_999_500:
        return f"{us / 1_000_000:.3f}s"
    seconds = round(us / 1_000_000)
    if seconds < 3600:
        return f"{seconds // 60}m{seconds % 60:02}s"
    minutes = round(seconds / 60)
    return f"{minutes // 60}h{minutes % 60:02}m"
