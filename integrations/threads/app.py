"""Threads, pools, timers and processes with logcorr: whatever works for an order has the order's ids.

python integrations/threads/app.py
"""

import asyncio
import logging
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import logcorr

log = logging.getLogger("kitchen")


def cook(dish: str) -> None:
    log.info("cooked %s", dish)


def print_bill(headers: dict[str, str], total: int) -> None:
    """In a process of its own: the ids come with the headers."""
    with logcorr.operation("print bill", kind="consumer", parent=logcorr.extract(headers)):
        log.info("the bill is %d", total)


async def serve(cooks: ThreadPoolExecutor, printer: ProcessPoolExecutor, number: int) -> None:
    loop = asyncio.get_running_loop()
    with logcorr.operation("order", runId=f"order-{number}", tenantId="table-7"):
        await loop.run_in_executor(cooks, cook, "soup")
        await asyncio.to_thread(cook, "bread")
        timer = threading.Timer(0.01, log.info, ["the oven rings"])
        timer.start()
        timer.join()
        await asyncio.wrap_future(printer.submit(print_bill, logcorr.inject({}), 12))


def configure() -> None:
    logcorr.configure(service="restaurant", console=False)


def watch(closing: threading.Event) -> None:
    log.info("watching the stove")
    closing.wait()
    log.info("the stove is off")


async def main() -> None:
    closing = threading.Event()
    with logcorr.operation("open", runId="opening"):
        with logcorr.detached():  # begun within a unit of work, and no part of it
            stove = threading.Thread(target=watch, args=(closing,))
            stove.start()
        late = threading.Thread(target=lambda: closing.wait() and log.info("who left the door open?"))
        late.start()
    # Two orders at once share three cooks and a printer.
    with ThreadPoolExecutor(3) as cooks, ProcessPoolExecutor(1, get_context("spawn"), configure) as printer:
        await asyncio.gather(serve(cooks, printer, 1), serve(cooks, printer, 2))
    closing.set()
    stove.join()
    late.join()


if __name__ == "__main__":
    configure()
    asyncio.run(main())
