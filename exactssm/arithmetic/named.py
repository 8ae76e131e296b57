"""Rules that are chosen by name: what an arithmetic leaves open, as roundings, overflow and NaN."""

from __future__ import annotations

from enum import Enum
from typing import Any, Self

from exactssm.arithmetic._text import excerpt
from exactssm.errors import DomainError

__all__ = ["Named"]


class Named(Enum):
    """A choice among names, which are its values; ``what`` is chosen, for messages.

    >>> class Colour(Named, what="a colour"):
    ...     RED = "red"
    ...     BLUE = "blue"
    >>> Colour.named("red"), Colour.named(Colour.BLUE)
    (<Colour.RED: 'red'>, <Colour.BLUE: 'blue'>)
    """

    _what: str

    def __init_subclass__(cls, what: str, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        cls._what = what

    @classmethod
    def named(cls, name: object) -> Self:
        """The choice of this name; a choice stands for itself. Raises DomainError for any other object."""
        try:
            return cls(name)
        except ValueError:
            names = ", ".join(choice.value for choice in cls)
            raise DomainError(f"{cls._what} must be one of {names}; got {excerpt(name)}") from None
