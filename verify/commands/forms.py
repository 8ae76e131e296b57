"""The forms of a layer, and the shortest words on which rounding tells them apart."""

from __future__ import annotations

from textwrap import fill
from typing import cast

import click

from verify.commands import HOLDS, UNDECIDED
from verify.commands.arguments import json_option
from verify.commands.printing import print_json, text_width

__all__ = ["forms"]


@click.command(short_help="Shortest words on which forms of one layer differ by rounding.")
@click.option("--format", "formats", metavar="F", multiple=True, help="A number format; may be repeated.")
@click.option(
    "--tree",
    "trees",
    metavar="T",
    multiple=True,
    help="A form: flattened, flattened:terms, flattened:transitions, left-fold, right-fold, blelloch, hillis-steele, "
    "chunked:N, recurrent; may be repeated.",
)
@click.option("--against", metavar="T", default="recurrent", show_default=True, help="What each form is compared with.")
@click.option(
    "--quantity",
    type=click.Choice(["drive", "input", "output"]),
    default="drive",
    show_default=True,
    help="The state with drives b_i; the state with inputs B_i x_i; the output C_i h_i + D_i x_i.",
)
@click.option("--constant", is_flag=True, help="A, B, C and D are the same on every letter, as in S4.")
@click.option("--length", metavar="N", type=click.IntRange(1, 8), default=5, show_default=True, help="Longest words.")
@click.option(
    "--budget",
    metavar="N",
    type=click.IntRange(1),
    default=200_000,
    show_default=True,
    help="Tuples of weights per row, at most.",
)
@json_option
def forms(
    formats: tuple[str, ...],
    trees: tuple[str, ...],
    against: str,
    quantity: str,
    constant: bool,
    length: int,
    budget: int,
    as_json: bool,
) -> int:
    """Find the shortest word, and the first weights, on which a form of a layer differs from its recurrence.

    The layer has one coordinate, h_i = a_i h_{i-1} + b_i from h_0 = 0, and computes in a number format. Its forms are
    the recurrence, the convolution (flattened: exact, then cast) and scan trees. Exact arithmetic can't tell them
    apart.

    Words are tried by length. Where both forms are one formula, no weights differ; else tuples of the format's numbers
    are tried as weights, simple ones first: all numbers of a format of at most 64, and else 0, 1, the least and the
    largest number, those next to 1, 2, 1/2, 3, and their negatives.

    \b
    Example:
      exactssm forms --format bfloat16 --tree flattened --tree blelloch

    Exit codes: 0, every row is decided; 2, bad input; 3, a budget ran out.
    """
    from constructions.forms.formulas import FORMS, Quantity
    from verify.numbers.forms import FORMATS, forms_rows, forms_text
    from verify.progress import Progress

    default = FORMS[1:] if quantity == "drive" else tuple(form for form in FORMS[1:] if ":" not in form)
    with Progress() as progress:
        rows = forms_rows(
            tuple(dict.fromkeys(formats)) or FORMATS,
            tuple(dict.fromkeys(trees)) or tuple(form for form in default if form != against),
            against,
            quantity=cast(Quantity, quantity),
            constant=constant,
            max_length=length,
            max_tried=budget,
            progress=progress,
        )
    if as_json:
        print_json({"quantity": quantity, "constant": constant, "rows": [row.as_json() for row in rows]})
    else:
        click.echo(forms_text(rows, min(text_width(), 80)))
        note = (
            f"n: letters in the shortest word; then what {against} and the form make of it, and its letters, each by "
            "its own weights (a weight not shown doesn't matter)."
        )
        click.echo("\n" + fill(note, min(text_width(), 80)))
    return UNDECIDED if any(row.found is None for row in rows) else HOLDS
