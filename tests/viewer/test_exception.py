import pytest

from logcorr.viewer.exception import exception_rows


def text(exception, *, whole=True):
    return ["".join(part.text for part in row) for row in exception_rows(exception, whole=whole)]


def frames(count):
    return [
        {"file": f"/v/lib/site-packages/lib/f{n}.py", "line": n, "function": f"g{n}"} for n in range(count)
    ]


def test_type_message_frames_and_causes_stand_below_each_other():
    """The exception comes first, then its notes and frames, then what caused it."""
    error = {
        "type": "ValueError",
        "message": "bad",
        "notes": ["while reading row 3"],
        "frames": [{"file": "/srv/app.py", "line": 3, "function": "load"}],
        "cause": {"type": "KeyError", "message": "'x'", "context": {"type": "OSError", "message": ""}},
    }
    assert text(error) == [
        "ValueError: bad",
        "  note: while reading row 3",
        "  /srv/app.py:3 load",
        "caused by KeyError: 'x'",
        "while handling OSError",
    ]


def test_a_group_names_its_members():
    """Each member is numbered and indented, with its own frames."""
    group = [{"type": "A", "message": "1"}, {"type": "B", "message": "2", "frames": frames(1)}]
    assert text({"type": "ExceptionGroup", "message": "many", "group": group}) == [
        "ExceptionGroup: many",
        "  1 of 2: A: 1",
        "  2 of 2: B: 2",
        "    /v/lib/site-packages/lib/f0.py:0 g0",
    ]


def test_a_long_traceback_is_cut_in_the_middle_for_a_person():
    """On a terminal the first two and the last eight frames remain, with short paths; whole, all of them do."""
    error = {"type": "E", "message": "m", "frames": frames(50)}
    cut = text(error, whole=False)
    assert cut[1:4] == ["  lib/f0.py:0 g0", "  lib/f1.py:1 g1", "  … 40 frames …"]
    assert cut[-1] == "  lib/f49.py:49 g49"
    assert len(cut) == 12
    assert len(text(error)) == 51


def test_the_traceback_of_another_program_is_shown_as_text():
    """Without frames the stack trace stands there line by line."""
    assert text({"type": "E", "stacktrace": "Traceback:\n  here"}) == ["E", "  Traceback:", "    here"]


@pytest.mark.parametrize(
    "odd", ["boom\nbang", 7, None, ["x"], {"frames": [1, {}], "group": "no", "cause": 3, "type": 1}]
)
def test_an_odd_exception_is_shown_somehow(odd):
    """Whatever stands under "exception" gives at least one line and never raises."""
    assert text(odd)


def test_a_chain_without_end_is_cut():
    """A thousand causes give a bounded number of lines."""
    error = {"type": "E", "message": "m"}
    for _ in range(1000):
        error = {"type": "E", "message": "m", "cause": error}
    assert len(text(error)) < 20
