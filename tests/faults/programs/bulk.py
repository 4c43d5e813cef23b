"""Logs as many numbered records as it is told, as fast as it can."""

import logging
import sys

import logcorr

name, count, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
logcorr.configure()
log = logging.getLogger("faults.bulk")
for number in range(first, first + count):
    log.info("record %d of a backlog", number, extra={"writer": name, "number": number, "runId": "run-1"})
