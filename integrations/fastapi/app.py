"""A FastAPI application with logcorr: what its requests log, with any library, has the ids of the request.

python integrations/fastapi/app.py
"""

import logging
import os
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from loguru import logger as loguru_logger

import logcorr
from logcorr.integrations.fastapi import instrument

logcorr.configure(service="orders")
log = logcorr.get_logger("orders")

app = FastAPI(title="orders")
instrument(app)

PRICES = {"cup": 12, "pot": 30}


def run() -> str:
    """A dependency; what it binds is on every record of the request from here on, the access record included."""
    logcorr.bind(runId="run-1")
    return "run-1"


@app.get("/orders/{article}")
async def order(article: str, run_id: Annotated[str, Depends(run)]) -> dict[str, Any]:
    log.info("Order received", article=article)
    price = find_price(article)
    loguru_logger.info("Priced at {}", price)
    return {"article": article, "price": price, "runId": run_id, "trace_id": logcorr.current()["trace_id"]}


@app.get("/broken")
def broken() -> None:
    raise ValueError("a bug, to see its traceback with the ids of the request")


def find_price(article: str) -> int:
    if article not in PRICES:
        logging.getLogger("orders.prices").warning("No price for %r", article)
        raise HTTPException(404, f"there is no {article!r}")
    return PRICES[article]


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, port=int(os.environ.get("PORT", "8000")))
