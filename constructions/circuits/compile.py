"""Models as threshold circuits of constant depth: a compiler, the upper bounds of 2404.08819 made explicit.

The word x_1 .. x_n comes in binary, each letter as its place in the alphabet. A layer is compiled in its convolutional
form

    h_i = (A_i ... A_1) h_0 + sum over j <= i of (A_i ... A_{j+1}) b_j,

in which A_i and b_i are looked up by the letter x_i; how, is the matter of its `LayerCompiler`. The readout is a table
over the state and the letter, and its outputs are the letters that the next layer reads. So depth adds up over the
layers, and nothing of it depends on n; the number of wires is polynomial in n. Which layers have a compiler is a list,
`LAYER_COMPILERS`; for any other one the error names the hypothesis that fails.

The circuits for all lengths are written by this program in time polynomial in n: the family is P-uniform. That it is
L-uniform, as the paper has it, isn't shown here. Nor do hard-wired powers of a matrix count as uniform: a layer that
has them says so among the hypotheses.

Over log-precision floats, what is compiled is no machine but the flattened evaluation of each layer: exact, then cast
where `Casts` says (`constructions.circuits.float_layers`). `CompiledModel.expected` is what a circuit should put out.

Source: 2404.08819 Lemma 4.1 and Thms 4.2, 4.4 and 4.6; over finite rings these are analogues of ours, as the paper's
arithmetic is floats of log precision.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, cast

from constructions.circuits.local_rings import pack
from constructions.circuits.numbers import Number, look_up
from exactssm.circuits import Circuit, CircuitBuilder, Literal
from exactssm.errors import BudgetExhausted, ConstructionError, DomainError
from exactssm.evaluation import Casts, Evaluated, Flattened, outputs_on
from exactssm.layers import DenseLayer
from exactssm.layers.layer import Layer, Vector
from exactssm.machine import Machine, Output, Symbol, Word, check_symbol, run
from exactssm.models import Model

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = [
    "LAYER_COMPILERS",
    "MAX_LENGTH",
    "MAX_PAIRS",
    "MAX_WIRES",
    "CompiledLayer",
    "CompiledModel",
    "LayerCompiler",
    "LetterCodes",
    "Reached",
    "assemble",
    "compile_circuit",
    "reached_pairs",
]

LAYER_COMPILERS: Final = (
    "constructions.circuits.diagonal_layers",
    "constructions.circuits.constant_layers",
    "constructions.circuits.diagonalizable_layers",
)
"""Modules that are `LayerCompiler`s; the first one that takes a layer compiles it, and if none does, `FloatLayers` of
`constructions.circuits.float_layers` is asked."""

MAX_LENGTH: Final = 2**12  #: of the words that a circuit reads
MAX_PAIRS: Final = 2**17  #: of states and letters that a readout's table has rows for
MAX_WIRES: Final = 2 * 10**7  #: of a model's circuit, unless more is asked for
P_UNIFORM: Final = "P-uniform: written by a program in time polynomial in the length"

LetterCodes: TypeAlias = Mapping[Symbol, int]
Reached: TypeAlias = Iterable[tuple[Vector, Symbol]]


@dataclass(frozen=True)
class CompiledLayer:
    """A layer in a circuit: its state after each letter."""

    states: tuple[Number, ...]  #: the code of the state after each letter of the word
    code: Callable[[Vector], int]  #: of a state: the number that the literals of ``states`` write
    reached: Reached  #: the states after a letter, with the letter, that the readout has to answer for
    rounded: bool = False  #: whether the states are those of flattened evaluation


class LayerCompiler(Protocol):
    """What compiles the layers of one structure; a module may be one."""

    def hypotheses(self, layer: Layer, letters: LetterCodes) -> str:
        """What makes the layer one of its own: the theorem, whether it is an analogue, and the arithmetic.

        Raises: ConstructionError, naming the hypothesis that fails.
        """
        ...

    def compile_layer(
        self, builder: CircuitBuilder, layer: Layer, letters: LetterCodes, word: Sequence[Number]
    ) -> CompiledLayer:
        """The layer on a word whose letters have these codes. `hypotheses` has accepted it."""
        ...


@dataclass(frozen=True)
class CompiledModel:
    """A model on words of one length, as a circuit.

    The inputs are the letters' places in the alphabet in binary, least significant bit first, one letter after the
    other. The outputs are the places of the model's outputs in ``outputs``, likewise, after each letter or after the
    last one. On a code that no letter has, the circuit may say anything.
    """

    circuit: Circuit
    length: int  #: n, of the words
    alphabet: tuple[Symbol, ...]
    outputs: tuple[Output, ...]  #: all that the model may put out
    every: bool  #: whether there is an output after each letter, or after the last one only
    hypotheses: tuple[str, ...]  #: which theorem holds for each layer and over which arithmetic; last, the uniformity
    casts: Casts | None  #: of layers over log-precision floats; None, if there are none

    def encode(self, word: Iterable[Symbol]) -> tuple[int, ...]:
        """The inputs for a word. Raises SymbolError, for a symbol that isn't in the alphabet; DomainError, for a word
        of another length."""
        return tuple(_bits(self._places(word), _width(self.alphabet)))

    def encode_all(self, words: Iterable[Word]) -> npt.NDArray[np.uint8]:
        """The inputs for many words, a row each, for `Circuit.evaluate_all`. Raises like `encode`."""
        import numpy as np

        rows = [self._places(word) for word in words]
        width = _width(self.alphabet)
        places = np.array(rows, np.int64).reshape(len(rows), self.length)
        return (places[:, :, None] >> np.arange(width) & 1).astype(np.uint8).reshape(len(rows), -1)

    def word(self, bits: Sequence[int]) -> Word:
        """The word that has these inputs. Raises DomainError, for bits that aren't a word's."""
        places = _places(bits, self.length, _width(self.alphabet), "letter")
        for position, place in enumerate(places):
            if place >= len(self.alphabet):
                raise DomainError(
                    f"letter {position}: there are {len(self.alphabet)} letters, and none has code {place}"
                )
        return tuple(self.alphabet[place] for place in places)

    def words_circuit(self) -> Circuit:
        """The circuit that tells the inputs that are a word's from others. Depth at most 2.

        >>> from exactssm.models import Model
        >>> compile_circuit(Model("abc", []), 1).words_circuit().truth_table().ravel().tolist()
        [1, 1, 1, 0]
        """
        builder = CircuitBuilder()
        read = [builder.inputs(_width(self.alphabet)) for _ in range(self.length)]
        return builder.build([_no_word(builder, read, len(self.alphabet)) ^ 1])

    def decode(self, bits: Sequence[int]) -> tuple[Output, ...]:
        """The model's outputs from the circuit's: n of them, or the last one. Raises DomainError, for bits that aren't
        such outputs."""
        places = _places(bits, self.length if self.every else 1, _width(self.outputs), "output")
        for position, place in enumerate(places):
            if place >= len(self.outputs):
                raise DomainError(
                    f"output {position}: there are {len(self.outputs)} outputs, and none has code {place}"
                )
        return tuple(self.outputs[place] for place in places)

    def decode_or_none(self, bits: Sequence[int]) -> tuple[Output, ...] | None:
        """The outputs as `decode` has them; None, where some are none of the model's."""
        try:
            return self.decode(bits)
        except DomainError:
            return None

    def run(self, word: Iterable[Symbol]) -> tuple[Output, ...]:
        """The outputs on a word, by the definition of a circuit. Raises like `encode`."""
        return self.decode(self.circuit.evaluate(self.encode(word)))

    def expected(self, model: Model, word: Sequence[Symbol]) -> tuple[Output, ...]:
        """What the circuit of ``model`` should put out on ``word``, by the model's definition: its outputs, or the last
        one. With layers over log-precision floats, those of the model in flattened evaluation."""
        if self.casts is None:
            outputs = run(model, word).outputs
        else:
            outputs = tuple(outputs_on(Evaluated(model, Flattened(self.casts)), word))
        return outputs if self.every else outputs[-1:]

    def _places(self, word: Iterable[Symbol]) -> list[int]:
        listed = list(word)
        if len(listed) != self.length:
            raise DomainError(f"the circuit reads words of length {self.length}, got one of length {len(listed)}")
        for position, symbol in enumerate(listed):
            check_symbol(symbol, self.alphabet, position)
        return [self.alphabet.index(symbol) for symbol in listed]


