"""What can go wrong, by what the person who meets it can do about it.

Every message names what must hold, what was found, and where.
"""

from __future__ import annotations

__all__ = [
    "BudgetExhausted",
    "CertificateError",
    "ConstructionError",
    "DomainError",
    "ExactssmError",
    "FormatError",
    "FormatOverflow",
    "ImpureFunction",
    "NoSuchElement",
    "SymbolError",
    "ThoughtLimitExceeded",
    "ThoughtsNeverEnd",
]


class ExactssmError(Exception):
    """The base of all errors that this project raises on purpose."""


class DomainError(ExactssmError, ValueError):
    """A value lies outside the arithmetic, group or set where it has to lie, or a domain can't be built."""


class FormatOverflow(DomainError):
    """A result lies beyond the largest or least number of a format in which overflow is an error."""


class NoSuchElement(DomainError, AttributeError):
    """A format doesn't hold 0 or 1, and so has no such constant; a test for the attribute finds it absent."""


class SymbolError(ExactssmError, ValueError):
    """A symbol is not in the alphabet, or two alphabets differ that must agree."""


class ConstructionError(ExactssmError, ValueError):
    """A construction's precondition doesn't hold; the message names the one that fails."""


class ImpureFunction(ExactssmError):
    """What must be a function gave two values for the same arguments; the message names them."""


class FormatError(ExactssmError, ValueError):
    """A file or a string from outside is malformed; the message says where."""


class CertificateError(ExactssmError):
    """A certificate doesn't prove what it claims."""


class BudgetExhausted(ExactssmError):
    """A search stopped at its bound. Nothing is decided: the message names the bound and how far the search came."""


class ThoughtLimitExceeded(BudgetExhausted):
    """A chain of thought outran its limit; once a word was being read, ``word`` is the input up to that symbol."""

    def __init__(self, message: str, word: tuple[object, ...] | None = None) -> None:
        super().__init__(message)
        self.word = word


class ThoughtsNeverEnd(ThoughtLimitExceeded):
    """A chain of thought came back to where it had been, so that it never answers, whatever the limit.

    After ``entry`` thoughts it goes through the next ``length`` thoughts for ever.
    """

    def __init__(self, message: str, entry: int, length: int) -> None:
        super().__init__(message)
        self.entry = entry
        self.length = length
