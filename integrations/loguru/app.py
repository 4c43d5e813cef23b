"""loguru with logcorr: bound and contextual fields, levels of its own, caught exceptions, and a sink that stays."""

import sys
from pathlib import Path

from loguru import logger

import logcorr

logger.level("AUDIT", no=33)


def deliver(parcel: int) -> None:
    with (
        logcorr.operation("deliver", tenantId="tenant-7", runId=f"run-{parcel}"),
        logger.contextualize(parcel=parcel),
    ):
        logger.info("on the way to {city}", city="Lyon")
        logger.bind(signed_by="Ada").log("AUDIT", "handed over")


@logger.catch
def weigh(parcel: float) -> float:
    return 1 / parcel


def main() -> None:
    logger.add("parcels.txt", format="{level} {message}")  # a sink of the application's own goes on
    logcorr.configure(service="parcels")
    deliver(1)
    weigh(0)
    logger.success("day is done")
    sys.stderr.write(Path("parcels.txt").read_text("utf-8"))


if __name__ == "__main__":
    main()
