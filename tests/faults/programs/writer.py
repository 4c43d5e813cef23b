"""Logs numbered records until SIGTERM and reports each on stdout once the call has returned; then tells how it went."""

import json
import logging
import os
import random
import signal
import sys
import time
from statistics import quantiles

import logcorr

name, pause, longest = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
logcorr.configure()
log = logging.getLogger("faults.writer")
dice = random.Random(name)
stopped = False
took = []
number = raised = 0


def stop(*_):
    global stopped
    stopped = True


signal.signal(signal.SIGTERM, stop)
while not stopped:
    pad = "x" * (dice.randrange(1000, longest) if longest > 1000 and dice.random() < 0.02 else 60)
    before = time.perf_counter_ns()
    try:
        log.info("record", extra={"writer": name, "number": number, "pad": pad})
    except Exception:
        raised += 1
    took.append(time.perf_counter_ns() - before)
    os.write(1, b"%d\n" % number)
    number += 1
    if pause:
        time.sleep(pause)
cuts = quantiles(took, n=100) if len(took) > 1 else [0] * 99
summary = {
    "made": number,
    "raised": raised,
    "problems": dict(logcorr.status().problems),
    "median_us": cuts[49] / 1000,
    "p99_us": cuts[98] / 1000,
}
os.write(1, json.dumps(summary).encode() + b"\n")