def compile_circuit(
    model: Machine,
    length: int,
    *,
    every: bool = True,
    outputs: Sequence[Output] | None = None,
    casts: Casts = Casts.TERMS,
    max_wires: int = MAX_WIRES,
    max_pairs: int = MAX_PAIRS,
) -> CompiledModel:
    """The circuit of ``model`` on words of ``length`` letters; its outputs after each letter, or after the last one.

    If ``outputs`` are given, all that the model may put out must be among them, their order fixes the codes, and the
    circuit puts out zeros for what is no word's code: then circuits of models that do the same are the same function.
    ``casts`` says where layers over log-precision floats are cast; by default as Def. A.3 has it.

    >>> from exactssm.arithmetic import ResidueRing
    >>> from exactssm.layers import DiagonalLayer
    >>> from exactssm.models import Block
    >>> counter = DiagonalLayer(ResidueRing(4), (0,), decay={"+": (1,), "0": (0,)}, drive={"+": (1,), "0": (0,)})
    >>> compiled = compile_circuit(Model("+0", [Block(counter, lambda h, x: h[0])]), 6)
    >>> compiled.run("++0+++")
    (1, 2, 0, 1, 2, 3)
    >>> compiled.hypotheses[0]
    '2404.08819 Thm 4.4, ring analogue: diagonal A over Z/4'

    Raises: ConstructionError, for a length that isn't from 1 to `MAX_LENGTH`, for what is no stack of layers, for an
    output that isn't among those given, and for a layer without a compiler, naming the hypothesis that fails;
    BudgetExhausted, for more than ``max_wires`` wires, or a readout of more than ``max_pairs`` pairs of states and
    letters.
    """
    from constructions.circuits.float_layers import FloatLayers  # it imports what is here

    builder = CircuitBuilder(max_wires=max_wires)
    choose = partial(_compiler, float_layers=FloatLayers(casts))
    return assemble(builder, model, length, choose, every=every, outputs=outputs, casts=casts, max_pairs=max_pairs)


