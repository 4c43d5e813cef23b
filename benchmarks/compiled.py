"""What a compiled hot path would gain: python benchmarks/compiled.py, in the project's .venv, with a C compiler.

mypyc compiles the modules that every record passes, of a copy of the package and of the same source; then both, pure and
compiled, make the same records in interleaved rounds.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ours import standard_door, structlog_door
from variants import compared, serve_calls

PACKAGE = Path(__file__).resolve().parents[1] / "logcorr"
MODULES = ("pipeline.py", "pieces.py", "masking/glance.py", "journal/writer.py")
DOORS = {"stdlib": standard_door, "structlog": structlog_door}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        contend(options.serve[0], Path(options.serve[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        compile_copy(Path(folder))
        for door in DOORS:
            for told in compared(commands(door, Path(folder))):
                print(f"{door} door: {told}")


def compile_copy(folder: Path) -> None:
    shutil.copytree(PACKAGE, folder / "logcorr", ignore=shutil.ignore_patterns("__pycache__"))
    command = [
        sys.executable,
        "-c",
        "import sys; from mypyc.__main__ import main; main()",
        *(f"logcorr/{module}" for module in MODULES),
    ]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def commands(door: str, folder: Path) -> dict[str, list[str]]:
    """The processes of *door*, pure and of the compiled copy in *folder*."""
    code = "import sys; sys.path[:0] = sys.argv.pop().split(':'); import compiled; compiled.main()"
    paths = {"pure": PACKAGE.parent, "compiled": folder}
    return {
        name: ["-c", code, "--serve", door, f"{folder}/{door}-{name}.log", f"{path}:{Path(__file__).parent}"]
        for name, path in paths.items()
    }


def contend(door: str, file: Path) -> None:
    from opentelemetry.sdk.trace import TracerProvider

    with TracerProvider().get_tracer("bench").start_as_current_span("bench"):
        serve_calls(DOORS[door](file))


if __name__ == "__main__":
    main()
