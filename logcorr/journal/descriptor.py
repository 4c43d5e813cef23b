"""A descriptor: an open file by its number, touched only while the number still means that file.

Who makes a process a daemon closes every number there is (``os.closerange``, billiard's ``close_open_fds``), and the next
file or socket that somebody opens gets one of them: to write to it, to close it, or to put another file in its place,
would be to break a stranger's connection. So ours is a high number, which is not given away again so soon.
"""

import fcntl
import os

# Above what a process usually has open, below the usual limit of 1024.
_HIGH = 700


class Descriptor:
    """The number of an open file, or -1."""

    __slots__ = ("_identity", "number")

    def __init__(self) -> None:
        self.number = -1
        self._identity = (0, 0)

    def is_intact(self) -> bool:
        """Whether the number still means the file that was given."""
        return self.number >= 0 and _identity(self.number) == self._identity

    def hold(self, number: int) -> None:
        """Take *number* in the place of the one before.

        While that one is intact it keeps its number and means the new file: another thread may be writing to it.
        """
        if number != self.number and self.is_intact():
            os.dup2(number, self.number, inheritable=False)
            os.close(number)
        else:
            self.number = _moved_up(number)
        self._identity = _identity(self.number) or (0, 0)

    def close(self) -> None:
        """Let go of the file."""
        if self.is_intact():
            os.close(self.number)
        self.number = -1


def _moved_up(number: int) -> int:
    try:
        high = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, _HIGH)
    except OSError:  # a process that may have few files open
        return number
    os.close(number)
    return high


def _identity(number: int) -> tuple[int, int] | None:
    try:
        found = os.fstat(number)
    except OSError:
        return None
    return found.st_dev, found.st_ino
