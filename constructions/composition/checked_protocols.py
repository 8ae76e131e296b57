"""Protocols against the models that they are of: the answers, the messages and the bits, on words cut into segments.

Source: 2604.14501, lower bound for (L + 3)-function composition; the exact form is reconstructed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from constructions.composition.protocols import (
    Subject,
    cut,
    forward_communication,
    stack_of,
    two_party_simulation,
)
from constructions.composition.random_ring_stacks import random_ring_stack
from exactssm.arithmetic import GaloisField, ResidueRing
from exactssm.errors import CertificateError, ConstructionError
from exactssm.machine import Output, Word, run
from exactssm.models import Model
from exactssm.tasks import FunctionComposition

__all__ = ["OtherAnswer", "block_cuts", "check_protocols", "drawn_run"]

RINGS: tuple[ResidueRing | GaloisField, ...] = (*map(ResidueRing, (2, 4, 8, 3, 6)), GaloisField(4))


@dataclass(frozen=True)
class OtherAnswer:
    """A word on which a protocol answers otherwise than the model, or takes too many bits."""

    machine: Subject
    read: Word
    cuts: tuple[int, ...]
    protocol: str
    answer: Output
    direct: Output
    bits: int
    bound: int | None

    @property
    def word(self) -> tuple[str, ...]:
        return tuple(map(str, self.read))

    def as_text(self) -> str:
        return (
            f"{self.protocol}, cut at {self.cuts}: answers {self.answer!r} in {self.bits} bits on "
            f"{' '.join(self.word)}; the model puts out {self.direct!r}, and {self.bound} bits are allowed"
        )

    def replay(self) -> None:
        if next(_failures(self.machine, self.read, self.cuts), None) != self:
            raise CertificateError("the protocol must fail as recorded; it doesn't")


def check_protocols(machine: Subject, word: Word, cuts: tuple[int, ...]) -> OtherAnswer | None:
    """Run both protocols, either party first, on ``word``; None, if each answers what ``machine`` puts out and keeps to
    L messages, or rounds, and to L (K + 1) (d^2 + d) p bits.

    >>> from constructions.composition.function_composition import composition_stack
    >>> task = FunctionComposition(N=2, K=2)
    >>> word = task.stream(1, [(1, 0), (1, 1)])
    >>> check_protocols(composition_stack(task), word, block_cuts(task))

    Raises: as `stack_of` and `cut`.
    """
    return next(_failures(machine, word, cuts), None)


def _failures(machine: Subject, word: Word, cuts: tuple[int, ...]) -> Iterator[OtherAnswer]:
    stack = stack_of(machine)
    segments = cut(machine, word, cuts)
    direct = run(machine, word).outputs[-1]
    bound = stack.bound(len(segments))
    for ran in (
        forward_communication(stack, segments),
        two_party_simulation(stack, segments, "odd"),
        two_party_simulation(stack, segments, "even"),
    ):
        turns = max((message.turn for message in ran.messages), default=0)
        if ran.answer != direct or turns > stack.depth or (bound is not None and ran.bits > bound):
            yield OtherAnswer(machine, word, cuts, ran.name, ran.answer, direct, ran.bits, bound)


def block_cuts(task: FunctionComposition) -> tuple[int, ...]:
    """Where the blocks of a stream of ``task`` begin that come after another segment: x_0 and each function is one.

    >>> block_cuts(FunctionComposition(N=3, K=2)), block_cuts(FunctionComposition(3, 2, x0="constant"))
    ((1, 4), (3,))

    Raises: ConstructionError, unless x_0 comes first, if at all, and blocks are numbered.
    """
    if task.argument != "first" or task.blocks != "indexed":
        raise ConstructionError(f"streams are cut where the argument is first and blocks are numbered, got {task}")
    size = 1 if task.tokens == "functions" else task.N
    first = int(task.x0 == "given")
    return tuple(position for k in range(task.K) if (position := first + k * size))


def drawn_run(source: Random, seed: object) -> tuple[Model, Word, tuple[int, ...]]:
    """A model drawn for ``seed``, with a word and cuts drawn from ``source``."""
    shape = Random(f"shape {seed}")
    depth = shape.randint(1, 4)
    ring = shape.choice(RINGS)
    widths = [shape.randint(1, 3) for _ in range(depth)]
    model = random_ring_stack("abc", ring, widths, diagonal=shape.random() < 0.3, seed=seed)
    segments = source.randint(1, depth + 4)  # players 0 .. K, K up to L + 3
    length = source.randint(segments, 3 * segments)
    word = tuple(source.choice("abc") for _ in range(length))
    return model, word, tuple(sorted(source.sample(range(1, length), segments - 1)))
