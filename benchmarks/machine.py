"""The machine that measures: enough to read figures by, and nothing that names it."""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = [
    "python-json-logger",
    "structlog",
    "loguru",
    "orjson",
    "eliot",
    "logfire",
    "picologging",
    "logxide",
    "rapidlog",
    "ecs-logging",
    "opentelemetry-sdk",
    "opentelemetry-instrumentation-logging",
    "opentelemetry-instrumentation-celery",
    "opentelemetry-instrumentation-asgi",
    "celery",
    "asgi-correlation-id",
    "starlette",
    "grpcio",
]


def described() -> str:
    """One sentence: processor, system, Python, packages."""
    processors = len(os.sched_getaffinity(0))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    lock = "" if getattr(sys, "_is_gil_enabled", lambda: True)() else ", free-threaded"
    kernel = platform.release().partition("-")[0]
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return f"{processors} × {_model()}, Linux {kernel}, {python}{lock}; {packages}."


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


def _model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
