"""Word-problem data against its group."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from verify.commands import FAILS, HOLDS
from verify.commands.arguments import GROUP_HELP, json_option, read_model
from verify.commands.printing import print_json

if TYPE_CHECKING:
    from verify.data.data_check import Accuracy, DataReport

__all__ = ["check_data"]


@click.command(name="check-data", short_help="Check word-problem data, and a model on it.", epilog=GROUP_HELP)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--group", "group_name", metavar="GROUP", required=True, help="The group of the data: A5, A4_x_Z5, ...")
@click.option(
    "--model",
    "model_file",
    metavar="MODEL",
    type=click.Path(path_type=Path),
    help="Also run this model, which reads elements by number or by label, on every row.",
)
@click.option(
    "--product",
    type=click.Choice(["published", "exactssm"]),
    default="published",
    show_default=True,
    help="What MODEL takes pq to mean. exactssm: of permutations p acts first, as in `track` and `compare`; the "
    "isomorphism p -> p^-1 then translates.",
)
@click.option("--all", "every", is_flag=True, help="Read on after a wrong row, and count them.")
@click.option("--tokens", is_flag=True, help="FILE holds tokens, with [BOS] in front and [PAD] behind.")
@json_option
def check_data(
    file: Path, group_name: str, model_file: Path | None, product: str, every: bool, tokens: bool, as_json: bool
) -> int:
    """Check that each target in FILE, a word-problem CSV of any size, is the product of the input so far.

    A wrong target is reported with row, line and column; so is whatever is not as the format demands. FILE may be
    gzipped. With --model, also how often MODEL is right at each position, and on whole rows.

    Example: `exactssm check-data A5=20.csv --group A5`

    Exit codes: 0, every target is right; 1, one isn't; 2, FILE is malformed. A model's mistakes don't change them.
    """
    from exactssm.algebra.published import published_group
    from verify.data.data_check import check_data, reader
    from verify.progress import Progress

    group = published_group(group_name)
    model = None if model_file is None else reader(read_model(model_file), group, ours=product == "exactssm")
    with Progress() as progress:
        report = check_data(
            file,
            group,
            model=model,
            tokens=tokens,
            every=every,
            progress=lambda rows, size: progress(
                f"{rows} rows, {size // 10**6} MB checked" if rows else "the model's states are numbered"
            ),
        )
    if as_json:
        print_json({"file": str(file), "group": group.name, "tokens": tokens} | _record(report))
    else:
        click.echo(_text(report, group.name))
    return HOLDS if report.first is None else FAILS


def _record(report: DataReport) -> dict[str, Any]:
    accuracy = report.accuracy
    return {
        "verdict": "right" if report.first is None else "wrong",
        "rows": report.rows,
        "complete": report.complete,
        "wrong_rows": report.wrong_rows,
        "wrong_targets": report.wrong_targets,
        "first_wrong": None if report.first is None else report.first._asdict(),
        "accuracy": None
        if accuracy is None
        else {
            "positions": [
                {"position": t, "right": right, "rows": asked}
                for t, (right, asked) in enumerate(zip(accuracy.right, accuracy.asked, strict=True), start=1)
            ],
            "whole": {"right": accuracy.whole, "rows": accuracy.rows},
        },
    }


def _text(report: DataReport, name: str) -> str:
    if report.first is None:
        said = click.style("right", fg="green") + f": {report.rows} rows, each target the product in {name}"
    else:
        said = click.style("wrong", fg="red") + f": {report.first}"
        if report.complete:
            said += f"\n{report.wrong_rows} of {report.rows} rows are wrong, in {report.wrong_targets} targets"
        else:
            said += "\nnothing after this row was read; --all reads on, and counts"
    if report.accuracy is not None:
        said += "\n\n" + _accuracy(report.accuracy)
    return said


def _accuracy(accuracy: Accuracy) -> str:
    """Counts, and hundredths of a percent cut off, so that only what is always right shows 100 %."""
    figures = [(str(t), *pair) for t, pair in enumerate(zip(accuracy.right, accuracy.asked, strict=True), start=1)]
    figures.append(("all", accuracy.whole, accuracy.rows))
    wide = max(len(str(count)) for _, _, count in figures)
    lines = [f"position  {'right of rows':>{2 * wide + 1}}"]
    for place, right, count in figures:
        hundredths = 10_000 * right // count
        shown = f"{right}/{count}"
        lines.append(f"{place:>8}  {shown:>{max(2 * wide + 1, 13)}}  {hundredths // 100:>3}.{hundredths % 100:02} %")
    return "\n".join(lines)
