"""Models as threshold circuits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from verify.commands import FAILS, HOLDS, UNDECIDED
from verify.commands.arguments import json_option
from verify.commands.printing import indented, print_json

if TYPE_CHECKING:
    from constructions.circuits.compile import CompiledModel
    from constructions.circuits.matrix_inputs import MatrixReader
    from exactssm.circuits import Circuit
    from exactssm.evaluation import Casts
    from exactssm.models import Model

__all__ = ["circuit"]

CIRCUIT_FILES = (".aag", ".aig", ".netlist")
SHOWN_CODES = 16
MOST_INPUTS = 4096  #: that a circuit is held against its model on all of
DRAWN = 200  #: where there are more


@click.command(short_help="Compile a model into a threshold circuit of constant depth.")
@click.argument("name", metavar="MODEL")
@click.option("--length", metavar="N", type=click.IntRange(1), help="The length of the words that the circuit reads.")
@click.option("--instance", metavar="I", help="Which instance of a claim; by default its first.")
@click.option("--last", is_flag=True, help="The output after the last letter only, not after every one.")
@click.option(
    "--casts",
    type=click.Choice(["terms", "once", "transitions"]),
    help="Where layers over log-precision floats are cast: each product and their sum, the whole once, or each product "
    "of A's and the sum.  [default: terms]",
)
@click.option(
    "--matrix-as-input",
    is_flag=True,
    help="Of a model of one layer with one matrix A for all letters: A is an input before the word, and the circuit "
    "computes its powers.",
)
@click.option("--netlist", metavar="FILE", type=click.Path(path_type=Path), help="Write the circuit as a netlist.")
@click.option(
    "--aiger",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write it to a .aag or .aig file, each gate as a sorting network of conjunctions.",
)
@click.option("--sizes", metavar="M", type=click.IntRange(1), help="Depth and size for every length up to M.")
@click.option(
    "--picture",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Draw the circuit, if it is small; with --sizes, depth and size against the length.",
)
@click.option(
    "--against",
    metavar="OTHER",
    help="Decide by a SAT solver whether the circuit is equivalent, on all words, to that of another model "
    "(MODEL.json, CLAIM or CLAIM:INSTANCE), or to one in a .netlist, .aag or .aig file with the codes that are "
    "printed.",
)
@click.option(
    "--max-conflicts", metavar="C", type=click.IntRange(1, 2**31 - 1), help="Of the solver.  [default: 1000000]"
)
@click.option(
    "--max-wires", metavar="W", type=click.IntRange(1, 10**9), help="Wires of a circuit, at most.  [default: 20000000]"
)
@json_option
def circuit(
    name: str,
    length: int | None,
    instance: str | None,
    last: bool,
    casts: str | None,
    matrix_as_input: bool,
    netlist: Path | None,
    aiger: Path | None,
    sizes: int | None,
    picture: Path | None,
    against: str | None,
    max_conflicts: int | None,
    max_wires: int | None,
    as_json: bool,
) -> int:
    """Compile MODEL, a model file or the name of a claim, into a threshold circuit for words of one length: the upper
    bounds of 2404.08819 made explicit. From a small length on the depth is the same for all.

    The circuit is held against the model on all words of the length if there are at most 4096, otherwise on drawn ones.
    A model under no theorem is refused, naming the hypothesis that fails.

    Layers are compiled over Z/m and GF(q), which is a ring analogue, and over log-precision floats, whose circuits are
    held against the model in flattened evaluation; they grow fast, and lengths up to 8 are meant.

    \b
    Examples:
      exactssm circuit subnormal-tracker --instance S3 --length 16 --sizes 20
      exactssm circuit MODEL.json --length 6 --netlist mine.netlist
      exactssm circuit S4.json --length 5 --matrix-as-input
      exactssm circuit MODEL.json --length 6 --against theirs.netlist

    Exit codes: 0, the circuit is the model's, and equal to OTHER; 1, it isn't; 2, bad input, or a model under no
    theorem; 3, the solver gave up.
    """
    from constructions.circuits.compile import MAX_WIRES, compile_circuit
    from constructions.circuits.matrix_inputs import compile_with_matrix
    from exactssm.evaluation import Casts
    from verify.progress import Progress

    if length is None and sizes is None:
        raise click.UsageError("give --length, --sizes or both")
    if length is None and (netlist or aiger or against is not None):
        raise click.UsageError("--netlist, --aiger and --against are about one circuit and need --length")
    if matrix_as_input and against is not None:
        raise click.UsageError("--against compares what is done with words, and with --matrix-as-input A is read too")
    if picture is not None:
        from verify.drawing.pictures import check_picture

        check_picture(picture)
    model = _model(name, instance)
    wires = MAX_WIRES if max_wires is None else max_wires
    record: dict[str, Any] = {"model": name}
    lines: list[str] = []
    code = HOLDS
    cast_as = Casts.TERMS if casts is None else Casts.named(casts)

    def compile_model(n: int) -> CompiledModel:
        return compile_circuit(model, n, every=not last, casts=cast_as, max_wires=wires)

    def compile_reader(n: int) -> MatrixReader:
        return compile_with_matrix(model, n, every=not last, max_wires=wires)

    with Progress() as progress:
        if length is not None:
            progress(f"{name[:40]}: length {length}")
            if matrix_as_input:
                reader = compile_reader(length)
                compiled = reader.compiled
                told = _figures(compiled, *_with_matrices(reader)) | {"matrix": _matrix_inputs(reader)}
            else:
                compiled = compile_model(length)
                told = _figures(compiled, *_on_words(compiled, model))
            record |= told
            lines += _as_lines(told)
            code = HOLDS if told["verdict"] == "checked" else FAILS
            _write(compiled.circuit, netlist, aiger, picture if sizes is None else None)
            if against is not None:
                progress("equivalence")
                told, decided = _against(compiled, model, against, wires, max_conflicts, cast_as)
                record |= told
                lines += [indented(f"{told['equivalent']['verdict']}: {told['equivalent']['method']}", 0)]
                code = max(code, decided) if code == HOLDS else code
        if sizes is not None:
            from verify.circuits.circuit_growth import growth_of, growth_table

            growth = growth_of(
                (lambda n: compile_reader(n).compiled.circuit)
                if matrix_as_input
                else (lambda n: compile_model(n).circuit),
                sizes,
                progress=lambda n: progress(f"{name[:40]}: length {n} of {sizes}"),
            )
            record["growth"] = growth.as_json()
            lines += ["", growth_table(growth)] if lines else [growth_table(growth)]
            if picture is not None:
                from verify.drawing.circuit_growth_picture import draw_growth

                draw_growth(growth, picture, name if instance is None else f"{name}, {instance}")
    if as_json:
        print_json(record)
    else:
        click.echo("\n".join(lines))
    return code


def _model(name: str, instance: str | None) -> Model:
    """The model in a file, or of a claim's instance."""
    from constructions.claim import Case
    from constructions.registry import claim_named
    from exactssm.errors import FormatError
    from exactssm.formats import load_model
    from exactssm.models import Model

    if name.endswith(".json") or Path(name).is_file():
        found: object = load_model(Path(name))
    else:
        claim = claim_named(name)
        known = claim.all_instances(full=True)
        chosen = next(iter(claim.instances)) if instance is None else instance
        if chosen not in known:
            raise FormatError(f"{name} has no instance {chosen[:60]!r}; `exactssm verify {name} --full` lists them")
        case = next(iter(claim.cases(known[chosen])))
        if not isinstance(case, Case):
            raise FormatError(f"{name} has no model to compile: it is about a class of {case.members}")
        found = case.model
    if not isinstance(found, Model):
        raise FormatError(
            f"only a stack of layers is compiled into a circuit, and {name[:60]} is a {type(found).__name__}: thoughts "
            "that are read back, one after the other, have no convolutional form"
        )
    return found


