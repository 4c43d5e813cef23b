"""The worker side of toygres: the orchestrations that create and delete an instance, as chains of Celery tasks.

python -m celery --workdir integrations/toygres -A workflow worker --pool prefork --concurrency 2
"""

import time
from typing import Any

import httpx
from celery import Celery, Task, chain, signals
from celery.utils.log import get_task_logger

import broker
import logcorr
import settings
from logcorr.integrations.celery import instrument

logcorr.configure(**settings.LOGGING)
log = logcorr.get_logger("toygres.workflow")
# the logger most Celery code uses; its records carry the same ids
task_log = get_task_logger("toygres.activities")

app = Celery("toygres")
app.conf.update(
    **broker.celery_settings(),
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
)
instrument(app)

Instance = dict[str, Any]
WORK_S = 0.02


class ServerNotReadyError(Exception):
    """Postgres was started but does not take connections yet: worth another attempt."""


class RegistrationError(Exception):
    """The endpoint cannot be published, however often one tries."""


class Activity(Task):
    """A step of an orchestration; when it fails for good, the API hears of it."""

    abstract = True
    autoretry_for = (ServerNotReadyError, httpx.TransportError)
    max_retries = 3
    default_retry_delay = 0.2

    def on_failure(
        self, _exc: Exception, _task_id: str, args: tuple[Any, ...], _kwargs: dict[str, Any], _einfo: object
    ) -> None:
        report(args[0], self.name.removeprefix("toygres."), "failed")


def start_create(instance: Instance) -> None:
    """Send the workflow that creates the instance."""
    chain(allocate_storage.s(instance), start_server.s(), register_endpoint.s()).apply_async()
    log.info("Workflow sent", activities=3)


def start_delete(instance: Instance) -> None:
    """Send the workflow that deletes the instance."""
    chain(drain_connections.s(instance), stop_server.s(), release_storage.s()).apply_async()
    log.info("Workflow sent", activities=3)


@app.task(base=Activity, name="toygres.allocate_storage")
def allocate_storage(instance: Instance) -> Instance:
    _begin(instance, "allocate_storage", "create-1")
    gigabytes = 100 if instance["size"] == "large" else 10
    task_log.debug("Volume of %s GB allocated on %s", gigabytes, instance["node"])
    report(instance, "allocate_storage", "allocating")
    return instance | {"volume": f"vol-{instance['instance_id']}"}


@app.task(base=Activity, name="toygres.start_server", bind=True)
def start_server(self: Task, instance: Instance) -> Instance:
    _begin(instance, "start_server", "create-2")
    if self.request.retries == 0:
        log.warning("Postgres does not answer yet", volume=instance["volume"], port=5432)
        raise ServerNotReadyError("the database system is starting up")
    task_log.info("Postgres answers on %s", instance["node"])
    report(instance, "start_server", "starting")
    return instance


@app.task(base=Activity, name="toygres.register_endpoint")
def register_endpoint(instance: Instance) -> None:
    _begin(instance, "register_endpoint", "create-3")
    endpoint = f"{instance['name']}.toygres.local:5432"
    try:
        _publish(endpoint, instance["size"])
    except OSError as error:
        raise RegistrationError(f"{endpoint} cannot be registered") from error
    log.info("Endpoint registered", endpoint=endpoint)
    report(instance, "register_endpoint", "running", endpoint=endpoint)


@app.task(base=Activity, name="toygres.drain_connections")
def drain_connections(instance: Instance) -> Instance:
    _begin(instance, "drain_connections", "delete-1")
    task_log.info("Connections drained", extra={"metrics": {"connections": 7}})
    report(instance, "drain_connections", "draining")
    return instance


@app.task(base=Activity, name="toygres.stop_server")
def stop_server(instance: Instance) -> Instance:
    _begin(instance, "stop_server", "delete-2")
    log.debug("Postgres stopped", node=instance["node"])
    report(instance, "stop_server", "releasing")
    return instance


@app.task(base=Activity, name="toygres.release_storage")
def release_storage(instance: Instance) -> None:
    _begin(instance, "release_storage", "delete-3")
    log.info("Volume released")
    report(instance, "release_storage", "deleted")


def report(instance: Instance, activity: str, state: str, *, endpoint: str | None = None) -> None:
    """Tell the API the state an activity has reached, as part of the trace the activity runs in."""
    headers: dict[str, str] = {}
    logcorr.inject(headers)
    answer = httpx.post(
        f"{settings.API_URL}/instances/{instance['instance_id']}/events",
        json={"activity": activity, "state": state, "endpoint": endpoint},
        headers=headers,
        timeout=10,
    )
    answer.raise_for_status()


@signals.worker_ready.connect
def announce(**_: Any) -> None:
    settings.WORKER_READY.touch()


def _begin(instance: Instance, activity: str, step: str) -> None:
    logcorr.bind(
        runId=instance["run_id"],
        instance_id=instance["instance_id"],
        orchestration_name=instance["orchestration"],
        activity_name=activity,
        stepId=step,
    )
    log.debug("Activity begins", instance_name=instance["name"])
    time.sleep(WORK_S)  # stands for the work, so that durations are visible


def _publish(endpoint: str, size: str) -> None:
    if size == "broken":
        raise ConnectionRefusedError(f"the name server refused {endpoint}")
