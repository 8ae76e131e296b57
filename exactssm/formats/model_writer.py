"""Writing a model down: its layers on the letters they read, its readouts as linear scores where they are, or as
tables over what is reached."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeAlias

from exactssm.arithmetic import Domain, Rounded, describe
from exactssm.arithmetic._text import write_fraction, write_integer
from exactssm.arithmetic.moment import with_moment
from exactssm.errors import BudgetExhausted, DomainError, FormatError, SymbolError
from exactssm.formats.layer_parts import number_in
from exactssm.formats.limits import MAX_INTEGER, MAX_ROWS
from exactssm.formats.model_file import FORMAT, FileModel
from exactssm.formats.reading import PathName
from exactssm.formats.text import distinct_texts
from exactssm.formats.writing import write_json
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, Layer, LinearSSM, RotationLayer, SignLayer
from exactssm.layers.layer import Vector
from exactssm.machine import Machine, Output, State, Symbol
from exactssm.models import ArgmaxReadout, Block, Model, OfflineCoT, OnlineCoT, OutputReadout, Score, Think
from exactssm.models.argmax import Write
from exactssm.models.model import Readout

__all__ = ["dump_model", "save_model"]

Names: TypeAlias = dict[Symbol, str]


class _Recorder:
    """A readout that remembers what it was asked and what it answered."""

    def __init__(self, readout: Readout, max_rows: int) -> None:
        self._readout = readout
        self._max_rows = max_rows
        self.rows: dict[tuple[Vector, Symbol], Output] = {}

    def __call__(self, state: Vector, letter: Symbol) -> Output:
        output = self.rows[state, letter] = self._readout(state, letter)
        if len(self.rows) > self._max_rows:
            raise BudgetExhausted(f"a readout needs more than {self._max_rows} rows; raise max_rows")
        return output

    def letters(self) -> dict[Symbol, None]:
        """What the layer read, each letter once."""
        return dict.fromkeys(letter for _, letter in self.rows)

    def winners(self, domains: tuple[Domain, ...]) -> ArgmaxReadout | None:
        """The readout with those of its scores that won; None, if a file can't say it: if it isn't an argmax, has two
        scores for an output, or takes another number for a coordinate than a file does."""
        readout = self._readout
        if not isinstance(readout, ArgmaxReadout):
            return None
        won = set(self.rows.values())
        scores = tuple(score for score in readout.scores if score.output in won)
        numbers = [number_in(domain) for domain in domains]
        for state, _ in self.rows:
            for number, x in zip(numbers, state, strict=True):
                if number is None or number(x) != readout.number(x):
                    return None
        return replace(readout, scores=scores) if len(scores) == len(won) else None


def save_model(path: PathName, model: FileModel, max_rows: int = MAX_ROWS) -> None:
    """Write ``model`` to a model file, whole or not at all. Raises what `dump_model` raises; FormatError, if the file
    can't be written."""
    write_json(path, dump_model(model, max_rows))


