"""For every test: the signals of a process in the foreground, wherever the tests are run from."""

import signal

from hypothesis import HealthCheck, settings

# A shell that runs the tests in the background has them ignore Ctrl-C, and so would every program that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes is the machine's business.
settings.register_profile("any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any speed")
