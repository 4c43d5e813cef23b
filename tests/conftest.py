"""For every test: the signals of a process in the foreground, wherever the tests are run from."""

import signal

# A shell that runs the tests in the background has them ignore Ctrl-C, and so would every program that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
