"""The wheel: with the native core where there is a compiler, in Python alone where there is none."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCES = ("logcorr", "tools", "pyproject.toml", "README.md", "LICENSE", ".gitignore")


def built(folder: Path, **environ: str) -> zipfile.ZipFile:
    """The wheel of a copy of the sources in *folder*."""
    for name in SOURCES:
        source, target = REPOSITORY / name, folder / "source" / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
        else:
            shutil.copy(source, target)
    command = [
        *(
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--wheel-dir",
        ),
        *(str(folder / "wheels"), str(folder / "source")),
    ]
    subprocess.run(command, env={**os.environ, **environ}, check=True, capture_output=True)
    (wheel,) = (folder / "wheels").iterdir()
    return zipfile.ZipFile(wheel)


def status(wheel: zipfile.ZipFile, folder: Path) -> str:
    """What a fresh process that has only the wheel's own package says of the core."""
    wheel.extractall(folder / "site")
    code = "import logcorr; logcorr.configure(otlp=False); print(logcorr.__file__, logcorr.status().native)"
    environ = {**os.environ, "PYTHONPATH": str(folder / "site"), "HOME": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", code], env=environ, cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_a_compiler_makes_the_core(tmp_path):
    wheel = built(tmp_path)
    assert not str(wheel.filename).endswith("-none-any.whl")
    (core,) = [name for name in wheel.namelist() if name.endswith(".so")]
    assert core.startswith("logcorr/native/_core.")
    assert not [name for name in wheel.namelist() if name.endswith((".c", ".h"))]
    assert status(wheel, tmp_path) == f"{tmp_path}/site/logcorr/__init__.py True"


@pytest.mark.parametrize("why", ["no compiler", "it fails", "not wanted"])
def test_without_a_compiler_all_is_python(tmp_path, why):
    tools = tmp_path / "bin"
    tools.mkdir()
    if why == "it fails":
        for name in ("gcc", "cc", "clang"):
            (tools / name).write_text("#!/bin/sh\nexit 1\n")
            (tools / name).chmod(0o755)
    environ = {"HATCH_BUILD_NO_HOOKS": "true"} if why == "not wanted" else {"PATH": str(tools)}
    wheel = built(tmp_path, **environ)
    assert str(wheel.filename).endswith("-py3-none-any.whl")
    assert not [name for name in wheel.namelist() if name.endswith((".so", ".c", ".h"))]
    assert status(wheel, tmp_path) == f"{tmp_path}/site/logcorr/__init__.py False"
