"""Many processes write one journal: nothing is lost, torn or repeated, across rotation, kills and forks."""

import json
import signal
import time
from collections import Counter

import pytest

from logcorr.journal.format import journal_files
from logcorr.journal.reader import read_lines
from tests.support.program import records, run_program

PREPARE = """
import os, sys
from pathlib import Path
from logcorr.diagnostics import Diagnostics
from logcorr.journal.writer import JournalWriter
base, name, count, size, max_files = Path(sys.argv[1]), int(sys.argv[2]), *map(int, sys.argv[3:6])
writer = JournalWriter(
    [base], Diagnostics(), max_file_bytes=1_000_000, max_files=max_files, keep_unshipped=sys.argv[6] == "keep"
)
def line(number):
    return b'{"timestamp":"","name":%d,"seq":%d,"pad":"%s"}\\n' % (name, number, b"x" * size)
print("ready", flush=True)
"""
WRITE = PREPARE + "assert all([writer.write(line(number)) for number in range(count)])"
WRITE_ON = PREPARE + "number = 0\nwhile True: writer.write(line(number)); number += 1"


@pytest.mark.parametrize(("max_files", "keep"), [(10, "keep"), (100, "strict")])
def test_eight_processes_lose_and_tear_nothing_across_rotation(base, start, follow, drain, max_files, keep):
    """80,000 lines, files of 1 MB: each line once, in the order of its process, in the files and for a follower."""
    follower = follow(settle_s=2.0)
    writers = [start(WRITE, base, name, 10_000, 130, max_files, keep) for name in range(8)]
    followed = []
    while any(writer.poll() is None for writer in writers):
        followed += drain(follower, 512 * 1024)
    assert [writer.wait() for writer in writers] == [0] * 8
    written = [line for path in journal_files(base) for line in read_lines(path)]
    places = [(found["name"], found["seq"]) for found in map(json.loads, written)]
    assert Counter(places) == Counter((name, seq) for name in range(8) for seq in range(10_000))
    files = journal_files(base)
    assert len(files) >= 4
    # Each of the eight looks after an eighth of the limit; on a busy machine the one that renames may be late.
    assert all(path.stat().st_size < 5_000_000 for path in files)
    follower._settle_s = 0
    followed += drain(follower, 512 * 1024)
    assert followed == written


def written_bytes(base):
    try:
        return sum(path.stat().st_size for path in journal_files(base))
    except FileNotFoundError:  # renamed between the listing and the look
        return written_bytes(base)


@pytest.mark.parametrize("size", [100, 100_000], ids=["short lines", "lines of many pages"])
def test_sigkill_while_writing_spoils_no_line(base, start, size):
    """Processes are killed in the middle of it, 12 in turn: every complete line is a whole record, none is glued."""
    for name in range(12):
        writer = start(WRITE_ON, base, name, 0, size, 1000, "strict")
        assert writer.stdout.readline() == "ready\n"
        before = written_bytes(base)
        while written_bytes(base) == before:
            time.sleep(0.001)
        time.sleep(0.0003 * name)  # anywhere in a write
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    begun = Counter()
    for path in journal_files(base):
        for text in read_lines(path):
            try:
                record = json.loads(text)
            except ValueError:  # a fragment, on a line of its own
                assert text.count(b'{"timestamp"') == 1
                continue
            assert record["seq"] == begun[record["name"]]
            begun[record["name"]] += 1
    assert len(begun) == 12


def test_every_record_of_a_hundred_forks_while_threads_log(tmp_path):
    """Every child made by fork logs and leaves by os._exit: no hang, no record lost, its own pid and numbering."""
    code = """
import logging, os, threading
import logcorr
logcorr.configure(console=False, otlp=False)
log = logging.getLogger("forker")
stop = threading.Event()
def talk():
    while not stop.is_set():
        log.info("thread")
threads = [threading.Thread(target=talk) for _ in range(4)]
for thread in threads: thread.start()
children = []
for number in range(100):
    child = os.fork()
    if not child:
        for part in range(5): log.info("child", extra={"number": number, "part": part})
        os._exit(0)
    assert os.waitpid(child, 0) == (child, 0)
stop.set()
for thread in threads: thread.join()
"""
    run_program(code, tmp_path, env={"PYTHONWARNINGS": "ignore::DeprecationWarning"})
    children = [record for record in records(tmp_path) if record["message"] == "child"]
    assert Counter(
        (record["context"]["number"], record["context"]["part"]) for record in children
    ) == Counter((number, part) for number in range(100) for part in range(5))
    assert len({record["pid"] for record in children}) == 100
    assert all(record["seq"] == record["context"]["part"] + 1 for record in children)


def test_seq_has_no_gap_in_any_process(tmp_path):
    """A reader can prove that nothing is missing: each process counts from 1 without a gap."""
    code = """
import logging, multiprocessing
import logcorr
logcorr.configure(console=False, otlp=False, max_file_bytes=65536)
def work(number):
    for _ in range(300): logging.getLogger("w").info("hello")
context = multiprocessing.get_context("fork")
work(0)
workers = [context.Process(target=work, args=(number,)) for number in range(4)]
for worker in workers: worker.start()
for worker in workers: worker.join()
"""
    run_program(code, tmp_path)
    by_process: dict[int, list[int]] = {}
    for record in records(tmp_path):
        by_process.setdefault(record["pid"], []).append(record["seq"])
    assert len(by_process) == 5
    assert all(numbers == list(range(1, 301)) for numbers in by_process.values())
