"""What `exactssm compare` finds: one verdict, or one for each mode of evaluation, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from exactssm.arithmetic._text import write_fraction
from exactssm.errors import ConstructionError, FormatError
from exactssm.evaluation import Evaluated, Recurrent, exact_numbers, mode_from_name, recast
from exactssm.formats.readouts import ArgmaxReadout
from exactssm.layers import DiagonalLayer, RotationLayer, SignLayer
from exactssm.machine import Machine
from exactssm.models import Block, Model, OutputReadout
from verify.decision import decide
from verify.numbers.modes import Disagreement, check_word_function, first_disagreement
from verify.render import render
from verify.trace import Collision, Trace, text
from verify.verdict import Checked, Inconclusive, Proved, Refuted, Verdict

if TYPE_CHECKING:
    from exactssm.formats import Weights

__all__ = [
    "InModes",
    "compare_in_modes",
    "exact_model",
    "mode_names",
    "modes_record",
    "modes_text",
    "verdict_record",
    "weights_lines",
    "weights_state",
]


class InModes(NamedTuple):
    """What the modes of one model make of a task, and of each other."""

    verdicts: dict[str, Verdict]  #: by the mode's name
    disagreements: dict[tuple[str, str], Disagreement | None]  #: in output, for each two modes in the order given


SHORT: Final = {"E": "exact", "R": "recurrent", "F": "flattened", "S": "blelloch"}
ROUNDS: Final = {
    "once": "the exact inner product of a step is rounded once",
    "each": "each product and each sum of a step is rounded",
    "fused": "each multiply-add of a step is rounded once",
}


def verdict_record(verdict: Verdict) -> dict[str, Any]:
    """A verdict for JSON."""
    record: dict[str, Any] = {"verdict": verdict.name}
    match verdict:
        case Proved(method=method, pairs=pairs):
            record |= {"method": method, "pairs": pairs}
        case Checked():
            record |= {"method": verdict.method, "length": verdict.length, "words": verdict.words}
        case Refuted():
            record |= {"method": verdict.method, "pairs": verdict.pairs, "counterexample": verdict.trace.as_json()}
        case Inconclusive():
            record |= {"reason": verdict.reason}
    return record


def mode_names(given: str) -> tuple[str, ...]:
    """The modes named in ``given``, with commas between them; a letter stands for a mode as in `SHORT`.

    >>> mode_names("E,R,chunked:4")
    ('exact', 'recurrent', 'chunked:4')

    Raises: FormatError, for an unknown name, or one that stands twice.
    """
    names: list[str] = []
    for part in given.split(","):
        name = SHORT.get(part.strip(), part.strip())
        if name != "exact":
            try:
                mode_from_name(name)
            except FormatError as error:
                letters = ", ".join(f"{letter} ({meant})" for letter, meant in SHORT.items())
                raise FormatError(f"{error}; or exact, or a letter: {letters}") from None
        if name in names:
            raise FormatError(f"each mode stands once, {name} stands twice")
        names.append(name)
    return tuple(names)


def exact_model(model: Model) -> Model:
    """``model`` with the same weights in exact arithmetic: mode E.

    A largest score is taken of the exact state. Any other readout must know the exact state, as an element of the
    layer's own arithmetic; where that holds no such number, running the model raises DomainError.

    Raises: ConstructionError, for a layer that has no exact twin; DomainError, for an infinity or NaN among weights.
    """
    return Model(model.alphabet, [_exact_block(block) for block in model.blocks])


def _exact_block(block: Block) -> Block:
    if isinstance(block.layer, RotationLayer | SignLayer):
        return block
    layer: Any = block.layer
    domain = exact_numbers(layer.domain).domain
    (moved,) = recast(Model((), [block]), domain, weights="held").blocks
    if isinstance(block.readout, ArgmaxReadout):
        return Block(moved.layer, _exact_scores(block.readout))
    given, readout = block.readout, moved.readout
    if not isinstance(given, OutputReadout) or not isinstance(readout, OutputReadout):
        return moved
    scores = given.readout
    seen = _exact_scores(scores) if isinstance(scores, ArgmaxReadout) else readout.readout
    return Block(moved.layer, OutputReadout(readout.ssm, seen))


def _exact_scores(readout: ArgmaxReadout) -> ArgmaxReadout:
    return replace(readout, number=_rational, write=(write_fraction,) * len(readout.write))


def _rational(x: Any) -> Fraction:
    return Fraction(x)


def compare_in_modes(
    model: Machine,
    task: Machine,
    modes: Sequence[str],
    length: int,
    *,
    max_pairs: int,
    progress: Callable[[int], None] | None = None,
) -> InModes:
    """``model`` in each of ``modes``, by `mode_names`, against ``task`` and against each other mode.

    The recurrence is a machine, and decided for all lengths, if it reaches few enough states; all else is read off
    every word of at most ``length`` symbols.

    Raises: ConstructionError, if ``model`` is no stack of layers, or a mode can't evaluate one of them; what running
    the model raises.
    """
    if not isinstance(model, Model):
        raise ConstructionError(f"only a stack of layers has modes of evaluation, got a {type(model).__name__}")
    functions: dict[str, Evaluated] = {}
    for name in modes:
        exact = name == "exact"
        mode = Recurrent() if exact else mode_from_name(name)
        functions[name] = Evaluated(exact_model(model) if exact else model, mode)
    verdicts: dict[str, Verdict] = {}
    for name, function in functions.items():
        if name == "recurrent":
            verdicts[name] = decide(model, task, max_pairs=max_pairs, length=length, progress=progress)
        else:
            verdicts[name] = check_word_function(function, task, length, progress=progress)
    pairs = {
        (a, b): first_disagreement(functions[a], functions[b], length, alphabet=task.alphabet, progress=progress)
        for a, b in combinations(functions, 2)
    }
    return InModes(verdicts, pairs)


def modes_record(found: InModes) -> dict[str, Any]:
    """What `compare_in_modes` found, for JSON."""
    return {
        "modes": {name: verdict_record(verdict) for name, verdict in found.verdicts.items()},
        "disagreements": [
            {"modes": list(pair), "word": None, "outputs": None}
            if difference is None
            else {
                "modes": list(pair),
                "word": [text(symbol) for symbol in difference.word],
                "outputs": [text(difference.first[-1].output), text(difference.second[-1].output)],
            }
            for pair, difference in found.disagreements.items()
        ],
    }


def modes_text(found: InModes, length: int, width: int) -> str:
    """What `compare_in_modes` found, for people."""
    parts = []
    for name, verdict in found.verdicts.items():
        parts.append(fill(f"{name}: {verdict}", width))
        if isinstance(verdict, Refuted) and isinstance(verdict.trace, Trace):
            parts.append(render(verdict.trace, "text"))
    for (a, b), difference in found.disagreements.items():
        if difference is None:
            parts.append(fill(f"{a} and {b}: the same outputs on every word up to length {length}", width))
        else:
            parts.append(_difference(a, b, difference, width))
    return "\n\n".join(parts)


def _difference(a: str, b: str, difference: Disagreement, width: int) -> str:
    found = f"{a} (first) and {b} (second) differ on a word of length {len(difference.word)}"
    return fill(found, width) + "\n" + difference.as_text()


def weights_lines(weights: Weights, ties: str, every: bool) -> str:
    """What was read from a file with weights, and what is decided of it, ``every`` readout or its head: three lines."""
    (block,) = weights.model.blocks
    kind = "diagonal" if isinstance(block.layer, DiagonalLayer) else "dense"
    moment = weights.arithmetic.moment.value
    read = "any; every readout of the state is decided" if every else f"the largest score of the head, ties: {ties}"
    return (
        f"one {kind} layer of width {block.layer.width} over {weights.arithmetic.number_format}\n"
        f"rounding {moment}: {ROUNDS[moment]}\n"
        f"output: {read}"
    )


def weights_state(weights: Weights, collision: Collision) -> str:
    """The numbers that the codes of the state of a collision stand for."""
    assert isinstance(collision.state, tuple)
    (codes,) = collision.state
    numbers = ", ".join(map(weights.arithmetic.text, codes))
    return f"this state is the codes of ({numbers})"
