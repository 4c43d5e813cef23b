"""What makes a record: whatever a door is given to hand over what a logger was told."""

from collections.abc import Mapping
from typing import Any, Protocol

from logcorr.scope import NO_FIELDS


class Emit(Protocol):
    """Makes one record. May be called from any thread, at any time, also while it is running; never raises."""

    def __call__(
        self,
        level: int,
        component: str,
        message: str,
        fields: Mapping[str, Any] = NO_FIELDS,
        error: BaseException | None = None,
        level_name: str = "",
        time_ns: int = 0,
    ) -> object:
        """Make a record of *level* (the standard library's numbers) by the logger *component*. *fields* is nobody else's.

        *level_name* is the level's own name where it is not one of the six; *time_ns* is when it happened (now).
        """
