"""Claims decided, as they stand or moved to other arithmetics."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from exactssm.errors import FormatError
from verify.commands import FAILS, HOLDS, UNDECIDED
from verify.commands.arguments import budget_option
from verify.commands.printing import figure, indented, result_record, text_width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructions.claim import Claim
    from verify.runner import Counterexample, Result

__all__ = ["verify"]


@click.command(short_help="Decide the claims, all of them or those named.")
@click.argument("names", metavar="[CLAIM ...]", nargs=-1)
@click.option("--full", is_flag=True, help="All instances, not only those of the default run.")
@click.option(
    "--json",
    "json_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the results here, as exactssm-results/1.",
)
@click.option(
    "--arithmetic",
    "arithmetics",
    metavar="A",
    multiple=True,
    help="Decide the constructions in this arithmetic instead of their own: a name, several with commas between them, "
    "or ALL. May be given more than once.",
)
@click.option(
    "--picture",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="With --arithmetic: draw constructions against arithmetics to a png, svg or pdf file.",
)
@click.option(
    "--jobs", metavar="N", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes side by side."
)
@budget_option
def verify(
    names: tuple[str, ...],
    full: bool,
    json_file: Path | None,
    arithmetics: tuple[str, ...],
    picture: Path | None,
    jobs: int,
    budget: int,
) -> int:
    """Decide claims: all of them, or those named. CLAIM is a name, a pattern such as 'composition-*', or a paper's
    arXiv number.

    Each instance is proved for words of every length, or refuted by a shortest word, by product reachability or linear
    algebra. A claim holds if the verdict is the expected one and the resources measured are within its bounds.

    With --arithmetic, each possible claim's construction is moved to other arithmetics, constants and readouts as they
    are, and decided there, on one or two small instances, or with --full on those of the default run. The exit code
    says whether all hold in all arithmetics; nothing is expected of ALL. A proof there takes 20000 state pairs at most,
    unless --budget is given.

    \b
    Examples:
      exactssm verify 'two-layer-s3*' --json results.json
      exactssm verify composition --arithmetic Z/8,bfloat16

    Exit codes: 0, all came out as stated; 1, one didn't; 2, bad input; 3, a budget ran out.
    """
    from constructions.registry import all_claims, claims_matching
    from verify.progress import Progress
    from verify.runner import run_claims

    chosen = {c.name: c for c in [c for name in names for c in claims_matching(name)] or all_claims()}
    if json_file is not None:
        _check_writable(json_file)
    if arithmetics:
        given = click.get_current_context().get_parameter_source("budget") is not ParameterSource.DEFAULT
        pairs = budget if given else None
        return _matrix(list(chosen.values()), bool(names), arithmetics, full, json_file, picture, jobs, pairs)
    if picture is not None:
        raise click.UsageError("--picture needs --arithmetic")
    work = [(claim, instance) for claim in chosen.values() for instance in claim.all_instances(full)]
    results: list[Result] = []
    with Progress() as progress:
        for result in run_claims(work, budget=budget, jobs=jobs, progress=progress):
            results.append(result)
            if jobs == 1:
                progress.clear()
                _print_result(result, chosen, None if len(results) == 1 else results[-2])
    if jobs > 1:
        order = {(claim.name, instance): i for i, (claim, instance) in enumerate(work)}
        results.sort(key=lambda r: order[r.claim, r.instance])
        for i, result in enumerate(results):
            _print_result(result, chosen, results[i - 1] if i else None)
    if json_file is not None:
        from exactssm.formats import write_results

        write_results(json_file, map(result_record, results))
    return _summary(results)


def _matrix(
    claims: list[Claim],
    named: bool,
    arithmetics: tuple[str, ...],
    full: bool,
    json_file: Path | None,
    picture: Path | None,
    jobs: int,
    pairs: int | None,
) -> int:
    """Constructions against arithmetics. Claims without a construction are left out, unless they were ``named``."""
    from exactssm.errors import ConstructionError
    from verify.numbers.matrix import ALL, arithmetic_names, check_has_layers, matrix, matrix_instances
    from verify.numbers.matrix_table import matrix_details, matrix_table
    from verify.numbers.transfer import DEFAULT_PAIRS
    from verify.progress import Progress

    if picture is not None:
        from verify.drawing.pictures import check_picture

        check_picture(picture)
    chosen = arithmetic_names(arithmetics)
    work = []
    for claim in claims:
        try:
            check_has_layers(claim)
        except ConstructionError:
            if named:
                raise
            continue
        work += [(claim, instance) for instance in matrix_instances(claim, full=full)]
    with Progress() as progress:
        cells = list(matrix(work, chosen, max_pairs=pairs or DEFAULT_PAIRS, jobs=jobs, progress=progress))
    place = {(claim.name, instance): i for i, (claim, instance) in enumerate(work)}
    cells.sort(key=lambda cell: (place[cell.claim, cell.instance], chosen.index(cell.arithmetic)))
    if json_file is not None:
        from exactssm.formats import write_results

        write_results(json_file, (cell.record() for cell in cells))
    if picture is not None:
        from verify.drawing.matrix_picture import draw_matrix

        draw_matrix(cells, picture)
    everything = any(ALL in text.split(",") for text in arithmetics)
    click.echo(matrix_table(cells, min(text_width(), 80)))
    if not everything and (details := matrix_details(cells, text_width())):
        click.echo("\n" + details)
    held = sum(cell.holds for cell in cells)
    click.echo(f"\nconstructions: {len(work)}; arithmetics: {len(chosen)}; {held} of {len(cells)} hold")
    if not everything and any(not cell.holds and cell.verdict != "inconclusive" for cell in cells):
        return FAILS
    return UNDECIDED if any(cell.verdict == "inconclusive" for cell in cells) else HOLDS


def _check_writable(path: Path) -> None:
    """Refuse a file that can't be written before hours are spent on what it is to hold."""
    if not path.parent.is_dir():
        raise FormatError(f"{str(path)!r} can't be written: the folder {str(path.parent)!r} doesn't exist")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise FormatError(f"{str(path)!r} can't be written: permission denied")


