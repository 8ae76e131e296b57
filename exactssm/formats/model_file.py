"""Model files, ``exactssm-model/1``: a stack of layers written down, so that a stranger's model can be decided.

The page ``docs/formats.md`` says what each key means. Whatever a file leaves open or gets wrong is an error of one line
that names the place; nothing is guessed but what the page states: a missing ``b`` is zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from os import fspath
from typing import NamedTuple, TypeAlias, cast

from exactssm.arithmetic import Domain, Integers, ResidueRing
from exactssm.arithmetic._text import read_fraction, read_integer
from exactssm.errors import FormatError
from exactssm.formats.layer_parts import (
    Coordinates,
    FileLayer,
    Numbers,
    by_letter,
    coordinate_wise,
    difference,
    itself,
    read_arithmetic,
    read_matrix,
    read_number,
    read_vector,
    width_of,
)
from exactssm.formats.limits import MAX_COORDINATES, MAX_INTEGER, MAX_LAYERS, MAX_LETTERS, MAX_ROWS, MAX_THOUGHTS
from exactssm.formats.linear_ssm_file import LINEAR_SSMS
from exactssm.formats.reading import Node, PathName, read_json
from exactssm.formats.readouts import ArgmaxReadout, Score, StateReadout, TableReadout
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, RotationLayer, SignLayer
from exactssm.layers.layer import Vector
from exactssm.machine import Output, Symbol
from exactssm.models import Block, Model, OfflineCoT, OnlineCoT, OutputReadout, Think
from exactssm.models.model import Readout

__all__ = ["FORMAT", "FileModel", "load_model", "parse_model"]

FORMAT = "exactssm-model/1"
FileModel: TypeAlias = Model | OnlineCoT | OfflineCoT


class Answers(NamedTuple):
    """What a readout may put out."""

    letters: frozenset[Symbol] | None  #: the letters of the next layer; None after the last layer
    thoughts: frozenset[Symbol]  #: what it may think; empty but for the last layer of a chain of thought

    def read(self, node: Node) -> Output:
        """The output that ``node`` is."""
        if isinstance(node.value, dict):
            thought = node.members(["think"])["think"]
            if not self.thoughts:
                raise node.error("only the last layer of a model with a chain of thought may think")
            if thought.text() not in self.thoughts:
                raise thought.error(f"a thought must be in the alphabet; {thought.found()} is not")
            return Think(thought.text())
        if self.letters is not None and node.text() not in self.letters:
            raise node.error(f"the next layer doesn't read {node.found()}; {_listed(self.letters)}")
        return node.text()


def load_model(path: PathName) -> FileModel:
    """The model in a file.

    Raises: FormatError, naming the file and the place in it. When the model runs: DomainError or SymbolError, where a
    readout has no row for a state that is reached, or the next layer doesn't read its output.
    """
    document = read_json(path)
    try:
        return parse_model(document)
    except FormatError as error:
        raise FormatError(f"{fspath(path)!r}: {error}") from error


def parse_model(document: object) -> FileModel:
    """The model that a JSON document, as `read_json` or ``json.loads`` gives it, describes.

    >>> from exactssm.machine import run
    >>> model = parse_model({
    ...     "format": "exactssm-model/1", "alphabet": ["0", "1"], "cot": None,
    ...     "layers": [{"kind": "diagonal", "arithmetic": {"kind": "residue", "modulus": 2}, "rounding": None,
    ...                 "start": ["0"], "A": {"0": ["1"], "1": ["1"]}, "b": {"0": ["0"], "1": ["1"]},
    ...                 "readout": {"kind": "state"}}]})
    >>> run(model, "1101").outputs
    ('1', '0', '0', '1')

    Raises: FormatError, naming the place.
    """
    top = Node(document)
    top.version(FORMAT)
    members = top.members(["format", "alphabet", "layers", "cot"])
    alphabet = members["alphabet"].distinct(MAX_LETTERS, "symbols")
    nodes = members["layers"].elements(MAX_LAYERS, "layers", least=0)
    numbers = Numbers()
    layers = [_LAYERS[node.kind(_LAYERS)](node, numbers) for node in nodes]
    if layers and layers[0].letters != frozenset(alphabet):
        raise nodes[0].error(
            f"the first layer must read the alphabet; {difference(layers[0].letters, frozenset(alphabet))}"
        )
    thinks = members["cot"].value is not None
    blocks = []
    for depth, layer in enumerate(layers):
        if depth + 1 < len(layers):
            answers = Answers(layers[depth + 1].letters, frozenset())
        else:
            answers = Answers(None, frozenset(alphabet) if thinks else frozenset())
        readout = _readout(layer, answers)
        blocks.append(Block(layer.layer, OutputReadout(layer.ssm, readout) if layer.ssm else readout))
    return _with_thoughts(members["cot"], Model(alphabet, blocks))


def _with_thoughts(node: Node, model: Model) -> FileModel:
    if node.value is None:
        return model
    if node.kind(["online", "offline"]) == "online":
        members = node.members(["kind", "inputs", "limit"])
    else:
        members = node.members(["kind", "inputs", "end", "limit"])
    inputs = members["inputs"].distinct(MAX_LETTERS, "input symbols")
    limit = None if members["limit"].value is None else members["limit"].integer(0, MAX_THOUGHTS)
    if "end" not in members:
        return node.given(lambda: OnlineCoT(model, inputs, limit))
    end = members["end"].text()
    return node.given(lambda: OfflineCoT(model, inputs, end, limit))


# Layers: each function reads one kind


def _diagonal(node: Node, numbers: Numbers) -> FileLayer:
    members = node.members(["kind", "arithmetic", "rounding", "start", "A", "readout"], ["b"])
    domain, start, state = _started(members, numbers)
    decay = by_letter(members["A"], lambda a: read_vector(a, state.read))
    drive = _drive(members["b"], state, frozenset(decay)) if "b" in members else None
    layer = node.given(lambda: DiagonalLayer(domain, start, decay, drive))
    return FileLayer(layer, frozenset(decay), state, members["readout"])


def _dense(node: Node, numbers: Numbers) -> FileLayer:
    members = node.members(["kind", "arithmetic", "rounding", "start", "A", "readout"], ["b"])
    domain, start, state = _started(members, numbers)
    matrix = by_letter(members["A"], lambda a: read_matrix(a, len(start), state.read))
    drive = _drive(members["b"], state, frozenset(matrix)) if "b" in members else None
    layer = node.given(lambda: DenseLayer(domain, start, matrix, drive))
    return FileLayer(layer, frozenset(matrix), state, members["readout"])


def _constant(node: Node, numbers: Numbers) -> FileLayer:
    members = node.members(["kind", "arithmetic", "rounding", "start", "A", "b", "readout"])
    domain, start, state = _started(members, numbers)
    matrix = read_matrix(members["A"], len(start), state.read)
    drive = _drive(members["b"], state)
    layer = node.given(lambda: ConstantLayer(domain, start, matrix, drive))
    return FileLayer(layer, frozenset(drive), state, members["readout"])


def _rotation(node: Node, numbers: Numbers) -> FileLayer:
    members = node.members(["kind", "orders", "start", "angle", "readout"])
    rings = [order.given(partial(_ring, order)) for order in members["orders"].elements(MAX_COORDINATES, "numbers")]
    state = Coordinates(tuple(numbers.reader(ring) for ring in rings), tuple(ring.format for ring in rings), itself)
    start = cast(tuple[int, ...], read_vector(members["start"], state.read))
    angle = by_letter(members["angle"], lambda a: cast(tuple[int, ...], read_vector(a, state.read)))
    layer = node.given(lambda: RotationLayer([ring.modulus for ring in rings], angle, start))
    return FileLayer(layer, frozenset(angle), state, members["readout"])


def _sign(node: Node, numbers: Numbers) -> FileLayer:
    members = node.members(["kind", "sign_of_zero", "start", "A", "b", "readout"])
    sign_of_zero = members["sign_of_zero"].integer(-1, 1)
    state = coordinate_wise(Integers(), width_of(members["start"]), numbers)
    start = cast(tuple[int, ...], read_vector(members["start"], state.read))
    matrix = cast(tuple[tuple[int, ...], ...], read_matrix(members["A"], len(start), state.read))
    drive = cast(dict[Symbol, tuple[int, ...]], _drive(members["b"], state))
    layer = node.given(lambda: SignLayer(start, matrix, drive, sign_of_zero=sign_of_zero))
    return FileLayer(layer, frozenset(drive), state, members["readout"])


def _started(members: Mapping[str, Node], numbers: Numbers) -> tuple[Domain, Vector, Coordinates]:
    """The arithmetic of a layer, its start state and what its coordinates are."""
    domain = read_arithmetic(members)
    state = coordinate_wise(domain, width_of(members["start"]), numbers)
    return domain, read_vector(members["start"], state.read), state


_LAYERS: dict[str, Callable[[Node, Numbers], FileLayer]] = {
    "diagonal": _diagonal,
    "dense": _dense,
    "constant": _constant,
    "rotation": _rotation,
    "sign": _sign,
    **LINEAR_SSMS,
}


def _ring(order: Node) -> ResidueRing:
    """The residues modulo an integer, or a string of its decimal digits."""
    return ResidueRing(read_integer(order.value) if isinstance(order.value, str) else order.integer(2, MAX_INTEGER))


def _drive(node: Node, state: Coordinates, letters: frozenset[Symbol] | None = None) -> dict[Symbol, Vector]:
    """b, on exactly these letters if they are given."""
    drive = by_letter(node, lambda b: read_vector(b, state.read))
    if letters is not None and letters != drive.keys():
        raise node.error(f"A and b must have the same letters; {difference(frozenset(drive), letters)}")
    return drive


# Readouts


def _readout(layer: FileLayer, answers: Answers) -> Readout:
    node = layer.readout
    kind = node.kind(["table", "argmax", _seen(layer), f"{_seen(layer)}-and-letter"])
    if kind == "table":
        return _table(layer, answers)
    if kind == "argmax":
        return _argmax(layer, answers)
    node.members(["kind"])
    return StateReadout(kind.endswith("-and-letter"), answers.letters, layer.seen.write, node.place)


def _seen(layer: FileLayer) -> str:
    return "state" if layer.ssm is None else "output"


def _table(layer: FileLayer, answers: Answers) -> TableReadout:
    rows: dict[tuple[Vector, Symbol], Output] = {}
    for row in layer.readout.members(["kind", "rows"])["rows"].elements(MAX_ROWS, "rows"):
        state, letter, output = row.elements(what=f"entries ({_seen(layer)} after, letter, output)", length=3)
        key = read_vector(state, layer.seen.read), _letter(letter.text(), letter, layer)
        if key in rows:
            raise row.error(f"there is already a row for this {_seen(layer)} and the letter {letter.found()}")
        rows[key] = answers.read(output)
    return TableReadout(rows, layer.seen.write, layer.readout.place, _seen(layer))


def _argmax(layer: FileLayer, answers: Answers) -> ArgmaxReadout:
    node = layer.readout
    if layer.seen.number is None:
        raise node.error(
            "argmax needs numbers in an order: integer, rational, residue or prime-field, a real number format, "
            "or a rotation or sign layer"
        )
    members = node.members(["kind", "scores", "ties"])
    weights = (read_fraction,) * len(layer.seen.read)
    scores: list[Score] = []
    for entry in members["scores"].elements(MAX_LETTERS, "scores"):
        score = entry.members(["output", "weights", "bias"], ["letters"])
        output = answers.read(score["output"])
        if any(output == other.output for other in scores):
            raise entry.error("each output has one score; this one already has one")
        biases = score["letters"].entries(MAX_LETTERS, "letters") if "letters" in score else {}
        scores.append(
            Score(
                output,
                cast(tuple[Fraction, ...], read_vector(score["weights"], weights)),
                cast(Fraction, read_number(score["bias"], read_fraction)),
                {
                    _letter(x, bias, layer): cast(Fraction, read_number(bias, read_fraction))
                    for x, bias in biases.items()
                },
            )
        )
    first = members["ties"].choice(["first", "error"]) == "first"
    return ArgmaxReadout(tuple(scores), first, layer.seen.number, layer.seen.write, node.place, _seen(layer))


def _letter(letter: str, node: Node, layer: FileLayer) -> str:
    if letter not in layer.letters:
        raise node.error(f"the layer doesn't read the letter {letter!r:.80}; {_listed(layer.letters)}")
    return letter


def _listed(letters: frozenset[Symbol]) -> str:
    shown = sorted(map(repr, letters))
    return f"it reads {', '.join(f'{x:.80}' for x in shown[:8])}{', ...' if len(shown) > 8 else ''}"
