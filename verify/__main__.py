"""The command line. Results go to stdout, progress and errors to stderr.

Exit codes: 0, everything came out as stated; 1, something did not; 2, bad input or usage; 3, inconclusive.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import islice
from pathlib import Path
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from exactssm.errors import BudgetExhausted, ExactssmError, FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from constructions.claim import Claim
    from exactssm import formats
    from exactssm.machine import Machine, Word
    from verify.runner import Counterexample, Result

__all__ = ["main"]

HOLDS, FAILS, BAD_INPUT, UNDECIDED = 0, 1, 2, 3
INTERRUPTED, PIPE_CLOSED = 130, 141  # what a shell reports for the signals SIGINT and SIGPIPE

TASK_HELP = (
    "TASK: group:S3, group:S3:generators, parity, dfa:FILE, composition:3,2, another library task, a task file, or a "
    "bare GROUP."
)
WORD_HELP = "WORD: symbols separated by white space, or a JSON list of them."
GROUP_HELP = (
    "GROUP: a name (S3, A5, C6, D4 of order 8, Q8, SL(2,3), AGL(1,5), C2^3), a direct product (A4xZ5), a number in the "
    'small-groups library ([48,29]), permutations ("(1 2 3)(4 5), (1 2)"), or @FILE with a Cayley table.'
)

budget_option = click.option(
    "--budget",
    metavar="STATES",
    type=click.IntRange(1),
    default=10**6,
    show_default=True,
    help="State pairs per proof, at most.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
model_argument = click.argument("model_file", metavar="MODEL", type=click.Path(path_type=Path))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="exactssm")
def cli() -> None:
    """Decide, exactly, what state-space models can and cannot compute.

    A claim of a paper is proved for words of every length, checked up to a length, or refuted by a shortest
    counterexample; so is a model of your own that you bring in a file.

    \b
    Start here:
      exactssm verify                  decide every claim that ships with exactssm
      exactssm show ids4               what one claim says, and its construction
      exactssm track S4                build a tracker for a group and prove it
      exactssm compare MODEL parity    decide your own model against a task
      exactssm trace MODEL "1 0 1"     watch it run, layer by layer

    Exit codes: 0 as stated, 1 not as stated (compare: refuted; track: can't be tracked), 2 bad input, 3 inconclusive.
    """


@cli.command(short_help="List the claims, a line each.")
@json_option
def claims(as_json: bool) -> None:
    """List the claims, a line each: name, kind, instances (and how many more there are with --full), source."""
    from constructions.registry import all_claims

    known = all_claims()
    if as_json:
        rows = [
            {
                "claim": c.name,
                "source": c.source,
                "kind": c.kind.value,
                "expected": c.expected,
                "statement": c.statement,
                "instances": list(c.instances),
                "full": list(c.full),
            }
            for c in known
        ]
        _print_json({"claims": rows})
        return
    from verify.render import fitted_table

    lines = [
        [c.name, c.kind.value, f"{len(c.instances)}" + (f" (+{len(c.full)})" if c.full else ""), _paper(c.source)]
        for c in known
    ]
    click.echo(fitted_table(["claim", "kind", "instances", "source"], lines, _width()))
    click.echo("\n" + fill("(+n): more with --full. `exactssm show CLAIM` tells what a claim says.", _width()))


def _paper(source: str) -> str:
    """The paper and the theorem's number, without the remarks after it."""
    return source.partition(",")[0]


@cli.command(short_help="Decide the claims, all of them or those named.")
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
    """Decide claims: all of them, or those named.

    Each instance is proved for words of every length, or refuted by a shortest word, by product reachability or linear
    algebra. A claim holds if the verdict is the expected one and the resources measured are within its bounds.

    With --arithmetic, each possible claim's construction is moved to other arithmetics, constants and readouts as they
    are, and decided there, on one or two small instances, or with --full on those of the default run. The exit code
    says whether all hold in all arithmetics; nothing is expected of ALL. A proof there takes 20000 state pairs at most,
    unless --budget is given.
    """
    from constructions.registry import all_claims, claim_named
    from verify.progress import Progress
    from verify.runner import run_claims

    chosen = {c.name: c for c in [claim_named(name) for name in names] or all_claims()}
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

        write_results(json_file, map(_record, results))
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
    from verify.matrix import ALL, arithmetic_names, check_has_layers, matrix, matrix_instances
    from verify.matrix_table import matrix_details, matrix_table
    from verify.progress import Progress
    from verify.transfer import DEFAULT_PAIRS

    if picture is not None:
        from verify.pictures import check_picture

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
        from verify.matrix_picture import draw_matrix

        draw_matrix(cells, picture)
    everything = any(ALL in text.split(",") for text in arithmetics)
    click.echo(matrix_table(cells, min(_width(), 80)))
    if not everything and (details := matrix_details(cells, _width())):
        click.echo("\n" + details)
    held = sum(cell.holds for cell in cells)
    click.echo(f"\nconstructions: {len(work)}; arithmetics: {len(chosen)}; {held} of {len(cells)} hold")
    if not everything and any(not cell.holds and cell.verdict != "inconclusive" for cell in cells):
        return FAILS
    return UNDECIDED if any(cell.verdict == "inconclusive" for cell in cells) else HOLDS


@cli.command(short_help="The least precision at which a construction holds.")
@click.argument("name", metavar="CLAIM")
@click.option(
    "--parameter",
    metavar="P",
    default="modulus-bits",
    show_default=True,
    help="What is varied: modulus-bits, signed-bits, integer-bits, fraction-bits, mantissa-bits, or the name of an "
    "arithmetic with {p} in it.",
)
@click.option("--instance", metavar="I", help="Which instance; by default a small one.")
@budget_option
@json_option
def precision(name: str, parameter: str, instance: str | None, budget: int, as_json: bool) -> int:
    """Find the least p at which a claim's construction holds, with all smaller ones and the next eight.

    More precision need not be better; where a larger p fails again, it is said.
    """
    from constructions.registry import claim_named
    from verify.matrix import matrix_instances
    from verify.precision import least_precision, report
    from verify.progress import Progress

    claim = claim_named(name)
    known = claim.all_instances(full=True)
    if instance is not None and instance not in known:
        shown = "; ".join(islice(known, 12)) + ("; ..." if len(known) > 12 else "")
        raise FormatError(f"{name} has no instance {instance[:60]!r}; it has {shown}")
    chosen = matrix_instances(claim)[0] if instance is None else instance
    with Progress() as progress:
        found = least_precision(claim, chosen, parameter, max_pairs=budget, progress=progress)
    if as_json:
        _print_json(found.as_json())
    else:
        click.echo(report(found, _width(), _width_of_terminal()))
    if found.undecided:
        return UNDECIDED
    return HOLDS if found.least is not None else FAILS


def _print_result(result: Result, known: Mapping[str, Claim], before: Result | None) -> None:
    """The line of one instance, under its claim's name where that is new."""
    if before is None or before.claim != result.claim:
        claim = known[result.claim]
        name = click.style(claim.name, bold=True)
        click.echo(("" if before is None else "\n") + name)
        click.echo(_indented(f"{claim.kind.value}; {claim.source}", 2))
    colour = "green" if result.holds else "yellow" if result.verdict == "inconclusive" else "red"
    names = max(map(len, known[result.claim].all_instances(full=True)))
    used = result.resources
    parts = [
        f"{result.pairs} pairs" if result.pairs else "",
        result.method.removeprefix("closed under every letter").removeprefix(", "),
        "" if used is None else f"L={used.depth} d={_figure(used.widths)} p={used.precision}",
    ]
    indent = 12 + names
    figures = _indented(", ".join(part for part in parts if part), indent).lstrip()
    click.echo(f"  {click.style(f'{result.verdict:<7}', fg=colour)} {result.instance:<{names}}  {figures}")
    if result.counterexample is not None:
        from verify.trace import short_word

        click.echo(_indented(f"counterexample: {short_word(result.counterexample.word)}", indent))
    if result.example is not None:
        candidate, refutation = result.example
        click.echo(_indented(f"{candidate}: {_refutation(refutation)}", indent))
    if not result.holds:
        at = f" at {result.case}" if result.case else ""
        click.echo(_indented(f"expected {result.expected}, but it is {result.verdict}{at}", indent))
        for fault in result.faults:
            click.echo(_indented(fault, indent))


def _refutation(found: Counterexample) -> str:
    """What refutes a candidate, in one sentence."""
    from verify.trace import Trace, short_word

    return f"fails on {short_word(found.word)}" if isinstance(found, Trace) else found.as_text()


def _summary(results: list[Result]) -> int:
    held = sum(result.holds for result in results)
    pairs = sum(result.pairs or 0 for result in results)
    click.echo(f"\n{held} of {len(results)} instances came out as stated; {pairs} state pairs closed")
    if any(not r.holds and r.verdict != "inconclusive" for r in results):
        return FAILS
    return HOLDS if held == len(results) else UNDECIDED


def _record(result: Result) -> formats.Result:
    """The result as the results file has it."""
    from exactssm import formats

    return formats.Result(
        claim=result.claim,
        instance=result.instance,
        source=result.source,
        verdict=result.verdict,
        expected=result.expected,
        holds=result.holds,
        method=result.method,
        pairs=result.pairs,
        length=result.length,
        counterexample=None if result.counterexample is None else _texts(result.counterexample.word),
        resources=None if result.resources is None else _figures(result.resources.as_json()),
        bounds=_figures(result.bounds.as_json()),
        milliseconds=int(result.seconds * 1000),
    )


def _texts(word: Word) -> tuple[str, ...]:
    from verify.trace import text

    return tuple(map(text, word))


def _figures(values: Mapping[str, Any]) -> dict[str, Any]:
    """Resources or bounds as the results file has them: integers and strings."""
    return {name: _figure(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _figure(values: tuple[int, ...]) -> str:
    """One number a layer: ``1+1+2``."""
    return "+".join(map(str, values))


@cli.command(short_help="Show what a claim says, with its construction in figures.")
@click.argument("name", metavar="CLAIM")
@json_option
def show(name: str, as_json: bool) -> int:
    """Show a claim: statement, source, its construction in figures, its bounds, and where its proof is."""
    from constructions.registry import claim_named
    from verify.progress import Progress
    from verify.render import fitted_table
    from verify.runner import examine

    claim = claim_named(name)
    with Progress() as progress:
        results = [examine(claim, instance, progress=progress) for instance in claim.instances]
    if as_json:
        _print_json(
            {
                "claim": claim.name,
                "source": claim.source,
                "kind": claim.kind.value,
                "expected": claim.expected,
                "statement": claim.statement,
                "proof": claim.proof,
                "results": [_record(result).record() for result in results],
            }
        )
        return HOLDS
    click.echo(click.style(claim.name, bold=True))
    click.echo(_indented(claim.statement, 2) + "\n")
    facts = [
        ["  kind", f"{claim.kind.value}; each instance is expected to be {claim.expected}"],
        ["  source", claim.source],
        ["  proof", f"the docstring of {claim.proof}"],
    ]
    for label, fact in facts:
        click.echo(f"{label:<10}" + _indented(fact, 10).lstrip())
    header = ["instance", "verdict", "pairs", "L", "d", "p", "memory"]
    click.echo("\n" + fitted_table(header, [_row(result) for result in results], _width()))
    if any(result.resources for result in results):
        click.echo(
            "\n" + fill("L layers of width d and precision p bits, as measured, with their memory in bits.", _width())
        )
    bounds = {result.instance: _bounds(result) for result in results}
    if len(set(bounds.values())) > 1:
        click.echo("\n" + fitted_table(["instance", "bounds"], list(bounds.items()), _width()))
    elif bound := next(iter(bounds.values()), ""):
        click.echo("\n" + fill(f"bounds  {bound}", _width(), subsequent_indent="        "))
    if claim.full:
        shown = "; ".join([*islice(claim.full, 12), *(["..."] if len(claim.full) > 12 else [])])
        click.echo("\n" + fill(f"with --full {len(claim.full)} more: {shown}", _width(), subsequent_indent="  "))
    return HOLDS


def _row(result: Result) -> list[str]:
    figures = ["-"] * 4
    if (used := result.resources) is not None:
        figures = [str(used.depth), _figure(used.widths), str(used.precision), str(used.memory_bits)]
    return [result.instance, result.verdict, str(result.pairs or "-"), *figures]


def _bounds(result: Result) -> str:
    """The bounds in the letters of the table, where they have one there."""
    letters = {"depth": "L", "widths": "d", "width": "d", "precision": "p", "memory_bits": "memory", "budget": "L*d*p"}
    exactly, at_most = (_figures(part) for part in (result.bounds.exactly, result.bounds.at_most))
    parts = [f"{letters.get(name, name)} = {value}" for name, value in exactly.items()]
    parts += [f"{letters.get(name, name)} <= {value}" for name, value in at_most.items()]
    return ", ".join(parts)


@cli.command(short_help="Build a tracker for a group and prove it.", epilog=GROUP_HELP)
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
            record["resources"] = _figures(record["resources"])
        _print_json(record)
    else:
        from verify.tracker_report import report

        first, _, rest = report(found, _width()).partition("\n\n")
        click.echo(click.style(first, bold=True) + "\n\n" + rest)
    if picture is not None:
        from verify.pictures import draw_tracker

        if found.verdict == "proved":
            draw_tracker(found, picture)
        else:
            click.echo("exactssm track: nothing was built, so there is no picture", err=True)
    return {"proved": HOLDS, "refuted": FAILS, "inconclusive": UNDECIDED}[found.verdict]


@cli.command(short_help="Decide a model of your own against a task.", epilog=TASK_HELP)
@model_argument
@click.argument("task_name", metavar="[TASK]", required=False)
@click.option("--task", "task_option", metavar="TASK", help="The task, if not given as the second argument.")
@click.option(
    "--length",
    metavar="N",
    type=click.IntRange(1, 10**6),
    help="Where no proof is found within the budget, read every word up to this length.",
)
@budget_option
@click.option(
    "--modes",
    metavar="M,M,...",
    help="Compare these modes of evaluation of the same weights, up to --length: E (exact), R (recurrent), "
    "F (flattened), S (blelloch), flattened:CASTS, left-fold, hillis-steele, chunked:N.",
)
@click.option("--alphabet", metavar="WORD", help="Weights: the letters of A, in order; by default 0 1 2 ...")
@click.option("--outputs", metavar="WORD", help="Weights: the outputs of the head, in order; by default 0 1 2 ...")
@click.option(
    "--rounding", type=click.Choice(["once", "each", "fused"]), help="Weights: when a step rounds; by default each."
)
@click.option(
    "--ties", type=click.Choice(["error", "first"]), help="Weights: which of equal scores wins; by default an error."
)
@json_option
def compare(
    model_file: Path,
    task_name: str | None,
    task_option: str | None,
    length: int | None,
    budget: int,
    modes: str | None,
    alphabet: str | None,
    outputs: str | None,
    rounding: str | None,
    ties: str | None,
    as_json: bool,
) -> int:
    """Decide whether the model in the file MODEL does TASK.

    If it reaches finitely many states, this is proved for words of every length or refuted by a shortest word.

    A MODEL that ends in .npz or .safetensors holds trained weights, read exactly. Without a head every readout of the
    state is decided.
    """
    from verify.comparison import verdict_record, weights_lines, weights_state
    from verify.decision import decide, decide_every_readout
    from verify.progress import Progress
    from verify.trace import Collision, Trace
    from verify.verdict import Refuted

    if (task_name is None) == (task_option is None):
        raise click.UsageError("give one task, as the second argument or with --task")
    if modes is not None and length is None:
        raise click.UsageError("--modes needs --length: most modes are no machines, and are compared up to a length")
    name = task_name or task_option or ""
    weights = _weights(model_file, alphabet, outputs, rounding, ties)
    model, task = _model(model_file) if weights is None else weights.model, _task(name)
    every = weights is not None and not weights.has_head
    record: dict[str, Any] = {"model": str(model_file), "task": name}
    if weights is not None:
        record |= {"arithmetic": str(weights.arithmetic), "readout": "every" if every else "head"}
    read = "" if weights is None else weights_lines(weights, ties or "error") + "\n"
    if modes is not None and length is not None:
        if every:
            raise click.UsageError("--modes compares outputs, and a file without head.weight has none")
        return _compare_modes(model, task, modes, length, budget, record if as_json else read)
    with Progress() as progress:
        verdict = (decide_every_readout if every else decide)(
            model, task, max_pairs=budget, length=length, progress=lambda n: progress(f"{n} steps of the search")
        )
    if as_json:
        _print_json(record | verdict_record(verdict))
    else:
        colour = {"refuted": "red", "inconclusive": "yellow"}.get(verdict.name, "green")
        click.echo(
            read + click.style(verdict.name, fg=colour) + fill(str(verdict), _width()).removeprefix(verdict.name)
        )
        if isinstance(verdict, Refuted):
            from verify.render import render

            shown = verdict.trace
            click.echo(render(shown, "text", _width_of_terminal()) if isinstance(shown, Trace) else shown.as_text())
            if weights is not None and isinstance(shown, Collision):
                click.echo(weights_state(weights, shown))
    return {"proved": HOLDS, "checked": HOLDS, "refuted": FAILS, "inconclusive": UNDECIDED}[verdict.name]


def _compare_modes(
    model: Machine, task: Machine, modes: str, length: int, budget: int, head: dict[str, Any] | str
) -> int:
    """Each mode against the task, and against each other one: as JSON, if ``head``, which begins it, is a record."""
    from verify.comparison import compare_in_modes, mode_names, modes_record, modes_text
    from verify.progress import Progress

    names = mode_names(modes)
    with Progress() as progress:
        found = compare_in_modes(
            model, task, names, length, max_pairs=budget, progress=lambda n: progress(f"{n} words or steps")
        )
    if isinstance(head, str):
        click.echo(head + modes_text(found, length, _width()))
    else:
        _print_json(head | {"length": length} | modes_record(found))
    reached = {verdict.name for verdict in found.verdicts.values()}
    return FAILS if "refuted" in reached else UNDECIDED if "inconclusive" in reached else HOLDS


def _weights(
    path: Path, alphabet: str | None, outputs: str | None, rounding: str | None, ties: str | None
) -> formats.Weights | None:
    """The weights in a file, if its name says that it holds any."""
    from exactssm.formats import WEIGHTS_SUFFIXES, load_weights

    if path.suffix in WEIGHTS_SUFFIXES:
        return load_weights(
            path,
            alphabet=None if alphabet is None else _word(alphabet),
            outputs=None if outputs is None else _word(outputs),
            moment=rounding or "each",
            ties=ties or "error",
        )
    for option, given in (("alphabet", alphabet), ("outputs", outputs), ("rounding", rounding), ("ties", ties)):
        if given is not None:
            raise click.UsageError(f"--{option} is for files with weights, {' or '.join(WEIGHTS_SUFFIXES)}")
    return None


@cli.command(short_help="Run a model along a word, layer by layer.", epilog=WORD_HELP)
@model_argument
@click.argument("word_text", metavar="WORD")
@click.option("--task", "task_name", metavar="TASK", help="Show beside it what this task demands.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "latex", "html"]), default="text", show_default=True
)
def trace(model_file: Path, word_text: str, task_name: str | None, form: str) -> int:
    """Run the model in the file MODEL along WORD: states and letters, layer by layer, thought by thought."""
    from exactssm.machine import run
    from verify.render import render
    from verify.trace import Silent, Trace

    model = _model(model_file)
    word = _word(word_text)
    run(model, word)  # names the position of a symbol that is not in the alphabet
    task = Silent(model.alphabet) if task_name is None else _task(task_name)
    click.echo(render(Trace.along(model, task, word), form, _width_of_terminal()))
    return HOLDS


def _model(path: Path) -> Machine:
    from exactssm.formats import load_model

    return load_model(path)


def _task(name: str) -> Machine:
    """The task that TASK means, its symbols and outputs as strings."""
    from exactssm.formats import as_text, load_automaton, load_task
    from exactssm.tasks import task

    if name.startswith("dfa:"):
        return load_automaton(name.removeprefix("dfa:"))
    table = name.removeprefix("group:").startswith("@")  # a group, by a file with its Cayley table
    if not table and (name.endswith(".json") or os.path.isfile(name)):
        return load_task(name)
    try:
        return as_text(task(name))
    except FormatError:
        from difflib import get_close_matches

        from exactssm.tasks import TASK_NAMES

        heads = {known.partition(":")[0]: known for known in TASK_NAMES}
        head = name.partition(":")[0]
        if head not in heads and (near := get_close_matches(head, heads, n=2)):
            meant = " or ".join(heads[head] for head in near)
            raise FormatError(f"no task is named {name[:60]!r}; perhaps {meant}?") from None
        raise


def _word(text: str) -> tuple[str, ...]:
    """Symbols separated by white space, or a JSON list of strings."""
    if not text.lstrip().startswith("["):
        return tuple(text.split())
    try:
        symbols = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FormatError(f"the word begins like a JSON list, but isn't one: {error}") from None
    if not isinstance(symbols, list) or not all(isinstance(s, str) for s in symbols):
        raise FormatError("a word given as JSON must be a list of strings")
    return tuple(symbols)


def _check_writable(path: Path) -> None:
    """Refuse a file that can't be written before hours are spent on what it is to hold."""
    if not path.parent.is_dir():
        raise FormatError(f"{str(path)!r} can't be written: the folder {str(path.parent)!r} doesn't exist")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise FormatError(f"{str(path)!r} can't be written: permission denied")


def _print_json(record: object) -> None:
    click.echo(json.dumps(record, indent=2, ensure_ascii=False))


def _width() -> int:
    """Characters in a line of text."""
    return max(40, min(get_terminal_size((100, 24)).columns, 100))


def _width_of_terminal() -> int | None:
    """Characters in a line of a trace, which is only broken up where it would not fit a terminal."""
    return get_terminal_size().columns if sys.stdout.isatty() else None


def _indented(text: str, by: int) -> str:
    return fill(text, _width(), initial_indent=" " * by, subsequent_indent=" " * by, break_on_hyphens=False)


def main(arguments: Iterable[str] | None = None) -> None:
    """The console script: runs a command and leaves with its exit code."""
    code = _run(list(sys.argv[1:] if arguments is None else arguments))
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = PIPE_CLOSED
    if code == PIPE_CLOSED:  # whoever read the output has had enough; the interpreter must not flush what is left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    try:
        code = cli.main(args=arguments, prog_name="exactssm", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return HOLDS
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "exactssm"
        _complain(f"{command}: {error.format_message()} (see `{command} --help`)")
        return BAD_INPUT
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.exceptions.Exit as error:
        return error.exit_code
    except SystemExit:  # click's own answer to a closed pipe
        return PIPE_CLOSED
    except BudgetExhausted as error:
        _complain(f"exactssm: {error}")
        return UNDECIDED
    except (ExactssmError, OSError) as error:
        _complain(f"exactssm: {error}")
        return BAD_INPUT
    return code if isinstance(code, int) else HOLDS


def _complain(message: str) -> None:
    """One line on stderr, whatever the message holds."""
    click.echo(" ".join(message.split()), err=True)


if __name__ == "__main__":
    main()
