"""Trackers for groups."""

from __future__ import annotations

from pathlib import Path

import click

from verify.commands import FAILS, HOLDS, UNDECIDED
from verify.commands.arguments import GROUP_HELP, budget_option, json_option
from verify.commands.printing import figures, print_json, text_width

__all__ = ["track"]


@click.command(short_help="Build a tracker for a group and prove it.", epilog=GROUP_HELP)
@click.argument("group_name", metavar="GROUP")
@click.option(
    "--arithmetic",
    metavar="A",
    default="cyclotomic",
    show_default=True,
    help="What the layers compute with: cyclotomic, exponent, real, Z/m or GF(q).",
)
@click.option("--depth", metavar="K", type=click.IntRange(0, 10**6), help="At most so many layers.")
@click.option("--generators", is_flag=True, help="Read generators only, instead of all elements.")
@click.option(
    "--picture",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Draw the series, and the Cayley graph up to order 60, to a png, svg or pdf file.",
)
@json_option
@budget_option
def track(
    group_name: str,
    arithmetic: str,
    depth: int | None,
    generators: bool,
    picture: Path | None,
    as_json: bool,
    budget: int,
) -> int:
    """Build a stack of diagonal layers that tracks the running product in GROUP, prove it, and show what it uses.

    Where no such stack exists, the verdict is refuted, and the reason says why.
    """
    from exactssm.algebra import group
    from verify.progress import Progress
    from verify.track import track

    if picture is not None:
        from verify.pictures import check_picture

        check_picture(picture)
    structure = group(group_name)
    with Progress() as progress:
        found = track(
            structure,
            arithmetic,
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
        from verify.tracker_report import report

        first, _, rest = report(found, text_width()).partition("\n\n")
        click.echo(click.style(first, bold=True) + "\n\n" + rest)
    if picture is not None:
        from verify.pictures import draw_tracker

        if found.verdict == "proved":
            draw_tracker(found, picture)
        else:
            click.echo("exactssm track: nothing was built, so there is no picture", err=True)
    return {"proved": HOLDS, "refuted": FAILS, "inconclusive": UNDECIDED}[found.verdict]
