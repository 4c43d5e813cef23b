"""Chooses the node an instance runs on. Logs through the standard library, as most code does."""

import logging
import zlib

logger = logging.getLogger("toygres.placement")

NODES = ("node-a", "node-b", "node-c")
LARGE_FREE_SLOTS = 2


def choose_node(name: str, size: str) -> str:
    """The node for an instance: always the same one for the same name."""
    node = NODES[zlib.crc32(name.encode()) % len(NODES)]
    logger.debug("Node %s chosen for %s", node, name, extra={"candidates": len(NODES)})
    if size == "large":
        logger.warning("Node %s is nearly full", node, extra={"free_slots": LARGE_FREE_SLOTS})
    return node
