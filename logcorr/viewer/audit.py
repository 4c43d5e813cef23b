"""Reading a journal whole, to tell what is wrong with it: lines that are no records, and records that are not there."""

import re
import time
import zlib
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from logcorr.journal.reader import Chunk
from logcorr.severity import BY_NAME
from logcorr.viewer.gaps import Gaps, Process
from logcorr.viewer.parts import Part, parts

TORN, NO_JSON, NO_RECORD, TOO_LONG, UNREADABLE = (
    "torn",
    "no JSON object",
    "no record",
    "too long",
    "unreadable",
)

_EXAMPLES = 100
_SHOWN_BYTES = 120
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z").fullmatch
# How long a record may be under way between its number and the file.
_UNDER_WAY_S = 1.0
_POLL_S = 0.05
_DAMAGED = (OSError, EOFError, zlib.error)
# What every record has, besides its level and its time.
_KINDS = {"component": str, "message": str, "service": str, "pid": int, "seq": int}
_NUMBERED = ("service", "pid", "seq", "timestamp")


class Fault(NamedTuple):
    """What is wrong with a line; *line* counts from 1, and is 0 where it is the file."""

    kind: str
    file: Path
    line: int
    text: str


class Audit:
    """What was found in the journal *path*: read when it is made, and what is written afterwards is not seen.

    *path* is as for ``viewer.reading.Journal``. Raises OSError when it is not there, or cannot be opened.
    """

    def __init__(self, path: Path, max_record_bytes: int) -> None:
        self.path = path
        self.files = 0
        self.bytes = 0
        self.records = 0
        self.counts: Counter[str] = Counter()
        self.faults: list[Fault] = []
        self._limit = max_record_bytes
        self._gaps = Gaps()
        self._place = (path, 0)
        with ExitStack() as stack:
            self._read([stack.enter_context(closing(part)) for part in parts(path)], stack)
        self.processes: list[Process] = self._gaps.processes()

    @property
    def lost(self) -> int:
        """How many records are missing."""
        return sum(process.lost for process in self.processes)

    @property
    def repeats(self) -> int:
        """How many records stand in it a second time."""
        return sum(process.repeats for process in self.processes)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is missing, torn or otherwise wrong."""
        return not (self.lost or self.repeats or self.counts)

    def _read(self, opened: list[Part], stack: ExitStack) -> None:
        for part in opened:
            self.files += 1
            self.bytes += part.size
            try:
                self._read_part(part)
            except _DAMAGED as error:
                self._fault(UNREADABLE, str(error), at=(part.path, 0))
            self._gaps.end_file()
        torn = [part for part in opened if part.tail]
        live, known = [part for part in opened if part.is_live], {part.inode for part in opened}
        self._await_rest(live, torn, known, stack)
        for part in torn:
            self._fault(TORN, part.tail, at=(part.path, part.lines + 1))

    def _read_part(self, part: Part) -> None:
        for lines in part.read():
            for number, line in enumerate(lines, part.lines + 1):
                if line:
                    self._place = (part.path, number)
                    self._line(line)
            part.lines += len(lines)

    def _await_rest(self, live: list[Part], torn: list[Part], known: set[int], stack: ExitStack) -> None:
        """Wait a little for what is being written at this moment: it is not missing, nor are those *torn* that are completed.

        It may be written into a file that was begun meanwhile, one whose inode is not *known*.
        """
        deadline = time.monotonic() + _UNDER_WAY_S
        while live and time.monotonic() < deadline:
            if self._gaps.is_whole and not any(part in torn for part in live):
                return
            time.sleep(_POLL_S)
            live += [stack.enter_context(closing(part)) for part in self._begun(known)]
            for part in live:
                self._complete(part, torn)

    def _begun(self, known: set[int]) -> list[Part]:
        """The files of the journal that are not *known*, and are from now on."""
        try:
            listed = parts(self.path)
        except OSError:  # it has just been renamed
            return []
        begun = [part for part in listed if part.inode not in known]
        known.update(part.inode for part in begun)
        for part in listed:
            if part not in begun:
                part.close()
        return begun

    def _complete(self, part: Part, torn: list[Part]) -> None:
        """Read on in *part*: the line that was torn is one more, and of those behind it only what was missing counts."""
        for lines in part.read():
            for line in lines:
                if part in torn:
                    torn.remove(part)
                    part.lines += 1
                    self._place = (part.path, part.lines)
                    self._line(line)
                elif (numbered := _numbered(_parsed(line))) and self._gaps.fill(*numbered):
                    self.records += 1

    def _line(self, line: bytes) -> None:
        try:
            record = orjson.loads(line)
            service, pid, seq, timestamp = (record[key] for key in _NUMBERED)
            is_record = (
                type(service) is str
                and type(pid) is int
                and type(seq) is int
                and seq > 0 < pid
                and record["level"] in BY_NAME
                and type(record["component"]) is str
                and type(record["message"]) is str
                and _TIMESTAMP(timestamp)
            )
        except (ValueError, KeyError, TypeError):
            is_record = None
        if not is_record:
            self._odd_line(line)
            return
        if len(line) >= self._limit:
            self._fault(TOO_LONG, f"{len(line) + 1:,} bytes, and {self._limit:,} are allowed")
        self.records += 1
        self._gaps.add(service, pid, seq, timestamp)

    def _odd_line(self, line: bytes) -> None:
        whole = [rest for _, rest in Chunk("", 0, line + b"\n").lines() if rest != line]
        if whole:  # a fragment, with the next record right behind it
            self._fault(TORN, line)
            self._line(whole[0])
            return
        record = _parsed(line)
        if record is None:
            self._fault(TORN if line.startswith(b"{") else NO_JSON, line)
            return
        self._fault(NO_RECORD, _complaint(record))
        self.records += 1
        if numbered := _numbered(record):
            self._gaps.add(*numbered)

    def _fault(self, kind: str, what: bytes | str, at: tuple[Path, int] | None = None) -> None:
        self.counts[kind] += 1
        if len(self.faults) < _EXAMPLES:
            text = what if isinstance(what, str) else what[:_SHOWN_BYTES].decode("utf-8", "backslashreplace")
            self.faults.append(Fault(kind, *(at or self._place), text))


def _numbered(record: dict[str, Any] | None) -> tuple[str, int, int, str] | None:
    """What Gaps takes of a *record*, if that is there."""
    if record is None or not all(type(record.get(key)) is _KINDS[key] for key in _NUMBERED[:3]):
        return None
    service, pid, seq = (record[key] for key in _NUMBERED[:3])
    return (service, pid, seq, str(record.get("timestamp"))) if seq > 0 else None


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        record = orjson.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _complaint(record: dict[str, Any]) -> str:
    wrong = [key for key, kind in _KINDS.items() if type(record.get(key)) is not kind]
    if not isinstance(record.get("timestamp"), str) or not _TIMESTAMP(record["timestamp"]):
        wrong.append("timestamp")
    if not isinstance(record.get("level"), str) or record["level"] not in BY_NAME:
        wrong.append("level")
    lacking = [key for key in wrong if key not in record]
    changed = [f"{key}={record[key]!r}"[:_SHOWN_BYTES] for key in wrong if key in record]
    words = [f"without {', '.join(lacking)}"] if lacking else []
    words += [f"with {', '.join(changed)}"] if changed else []
    return " and ".join(words) or f"with pid={record['pid']}, seq={record['seq']}"
