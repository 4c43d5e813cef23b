"""The broker settings: the one TOYGRES_BROKER_URL names, or a folder of messages that needs no server."""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

import settings

POLLING_INTERVAL_S = 0.05
DRAIN_TIMEOUT_S = 0.25


class Channel(filesystem.Channel):
    """kombu's filesystem channel, whose messages appear in the folder whole."""

    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:
        # kombu creates the file and fills it afterwards: a worker that polls in between reads an empty message.
        name = f"{time.monotonic_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        draft = Path(self.data_folder_out, f"{name}.draft")
        draft.write_text(dumps(payload), encoding="utf-8")
        draft.rename(draft.with_suffix(""))


class Transport(filesystem.Transport):
    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:
        # A worker notices between two calls only that it shall stop, and asks to be kept for two seconds in each.
        super().drain_events(connection, timeout and min(timeout, DRAIN_TIMEOUT_S))


TRANSPORT_ALIASES["folder"] = "broker:Transport"


def celery_settings() -> dict[str, Any]:
    """The Celery settings that choose the broker; the folders of the message folder exist afterwards."""
    if settings.BROKER_URL:
        return {"broker_url": settings.BROKER_URL}
    messages, control, processed = (
        settings.BROKER_FOLDER / name for name in ("messages", "control", "processed")
    )
    for folder in (messages, control, processed):
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": "folder://localhost",
        "broker_transport_options": {
            "data_folder_in": str(messages),
            "data_folder_out": str(messages),
            "control_folder": str(control),
            # kept under the same home: taking a message is then one rename, never a copy across file systems
            "processed_folder": str(processed),
            "store_processed": True,
            "polling_interval": POLLING_INTERVAL_S,
        },
        "worker_enable_remote_control": False,
    }
