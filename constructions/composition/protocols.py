"""The lower bound as a program: a stack of layers as a protocol, in which parties that share a word's segments find out
what the stack puts out at the word's end.

Everybody knows the model. The word is cut into segments 0 .. K, of which each party knows its own. Let s^l_j be the
affine summary of segment j in layer l (`exactssm.evaluation.summary`): it depends on the letters that layer l reads
there, hence on segment j and on the states in which layers below l enter it, which the s^{l'}_i with l' < l and i < j
tell. So whoever has segment j and knows these can say s^l_j.

**Forward communication** (`forward_communication`). There are players 0 .. K, a segment each. In each of L rounds every
player but the last sends one message to all later players, in round l its s^l_j; messages of a round depend on earlier
rounds alone. Player K then knows the states of all layers in which they enter its own segment, and runs it.

**Two parties** (`two_party_simulation`). One party owns the segments with odd numbers, the other those with even ones.
The word's last symbol, which asks, as EOS does, is known to both. They take turns, L messages in all: message 1 is the
speaker's s^1, message m > 1 the speaker's s^{m-1} and s^m. Either party may start. *After message m both know every s^l
with l < m, and its listener every s^m.* For m = 1 the listener is told one half of the s^1 and has the other. For m > 1
its speaker, who listened to message m - 1, knows every s^{m-1}, which gives its s^m. Its listener knows every s^l with
l < m - 1 and its own s^{m-1} from before, is told the speaker's s^{m-1} and s^m, and can then say its own s^m. So after
message L the listener knows every summary, hence the state of every layer at the end, and reads the last symbol.

Each s^l_j is sent at most once, so that the bits are at most L (K + 1) (d^2 + d) p.

A `Party` holds the model, its own segments, and what it was sent: nothing else. Messages are strings of 0 and 1.

Source: 2604.14501, lower bound (forward communication; pointer chasing); the two-party simulation is reconstructed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from exactssm.errors import ConstructionError, FormatError
from exactssm.evaluation.affine import AffineMap
from exactssm.evaluation.composing import summaries_of
from exactssm.evaluation.summary import Summaries
from exactssm.layers.layer import Vector
from exactssm.machine import Output, Symbol, Word, check_symbol
from exactssm.models import Model, OfflineCoT

__all__ = [
    "Message",
    "Part",
    "Party",
    "Stack",
    "Subject",
    "Transcript",
    "cut",
    "forward_communication",
    "stack_of",
    "two_party_simulation",
]

Subject: TypeAlias = Model | OfflineCoT
Starter: TypeAlias = Literal["odd", "even"]


class Part(NamedTuple):
    """A summary that a message holds."""

    layer: int  #: counted from 1
    segment: int  #: counted from 0


@dataclass(frozen=True)
class Message:
    """What one party says."""

    turn: int  #: the round, or the number of the message; counted from 1
    sender: str
    parts: tuple[Part, ...]  #: which summaries it holds, in this order: fixed by the protocol, so not sent
    bits: str


@dataclass(frozen=True)
class Transcript:
    """A protocol's run on one word."""

    protocol: Literal["forward", "two parties"]
    starter: Starter | None  #: of two parties
    messages: tuple[Message, ...]
    answered_by: str
    answer: Output  #: what the model puts out at the word's end, as that party has found

    @property
    def bits(self) -> int:
        """The bits of all messages; one that is sent to several players is counted once."""
        return sum(len(message.bits) for message in self.messages)

    @property
    def name(self) -> str:
        """The protocol, and who starts."""
        return self.protocol if self.starter is None else f"{self.protocol}, {self.starter} first"


@dataclass(frozen=True)
class Stack:
    """What all parties know: the model and how summaries of its layers are written. `stack_of` makes it."""

    machine: Subject  #: what puts out the answer
    model: Model  #: its layers
    summaries: tuple[Summaries, ...]

    @property
    def depth(self) -> int:
        return self.model.depth

    @property
    def width(self) -> int:
        """d, the largest width of a layer."""
        return max(layer.width for layer in self.model.layers())

    @property
    def precision(self) -> int | None:
        """p, the bits of a number in the largest ring of a layer; None, if one is endless."""
        known = [summaries.precision for summaries in self.summaries]
        return None if None in known else max(p for p in known if p is not None)

    @property
    def message_bits(self) -> int | None:
        """(d^2 + d) p."""
        return None if self.precision is None else (self.width**2 + self.width) * self.precision

    def bound(self, segments: int) -> int | None:
        """L (K + 1) (d^2 + d) p, for K + 1 segments."""
        return None if self.message_bits is None else self.depth * segments * self.message_bits