def assemble(
    builder: CircuitBuilder,
    model: Machine,
    length: int,
    choose: Callable[[Layer, LetterCodes, int], tuple[LayerCompiler, str]],
    *,
    every: bool = True,
    outputs: Sequence[Output] | None = None,
    casts: Casts = Casts.TERMS,
    max_pairs: int = MAX_PAIRS,
) -> CompiledModel:
    """What `compile_circuit` does, in a circuit that may have inputs already: those of the letters come after them.
    ``choose`` gives the compiler of a layer, at its place in the stack, and the hypotheses under which it takes it.
    """
    if type(length) is not int or not 1 <= length <= MAX_LENGTH:
        raise ConstructionError(f"a circuit reads words of length 1 to {MAX_LENGTH}, got {length!r:.40}")
    if not isinstance(model, Model):
        raise ConstructionError(
            f"only a stack of layers is compiled into a circuit, got {_article(type(model).__name__)}; thoughts that "
            "are read back, one after the other, have no convolutional form"
        )
    letters: tuple[Hashable, ...] = model.alphabet
    word = [builder.inputs(_width(letters)) for _ in range(length)]
    read, told, rounded = list(word), [], False
    for place, block in enumerate(model.blocks):
        codes = {letter: code for code, letter in enumerate(letters)}
        compiler, theorem = choose(block.layer, codes, place)
        told.append(theorem if model.depth == 1 else f"layer {place}: {theorem}")
        compiled = compiler.compile_layer(builder, block.layer, codes, word)
        rounded |= compiled.rounded
        answers = dict(_answers(block.readout, compiled.reached, max_pairs))
        letters = tuple(dict.fromkeys(answers.values()))
        code_of = {letter: code for code, letter in enumerate(letters)}
        state_width = len(compiled.states[0])
        entries = {
            pack([(compiled.code(state), state_width), (codes[letter], len(word[0]))]): code_of[answer]
            for (state, letter), answer in answers.items()
        }
        word = [
            look_up(builder, [*state, *letter], entries, _width(letters))
            for state, letter in zip(compiled.states, word, strict=True)
        ]
    if outputs is not None:
        word = _recoded(builder, word, letters, outputs, _no_word(builder, read, len(model.alphabet)))
        letters = tuple(outputs)
    circuit = builder.build([bit for output in (word if every else word[-1:]) for bit in output])
    cast_as = casts if rounded else None
    return CompiledModel(circuit, length, model.alphabet, letters, every, (*told, P_UNIFORM), cast_as)


