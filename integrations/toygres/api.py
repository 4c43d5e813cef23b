"""The web side of toygres: takes orders for Postgres instances, and is told by the workflows what became of them.

python -m uvicorn api:app --app-dir integrations/toygres --workers 2
"""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException

import logcorr
import placement
import settings
import store
import workflow
from logcorr.integrations.fastapi import instrument
from models import ActivityEvent, InstanceRequest

logcorr.configure(**settings.LOGGING)
log = logcorr.get_logger("toygres.api")


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    store.prepare()
    yield


app = FastAPI(title="toygres", lifespan=lifespan)
instrument(app)


class EndpointUnusableError(Exception):
    """The instance has no address a client could connect to."""


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


# The endpoints below block on SQLite and on the broker, so they are plain functions and run in FastAPI's thread pool.


@app.post("/instances", status_code=202)
def create_instance(order: InstanceRequest) -> dict[str, Any]:
    instance = {
        "instance_id": f"pg-{uuid.uuid4().hex[:8]}",
        "name": order.name,
        "size": order.size,
        "state": "requested",
        "orchestration": "create-instance",
        "run_id": _new_run(),
    }
    _bind(instance)
    log.info("Instance ordered", size=order.size)
    instance["node"] = placement.choose_node(order.name, order.size)
    try:
        store.add(instance)
    except store.NameTakenError:
        raise HTTPException(409, f"an instance named {order.name!r} exists") from None
    workflow.start_create(instance)
    return {"instance": instance, "runId": instance["run_id"]}


@app.get("/instances")
def list_instances() -> list[dict[str, Any]]:
    instances = store.live()
    log.debug("Instances listed", metrics={"instances": len(instances)})
    return instances


@app.get("/instances/{instance_id}")
def get_instance(instance_id: str) -> dict[str, Any]:
    return _find(instance_id)


@app.delete("/instances/{instance_id}", status_code=202)
def delete_instance(instance_id: str) -> dict[str, Any]:
    instance = _find(instance_id)
    if instance["state"] not in ("running", "failed"):
        log.warning("Instance is busy", state=instance["state"])
        raise HTTPException(409, f"instance {instance_id} is {instance['state']}")
    changes = {"state": "delete-requested", "orchestration": "delete-instance", "run_id": _new_run()}
    instance |= changes
    _bind(instance)
    store.update(instance_id, **changes)
    workflow.start_delete(instance)
    return {"instance": instance, "runId": instance["run_id"]}


@app.post("/instances/{instance_id}/events", status_code=204)
def take_event(instance_id: str, event: ActivityEvent) -> None:
    instance = _find(instance_id)
    logcorr.bind(activity_name=event.activity)
    changes = {"state": event.state} | ({"endpoint": event.endpoint} if event.endpoint else {})
    store.update(instance_id, **changes)
    log.info("State changed", before=instance["state"], after=event.state)


@app.get("/instances/{instance_id}/connection")
def get_connection(instance_id: str) -> dict[str, str]:
    instance = _find(instance_id)
    host, port = _address(instance)
    log.debug("Connection handed out", host=host, port=port)
    return {"dsn": f"postgresql://toygres@{host}:{port}/postgres"}


def _find(instance_id: str) -> dict[str, Any]:
    logcorr.bind(instance_id=instance_id)
    instance = store.find(instance_id)
    if instance is None:
        log.warning("No such instance")
        raise HTTPException(404, f"no instance {instance_id}")
    _bind(instance)
    return instance


def _bind(instance: dict[str, Any]) -> None:
    logcorr.bind(
        runId=instance["run_id"],
        instance_id=instance["instance_id"],
        orchestration_name=instance["orchestration"],
    )


def _address(instance: dict[str, Any]) -> tuple[str, int]:
    # A failed instance never got an endpoint, and nobody thought of that here: this is the bug behind the 500s.
    try:
        host, port = instance["endpoint"].split(":")
        return host, int(port)
    except AttributeError as error:
        raise EndpointUnusableError(f"instance {instance['name']!r} has no usable endpoint") from error


def _new_run() -> str:
    return f"run-{uuid.uuid4().hex[:12]}"
