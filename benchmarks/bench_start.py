"""What a program waits for before its first record: python benchmarks/bench_start.py [--quick]"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping

from measured import Measured
from table import table

ROUNDS, QUICK_ROUNDS = 41, 7
BARE, OURS = "Python, bare", "logcorr"
PROGRAMS = {
    BARE: "",
    "import logging": "import logging; logging.basicConfig(filename='{file}')",
    OURS: "import logcorr; logcorr.configure(file='{file}', console=False)",
    "python-json-logger": (
        "import logging; from pythonjsonlogger.json import JsonFormatter; "
        "handler = logging.FileHandler('{file}'); handler.setFormatter(JsonFormatter()); "
        "logging.getLogger().addHandler(handler)"
    ),
    "structlog": "import structlog, orjson; structlog.configure(); structlog.get_logger()",
    "loguru": "from loguru import logger; logger.add('{file}', serialize=True)",
    "OpenTelemetry SDK, logs by gRPC": (
        "import logging; from opentelemetry.sdk._logs import LoggerProvider; "
        "from opentelemetry.sdk._logs.export import BatchLogRecordProcessor; "
        "from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter; "
        "from opentelemetry.instrumentation.logging.handler import LoggingHandler; "
        "provider = LoggerProvider(); "
        "provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(insecure=True))); "
        "logging.getLogger().addHandler(LoggingHandler(logger_provider=provider))"
    ),
    "logfire": "import logfire; logfire.configure(send_to_logfire=False, console=False)",
}
_END = "; import os; os._exit(0)"  # what an exporter does at the exit is another matter


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    for measured in measure(quick=parser.parse_args().quick):
        print(table(measured), end="\n\n")


def measure(*, quick: bool) -> list[Measured]:
    whole: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        programs = {
            name: (program.format(file=f"{folder}/{number}.log") + _END).removeprefix("; ")
            for number, (name, program) in enumerate(PROGRAMS.items())
        }
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
        # As it is where a package was installed: compiled, by a first run that does not count.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for code in programs.values():
            milliseconds(code, environment)
        for _ in range(QUICK_ROUNDS if quick else ROUNDS):
            for name, code in programs.items():
                whole[name].append(milliseconds(code, environment))
    added = {
        name: [own - bare for own, bare in zip(found, whole[BARE], strict=True)]
        for name, found in whole.items()
        if name != BARE
    }
    against = {name: OURS for name in added if name not in (OURS, "import logging")}
    notes = {"import logging": "not yet JSON"}
    return [Measured("start", "Import and configure, above bare Python", "ms", added, notes, against)]


def milliseconds(code: str, environment: Mapping[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
