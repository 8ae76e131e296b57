"""The command line. Results go to stdout, progress and errors to stderr.

Exit codes: 0, everything came out as stated; 1, something did not; 2, bad input or usage; 3, inconclusive.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exactssm.errors import ExactssmError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from constructions.claim import Claim
    from exactssm.machine import Machine, Word
    from verify.runner import Result

__all__ = ["main"]

HOLDS, FAILS, BAD_INPUT, UNDECIDED = 0, 1, 2, 3

TASK_HELP = "TASK: group:S3, group:S3:generators, parity, dfa:FILE, composition:3,2, another library task, a task file, or a bare GROUP."
WORD_HELP = "WORD: symbols separated by white space, or a JSON list of them."


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="exactssm")
def cli() -> None:
    """Decide, exactly, what state-space models can and cannot compute.

    A claim of a paper is proved for words of every length, checked up to a length, or refuted by a shortest
    counterexample; so is a model of your own that you bring in a file.

    \b
    Start here:
      exactssm verify                   decide every claim that ships with exactssm
      exactssm show ids4                what one claim says and what its construction uses
      exactssm track S4                 build a tracker for a group and prove it
      exactssm compare MODEL parity     decide your own model against a task
      exactssm trace MODEL "1 0 1"      watch it run, layer by layer

    Exit codes: 0 as stated, 1 not as stated (compare: refuted; track: can't be tracked), 2 bad input, 3 inconclusive.
    """


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Write the list as JSON to stdout.")
def claims(as_json: bool) -> None:
    """List the claims, a line each."""
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
    width = max(len(c.name) for c in known)
    for c in known:
        more = f" (+{len(c.full)})" if c.full else ""
        click.echo(f"{c.name:<{width}}  {c.kind.value:<10}  {len(c.instances):>3}{more:<6}  {c.source.partition(',')[0]}")
    click.echo("\nname, kind, instances (+ more with --full), source; `exactssm show NAME` tells what it says")


@cli.command()
@click.argument("names", metavar="[CLAIM ...]", nargs=-1)
@click.option("--full", is_flag=True, help="All instances, not only those of the default run.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write exactssm-results/1 here.")
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes to run side by side.")
@click.option("--budget", type=click.IntRange(1), default=10**6, show_default=True, help="State pairs per proof, at most.")
def verify(names: tuple[str, ...], full: bool, json_file: Path | None, jobs: int, budget: int) -> int:
    """Decide claims: all of them, or those named.

    Each instance is proved for words of every length, or refuted by a shortest word, by product reachability or linear
    algebra. A claim holds if the verdict is the expected one and the resources measured are within its bounds.
    """
    from constructions.registry import all_claims, claim_named
    from verify.progress import Progress
    from verify.runner import run_claims

    chosen = [claim_named(name) for name in dict.fromkeys(names)] or list(all_claims())
    if json_file is not None:
        _check_writable(json_file)
    work = [(claim, instance) for claim in chosen for instance in claim.all_instances(full)]
    results: list[Result] = []
    with Progress() as progress:
        for result in run_claims(work, budget=budget, jobs=jobs, progress=progress):
            if jobs == 1:
                _print_result(result, {c.name: c for c in chosen}, results)
            results.append(result)
    if jobs > 1:
        order = {(claim.name, instance): i for i, (claim, instance) in enumerate(work)}
        results.sort(key=lambda r: order[r.claim, r.instance])
        for i, result in enumerate(results):
            _print_result(result, {c.name: c for c in chosen}, results[:i])
    if json_file is not None:
        from exactssm.formats import write_results

        write_results(json_file, [result.as_json() for result in results])
    return _summary(results)


def _print_result(result: Result, known: dict[str, Claim], before: list[Result]) -> None:
    """The line of one instance, under its claim's name where that is new."""
    if not before or before[-1].claim != result.claim:
        claim = known[result.claim]
        click.echo(click.style(claim.name, bold=True) + f"  [{claim.kind.value}; {claim.source}]")
    colour = "green" if result.holds else "yellow" if result.verdict == "inconclusive" else "red"
    parts = [f"{result.pairs} pairs" if result.pairs else "", result.method]
    if result.resources is not None:
        used = result.resources
        widths = "+".join(map(str, used.widths))
        parts.append(f"L={used.depth} d={widths} p={used.precision}")
    click.echo(
        f"  {click.style(f'{result.verdict:<9}', fg=colour)} {result.instance}: " + ", ".join(part for part in parts if part)
    )
    if result.counterexample is not None and result.verdict == "refuted":
        from verify.trace import text

        click.echo(f"            shortest counterexample: {' '.join(map(text, result.counterexample.word))}")
    if not result.holds:
        click.echo(f"            expected {result.expected}; at {result.case or 'no case'}")
        for fault in result.faults:
            click.echo(f"            {fault}")


def _summary(results: list[Result]) -> int:
    held = sum(result.holds for result in results)
    proved = sum(result.pairs or 0 for result in results)
    click.echo(f"\n{held} of {len(results)} instances came out as stated; {proved} state pairs closed")
    if any(not r.holds and r.verdict != "inconclusive" for r in results):
        return FAILS
    return HOLDS if held == len(results) else UNDECIDED


@cli.command()
@click.argument("name", metavar="CLAIM")
@click.option("--json", "as_json", is_flag=True, help="Write it as JSON to stdout.")
def show(name: str, as_json: bool) -> int:
    """Show a claim: statement, source, its construction in figures, its bounds, and where its proof is."""
    from constructions.registry import claim_named
    from verify.progress import Progress
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
                "results": [result.as_json() for result in results],
            }
        )
        return HOLDS
    click.echo(click.style(claim.name, bold=True))
    click.echo(click.wrap_text(claim.statement, 100, "  ", "  "))
    click.echo(f"\n  kind      {claim.kind.value}; expected: {claim.expected}")
    click.echo(f"  source    {claim.source}")
    click.echo(f"  proof     {claim.proof} (`python -m pydoc {claim.proof}`)")
    from verify.trace import plain_table

    rows = [_figures(result) for result in results]
    click.echo("\n" + plain_table(["instance", "verdict", "pairs", "L", "d", "p", "memory", "bounds"], rows))
    if claim.full:
        click.echo(f"\nwith --full also: {', '.join(claim.full)}")
    return HOLDS


