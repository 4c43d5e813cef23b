"""Logs a little, asks whether it has arrived, and ends: tells what flush() said, and how long it took."""

import logging
import time

import logcorr

logcorr.configure()
for number in range(20):
    logging.getLogger("faults.ending").info("record", extra={"writer": "ending", "number": number})
before = time.monotonic()
print(logcorr.flush(0.1))
print(time.monotonic() - before, flush=True)
