"""Where toygres keeps its things, and how it logs: the same for the web process and the worker."""

import os
from pathlib import Path
from typing import Any

DEFAULT_HOME = Path(__file__).resolve().parents[2] / ".demo"
HOME = Path(os.environ.get("TOYGRES_HOME") or DEFAULT_HOME).absolute()
DATABASE = HOME / "toygres.db"
BROKER_FOLDER = HOME / "broker"
WORKER_READY = HOME / "worker.ready"

API_URL = os.environ.get("TOYGRES_API_URL", "http://127.0.0.1:8000")
BROKER_URL = os.environ.get("TOYGRES_BROKER_URL", "")

LOGGING: dict[str, Any] = {
    "service": os.environ.get("OTEL_SERVICE_NAME") or "toygres",
    "version": "0.1.0",
    # loguru names a logger after its module, so the store has a directive of its own
    "level": os.environ.get("LOGCORR_LEVEL") or "info,httpx=warning,toygres=debug,store=debug",
}
