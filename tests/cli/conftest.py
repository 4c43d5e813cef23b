import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from logcorr.cli import cli
from tests.shipper.conftest import service

__all__ = ["service"]

ROOT = Path(__file__).parents[2]


class Records:
    """Makes the lines of records, a second apart from each other unless `at` says when."""

    def __init__(self):
        self.seq = 0

    def line(self, message="hello", *, at=None, level="INFO", **fields):
        self.seq += 1
        at = at or datetime(2026, 2, 11, 14, tzinfo=UTC) + timedelta(seconds=self.seq)
        time = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        record = {"timestamp": time, "level": level, "component": "toygres.api", "message": message}
        record |= {"service": "web", "pid": 1, "seq": self.seq} | fields
        return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@pytest.fixture
def records():
    return Records()


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "server.log"


@pytest.fixture
def run():
    """Runs a command in this process; gives its result with output, stderr and exit_code."""
    return lambda *arguments: CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture
def environment():
    """The environment of a command in a process of its own: this package, and no setting from outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LOGCORR_", "OTEL_"))}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}


@pytest.fixture
def start(environment):
    """Starts a command in a process of its own, which is gone when the test is over."""
    started = []

    def begin(*arguments, **options):
        command = [sys.executable, "-m", "logcorr", *map(str, arguments)]
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment} | options
        process = subprocess.Popen(command, **options)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()
