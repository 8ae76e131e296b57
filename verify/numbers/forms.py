"""Forms of a layer side by side in number formats: a row for each format and form, with the shortest word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from constructions.forms.disagreement import Agreement, Disagreement, find_disagreement
from constructions.forms.formulas import Quantity, format_named
from constructions.forms.number_order import numbers_in_order
from exactssm.arithmetic import Rounded
from exactssm.errors import BudgetExhausted
from exactssm.evaluation import mode_from_name

__all__ = ["FORMATS", "FormsRow", "forms_rows", "forms_text"]

FORMATS = (
    "fixed:s2.2:nearest-even:saturate",
    "fixed:s2.2:floor:saturate",
    "fixed:s2.2:nearest-even:wrap",
    "uint8",
    "e2m1fn",
    "e4m3fn",
    "e5m2",
    "bfloat16",
    "binary16",
    "binary32",
    "log-float:4+3:nearest-even",
    "nearest:-1,0,1/2,1",
)
"""What is shown where no format is named."""


@dataclass(frozen=True)
class FormsRow:
    """What came out for one format and one form."""

    format: str
    form: str
    against: str
    found: Disagreement | Agreement | None  #: None, if a budget ran out
    weights: str  #: which weights were tried
    reason: str = ""  #: of a budget that ran out

    def as_json(self) -> dict[str, Any]:
        """Format, forms, verdict (differ, agree, inconclusive), and what shows it; numbers are exact, as strings."""
        record: dict[str, Any] = {"format": self.format, "form": self.form, "against": self.against}
        if self.found is None:
            return record | {"verdict": "inconclusive", "reason": self.reason, "weights_tried": self.weights}
        if isinstance(self.found, Agreement):
            return record | {
                "verdict": "agree",
                "length": self.found.length,
                "reason": self.found.reason,
                "weights_tried": self.weights,
            }
        first, second = self.found.results
        one, other = self.found.formulas()
        return record | {
            "verdict": "differ",
            "length": self.found.n,
            "word": list(self.found.word),
            "weights": {name: str(value) for name, value in self.found.values},
            "values": {self.against: first, self.form: second},
            "formulas": {self.against: one, self.form: other},
            "weights_tried": self.weights,
        }


def forms_rows(
    formats: Sequence[str],
    forms: Sequence[str],
    against: str,
    *,
    quantity: Quantity = "drive",
    constant: bool = False,
    max_length: int,
    max_tried: int,
    progress: Callable[[str], None] = lambda news: None,
) -> list[FormsRow]:
    """A row for each format and form.

    Raises: FormatError, for a name that there isn't; DomainError, for a format without 0.
    """
    domains = {name: format_named(name) for name in formats}  # all names are read before anything is searched
    for form in (against, *forms):
        mode_from_name(form)
    rows = []
    for name, domain in domains.items():
        weights = ""
        if isinstance(domain, Rounded):
            numbers, whole = numbers_in_order(domain)
            weights = f"{'all ' if whole else ''}{len(numbers)} numbers"
        for form in forms:
            news = f"{name}, {form}: {{}} tuples of weights"
            found, reason = None, ""
            try:
                found = find_disagreement(
                    domain,
                    form,
                    against,
                    quantity=quantity,
                    constant=constant,
                    max_length=max_length,
                    max_tried=max_tried,
                    progress=lambda tried, news=news: progress(news.format(tried)),  # type: ignore[misc]
                )
            except BudgetExhausted as error:
                reason = str(error)
            rows.append(FormsRow(name, form, against, found, weights, reason))
    return rows


def forms_text(rows: Sequence[FormsRow], width: int) -> str:
    """A table for each format: how long the shortest word is, both values, and its letters by their weights."""
    from verify.render import fitted_table

    blocks = []
    for name in dict.fromkeys(row.format for row in rows):
        own = [row for row in rows if row.format == name]
        weights = f" ({own[0].weights} tried as weights)" if own[0].weights else ""
        table = fitted_table(["form", "n", own[0].against, "form's", "word"], [_cells(row) for row in own], width)
        blocks.append(f"{name}{weights}\n{table}")
    return "\n\n".join(blocks)


def _cells(row: FormsRow) -> list[str]:
    if row.found is None:
        return [row.form, "?", "", "", f"budget ran out: {row.reason.rpartition(': ')[2]}"]
    if isinstance(row.found, Agreement):
        reach = "" if row.found.length is None else f" up to {row.found.length} letters"
        return [row.form, "-", "", "", f"agree{reach}: {row.found.reason}"]
    letters = " ".join(f"({letter})" for letter in row.found.word)
    return [row.form, str(row.found.n), *row.found.results, letters]
