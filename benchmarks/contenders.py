"""Every contender by its name, and which of logcorr's doors it is compared with."""

from contender import Contender
from other_peers import OTHER_PEERS
from ours import IN_PYTHON, OURS
from standard_peers import STANDARD_PEERS

CONTENDERS: dict[str, Contender] = {**OURS, **IN_PYTHON, **STANDARD_PEERS, **OTHER_PEERS}

STANDARD, STRUCTLOG, LOGURU = OURS


def door_of(peer: str) -> str:
    """The door of logcorr's that takes the same calls as *peer*; structlog's for who has calls of its own."""
    if peer.startswith(STANDARD) or (peer in STANDARD_PEERS and not peer.startswith("structlog")):
        return STANDARD
    return LOGURU if peer.startswith("loguru") else STRUCTLOG
