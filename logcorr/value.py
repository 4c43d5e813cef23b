"""A value: what a frozen dataclass is, without the code that ``dataclass`` writes for each class.

To compile that code takes a millisecond a class, at every start of every process.
"""

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from typing import Any, ClassVar, NoReturn, dataclass_transform


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Value:
    """A class below this one is a frozen dataclass; its fields are given by keyword."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __init_subclass__(cls) -> None:
        dataclass(init=False, repr=False, eq=False, match_args=False, kw_only=True)(cls)

    def __init__(self, **given: Any) -> None:
        for item in fields(self):
            if item.name in given:
                vars(self)[item.name] = given.pop(item.name)
            elif item.default is not MISSING:
                vars(self)[item.name] = item.default
            elif item.default_factory is not MISSING:
                vars(self)[item.name] = item.default_factory()
            else:
                raise TypeError(f"{type(self).__name__}() is missing the argument {item.name!r}")
        for name in given:
            raise TypeError(f"{type(self).__name__}() got an unexpected keyword argument {name!r}")
        self.__post_init__()

    def __post_init__(self) -> None:
        """What the class does with the values that were given."""

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))

    def __repr__(self) -> str:
        shown = [f"{item.name}={vars(self)[item.name]!r}" for item in fields(self) if item.repr]
        return f"{type(self).__qualname__}({', '.join(shown)})"
