from typing import Any

from logcorr.masking.keys import SECRET, KeyRules
from logcorr.masking.roles import Roles


class Forgetful(dict[str, Any]):
    """What another thread empties as soon as something is in it."""

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        self.clear()


def test_what_another_thread_forgets_is_told_all_the_same() -> None:
    """Threads share what is known; one that finds it full empties it, while others judge."""
    roles = Roles(KeyRules(), people=False)
    roles.known = Forgetful()
    role = roles.of("password"[::-1])
    assert role is not None
    assert role.entity == SECRET
    assert roles.of("order"[::-1]) is None
    assert not roles.known
