"""A Celery application with logcorr: the tasks of a chain are in the trace of whoever sent it, retries included.

python -m celery --workdir integrations/celery -A app worker    # the worker
python integrations/celery/app.py                               # sends a chain
"""

import os

from celery import Celery, Task, chain
from celery.utils.log import get_task_logger

import logcorr

logcorr.configure(service="payments")
log = logcorr.get_logger("payments")
task_log = get_task_logger("payments.tasks")

app = Celery("payments", broker=os.environ.get("BROKER_URL", "redis://127.0.0.1:6379/0"))
app.conf.update(task_ignore_result=True, broker_connection_retry_on_startup=True)


@app.task(name="payments.authorize", bind=True, max_retries=1)
def authorize(self: Task, amount: int) -> int:
    logcorr.bind(stepId="authorize")
    if self.request.retries == 0:
        log.warning("The bank does not answer", amount=amount)
        raise self.retry(countdown=0)
    return amount


@app.task(name="payments.book")
def book(amount: int) -> None:
    logcorr.bind(stepId="book")
    task_log.info("Booked %s", amount)


def pay(amount: int) -> str:
    """The trace id of a payment, which has been sent to the worker."""
    with logcorr.operation("pay", runId="run-1", tenantId="tenant-1"):
        chain(authorize.s(amount), book.s()).apply_async()
        log.info("Payment sent", amount=amount)
        return str(logcorr.current()["trace_id"])


if __name__ == "__main__":
    print(pay(42))