def reached_pairs(
    layer: Layer, letters: Iterable[Symbol], max_states: int = MAX_PAIRS
) -> Iterator[tuple[Vector, Symbol]]:
    """The states that ``layer`` reaches on these letters, each with the letter that leads there: what a readout has to
    answer for, whatever the length. A letter that the layer has no entry for leads nowhere.

    Raises: BudgetExhausted, if more than ``max_states`` states are reached.
    """
    listed = tuple(letters)
    pending, known = [layer.start], {layer.start}
    while pending:
        state = pending.pop()
        for letter in listed:
            try:
                after = layer.step(state, letter)
            except Exception:  # not in the stack: there the model itself would raise it
                continue
            yield after, letter
            if after not in known:
                if len(known) == max_states:
                    raise BudgetExhausted(
                        f"a layer reaches more than {max_states} states; its readout is not written as a table"
                    )
                known.add(after)
                pending.append(after)


def _no_word(builder: CircuitBuilder, read: Sequence[Number], letters: int) -> Literal:
    """Whether some letter's code is none of the alphabet's. Depth 2."""
    return builder.any_of(
        builder.at_least([bit for place, bit in enumerate(code) for _ in range(1 << place)], letters) for code in read
    )


def _recoded(
    builder: CircuitBuilder,
    word: Sequence[Number],
    known: Sequence[Output],
    outputs: Sequence[Output],
    no_word: Literal,
) -> list[Number]:
    """Outputs by their places in ``outputs``, zeros where there is no word. Depth 3 more."""
    places = {output: place for place, output in enumerate(outputs)}
    if missing := [output for output in known if output not in places]:
        raise ConstructionError(f"the model may put out {missing[0]!r:.40}, which is none of the {len(places)} outputs")
    entries = {code: places[output] for code, output in enumerate(known)}
    recoded = [look_up(builder, code, entries, _width(outputs)) for code in word]
    return [[builder.all_of([bit, no_word ^ 1]) for bit in code] for code in recoded]


def _answers(
    readout: Callable[[Vector, Symbol], Output], reached: Reached, max_pairs: int
) -> Iterator[tuple[tuple[Vector, Symbol], Output]]:
    """The rows of a readout's table. A pair without an answer is none that the model comes to."""
    for count, (state, letter) in enumerate(dict.fromkeys(reached)):
        if count == max_pairs:
            raise BudgetExhausted(f"a readout has more than {max_pairs} pairs of states and letters; raise max_pairs")
        try:
            answer = readout(state, letter)
        except Exception:  # as in `exactssm.stack_table`: in the stack the definition would raise it
            continue
        yield (state, letter), answer


def _compiler(layer: Layer, letters: LetterCodes, place: int, float_layers: LayerCompiler) -> tuple[LayerCompiler, str]:
    """The first compiler that takes the layer, and the hypotheses under which it does."""
    refusals = []
    for compiler in (*(cast(LayerCompiler, import_module(name)) for name in LAYER_COMPILERS), float_layers):
        try:
            return compiler, compiler.hypotheses(layer, letters)
        except ConstructionError as error:
            refusals.append(str(error))
    message = f"layer {place}, {_article(type(layer).__name__)}, has no circuit here: {'; '.join(refusals)}"
    if isinstance(layer, DenseLayer):
        message += (
            ". Products of matrices that depend on the input and don't commute are what the theorems leave out: over a "
            "finite ring they hold the word problems of finite groups, and that of S5 is NC1-complete"
        )
    raise ConstructionError(message)


def _article(noun: str) -> str:
    return f"{'an' if noun[:1] in 'AEIOU' else 'a'} {noun}"


def _places(bits: Sequence[int], count: int, width: int, what: str) -> list[int]:
    """The numbers of ``width`` bits that ``bits`` are."""
    if len(bits) != count * width:
        raise DomainError(f"{count} {what}s of {width} bits each must be given, got {len(bits)} bits")
    return [pack((bit, 1) for bit in bits[i * width : (i + 1) * width]) for i in range(count)]


def _width(items: Sequence[object]) -> int:
    """The bits that a place among ``items`` takes."""
    return max(len(items) - 1, 0).bit_length()


def _bits(numbers: Iterable[int], width: int) -> Iterator[int]:
    return (number >> place & 1 for number in numbers for place in range(width))
