"""A task's circuit class, and which architectures do it, for people: a paragraph and a table."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from verify.algebra.architectures import Answer
from verify.algebra.classification_report import spelt
from verify.algebra.placement import Placement
from verify.render import fitted_table

__all__ = ["architecture_table", "placement_paragraph"]

LONGEST = 12  # characters of a word in a reason

LEGEND = (
    "Exact numbers, finitely many states, readouts that see the state after the letter. Depth, widths and bits are "
    "those of a model built here and proved for words of every length; after >= stands what no model goes below."
)


def placement_paragraph(placement: Placement, width: int = 80) -> str:
    """The class, in ``width`` columns."""
    return fill(placement.sentences(), width)


def architecture_table(answers: Sequence[Answer], width: int = 80) -> str:
    """A line for each architecture.

    >>> from exactssm.tasks import parity
    >>> from verify.algebra.architectures import architectures
    >>> from verify.algebra.classification import classify
    >>> from verify.algebra.placement import place
    >>> print(architecture_table(architectures(place(classify(parity())), parity())).partition("Exact")[0])
    architecture           does  depth  widths  bits  how it is known
    IDS4                   yes   1      2       1     a matrix for each letter
                                                      (2404.08819)
    ...
    """
    rows = []
    for answer in answers:
        depth = widths = bits = "-"
        if (used := answer.resources) is not None:
            least = answer.least_depth
            depth = f"{used.depth}" + (f", >={least}" if least is not None and least < used.depth else "")
            widths = "+".join(map(str, used.widths)) if used.depth <= 6 else f"up to {used.width}"
            bits = str(used.precision)
        elif answer.does:
            depth = f">={answer.least_depth}"
        rows.append([answer.architecture, "yes" if answer.does else "no", depth, widths, bits, _reason(answer)])
    table = fitted_table(["architecture", "does", "depth", "widths", "bits", "how it is known"], rows, width)
    return table + "\n\n" + fill(LEGEND, width)


def _reason(answer: Answer) -> str:
    if answer.words is None:
        return answer.reason
    first, second = spelt(answer.words.first), spelt(answer.words.second)
    if max(len(first), len(second)) > LONGEST:
        return answer.reason
    which = "a layer of width 1" if answer.architecture == "S4" else "one layer"
    return f"{answer.reason}; {which} takes {first} for {second}"