def _on_words(compiled: CompiledModel, model: Model) -> tuple[str | None, str]:
    """The first word, if any, on which a circuit doesn't put out what it should; and on which words that was looked
    at."""
    from itertools import product
    from random import Random

    letters, length = compiled.alphabet, compiled.length
    if len(letters) ** length <= MOST_INPUTS:
        words = list(product(letters, repeat=length))
        how = f"all {len(words)} words of length {length}"
    else:
        source = Random(0)
        words = [tuple(source.choices(letters, k=length)) for _ in range(DRAWN)]
        how = f"{len(words)} drawn words of length {length} (evidence, not proof)"
    rows = compiled.circuit.evaluate_all(compiled.encode_all(words)).tolist()
    pairs = zip(words, rows, strict=True)
    wrong = (w for w, bits in pairs if compiled.decode_or_none(bits) != compiled.expected(model, w))
    evaluated = "" if compiled.casts is None else f" in flattened evaluation, casts: {compiled.casts.value},"
    return next((" ".join(map(str, w)) for w in wrong), None), f"the model{evaluated} on {how}"


def _with_matrices(reader: MatrixReader) -> tuple[str | None, str]:
    """Likewise, the first matrix and word."""
    from itertools import product
    from random import Random

    from constructions.circuits.constant_circuits import first_other_answer

    elements, width = tuple(reader.ring.elements.values()), reader.layer.width
    letters, length, cells = reader.compiled.alphabet, reader.compiled.length, width * width
    if len(elements) ** cells * len(letters) ** length <= MOST_INPUTS:
        listed = list(product(product(elements, repeat=cells), product(letters, repeat=length)))
        how = f"all {len(listed)} matrices with words of length {length}"
    else:
        source = Random(0)
        listed = [
            (tuple(source.choices(elements, k=cells)), tuple(source.choices(letters, k=length))) for _ in range(DRAWN)
        ]
        how = f"{len(listed)} drawn matrices with words of length {length} (evidence, not proof)"
    pairs = [(tuple(entries[i : i + width] for i in range(0, cells, width)), word) for entries, word in listed]
    found = first_other_answer(reader, pairs)
    return None if found is None else " ".join(found.word), f"the model with the matrix A on {how}"


