"""The instances, in a SQLite file that web processes and the demo share. Logs through loguru."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from loguru import logger

import settings

BUSY_TIMEOUT_S = 10.0

SCHEMA = """
CREATE TABLE IF NOT EXISTS instances (
    instance_id   TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    size          TEXT NOT NULL,
    node          TEXT NOT NULL,
    state         TEXT NOT NULL,
    orchestration TEXT NOT NULL,
    run_id        TEXT NOT NULL,
    endpoint      TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS live_names ON instances (name) WHERE state != 'deleted';
"""

FINAL_STATES = ("running", "failed", "deleted")


class NameTakenError(Exception):
    """A live instance has this name already."""


def prepare() -> None:
    """Create the database where there is none; safe to call from several processes at once."""
    settings.HOME.mkdir(parents=True, exist_ok=True)
    # The change to WAL fails at once, whatever the timeout, when another process is about to make it.
    with settings.DATABASE.with_suffix(".lock").open("w") as lock, _connection() as database:
        fcntl.flock(lock, fcntl.LOCK_EX)
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(SCHEMA)


def add(instance: dict[str, Any]) -> None:
    """Keep a new instance; NameTakenError when its name is in use."""
    columns = ", ".join(instance)
    values = ", ".join(f":{column}" for column in instance)
    try:
        with _connection() as database:
            database.execute(f"INSERT INTO instances ({columns}) VALUES ({values})", instance)  # noqa: S608, the columns are ours
    except sqlite3.IntegrityError as error:
        logger.bind(name_wanted=instance["name"]).warning("Name is taken")
        raise NameTakenError(instance["name"]) from error
    logger.bind(size=instance["size"], node=instance["node"]).debug("Instance stored")


def update(instance_id: str, **changes: str | None) -> None:
    """Change columns of one instance."""
    assignments = ", ".join(f"{column} = :{column}" for column in changes)
    with _connection() as database:
        database.execute(
            f"UPDATE instances SET {assignments} WHERE instance_id = :instance_id",  # noqa: S608, as above
            {**changes, "instance_id": instance_id},
        )
    logger.bind(**changes).debug("Instance updated")


def find(instance_id: str) -> dict[str, Any] | None:
    """One instance that is not deleted, or None."""
    found = _select("WHERE instance_id = ? AND state != 'deleted'", instance_id)
    return found[0] if found else None


def live() -> list[dict[str, Any]]:
    """Every instance that is not deleted, in the order they were created."""
    return _select("WHERE state != 'deleted'")


def unfinished() -> list[dict[str, Any]]:
    """The instances whose workflow has not reached a final state."""
    return _select("WHERE state NOT IN (?, ?, ?)", *FINAL_STATES)


def names_by_state() -> dict[str, list[str]]:
    """The names in each state, deleted ones included."""
    names: dict[str, list[str]] = {}
    for instance in _select(""):
        names.setdefault(instance["state"], []).append(instance["name"])
    return names


def _select(where: str, *values: str) -> list[dict[str, Any]]:
    with _connection() as database:
        rows = database.execute(f"SELECT * FROM instances {where} ORDER BY rowid", values)  # noqa: S608, written above
        return [dict(row) for row in rows]


@contextmanager
def _connection() -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(settings.DATABASE, timeout=BUSY_TIMEOUT_S)
    database.row_factory = sqlite3.Row
    try:
        with database:
            yield database
    finally:
        database.close()
