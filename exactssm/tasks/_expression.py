"""The tree of a regular expression, read by the parser of Python's `re`.

That parser, `re._parser`, is private to Python, so that all that is known of its trees is said here, in one place: what
has another form than the one expected is refused, whatever it may mean. No package on offer reads this syntax as it is:
greenery takes ``^`` and ``$`` for letters and has no ``{,n}``, interegular reads ``a**`` and ``[]`` without complaint,
automata-lib and pyformlang have a syntax of their own.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeAlias

from exactssm.errors import FormatError

__all__ = [
    "MAX_LETTERS",
    "Alternatives",
    "Letters",
    "Node",
    "Repeated",
    "Row",
    "expression_error",
    "letters_of",
    "parsed",
]

MAX_TEXT: Final = 2000  #: characters of an expression
MAX_LETTERS: Final = 256  #: symbols of an alphabet, and of a range
MAX_NESTING: Final = 100  #: groups inside groups

_TOKEN: Final = re.compile(r"\\[0-3][0-7]{2}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?.?|[*+?]\+|.", re.DOTALL)
_OUTSIDE: Final = {
    "^": "an anchor; the whole word is matched anyway",
    "$": "an anchor; the whole word is matched anyway",
    **dict.fromkeys((r"\A", r"\Z", r"\z", r"\b", r"\B"), "an anchor; the whole word is matched anyway"),
    **{rf"\{digit}": "a reference back, which isn't regular" for digit in "123456789"},
    **{rf"\{kind}": "a class of thousands of characters; write the symbols out" for kind in "dDsSwW"},
    **dict.fromkeys(("*+", "++", "?+"), "a possessive repetition, which isn't one of languages"),
}


class Letters(NamedTuple):
    """One letter, of those whose code points lie in a range, or of the others."""

    ranges: tuple[tuple[int, int], ...]
    others: bool = False

    def mean(self, letter: str) -> bool:
        """Whether that letter is one of them."""
        return any(low <= ord(letter) <= high for low, high in self.ranges) != self.others


class Row(NamedTuple):
    """One after the other."""

    parts: tuple[Node, ...]


class Alternatives(NamedTuple):
    """One of these."""

    branches: tuple[Node, ...]


class Repeated(NamedTuple):
    """So many times."""

    least: int
    most: int | None  #: None: as often as one likes
    part: Node


Node: TypeAlias = Letters | Row | Alternatives | Repeated


def expression_error(expression: str, message: str, column: int | None = None) -> FormatError:
    """An error that shows the expression, and the column, counted from 0 here, from 1 in its text."""
    shown = expression if len(expression) <= 60 else expression[:57] + "..."
    place = "" if column is None else f", column {column + 1}"
    return FormatError(f"regular expression {shown!r}{place}: {message}")


def parsed(expression: str) -> Node:
    """The tree of an expression. Raises: FormatError, for what isn't one of `exactssm.tasks.regular_expression`."""
    if len(expression) > MAX_TEXT:
        message = f"it may have at most {MAX_TEXT} characters, and has {len(expression)}"
        raise expression_error(expression, message)
    _refuse_what_is_no_language(expression)
    try:
        import re._parser as parser  # type: ignore[import-not-found]

        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = parser.parse(expression)
    except re.error as error:
        raise expression_error(expression, error.msg, error.pos) from None
    except Warning as warning:  # what a later Python may read in another way
        raise expression_error(expression, f"{warning}; put a backslash before the character") from None
    except OverflowError as error:
        raise expression_error(expression, f"it can't be read: {error}") from None
    except (ImportError, AttributeError) as error:
        raise expression_error(expression, f"the re of {_python()} has no parser that is known here: {error}") from None
    try:
        return _row(expression, tree)
    except FormatError:
        raise
    except (TypeError, ValueError):  # pairs that are none
        raise _unknown(expression, "a tree of another form") from None


def _python() -> str:
    return f"Python {sys.version_info.major}.{sys.version_info.minor}"


def _refuse_what_is_no_language(expression: str) -> None:
    """What is only told apart in the text, or of which a tree no longer knows the column."""
    depth = 0
    for token in _TOKEN.finditer(expression):
        text = token.group()
        depth += (text[0] == "(") - (text == ")")
        why = _OUTSIDE.get(text) if depth <= MAX_NESTING else f"inside more than {MAX_NESTING} groups"
        if text[:2] == "(?" and text != "(?:":
            why = "of the groups with a question mark only (?:...) stands for a language"
        elif text[0] == "[" and (found := re.search(r"\\[dDsSwW]", text)):
            raise expression_error(expression, _OUTSIDE[found.group()], token.start() + found.start())
        if why is not None:
            raise expression_error(expression, f"{text} is {why}" if text[:2] != "(?" else why, token.start())


def _row(expression: str, tree: Any) -> Node:
    return Row(tuple(_node(expression, str(operator), argument) for operator, argument in tree))


def _node(expression: str, operator: str, argument: Any) -> Node:
    match operator, argument:
        case "LITERAL", int(code):
            return Letters(((code, code),))
        case "NOT_LITERAL", int(code):
            return Letters(((code, code),), others=True)
        case "ANY", None:
            return Letters((), others=True)
        case "IN", [(first, _), *members]:
            if str(first) != "NEGATE":
                return Letters(tuple(_range(expression, str(kind), codes) for kind, codes in argument))
            if members:
                return Letters(tuple(_range(expression, str(kind), codes) for kind, codes in members), others=True)
        case "BRANCH", (None, [*branches]):
            return Alternatives(tuple(_row(expression, branch) for branch in branches))
        case "SUBPATTERN", (_, 0, 0, part):  # its number, and no flags
            return _row(expression, part)
        case (("MAX_REPEAT" | "MIN_REPEAT"), (int(least), most, part)):  # lazy or not, the words are the same
            if str(most) == "MAXREPEAT":
                return Repeated(least, None, _row(expression, part))
            if isinstance(most, int):
                return Repeated(least, most, _row(expression, part))
    raise _unknown(expression, operator)


def _range(expression: str, operator: str, argument: Any) -> tuple[int, int]:
    match operator, argument:
        case "LITERAL", int(code):
            return code, code
        case "RANGE", (int(low), int(high)):
            if high - low >= MAX_LETTERS:
                message = f"a range may have at most {MAX_LETTERS} characters, got {high - low + 1}"
                raise expression_error(expression, message)
            return low, high
    raise _unknown(expression, operator)


def _unknown(expression: str, operator: str) -> FormatError:
    return expression_error(expression, f"{_python()} reads it with {operator}, which stands for no language here")


def letters_of(node: Node) -> Iterator[str]:
    """The characters that an expression names."""
    match node:
        case Letters(ranges):
            for low, high in ranges:
                yield from map(chr, range(low, high + 1))
        case Repeated(_, _, part):
            yield from letters_of(part)
        case Row(parts) | Alternatives(parts):
            for part in parts:
                yield from letters_of(part)