def _print_result(result: Result, known: Mapping[str, Claim], before: Result | None) -> None:
    """The line of one instance, under its claim's name where that is new."""
    if before is None or before.claim != result.claim:
        claim = known[result.claim]
        name = click.style(claim.name, bold=True)
        click.echo(("" if before is None else "\n") + name)
        click.echo(indented(f"{claim.kind.value}; {claim.source}", 2))
    colour = "green" if result.holds else "yellow" if result.verdict == "inconclusive" else "red"
    names = max(map(len, known[result.claim].all_instances(full=True)))
    used = result.resources
    parts = [
        f"{result.pairs} pairs" if result.pairs else "",
        result.method.removeprefix("closed under every letter").removeprefix(", "),
        "" if used is None else f"L={used.depth} d={figure(used.widths)} p={used.precision}",
    ]
    indent = 12 + names
    figures = indented(", ".join(part for part in parts if part), indent).lstrip()
    click.echo(f"  {click.style(f'{result.verdict:<7}', fg=colour)} {result.instance:<{names}}  {figures}")
    if result.counterexample is not None:
        from verify.trace import short_word

        labels = getattr(result.counterexample, "labels", ())
        click.echo(indented(f"counterexample: {short_word(result.counterexample.word, labels)}", indent))
    if result.example is not None:
        candidate, refutation = result.example
        click.echo(indented(f"{candidate}: {_refutation(refutation)}", indent))
    if not result.holds:
        at = f" at {result.case}" if result.case else ""
        click.echo(indented(f"expected {result.expected}, but it is {result.verdict}{at}", indent))
        for fault in result.faults:
            click.echo(indented(fault, indent))


def _refutation(found: Counterexample) -> str:
    """What refutes a candidate, in one sentence."""
    from verify.trace import Trace, short_word

    return f"fails on {short_word(found.word, found.labels)}" if isinstance(found, Trace) else found.as_text()


def _summary(results: list[Result]) -> int:
    held = sum(result.holds for result in results)
    pairs = sum(result.pairs or 0 for result in results)
    click.echo(f"\n{held} of {len(results)} instances came out as stated; {pairs} state pairs closed")
    if any(not r.holds and r.verdict != "inconclusive" for r in results):
        return FAILS
    return HOLDS if held == len(results) else UNDECIDED
