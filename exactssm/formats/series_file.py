"""A subnormal series in a file: a JSON list of terms, each a list of elements that generate it.

    [["(1,2,3)", "(2,3,4)"], ["(1,2)(3,4)", "(1,3)(2,4)"]]

An element is given by its label, or by its number where that is a JSON integer. The whole group, at the beginning, and
the trivial one, at the end, may be left out.
"""

from __future__ import annotations

from os import fspath

from exactssm.algebra import Group, SubnormalSeries
from exactssm.errors import ExactssmError, FormatError
from exactssm.formats.reading import Node, PathName, read_json

__all__ = ["MAX_TERMS", "load_series", "parse_series"]

MAX_TERMS = 64  #: more than twice as many as a series without repetitions can have in the largest groups


def load_series(path: PathName, group: Group) -> SubnormalSeries:
    """The series of ``group`` in a file.

    Raises: FormatError, naming the file, and the place in it or what keeps the terms from being such a series.
    """
    document = read_json(path)
    try:
        return parse_series(document, group)
    except ExactssmError as error:
        raise FormatError(f"{fspath(path)!r}: {error}") from error


def parse_series(document: object, group: Group) -> SubnormalSeries:
    """The series of ``group`` that a JSON document describes.

    >>> from exactssm.algebra import group
    >>> parse_series([["(1,2,3)"]], group("S3")).length
    2

    Raises: FormatError, naming the place; DomainError, as `SubnormalSeries.generated` does.
    """
    terms = Node(document).elements(MAX_TERMS, "terms", least=0)
    return SubnormalSeries.generated(
        group, [[_element(x, group) for x in term.elements(group.order, "elements", least=0)] for term in terms]
    )


def _element(node: Node, group: Group) -> int:
    if isinstance(node.value, int):
        return node.integer(0, group.order - 1)
    label = node.text()
    return node.given(lambda: group.element(label))
