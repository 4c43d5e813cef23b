import json
import os
import subprocess
import sys
import time
from collections import Counter

import pytest

from logcorr.diagnostics import Diagnostics
from logcorr.journal.format import journal_files
from logcorr.journal.reader import Follower, read_lines
from logcorr.journal.writer import JournalWriter
from tests.support.program import REPOSITORY


@pytest.fixture
def base(tmp_path):
    """Where the journal of a test is: in a directory that does not exist yet."""
    return tmp_path / "home" / "server.log"


@pytest.fixture
def open_writer(base):
    """Opens writers of one journal; they are closed after the test."""
    opened = []

    def open_one(*candidates, **options):
        options = {"max_file_bytes": 10_000_000, "max_files": 10, "keep_unshipped": False} | options
        writer = JournalWriter(candidates or [base], Diagnostics(), **options)
        opened.append(writer)
        return writer

    yield open_one
    for writer in opened:
        writer.close()


@pytest.fixture
def start():
    """Starts Python code in a process of its own, which is gone when the test is over."""
    started = []

    def begin(code, *arguments, **options):
        options = {"stdout": subprocess.PIPE, "text": True} | options
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-c", code, *map(str, arguments)]
        process = subprocess.Popen(command, env=environment, **options)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def written(base):
    """Every line of the journal as an object, oldest file first; a line that is no JSON fails."""

    def read():
        return [json.loads(line) for path in journal_files(base) for line in read_lines(path)]

    return read


@pytest.fixture
def follow(base):
    """Follows the journal without waiting for writers to settle; closed after the test."""
    opened = []

    def follow(start=None, *, from_end=False, settle_s=0.0):
        follower = Follower(base, start, from_end=from_end, settle_s=settle_s)
        opened.append(follower)
        return follower

    yield follow
    for follower in opened:
        follower.close()


@pytest.fixture
def drain():
    """The lines that a follower has for now."""

    def drain(follower, max_bytes=1024):
        lines = []
        while chunk := follower.poll(max_bytes):
            lines += [line for _, line in chunk.lines()]
        return lines

    return drain


@pytest.fixture
def until():
    """Waits for a condition, and gives what made it true."""

    def wait(condition, timeout=20.0):
        deadline = time.monotonic() + timeout
        while not (found := condition()):
            assert time.monotonic() < deadline, "the condition was not met in time"
            time.sleep(0.005)
        return found

    return wait


@pytest.fixture
def repeated():
    """What occurs more than once."""
    return lambda items: [item for item, count in Counter(items).items() if count > 1]


@pytest.fixture
def read_through():
    """Numbers of the readable lines of a file, and the lines that are not readable."""

    def read(path):
        numbers, fragments = [], []
        for text in read_lines(path):
            try:
                numbers.append(json.loads(text)["seq"])
            except ValueError:
                fragments.append(text)
        return numbers, fragments

    return read
