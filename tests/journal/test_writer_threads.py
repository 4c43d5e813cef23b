"""Threads of one process that write to a journal which is rotated under them all the time."""

import threading
from pathlib import Path

from logcorr.diagnostics import Diagnostics
from logcorr.journal.format import journal_files
from logcorr.journal.writer import JournalWriter

THREADS, LINES = 8, 400


def test_no_line_is_lost_while_threads_rotate(tmp_path: Path) -> None:
    """Whichever threads find the file full at the same moment: every line is there once, and nothing is complained of."""
    for turn in range(5):
        diagnostics = Diagnostics()
        base = tmp_path / str(turn) / "server.log"
        writer = JournalWriter(
            [base], diagnostics, max_file_bytes=4000, max_files=1_000_000, keep_unshipped=False
        )
        failed: list[Exception] = []

        def work(number: int, writer: JournalWriter = writer, failed: list[Exception] = failed) -> None:
            for line in range(LINES):
                try:
                    writer.write(b"%d-%d %b\n" % (number, line, b"x" * 90))
                except Exception as error:
                    failed.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lines = [line for path in journal_files(base) for line in path.read_bytes().splitlines()]
        assert failed == []
        assert len(lines) == len(set(lines)) == THREADS * LINES
        assert dict(diagnostics.counts) == {}
        assert len(journal_files(base)) > 5
        writer.close()
