import io
import random

import pytest

from logcorr.viewer import blocks


@pytest.fixture(params=[1, 2, 7, 64, 1000])
def _block_bytes(request, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", request.param)


def _random_data(seed):
    chance = random.Random(seed)
    return b"".join(chance.choice([b"\n", b"a", b"longer text", b"\n\n"]) for _ in range(60))


@pytest.mark.usefixtures("_block_bytes")
@pytest.mark.parametrize("seed", range(20))
def test_blocks_hold_every_byte_once_and_break_only_between_lines(seed):
    """Forwards and backwards, the blocks put together are the file, and each but the last ends with a newline."""
    data = _random_data(seed)
    ahead = list(blocks.forward(io.BytesIO(data), len(data)))
    back = list(blocks.backward(io.BytesIO(data), len(data)))[::-1]
    assert b"".join(ahead) == b"".join(back) == data
    assert all(block.endswith(b"\n") for block in ahead[:-1] + back[:-1])


@pytest.mark.usefixtures("_block_bytes")
def test_reading_stops_at_the_end_it_was_given():
    """What was appended after the end was taken is not read."""
    assert b"".join(blocks.forward(io.BytesIO(b"a\nb\nc\n"), 4)) == b"a\nb\n"
    assert b"".join(blocks.backward(io.BytesIO(b"a\nb\nc\n"), 2)) == b"a\n"


def test_a_file_without_newlines_is_not_held_in_memory(monkeypatch):
    """A line beyond the limit is given up piece by piece."""
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 10)
    monkeypatch.setattr(blocks, "LINE_LIMIT_BYTES", 50)
    data = b"x" * 1000 + b"\nlast\n"
    for found in (blocks.forward(io.BytesIO(data)), blocks.backward(io.BytesIO(data), len(data))):
        pieces = list(found)
        assert max(map(len, pieces)) < 100
        assert any(b"last\n" in piece for piece in pieces)


def test_the_place_of_a_time_is_found_without_reading_the_file(records, monkeypatch):
    """No record from that time on lies before the offset, and little of the older ones behind it."""
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 1000)
    lines = [records.line(ms * 1000) for ms in range(2000)]
    lines[700] = b"no record\n"
    data = b"".join(lines)
    for second in (0, 1, 700, 1999):
        wanted_at = 1770819930_000000 + second * 1_000_000
        offset = blocks.offset_before(io.BytesIO(data), len(data), wanted_at)
        exact = sum(map(len, lines[:second]))
        assert exact - 3000 < offset <= exact
        assert offset == 0 or data[offset - 1 : offset] == b"\n"
