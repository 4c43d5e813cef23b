from datetime import UTC, datetime, timedelta

import pytest

from logcorr.viewer.entry import microseconds
from logcorr.viewer.when import duration, parse_when

NOW = datetime(2026, 2, 11, 14, 25, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("30s", NOW - timedelta(seconds=30)),
        ("10m", NOW - timedelta(minutes=10)),
        ("1.5h", NOW - timedelta(minutes=90)),
        ("1d", NOW - timedelta(days=1)),
        ("2w", NOW - timedelta(days=14)),
        ("09:30", datetime(2026, 2, 11, 9, 30, tzinfo=UTC)),
        ("9:30", None),
        ("14:25:30.5", datetime(2026, 2, 11, 14, 25, 30, 500000, tzinfo=UTC)),
        ("2026-02-10", datetime(2026, 2, 10, tzinfo=UTC)),
        ("2026-02-11T14:00", datetime(2026, 2, 11, 14, tzinfo=UTC)),
        ("2026-02-11T15:00:00+01:00", datetime(2026, 2, 11, 14, tzinfo=UTC)),
        ("soon", None),
        ("", None),
        ("10", None),
        ("99999999999w", None),
    ],
)
def test_a_time_is_read_as_a_person_means_it(text, meant):
    """So long ago, a time of today, or an ISO date; anything else is refused with what is allowed."""
    if meant is None:
        with pytest.raises(ValueError, match=r"--since=.*10m"):
            parse_when(text, "--since", NOW)
    else:
        assert parse_when(text, "--since", NOW) == microseconds(meant)


@pytest.mark.parametrize(
    ("us", "text"),
    [
        (0, "0.0ms"),
        (400, "0.4ms"),
        (12_300, "12.3ms"),
        (999_949, "999.9ms"),
        (999_960, "1.000s"),
        (1_204_000, "1.204s"),
        (59_999_700, "1m00s"),
        (123_000_000, "2m03s"),
        (3_600_000_000, "1h00m"),
        (11_040_000_000, "3h04m"),
    ],
)
def test_a_duration_is_four_digits_long(us, text):
    """The unit follows the size, and rounding never shows 1000 of a unit."""
    assert duration(us) == text