def _matrix_inputs(reader: MatrixReader) -> dict[str, Any]:
    return {"width": reader.layer.width, "arithmetic": str(reader.ring.domain), "bits": reader.ring.code.width}


def _figures(compiled: CompiledModel, wrong: str | None, how: str) -> dict[str, Any]:
    """The record of a circuit: what it has, and whether it does what it should."""
    from verify.trace import text

    built = compiled.circuit
    return {
        "length": compiled.length,
        "inputs": built.inputs,
        "outputs": int(built.outputs.size),
        "depth": built.depth,
        "gates": built.gates,
        "wires": built.wires,
        "letters": [text(x) for x in compiled.alphabet],
        "answers": [text(y) for y in compiled.outputs],
        "hypotheses": list(compiled.hypotheses),
        "verdict": "checked" if wrong is None else "refuted",
        "method": f"equal to {how}" if wrong is None else f"differs from what it should put out on {wrong}",
    }


def _as_lines(record: dict[str, Any]) -> list[str]:
    figures = f"depth {record['depth']}, {record['gates']} gates, {record['wires']} wires"
    ends = f"{record['inputs']} inputs, {record['outputs']} outputs"
    return [
        indented(f"length {record['length']}: {figures}; {ends}", 0),
        indented(f"{record['verdict']}: {record['method']}", 0),
        *_matrix_line(record),
        indented(f"inputs, {_as_code(record['letters'])}", 0),
        indented(f"outputs, {_as_code(record['answers'])}", 0),
        *(indented(hypothesis, 2) for hypothesis in record["hypotheses"]),
    ]


