"""The shipper: one process per journal that follows it from a checkpoint and sends its records by OTLP.

Nothing else imports it, for it is what brings in gRPC; it imports no front door.
"""

from logcorr.shipper.process import main

__all__ = ["main"]