def _figures(result: Result) -> list[str]:
    used = result.resources
    figures = ["-"] * 4 if used is None else [
        str(used.depth), "+".join(map(str, used.widths)), str(used.precision), f"{used.memory_bits} bits"
    ]
    bounds = ", ".join(f"{name} {value}" for name, value in result.bounds.as_json().items())
    return [result.instance, result.verdict, str(result.pairs or "-"), *figures, bounds or "-"]


@cli.command(epilog=TASK_HELP)
@click.argument("model_file", metavar="MODEL", type=click.Path(path_type=Path))
@click.argument("task_name", metavar="[TASK]", required=False)
@click.option("--task", "task_option", metavar="TASK", help="The task, if not given as the second argument.")
@click.option("--length", type=click.IntRange(1, 10**6), help="If the proof runs out of budget, read every word up to this.")
@click.option("--budget", type=click.IntRange(1), default=10**6, show_default=True, help="State pairs, at most.")
@click.option("--json", "as_json", is_flag=True, help="Write the verdict as JSON to stdout.")
def compare(
    model_file: Path, task_name: str | None, task_option: str | None, length: int | None, budget: int, as_json: bool
) -> int:
    """Decide whether the model in the file MODEL does TASK, for words of every length if its states are finitely many."""
    from verify.decide import decide
    from verify.progress import Progress
    from verify.verdict import Checked, Inconclusive, Proved, Refuted

    if (task_name is None) == (task_option is None):
        raise click.UsageError("give one task, as the second argument or with --task")
    name = task_name or task_option or ""
    model, task = _model(model_file), _task(name)
    with Progress() as progress:
        verdict = decide(
            model, task, max_pairs=budget, length=length, progress=lambda n: progress(f"{n} steps of the search")
        )
    if as_json:
        record: dict[str, Any] = {"model": str(model_file), "task": name, "verdict": verdict.name}
        match verdict:
            case Proved(method=method, pairs=pairs):
                record |= {"method": method, "pairs": pairs}
            case Checked():
                record |= {"method": verdict.method, "length": verdict.length, "words": verdict.words}
            case Refuted():
                record |= {"method": verdict.method, "pairs": verdict.pairs, "counterexample": verdict.trace.as_json()}
            case Inconclusive():
                record |= {"reason": verdict.reason}
        _print_json(record)
    else:
        click.echo(str(verdict))
        if isinstance(verdict, Refuted):
            click.echo(verdict.trace.as_text())
    return {"proved": HOLDS, "checked": HOLDS, "refuted": FAILS, "inconclusive": UNDECIDED}[verdict.name]


