"""Any automaton or monoid by one layer that tracks state."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from verify.commands import FAILS, HOLDS, UNDECIDED
from verify.commands.arguments import GROUP_HELP, budget_option, json_option, read_task
from verify.commands.printing import figures, print_json, text_width

if TYPE_CHECKING:
    from constructions.automata.marked_points import Conventions
    from verify.algebra.emulation import Emulation, Parameters, Subject

__all__ = ["emulate"]

DFA_HELP = "DFA: dfa:FILE, a task file, or a library task (parity, star:ab, group:S3:generators)."
MONOID_HELP = (
    "MONOID: monoid:@FILE with a table of all products, or monoid:MAPS, the maps of points that generate it and are "
    'its letters: "monoid:[1,2,0] [0,0,2]" by images of 0, 1, 2, or "monoid:(1 2), (1 2 3)" by cycles.'
)
SHOWN_NUMBERS = 150  # numbers of a layer that are printed; more are left to --write
JSON_NUMBERS = 100_000


@click.command(
    short_help="Any automaton or monoid by IDS4 or RNN-SSM.", epilog=f"{DFA_HELP} {MONOID_HELP} {GROUP_HELP}"
)
@click.argument("name", metavar="DFA|GROUP|MONOID")
@click.option("--by", type=click.Choice(["ids4", "rnn-ssm"]), default="ids4", show_default=True, help="The layer.")
@click.option("--start-symbol", is_flag=True, help="Read $ first.")
@click.option(
    "--sign-of-zero",
    metavar="-1|0|1",
    type=click.Choice(["-1", "0", "1"]),
    help="Of rnn-ssm only: sgn(0). [default: 0]",
)
@click.option(
    "--start",
    type=click.Choice(["zero", "vector"]),
    default="zero",
    show_default=True,
    help="h_0: zero, or the vector that stands for the start.",
)
@click.option("--bias/--no-bias", default=False, help="Add a vector b to B x. [default: no-bias]")
@click.option("--every", is_flag=True, help="A table of all of these, each proved or shown impossible.")
@click.option("--write", "path", metavar="MODEL.json", type=click.Path(path_type=Path), help="Write the layer down.")
@json_option
@budget_option
def emulate(
    name: str,
    by: str,
    start_symbol: bool,
    sign_of_zero: str | None,
    start: str,
    bias: bool,
    every: bool,
    path: Path | None,
    as_json: bool,
    budget: int,
) -> int:
    """Build one layer that does what an automaton, a group or a monoid does, and prove it for words of every length.

    ids4 is h' = A(x) h + B x + b over the integers, rnn-ssm h' = sgn(A h + B x + b). Of an automaton the least one is
    taken. Printed are width, precision, and the numbers of the layer.

    \b
    Examples:
      exactssm emulate star:ab --by rnn-ssm --sign-of-zero 1
      exactssm emulate "monoid:(1 2), (2 3), (3 4), (4 5)"  five pieces on a board

    Exit codes: 0, proved; 1, there is no such layer under these conventions; 2, bad input; 3, a budget ran out.
    """
    from constructions.automata.marked_points import Conventions
    from verify.algebra.emulation import subject

    if every and path is not None:
        raise click.UsageError("--write is about one layer, and --every about all")
    if by == "ids4" and sign_of_zero is not None:
        raise click.UsageError("--sign-of-zero is about rnn-ssm; ids4 takes no signs")
    found = subject(name, read_task)
    if every:
        return _every(found, by, budget, as_json)
    conventions = Conventions(start == "zero", start_symbol)
    emulation = _emulate(found, by, conventions, int(sign_of_zero or 0), budget, to_write=path is not None)
    if as_json:
        print_json(_record(emulation, bias))
    else:
        _report(emulation, bias)
    if emulation.verdict.name != "proved":
        return {"refuted": FAILS}.get(emulation.verdict.name, UNDECIDED)
    if path is not None:
        from exactssm.formats import save_model

        save_model(path, emulation.model)
    return HOLDS


def _emulate(
    found: Subject, by: str, conventions: Conventions, sign_of_zero: int, budget: int, *, to_write: bool = False
) -> Emulation:
    from verify.algebra.emulation import emulate
    from verify.progress import Progress

    with Progress() as progress:
        return emulate(
            found,
            by,
            conventions,
            sign_of_zero,
            to_write=to_write,
            max_pairs=budget,
            progress=lambda pairs: progress(f"{found.name[:40]} by {by}: {pairs} state pairs"),
        )


def _record(emulation: Emulation, bias: bool) -> dict[str, Any]:
    """The object of --json: numbers as strings, parameters only where they are not too many."""
    from verify.algebra.emulation import parameters

    used = emulation.resources
    record = emulation.as_json()
    record["bias"] = bias
    record["resources"] = None if used is None else figures(used.as_json())
    numbers = parameters(emulation, bias)
    record["parameters"] = None
    if _count(numbers) <= JSON_NUMBERS:
        record["parameters"] = {
            "h_0": _texts(numbers.start),
            "A": {str(x): [_texts(row) for row in rows] for x, rows in numbers.A.items()},
            "B": {str(x): _texts(column) for x, column in numbers.B.items()},
            "b": None if numbers.b is None else _texts(numbers.b),
        }
    return record


def _texts(vector: tuple[int, ...]) -> list[str]:
    return [str(x) for x in vector]


def _count(numbers: Parameters) -> int:
    d = len(numbers.start)
    return d * d * len(numbers.A) + d * (len(numbers.B) + 2)


def _report(emulation: Emulation, bias: bool) -> None:
    from verify.algebra.emulation import parameters

    width = min(text_width(), 80)
    numbers = parameters(emulation, bias)
    points = emulation.subject.points
    what = "RNN-SSM" if emulation.by == "rnn-ssm" else "IDS4"
    first = f"{emulation.subject.name[:60]} by one layer of {what}: {emulation.verdict}"
    click.echo(click.style(fill(first, width), bold=True) + "\n")
    marks = "one of them marked" if len(points.marks) == 1 else "all of them marked"
    click.echo(fill(f"{points.points} points, {marks}, moved by {len(points.alphabet)} letters.", width))
    signs = f", sgn(0) = {emulation.sign_of_zero}" if emulation.by == "rnn-ssm" else ""
    given = f"{emulation.conventions}, {'with a' if bias else 'no'} bias{signs}"
    click.echo(fill(f"Given: {given}.", width))
    if (used := emulation.resources) is not None:
        bits = f"precision p = {used.precision}, memory {used.memory_bits}"
        low, high = numbers.range()
        entries = f"entries of A{', B and b' if bias else ' and B'} from {low} to {high}"
        click.echo(fill(f"Depth L = {used.depth}, width d = {used.width}; in bits: {bits}; {entries}.", width))
    click.echo("")
    if _count(numbers) > SHOWN_NUMBERS:
        from verify.algebra.emulation import MAX_WRITTEN

        how = "--write MODEL.json writes them down" if _count(numbers) <= MAX_WRITTEN else "too many for --write"
        click.echo(fill(f"The layer has {_count(numbers)} numbers: {how}.", width))
        return
    _print_numbers(numbers, width)


def _print_numbers(numbers: Parameters, width: int) -> None:
    from verify.render import fitted_table

    rows = [["h_0", _line(numbers.start)]]
    for x, matrix in numbers.A.items():
        rows += [[(f"A({x})" if x != "" else "A") if i == 0 else "", _line(row)] for i, row in enumerate(matrix)]
    rows += [[f"B {x}", _line(column)] for x, column in numbers.B.items()]
    if numbers.b is not None:
        rows.append(["b", _line(numbers.b)])
    click.echo(fitted_table(["parameter", "numbers"], rows, width))


def _line(vector: tuple[int, ...]) -> str:
    return " ".join(map(str, vector))


def _every(found: Subject, by: str, budget: int, as_json: bool) -> int:
    """The table of conventions. Bias doesn't show in it, as it changes nothing."""
    from constructions.automata.marked_points import every_convention
    from verify.algebra.emulation import unseen_letter

    records, codes = [], set()
    for conventions in every_convention():
        for sign in (-1, 0, 1) if by == "rnn-ssm" else (0,):
            emulation = _emulate(found, by, conventions, sign, budget)
            used, name = emulation.resources, emulation.verdict.name
            codes.add({"proved": HOLDS, "refuted": FAILS}.get(name, UNDECIDED))
            record = emulation.as_json()
            record["width"], record["precision"] = (used.width, used.precision) if used else (None, None)
            records.append(record)
    confused = unseen_letter(found)
    if as_json:
        print_json({"conventions": records, "without_B": None if confused is None else list(map(str, confused))})
    else:
        _print_conventions(records, confused)
    return FAILS if FAILS in codes else max(codes)


def _print_conventions(records: list[dict[str, Any]], confused: tuple[object, ...] | None) -> None:
    from verify.render import fitted_table

    rows = [
        [
            "0" if record["start"] == "zero" else "vector",
            "yes" if record["start_symbol"] else "no",
            *("-" if record[name] is None else str(record[name]) for name in ("sign_of_zero", "width", "precision")),
            record["verdict"],
        ]
        for record in records
    ]
    nothing = "no construction of ours"
    if confused is not None:
        x, y, z = confused
        nothing = f"impossible: {x} {z} and {y} {z} lead to one state"
    rows.append(["0, B = 0", "no", "any" if records[0]["by"] == "rnn-ssm" else "-", "any", "any", nothing])
    width = min(text_width(), 80)
    click.echo(fitted_table(["h_0", "$", "sgn(0)", "d", "p", "verdict"], rows, width) + "\n")
    how = (
        "Proved is for words of every length. With or without a bias: letters are one-hot, so that B x + b is what "
        "another B does alone."
    )
    click.echo(fill(how, width))