def stack_of(machine: object) -> Stack:
    """``machine`` as its parties know it.

    Thoughts after the input's end change nothing: whoever knows the states of all layers there thinks alone.

    Raises: ConstructionError, unless it is a stack of at least one layer, or one that thinks offline, or if steps of a
    layer aren't affine; SummariesDontCompose, if its arithmetic is none in which summaries compose.
    """
    model = machine.model if isinstance(machine, OfflineCoT) else machine
    if not isinstance(machine, Model | OfflineCoT) or not isinstance(model, Model):
        raise ConstructionError(
            "a protocol needs a stack of layers, or one that thinks after its input only: online thoughts depend on "
            f"all layers' states; got {type(machine).__name__}"
        )
    if model.depth == 0:
        raise ConstructionError("a protocol needs at least one layer, got none")
    return Stack(machine, model, summaries_of(model))


class Party:
    """One who knows some segments of a word, and what it was sent.

    >>> from exactssm.arithmetic import ResidueRing
    >>> from exactssm.layers import DiagonalLayer
    >>> from exactssm.models import Block
    >>> counter = DiagonalLayer(ResidueRing(4), (0,), lambda x: (1,), {"a": (1,), "b": (0,)})
    >>> stack = stack_of(Model("ab", [Block(counter, lambda h, x: h[0])]))
    >>> first, second = Party(stack, {0: ("a", "a")}), Party(stack, {1: ("b", "a")})
    >>> said = first.say([Part(1, 0)])  # h + 2
    >>> second.hear([Part(1, 0)], said)
    >>> said, second.answer(1, ("b", "a"))
    ('0110', 3)
    """

    def __init__(self, stack: Stack, own: Mapping[int, Word]) -> None:
        self._stack = stack
        self._own = dict(own)
        self._known: dict[Part, AffineMap] = {}
        self._letters: dict[Part, Word] = {}

    def say(self, parts: Sequence[Part]) -> str:
        """The summaries of these parts, as bits. Raises ConstructionError, if one isn't known."""
        return "".join(self._stack.summaries[part.layer - 1].write(self._summary(part)) for part in parts)

    def hear(self, parts: Sequence[Part], bits: str) -> None:
        """Learn the summaries of these parts. Raises FormatError, unless ``bits`` write just so many."""
        at = 0
        for part in parts:
            self._known[part], at = self._stack.summaries[part.layer - 1].read_at(bits, at)
        if at != len(bits):
            raise FormatError(f"bit {at}: the message ends here, but {len(bits)} bits are given")

    def answer(self, segments: int, rest: Word) -> Output:
        """What the model puts out last, if it reads ``rest`` after so many segments. Raises ConstructionError, if their
        summaries aren't known."""
        state: object = tuple(self._enter(layer, segments) for layer in range(1, self._stack.depth + 1))
        output: Output = None
        for symbol in rest:
            state, output = self._stack.machine.step(state, symbol)
        return output

    def _summary(self, part: Part) -> AffineMap:
        if part not in self._known:
            if part.segment not in self._own:
                raise ConstructionError(
                    f"this party doesn't know segment {part.segment}, nor its summary in layer {part.layer}"
                )
            self._known[part] = self._stack.summaries[part.layer - 1].of(self._read(part))
        return self._known[part]

    def _read(self, part: Part) -> Word:
        """What a layer reads in an own segment."""
        layer, segment = part
        if layer == 1:
            return self._own[segment]
        if part not in self._letters:
            block = self._stack.model.blocks[layer - 2]
            state = self._enter(layer - 1, segment)
            passed: list[Symbol] = []
            for letter in self._read(Part(layer - 1, segment)):
                state = block.layer.step(state, letter)
                passed.append(block.readout(state, letter))
            self._letters[part] = tuple(passed)
        return self._letters[part]

    def _enter(self, layer: int, segment: int) -> Vector:
        """The state of a layer before a segment."""
        summaries = self._stack.summaries[layer - 1]
        state = summaries.layer.start
        for before in range(segment):
            state = summaries.apply(self._summary(Part(layer, before)), state)
        return state


