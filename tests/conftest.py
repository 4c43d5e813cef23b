"""For every test: the signals of a process in the foreground, and the native core as the environment wants it."""

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

# A shell that runs the tests in the background has them ignore Ctrl-C, and so would every program that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes is the machine's business.
settings.register_profile("any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any speed")


@pytest.fixture(autouse=True)
def native_core() -> None:
    """What is usual is done in C, as after ``configure()``, whatever the test before has configured."""
    from logcorr import native

    assert native.want(native=os.environ.get("LOGCORR_NATIVE") != "false") or "LOGCORR_NATIVE" in os.environ
