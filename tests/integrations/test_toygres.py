"""The demo, as a newcomer runs it, over every broker that it speaks."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.support.program import REPOSITORY, environment, strict_json
from tests.support.servers import rabbitmq, redis

TIMEOUT_S = 120


@pytest.fixture(params=["filesystem", "redis", "rabbitmq"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment that names a running broker; an empty one for files."""
    server = {"redis": redis, "rabbitmq": rabbitmq}.get(request.param)
    with server(tmp_path / "broker") if server else nullcontext() as url:
        yield {"TOYGRES_BROKER_URL": url} if url else {}


def test_the_demo_shows_one_trace_through_web_worker_retry_and_call_back(
    broker: dict[str, str], tmp_path: Path
) -> None:
    """The demo ends well, its journal is strict JSON, and nothing that it started is left."""
    home = tmp_path / "home"
    env = {**environment(tmp_path, broker), "TOYGRES_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "integrations/toygres/demo.py"],
        cwd=REPOSITORY,
        env=env,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All as expected" in done.stdout
    for words in ("toygres.start_server RETRY", "toygres.start_server retry 1", "/events"):
        assert words in done.stdout
    lines = (home / ".toygres" / "server.log").read_bytes().splitlines()
    assert len([strict_json(line) for line in lines]) > 300
    assert not processes_naming(str(home))


def processes_naming(text: str) -> list[str]:
    """The processes whose command line or environment has *text* in it, but for this one."""
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal() or int(process.name) == os.getpid():
            continue
        try:
            told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if text.encode() in told:
            found.append(told.decode("utf-8", "replace")[:300])
    return found