def dump_model(model: FileModel, max_rows: int = MAX_ROWS) -> dict[str, Any]:
    """The document of a model file that loads to the same machine as ``model``, symbols and outputs by their texts.

    The model is run over everything reachable. A readout becomes a table of that, unless it is an `ArgmaxReadout`: of
    this the scores are written that ever win. A linear SSM that is read out by its output (`OutputReadout`), whatever
    its parameters come from, is written by its matrices. Symbols and outputs are written as `text_of` has them, the
    letters between layers likewise, or as ``#0``, ``#1``, ... where two have the same text or one has none. Symbols
    that a chain of thought never reaches are left out.

    >>> from exactssm.layers import RotationLayer
    >>> from exactssm.models import Block, Model
    >>> layer = RotationLayer((2,), {0: (0,), 1: (1,)})
    >>> dump_model(Model((0, 1), [Block(layer, lambda h, x: h[0])]))["layers"][0]["readout"]["rows"]
    [[['0'], '0', '0'], [['1'], '1', '1'], [['1'], '0', '1'], [['0'], '1', '0']]

    Raises: BudgetExhausted, if a readout needs more than ``max_rows`` rows; FormatError, for a layer that no model file
    holds; DomainError or SymbolError, if a symbol or output has no text or two have the same; what `step` raises.
    """
    stack = model if isinstance(model, Model) else model.model
    if not isinstance(stack, Model):
        raise FormatError(f"only a stack of layers can be written, got a {type(stack).__name__}")
    ssms = [_ssm(block) for block in stack.blocks]
    recorders, blocks = [], []
    for (layer, readout), ssm in zip(stack.blocks, ssms, strict=True):
        recorder = _Recorder(readout.readout if isinstance(readout, OutputReadout) and ssm else readout, max_rows)
        recorders.append(recorder)
        blocks.append(Block(layer, OutputReadout(ssm, recorder) if ssm else recorder))
    recording = Model(stack.alphabet, blocks)
    _explore(_rethought(model, recording), max_rows)

    read = recorders[0].letters() if recorders else stack.alphabet
    alphabet = _names([symbol for symbol in stack.alphabet if symbol in read], "symbols")
    letters = [alphabet, *(_inner_names(recorder.letters()) for recorder in recorders[1:])][: len(recorders)]
    writers: list[Callable[[Output], object]] = [names.__getitem__ for names in letters[1:]]
    writers += [_output_writer(recorder.rows.values(), alphabet) for recorder in recorders[-1:]]
    layers = [
        (_linear_ssm(ssm, names) if ssm else _layer(block.layer, names))
        | {"readout": _readout(_seen(ssm or block.layer), names, recorder, write)}
        for block, ssm, names, recorder, write in zip(stack.blocks, ssms, letters, recorders, writers, strict=True)
    ]
    return {"format": FORMAT, "alphabet": list(alphabet.values()), "layers": layers, "cot": _thoughts(model, alphabet)}


def _ssm(block: Block) -> LinearSSM | None:
    """The linear SSM that the block reads out by its output."""
    readout = block.readout
    return readout.ssm if isinstance(readout, OutputReadout) and readout.ssm.layer is block.layer else None


def _seen(layer: Layer | LinearSSM) -> tuple[Domain, ...]:
    """The arithmetic of each number that a readout sees: of the state, or of the output of a linear SSM."""
    if isinstance(layer, LinearSSM):
        return (layer.domain,) * layer.inputs
    if isinstance(layer, DiagonalLayer | DenseLayer | ConstantLayer | SignLayer):
        return (layer.domain,) * layer.width
    if isinstance(layer, RotationLayer):
        return layer.domain
    raise FormatError(f"a model file holds no layer of type {type(layer).__name__}")


def _rethought(model: FileModel, stack: Model) -> Machine:
    """``model`` with another stack inside."""
    if isinstance(model, OnlineCoT):
        return OnlineCoT(stack, model.alphabet, model.limit)
    if isinstance(model, OfflineCoT):
        return OfflineCoT(stack, model.alphabet, model.end, model.limit)
    return stack


def _explore(machine: Machine, max_states: int) -> None:
    """Step ``machine`` from all its reachable states on all symbols."""
    seen: set[State] = {machine.start}
    frontier = deque(seen)
    while frontier:
        state = frontier.popleft()
        for symbol in machine.alphabet:
            after, _ = machine.step(state, symbol)
            if after not in seen:
                if len(seen) == max_states:
                    raise BudgetExhausted(f"visited {max_states} states and more are reachable; raise max_rows")
                seen.add(after)
                frontier.append(after)


def _names(values: Iterable[Symbol], what: str) -> Names:
    return {value: text for text, value in distinct_texts(values, what).items()}


def _inner_names(letters: Iterable[Symbol]) -> Names:
    try:
        return _names(letters, "letters")
    except (DomainError, SymbolError):
        return {letter: f"#{number}" for number, letter in enumerate(letters)}


def _output_writer(outputs: Iterable[Output], alphabet: Names) -> Callable[[Output], object]:
    names = _names(dict.fromkeys(output for output in outputs if not isinstance(output, Think)), "outputs")
    return lambda output: {"think": alphabet[output.thought]} if isinstance(output, Think) else names[output]


def _thoughts(model: FileModel, alphabet: Names) -> dict[str, Any] | None:
    if isinstance(model, Model):
        return None
    inputs = [alphabet[symbol] for symbol in model.alphabet]
    if isinstance(model, OnlineCoT):
        return {"kind": "online", "inputs": inputs, "limit": model.limit}
    return {"kind": "offline", "inputs": inputs, "end": alphabet[model.end], "limit": model.limit}


