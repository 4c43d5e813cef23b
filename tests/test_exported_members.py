"""The public list: exactly what ``__all__`` says, each name documented."""

import inspect
import types

import pytest

import logcorr

# What importing a package's own modules leaves on it; a name of a module is no part of the public list.
PUBLIC = {
    name
    for name, value in vars(logcorr).items()
    if not name.startswith("_") and not isinstance(value, types.ModuleType)
}


def test_all_is_true() -> None:
    """Every public name is in ``__all__`` and the other way round, in order."""
    assert set(logcorr.__all__) == PUBLIC
    assert logcorr.__all__ == sorted(logcorr.__all__)
    assert not [name for name in logcorr.__all__ if isinstance(getattr(logcorr, name), types.ModuleType)]


@pytest.mark.parametrize("name", logcorr.__all__)
def test_documented(name: str) -> None:
    """Every public name promises something, and so does each of its public methods."""
    member = getattr(logcorr, name)
    assert (member.__doc__ or "").strip(), f"{name} has no docstring"
    assert not (inspect.getdoc(member) or "").startswith(f"{name}("), "a signature is no promise"
    for own, value in vars(member).items() if inspect.isclass(member) else ():
        if not own.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
            assert (value.__doc__ or "").strip(), f"{name}.{own} has no docstring"
