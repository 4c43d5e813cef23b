"""Forks and spawns children that log and leave, while threads log at full speed; tells what was made and who hung."""

import json
import logging
import multiprocessing
import os
import signal
import sys
import threading

import logcorr

DEADLINE_S = 60
RECORDS_OF_A_CHILD = 3
logcorr.configure()
log = logging.getLogger("faults.forker")


def child(number):
    for part in range(RECORDS_OF_A_CHILD):
        log.info("child", extra={"writer": f"child-{number}", "number": part})


def by_os_fork(number):
    pid = os.fork()
    if not pid:
        signal.alarm(DEADLINE_S)
        child(number)
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


def by_multiprocessing(number, method):
    process = multiprocessing.get_context(method).Process(target=child, args=(number,))
    process.start()
    process.join(DEADLINE_S)
    in_time = process.exitcode == 0
    process.kill()
    return in_time


def begin(number):
    """Whether the child *number* ended well, and in time."""
    if number % 50 == 49:
        return by_multiprocessing(number, "spawn")
    if number % 10 == 9:
        return by_multiprocessing(number, "fork")
    return by_os_fork(number)


def main(forks, talkers):
    stop, made = threading.Event(), [0] * talkers

    def talk(index):
        while not stop.is_set():
            log.info("thread", extra={"writer": f"thread-{index}", "number": made[index]})
            made[index] += 1

    threads = [threading.Thread(target=talk, args=(index,)) for index in range(talkers)]
    for thread in threads:
        thread.start()
    hung = [number for number in range(forks) if not begin(number)]
    stop.set()
    for thread in threads:
        thread.join()
    print(json.dumps({"made": made, "hung": hung}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