def _readout(
    seen: tuple[Domain, ...], names: Names, recorder: _Recorder, write: Callable[[Output], object]
) -> dict[str, Any]:
    if (linear := recorder.winners(seen)) is not None:
        ties = "first" if linear.first_of_ties else "error"
        return {"kind": "argmax", "scores": [_score(score, names, write) for score in linear.scores], "ties": ties}
    forms = _forms(seen)
    rows = recorder.rows.items()
    return {
        "kind": "table",
        "rows": [[_write(state, forms), names[letter], write(output)] for (state, letter), output in rows],
    }


def _score(score: Score, names: Names, write: Callable[[Output], object]) -> dict[str, Any]:
    def number(x: Fraction | int) -> str:
        return write_fraction(Fraction(x))

    weights = [number(weight) for weight in score.weights]
    letters = {names[letter]: number(bias) for letter, bias in score.letters.items() if letter in names}
    written = {"output": write(score.output), "weights": weights, "bias": number(score.bias)}
    return written | ({"letters": letters} if letters else {})


def _forms(domains: tuple[Domain, ...]) -> tuple[Write, ...]:
    """How numbers of each domain are written."""
    return tuple(domain.format for domain in domains)


def _layer(layer: Layer, names: Names) -> dict[str, Any]:
    """The object of the layer, on the letters that it reads, without its readout."""
    forms = _forms(_seen(layer))
    width = layer.width
    start = _write(layer.start, forms)
    entries = {name: layer.entries(letter) for letter, name in names.items()}
    if isinstance(layer, RotationLayer):
        orders = [order if order <= MAX_INTEGER else write_integer(order) for order in layer.orders]
        angle = {name: _write(values, forms) for name, values in entries.items()}
        return {"kind": "rotation", "orders": orders, "start": start, "angle": angle}
    drive = {name: _write(values[-width:], forms) for name, values in entries.items()}
    if isinstance(layer, SignLayer):
        matrix = [_write(row, forms) for row in layer.recurrent]
        return {"kind": "sign", "sign_of_zero": layer.sign_of_zero, "start": start, "A": matrix, "b": drive}
    assert isinstance(layer, DiagonalLayer | DenseLayer | ConstantLayer)  # `_seen` has refused all others
    arithmetic = {**_arithmetic(layer.domain), "start": start}
    if isinstance(layer, ConstantLayer):
        return {"kind": "constant", **arithmetic, "A": [_write(row, forms) for row in layer.matrix], "b": drive}
    if isinstance(layer, DiagonalLayer):
        decay = {name: _write(values[:width], forms) for name, values in entries.items()}
        return {"kind": "diagonal", **arithmetic, "A": decay, "b": drive}
    matrices = {
        name: [_write(values[row * width : (row + 1) * width], forms) for row in range(width)]
        for name, values in entries.items()
    }
    return {"kind": "dense", **arithmetic, "A": matrices, "b": drive}


def _linear_ssm(ssm: LinearSSM, names: Names) -> dict[str, Any]:
    """The object of a linear SSM, on the letters that it reads, without its readout."""
    form = ssm.domain.format

    def written(value: Any) -> list[Any]:
        return [written(x) if isinstance(x, tuple) else form(x) for x in value]

    on = {name: ssm.on(letter) for letter, name in names.items()}
    matrices = {
        key: written(given)
        if isinstance(given := getattr(ssm, key), tuple)
        else {name: written(getattr(weights, key)) for name, weights in on.items()}
        for key in "ABCD"
    }
    embedding = {name: written(weights.x) for name, weights in on.items()}
    return {"kind": "linear-ssm", **_arithmetic(ssm.domain), "embedding": embedding, **matrices}


def _arithmetic(domain: Domain) -> dict[str, Any]:
    domain = with_moment(domain)
    if isinstance(domain, Rounded):
        return {"arithmetic": describe(domain.number_format), "rounding": domain.moment.value}
    return {"arithmetic": describe(domain), "rounding": None}


def _write(values: Vector, forms: tuple[Write, ...]) -> list[str]:
    return [form(value) for form, value in zip(forms, values, strict=True)]
