"""What a library's lines do not hold is found, and said."""

import json

VALUES, BOUND, TRACE_ID = ["o-1", 12.5], ["run-1", "prod"], "4bf92f3577b34da6a3ce929d0e0e4736"


def whole():
    return {
        "message": "order placed",
        "orderId": "o-1",
        "amount": 12.5,
        "run": "run-1",
        "env": "prod",
        "t": TRACE_ID,
    }


def lacking(text):
    from lines import lacking

    return lacking(text, "order placed", VALUES, BOUND, TRACE_ID)


def test_a_whole_line_lacks_nothing():
    """A line of JSON with every value is as it has to be."""
    assert lacking(json.dumps(whole()) + "\n") == []


def test_what_is_dropped_is_named():
    """Fields, bound fields and the ids of the span, in part or altogether."""
    line = whole()
    del line["orderId"], line["run"], line["env"], line["t"]
    assert lacking(json.dumps(line) + "\n") == ["1 of the 2 fields", "bound fields", "ids of the span"]


def test_only_the_last_record_counts():
    """A value in an earlier line does not stand for one that the last line lacks."""
    dropped = json.dumps({"message": "order placed"})
    assert lacking(f"{json.dumps(whole())}\n{dropped}\n") == ["fields", "bound fields", "ids of the span"]


def test_a_record_of_several_lines_is_no_json_but_holds_its_values():
    """Plain text with a traceback is looked at as a whole."""
    text = (
        f"ERROR o-1 12.5 run-1 prod {TRACE_ID}\nTraceback (most recent call last):\nKeyError: order placed\n"
    )
    assert lacking(text) == ["JSON"]


def test_records_without_an_end_are_counted_all_the_same():
    """A library that ends no line has written as many records as there are marks."""
    from lines import marked

    assert len(marked("order placed 1 order placed 2 order placed 3", "order placed")) == 3
    assert len(marked("order placed 1\nother\norder placed 2\n", "order placed")) == 2


def test_rotated_files_are_read_and_companions_are_not(tmp_path):
    """What a file was rotated to belongs to it; what stands beside it does not."""
    from lines import read

    for name, text in {"0.log": "b", "0.log.1": "a", "0.log.lock": "x", "10.log": "y"}.items():
        (tmp_path / name).write_text(text)
    assert sorted(read(tmp_path / "0.log")) == ["a", "b"]