def _matrix_line(record: dict[str, Any]) -> list[str]:
    if "matrix" not in record:
        return []
    width, arithmetic, bits = record["matrix"].values()
    entries = f"A's {width**2} entries in {arithmetic}" if width > 1 else f"A in {arithmetic}"
    return [indented(f"inputs, first: {entries}, row by row, {_each(bits)}, the lowest first", 0)]


def _each(bits: int) -> str:
    return f"{bits} bit{'s' * (bits != 1)} each"


def _as_code(items: list[str]) -> str:
    """How letters or answers are written in bits."""
    width = max(len(items) - 1, 0).bit_length()
    codes = ("".join(str(place >> i & 1) for i in range(width)) for place in range(len(items)))
    shown = " ".join(f"{item}={code}" for item, code in zip(items[:SHOWN_CODES], codes, strict=False))
    more = f" ... ({len(items)} in all)" if len(items) > SHOWN_CODES else ""
    return f"{_each(width)}, the lowest first: {shown}{more}"


def _against(
    compiled: CompiledModel, model: Model, other: str, max_wires: int, max_conflicts: int | None, casts: Casts
) -> tuple[dict[str, Any], int]:
    """Whether the circuit is equivalent on all words to another one: one in a file, which has to use its codes, or a
    model's, in common codes."""
    from dataclasses import replace

    from constructions.circuits.compile import compile_circuit
    from exactssm.machine import check_alphabets
    from exactssm.models import Model
    from verify.circuits.circuit_equivalence import MAX_CONFLICTS, CircuitsDiffer, CircuitsEqual, decide_equivalence
    from verify.trace import text
    from verify.verdict import Inconclusive

    first = compiled.circuit
    if other.lower().endswith(CIRCUIT_FILES):
        second = _read(other)
    else:
        claim, _, instance = (other, "", "") if Path(other).is_file() else other.partition(":")
        another = _model(claim, instance or None)
        check_alphabets(model, another)
        another = Model(model.alphabet, another.blocks)
        length, every = compiled.length, compiled.every
        also = compile_circuit(another, length, every=every, casts=casts, max_wires=max_wires).outputs
        outputs = tuple(dict.fromkeys((*compiled.outputs, *also)))
        first, second = (
            compile_circuit(m, length, every=every, outputs=outputs, casts=casts, max_wires=max_wires).circuit
            for m in (model, another)
        )
    verdict = decide_equivalence(
        first, second, where=compiled.words_circuit(), max_conflicts=max_conflicts or MAX_CONFLICTS
    )
    if isinstance(verdict, CircuitsEqual):
        verdict = replace(verdict, what="word")
    method = verdict.reason if isinstance(verdict, Inconclusive) else str(verdict)
    word = None
    if isinstance(verdict, CircuitsDiffer):
        word = [text(x) for x in compiled.word(verdict.assignment)]
        method += f", the word {' '.join(word)}"
    code = {"proved": HOLDS, "refuted": FAILS, "inconclusive": UNDECIDED}[verdict.name]
    return {"equivalent": {"other": other, "verdict": verdict.name, "method": method, "word": word}}, code


def _read(name: str) -> Circuit:
    from exactssm.formats.aiger import read_aiger
    from exactssm.formats.netlist import read_netlist

    return read_netlist(name) if name.lower().endswith(".netlist") else read_aiger(name)


def _write(built: Circuit, netlist: Path | None, aiger: Path | None, picture: Path | None) -> None:
    if netlist is not None:
        from exactssm.formats.netlist import write_netlist

        write_netlist(built, netlist)
    if aiger is not None:
        from exactssm.formats.aiger import write_aiger

        write_aiger(built, aiger)
    if picture is not None:
        from verify.drawing.circuit_picture import draw_circuit

        draw_circuit(built, picture)