@cli.command(epilog=WORD_HELP)
@click.argument("model_file", metavar="MODEL", type=click.Path(path_type=Path))
@click.argument("word_text", metavar="WORD")
@click.option("--task", "task_name", metavar="TASK", help="Show beside it what this task demands.")
@click.option("--format", "form", type=click.Choice(["text", "json", "latex", "html"]), default="text", show_default=True)
def trace(model_file: Path, word_text: str, task_name: str | None, form: str) -> int:
    """Run the model in the file MODEL along WORD: states and letters, layer by layer, thought by thought."""
    from exactssm.machine import run
    from verify.render import render
    from verify.trace import Trace

    model = _model(model_file)
    word = _word(word_text)
    run(model, word)  # names the position of a symbol that is not in the alphabet
    from verify.trace import Silent

    task = Silent(model.alphabet) if task_name is None else _task(task_name)
    found = Trace.along(model, task, word)
    click.echo(render(found, form))
    return HOLDS


def _model(path: Path) -> Machine:
    from exactssm.formats import load_model

    return load_model(path)


def _task(name: str) -> Machine:
    from exactssm.formats import task_as_text

    return task_as_text(name)


def _word(text: str) -> Word:
    """Symbols separated by white space, or a JSON list of strings."""
    if not text.lstrip().startswith("["):
        return tuple(text.split())
    from exactssm.errors import FormatError

    try:
        symbols = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FormatError(f"the word begins like a JSON list, but isn't one: {error}") from None
    if not isinstance(symbols, list) or not all(isinstance(s, str) for s in symbols):
        raise FormatError("a word given as JSON must be a list of strings")
    return tuple(symbols)


def _check_writable(path: Path) -> None:
    """Refuse a file that can't be written before hours are spent on what it is to hold."""
    from exactssm.errors import FormatError

    if not path.parent.is_dir():
        raise FormatError(f"{path}: the folder {path.parent} doesn't exist")


def _print_json(record: object) -> None:
    click.echo(json.dumps(record, indent=2, ensure_ascii=False))


def main(arguments: Iterable[str] | None = None) -> None:
    """The console script: runs a command and leaves with its exit code."""
    sys.exit(_run(list(sys.argv[1:] if arguments is None else arguments)))


def _run(arguments: list[str]) -> int:
    try:
        code = cli.main(args=arguments, prog_name="exactssm", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return HOLDS
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "exactssm"
        click.echo(f"{command}: {error.format_message()} (see `{command} --help`)", err=True)
        return BAD_INPUT
    except (click.exceptions.Exit, click.Abort) as error:
        return getattr(error, "exit_code", 130)
    except (ExactssmError, OSError) as error:
        click.echo(f"exactssm: {' '.join(str(error).split())}", err=True)
        return BAD_INPUT
    except KeyboardInterrupt:
        click.echo("exactssm: interrupted", err=True)
        return 130
    return code if isinstance(code, int) else HOLDS


if __name__ == "__main__":
    main()
