"""Programs as users write them: run in a process and a home of their own, their journal read back strictly."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from logcorr.journal.format import journal_files
from logcorr.journal.reader import read_lines

REPOSITORY = Path(__file__).resolve().parents[2]


def environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a fresh user whose home is *home*, with *extra* in it."""
    own = ("LOGCORR_", "OTEL_", "XDG_")
    # Whether all tests go without the native core.
    kept = {
        key: value for key, value in os.environ.items() if key == "LOGCORR_NATIVE" or not key.startswith(own)
    }
    path = os.pathsep.join(filter(None, [str(REPOSITORY), kept.get("PYTHONPATH", "")]))
    # Unbuffered: a test that reads what a running program prints would wait for its end otherwise.
    return {**kept, "HOME": str(home), "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **(extra or {})}


def run_program(
    code: str,
    home: Path,
    *args: str,
    env: Mapping[str, str] | None = None,
    timeout: float = 60,
    check: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Run *code* as a Python program in *home*; with *check* its exit code has to be 0."""
    home.mkdir(parents=True, exist_ok=True)
    script = home / "program.py"
    script.write_text(code, "utf-8")
    done = subprocess.run(
        [sys.executable, str(script), *args],
        cwd=home,
        env=environment(home, env),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def journal(home: Path, service: str = "toygres") -> Path:
    """Where the journal of *service* is in *home*."""
    return home / f".{service}" / "server.log"


def records(home: Path, service: str = "toygres") -> list[dict[str, Any]]:
    """Every record of the journal in *home*, oldest file first; a line that is not strict JSON fails."""
    return [strict_json(line) for path in journal_files(journal(home, service)) for line in read_lines(path)]


def strict_json(line: bytes) -> dict[str, Any]:
    """One line as an object, refusing what RFC 8259 does not have, and two keys of one name."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON: {line[:200]!r}")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(pairs)) == len(pairs), f"a key twice: {line[:200]!r}"
        return dict(pairs)

    found = json.loads(line.decode("utf-8"), parse_constant=refuse, object_pairs_hook=unique)
    assert isinstance(found, dict)
    return found
