"""Collectors: the fast sink, and waiting until a journal is shipped to its end."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.faults.scenarios.journals import Key
from tests.faults.scenarios.writers import PROGRAMS
from tests.shipper.helpers import Service, until
from tests.support.program import environment


class Sink:
    """A running sink that answers after *delay_s*; it is gone at the end of its ``with``."""

    def __init__(self, folder: Path, delay_s: float = 0.0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "arrived.tsv"
        self._file.touch()
        command = [sys.executable, str(PROGRAMS / "sink.py"), str(self._file), str(delay_s)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, env=environment(folder), text=True, cwd=folder
        )
        assert self._process.stdout
        self.endpoint = f"http://127.0.0.1:{int(self._process.stdout.readline())}/v1/logs"

    def count(self) -> int:
        """How many records have arrived, repeats included."""
        return self._file.read_bytes().count(b"\n")

    def arrived(self) -> dict[str, Key]:
        """The records that have arrived, by their uid; a record with two uids fails."""
        found: dict[str, Key] = {}
        for uid, writer, number in filter(lambda line: line[1], self._lines()):
            assert found.setdefault(uid, (writer, number)) == (writer, number), (
                f"two records with the uid {uid}"
            )
        return found

    def repeats(self) -> int:
        """How many came once more, with the same uid."""
        return sum(count - 1 for count in Counter(line[0] for line in self._lines()).values())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def _lines(self) -> Iterator[tuple[str, str, int]]:
        for line in self._file.read_text("utf-8").split("\n")[:-1]:
            uid, writer, number = line.split("\t")
            yield uid, writer, int(number)


@contextmanager
def service_in(home: Path, endpoint: str | None = None, **variables: str) -> Iterator[Service]:
    """A service whose processes and shipper are gone afterwards; its retention removes nothing."""
    variables = {"LOGCORR_MAX_FILES": "100000"} | variables
    service = Service(home, endpoint, **variables)
    try:
        yield service
    finally:
        service.end()


def shipped_whole(service: Service, timeout: float = 220.0) -> None:
    """Return once the shipper stands at the end of the journal; nobody must write any more."""

    def is_at_the_end() -> bool:
        reached, end = service.checkpoint(), service.journal.stat()
        return (reached.inode, reached.offset) == (end.st_ino, end.st_size)

    until(is_at_the_end, timeout)
