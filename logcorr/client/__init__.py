"""What the adapters of HTTP clients share: which clients take part, to which hosts ids go, and the call itself."""

from logcorr.client.call import Call, clean_url, current_call
from logcorr.client.hosts import Hosts
from logcorr.client.instrumented import Instrumented

__all__ = ["Call", "Hosts", "Instrumented", "clean_url", "current_call"]
