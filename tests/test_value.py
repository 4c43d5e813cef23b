"""A value: to its users a frozen dataclass, though nothing is compiled for it."""

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from logcorr.value import Value


class Place(Value):
    """A place."""

    host: str
    port: int = 80
    tags: list[str] = dataclasses.field(default_factory=list)
    password: str = dataclasses.field(default="", repr=False)


class Local(Place):
    """A place with a host of its own, which is checked."""

    host: str = "localhost"

    def __post_init__(self) -> None:
        if not self.host:
            raise ValueError("no host")


def test_fields() -> None:
    """Its fields are what was given by keyword, and otherwise the defaults; each has a list of its own."""
    place = Place(host="a", port=8080)
    assert (place.host, place.port, place.tags, place.password) == ("a", 8080, [], "")
    assert Place(host="a").tags is not Place(host="a").tags


@pytest.mark.parametrize(
    ("given", "message"), [({}, "missing.*'host'"), ({"host": "a", "prot": 1}, "unexpected.*'prot'")]
)
def test_wrong_fields(given: dict[str, Any], message: str) -> None:
    """What is missing and what does not exist is a TypeError that names it."""
    with pytest.raises(TypeError, match=message):
        Place(**given)


def test_frozen() -> None:
    """Its fields cannot be set and not be deleted."""
    place = Place(host="a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        place.host = "b"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del place.host
    assert place.host == "a"


def test_equality() -> None:
    """Equal are those of one class with equal fields; they have one hash where their fields have any."""
    assert Local() == Local(host="localhost") != Local(host="b")
    assert Local() != Place(host="localhost")
    assert hash(Local(tags=())) == hash(Local(tags=()))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        hash(Local())


def test_repr() -> None:
    """Its repr names the fields, without those that are secret."""
    assert repr(Place(host="a", password="hunter2")) == "Place(host='a', port=80, tags=[])"


def test_dataclass() -> None:
    """What takes a dataclass takes it: ``fields``, ``asdict``, ``replace``."""
    place = Place(host="a")
    assert [item.name for item in dataclasses.fields(Place)] == ["host", "port", "tags", "password"]
    assert dataclasses.asdict(place) == {"host": "a", "port": 80, "tags": [], "password": ""}
    assert dataclasses.replace(place, port=1) == Place(host="a", port=1)


def test_copies() -> None:
    """Copied or pickled it is equal."""
    place = Place(host="a", tags=["x"])
    assert copy.copy(place) == copy.deepcopy(place) == place
    assert pickle.loads(pickle.dumps(place)) == place  # noqa: S301  its own


def test_post_init() -> None:
    """A class may check what was given, and inherits fields."""
    assert Local(port=1).port == 1
    with pytest.raises(ValueError, match="no host"):
        Local(host="")
