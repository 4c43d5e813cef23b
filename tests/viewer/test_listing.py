from logcorr.viewer.listing import Listing


def text(entries, width=None):
    listing = Listing(width=width)
    return [
        "".join(part.text for part in (*line.lead, *line.body))
        for entry in entries
        for line in listing.lines(entry)
    ]


def test_without_a_terminal_a_record_is_one_whole_line(records):
    """Full time and full ids, fields quoted where needed, nothing shortened."""
    long = "v" * 1000
    entry = records.entry(
        0, "hello", trace_id="a" * 32, span_id="b" * 16, runId="r", context={"q": 'a "b"', "v": long}
    )
    expected = (
        "2026-02-11T14:25:30.000000Z INFO  toygres.api: hello  "
        rf'runId=r q="a \"b\"" v={long}  trace_id={"a" * 32} span_id={"b" * 16}  web[1]'
    )
    assert text([entry]) == [expected]


def test_a_terminal_has_short_times_under_their_date(records):
    """The date stands above the first record of each day, ids are short, and long values say that they were cut."""
    entries = [
        records.entry(0, "a", trace_id="a" * 32),
        records.entry(1, "b", context={"v": "v" * 310}),
        records.entry(86_400_000, "c"),
    ]
    assert text(entries, 100) == [
        "2026-02-11 UTC",
        "14:25:30.000 INFO  toygres.api: a  aaaaaaaa  web[1]",
        f"14:25:30.001 INFO  toygres.api: b  v={'v' * 300}…(+10 characters)  web[1]",
        "2026-02-12 UTC",
        "14:25:30.000 INFO  toygres.api: c  web[1]",
    ]


def test_what_the_message_says_is_not_said_again(records):
    """The access line's method, route and status, and the names of a task's machinery, are no fields of the line."""
    context = {"method": "GET", "route": "/a", "status": 200, "requestId": "q"}
    access = records.closing(0, "GET /a", "a" * 16, context=context, message="GET /a 200")
    task = records.entry(
        1, "working", context={"task_id": "1", "queue": "q", "worker": "w", "retries": 0, "n": 5}
    )
    shown = text([access, task], 100)
    assert shown[1] == "14:25:30.000 INFO  toygres.api: GET /a 200  requestId=q  4bf92f35  web[1]"
    assert shown[2] == "14:25:30.001 INFO  toygres.api: working  n=5  web[1]"


def test_an_exception_is_indented_below_its_record(records):
    """Its lines begin with blanks, so that none can pass for a record."""
    shown = text([records.entry(0, "x", exception={"type": "E", "message": "boom\n2026 forged"})])
    assert len(shown) == 2
    assert shown[1].startswith("    E: boom")
