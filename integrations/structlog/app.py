"""structlog with logcorr: loggers made before configure(), context variables, and async verbs."""

import asyncio

import structlog

import logcorr

log = structlog.get_logger("payments", currency="EUR")  # made before configure(), as in any module


async def pay(amount: int) -> None:
    with logcorr.operation("pay", tenantId="tenant-7"):
        logcorr.bind(runId=f"run-{amount}")
        with structlog.contextvars.bound_contextvars(attempt=1):
            await log.ainfo("paying", amount=amount)
            await check(amount)


async def check(amount: int) -> None:
    limits = structlog.get_logger("payments.limits")
    limits.debug("limit is %d", 1000)
    if amount > 1000:
        limits.warning("over the limit", amount=amount, metrics={"overBy": amount - 1000})


async def run() -> None:
    await asyncio.gather(pay(10), pay(2000))


def main() -> None:
    structlog.configure(processors=[structlog.processors.JSONRenderer()])  # what the application had before
    logcorr.configure(service="payments", level="info,payments.limits=debug")
    asyncio.run(run())
    try:
        asyncio.run(asyncio.wait_for(asyncio.sleep(1), timeout=0.01))
    except TimeoutError:
        log.exception("not settled")


if __name__ == "__main__":
    main()
