"""Trackers for groups."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactssm.errors import FormatError
from verify.commands import FAILS, HOLDS, UNDECIDED
from verify.commands.arguments import GROUP_HELP, budget_option, json_option, read_word
from verify.commands.printing import figures, print_json, text_width

if TYPE_CHECKING:
    from exactssm.algebra import Group, SubnormalSeries

__all__ = ["track"]

SERIES = ("derived", "composition", "least-width")
PARTS = ("series", "cayley", "run")


@click.command(short_help="Build a tracker for a group and prove it.", epilog=GROUP_HELP)
@click.argument("group_name", metavar="GROUP")
@click.option(
    "--arithmetic",
    metavar="A",
    default="cyclotomic",
    show_default=True,
    help="What the layers compute with: cyclotomic, exponent, real, Z/m or GF(q).",
)
@click.option(
    "--series",
    "series_name",
    metavar="S",
    default="derived",
    show_default=True,
    help="The subnormal series, a layer for each factor: derived (fewest layers), composition (prime factors), "
    "least-width (fewest coordinates), or @FILE, a JSON list of terms, each a list of elements that generate it.",
)
@click.option("--depth", metavar="K", type=click.IntRange(0, 10**6), help="At most so many layers.")
@click.option("--generators", is_flag=True, help="Read generators only, instead of all elements.")
@click.option("--newest-first", is_flag=True, help="Track x_t ... x_1, with the newest letter on the left.")
@click.option("--word", "word_text", metavar="WORD", help="Show the run on these elements, by their labels.")
@click.option(
    "--picture",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Draw the series, the Cayley graph up to order 60, and the run to a png, svg or pdf file.",
)
@click.option(
    "--picture-of",
    "parts",
    multiple=True,
    type=click.Choice(PARTS),
    help="With --picture: draw this part only. May be given more than once.",
)
@json_option
@budget_option
def track(
    group_name: str,
    arithmetic: str,
    series_name: str,
    depth: int | None,
    generators: bool,
    newest_first: bool,
    word_text: str | None,
    picture: Path | None,
    parts: tuple[str, ...],
    as_json: bool,
    budget: int,
) -> int:
    """Build a stack of diagonal layers that tracks the running product in GROUP, prove it, and show what it uses.

    Where no such stack exists, the verdict is refuted, and the reason says why.

    Example: `exactssm track S4 --generators --picture S4.png`

    Exit codes: 0, proved; 1, it can't be tracked as asked; 2, bad input; 3, a budget ran out.
    """
    from exactssm.algebra import group
    from verify.algebra.track import track
    from verify.algebra.tracker_run import read_labels
    from verify.progress import Progress

    if parts and picture is None:
        raise click.UsageError("--picture-of needs --picture")
    structure = group(group_name)
    if picture is not None:
        from verify.drawing.pictures import check_parts, check_picture

        check_picture(picture)
        check_parts(parts, structure)
    letters = (structure.generators or (0,)) if generators else range(structure.order)
    word = None if word_text is None else read_labels(structure, letters, read_word(word_text))
    with Progress() as progress:
        found = track(
            structure,
            arithmetic,
            series=_series(series_name, structure),
            newest_first=newest_first,
            depth=depth,
            generators=generators,
            max_pairs=budget,
            progress=lambda pairs: progress(f"{structure.name[:40]}: {pairs} of {structure.order} states"),
        )
    if as_json:
        record = found.as_json()
        if record["resources"] is not None:
            record["resources"] = figures(record["resources"])
        print_json(record)
    else:
        from verify.algebra.tracker_report import report

        first, _, rest = report(found, text_width(), word).partition("\n\n")
        click.echo(click.style(first, bold=True) + "\n\n" + rest)
    if picture is not None:
        from verify.drawing.pictures import draw_tracker

        if found.verdict == "proved":
            draw_tracker(found, picture, parts, word)
        else:
            click.echo("exactssm track: nothing was built, so there is no picture", err=True)
    return {"proved": HOLDS, "refuted": FAILS, "inconclusive": UNDECIDED}[found.verdict]


def _series(name: str, structure: Group) -> str | SubnormalSeries:
    """The series that S means: by its name, or from a file."""
    from exactssm.formats import load_series

    if name.startswith("@"):
        return load_series(name[1:], structure)
    if name not in SERIES:
        raise FormatError(f"a series must be one of {', '.join(SERIES)} or @FILE, got {name[:40]!r}")
    return name
