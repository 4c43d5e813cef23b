"""The web side of test_end_to_end.py: an order starts a chain of tasks, whose last one calls back."""

from celery_app import add, call
from fastapi import FastAPI, Request

import logcorr
from logcorr.integrations.fastapi import instrument

app = FastAPI(telemetry={"auto_configure": False})
instrument(app)
log = logcorr.get_logger("orders")


@app.post("/orders/{order}")
def take(order: str, request: Request) -> dict[str, str]:
    logcorr.bind(runId=f"run-{order}", planId="plan-1")
    (add.s(1, 2) | add.s(3) | call.si(str(request.url_for("done", order=order)))).apply_async()
    return {"order": order}


@app.get("/orders/{order}/done")
async def done(order: str) -> str:
    log.info("done", order=order)
    return order