def cut(machine: Subject, word: Sequence[Symbol], cuts: Sequence[int]) -> tuple[Word, ...]:
    """The segments of ``word``, each cut being the position, counted from 0, at which a segment begins.

    Raises: SymbolError, if a symbol is not in the alphabet; ConstructionError, unless the word has a symbol, and cuts
    ascend and lie between its ends.
    """
    if not word:
        raise ConstructionError("a protocol needs a word of at least one symbol, got none")
    for position, symbol in enumerate(word):
        check_symbol(symbol, machine.alphabet, position)
    ends = (0, *cuts, len(word))
    for before, after in pairwise(ends):
        if type(after) is not int or after <= before:
            raise ConstructionError(
                f"cuts must ascend and lie between the ends of a word of {len(word)} symbols, from 1 to "
                f"{len(word) - 1}; got {', '.join(map(str, cuts))}"
            )
    return tuple(tuple(word[before:after]) for before, after in pairwise(ends))


def forward_communication(stack: Stack, segments: Sequence[Word]) -> Transcript:
    """Players 0 .. K, a segment each, send their summaries forward, a layer a round; the last player answers.

    >>> from exactssm.tasks import FunctionComposition
    >>> from constructions.composition.function_composition import composition_stack
    >>> task = FunctionComposition(N=4, K=1)
    >>> stack = stack_of(composition_stack(task))
    >>> word = task.stream(2, [(1, 2, 3, 0)])
    >>> ran = forward_communication(stack, cut(stack.machine, word, [1]))
    >>> [message.bits for message in ran.messages], ran.answer  # h -> 0 h + 2, and 1 h + 0 as x_0 is no entry
    (['0010', '0100'], 3)
    """
    last = len(segments) - 1
    players = [Party(stack, {j: segment}) for j, segment in enumerate(segments)]
    messages: list[Message] = []
    for layer in range(1, stack.depth + 1):
        said = [Message(layer, f"player {j}", (Part(layer, j),), players[j].say([Part(layer, j)])) for j in range(last)]
        for j, message in enumerate(said):
            for player in players[j + 1 :]:
                player.hear(message.parts, message.bits)
        messages += said
    answer = players[last].answer(last, segments[last])
    return Transcript("forward", None, tuple(messages), f"player {last}", answer)


def two_party_simulation(stack: Stack, segments: Sequence[Word], starter: Starter) -> Transcript:
    """The owners of the odd and of the even segments take turns, L messages in all; the last one's listener answers.

    >>> from exactssm.tasks import FunctionComposition
    >>> from constructions.composition.function_composition import composition_stack
    >>> task = FunctionComposition(N=4, K=1)
    >>> stack = stack_of(composition_stack(task))
    >>> segments = cut(stack.machine, task.stream(2, [(1, 2, 3, 0)]), [1])
    >>> for starter in ("odd", "even"):
    ...     ran = two_party_simulation(stack, segments, starter)
    ...     print([(message.sender, len(message.bits)) for message in ran.messages], ran.answered_by, ran.answer)
    [('odd', 4), ('even', 8)] odd 3
    [('even', 4), ('odd', 8)] even 3

    Raises: ConstructionError, for another starter.
    """
    if starter not in ("odd", "even"):
        raise ConstructionError(f"the odd or the even segments' owner must start, got {starter!r}")
    private = [*segments[:-1], segments[-1][:-1]]
    own = {"even": range(0, len(private), 2), "odd": range(1, len(private), 2)}
    parties = {name: Party(stack, {j: private[j] for j in numbers}) for name, numbers in own.items()}
    other: Starter = "even" if starter == "odd" else "odd"
    speaker, listener = starter, other
    messages: list[Message] = []
    for turn in range(1, stack.depth + 1):
        parts = tuple(Part(layer, j) for layer in (turn - 1, turn) if layer for j in own[speaker])
        message = Message(turn, speaker, parts, parties[speaker].say(parts))
        parties[listener].hear(message.parts, message.bits)
        messages.append(message)
        speaker, listener = listener, speaker
    # the listener of the last message is the one who would speak next
    answer = parties[speaker].answer(len(private), segments[-1][-1:])
    return Transcript("two parties", starter, tuple(messages), speaker, answer)
