"""What is printed becomes records: as text, as bytes, a line in parts, lines as other systems end them."""

from pathlib import Path

from tests.support.program import records, run_program

PRINTED = """
import io, logging, sys
import logcorr
logcorr.configure(console=False, otlp=False)
from logcorr.integrations.celery.printed import Printed, end_printed_lines

sys.stdout = printed = Printed(sys.stdout, logging.WARNING)
"""
LINES = """
print("in", "one", flush=True)
print("in ", end="", flush=True)
print("parts")
print("two\\r\\nlines\\r\\n")
print("50%\\r100%")
print("é ☃ \U0001f600 \\ud800")
printed.writelines(["a\\n", "b\\n"])
print("", "  ")
print("left", end="")
end_printed_lines()
"""
BYTES = """
found = "é ☃ bytes\\n".encode()
assert printed.buffer.write(found[:1]) == 1
printed.buffer.write(found[1:5])
printed.buffer.write(memoryview(found[5:]))
printed.buffer.write(b"\\xff\\n")
print("between")
wrapped = io.TextIOWrapper(printed.buffer, encoding="utf-8", line_buffering=True)
print("through a wrapper é", file=wrapped)
assert printed.buffer.writable() and not printed.buffer.readable()
"""


def printed(code: str, home: Path) -> list[str]:
    """The messages of the records that are made of what *code* prints, which prints nothing."""
    done = run_program(PRINTED + code, home)
    assert (done.stdout, done.stderr) == ("", "")
    found = records(home)
    assert {(record["component"], record["level"]) for record in found} == {("celery.redirected", "WARNING")}
    return [record["message"] for record in found]


def test_lines(tmp_path: Path) -> None:
    """A record a line, however many calls it takes to print it, without the line's end and without empty ones."""
    assert printed(LINES, tmp_path) == [
        *("in one", "in parts", "two", "lines", "50%\r100%", "é ☃ \U0001f600 \\ud800", "a", "b", "left")
    ]


def test_bytes(tmp_path: Path) -> None:
    """What is written to the buffer of standard output is a record as well, also where a write ends within a character."""
    assert printed(BYTES, tmp_path) == ["é ☃ bytes", "\\xff", "between", "through a wrapper é"]
