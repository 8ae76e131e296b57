"""A model in another arithmetic: the same start states and weights, if it holds them, and the same readouts.

Every constant is translated exactly, by the number that it stands for (`exactssm.arithmetic.reading`). A rotation layer
stands for its roots of unity. A readout is given the state that has the same value in the arithmetic that it was
written for. Where there is none, or where it doesn't know that state, the letter is `LOST`; so is the state where a
result overflows in a format in which that is an error. What depends on anything lost is lost as well: a layer that has
read a lost letter stays lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any, Final

from exactssm.arithmetic.cyclotomic import Cyclotomic, CyclotomicField
from exactssm.arithmetic.domain import Domain, Element, Inner, inner_product, powers
from exactssm.arithmetic.reading import Number, Reading, number_text, reading
from exactssm.errors import BudgetExhausted, ConstructionError, DomainError, ExactssmError, FormatOverflow
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, Layer, RotationLayer, SignLayer
from exactssm.layers.layer import LETTERS_KEPT, Matrix, Vector, check_tuple, real_width, states_by_step
from exactssm.layers.rotation import cyclotomic_twin
from exactssm.machine import Machine, Output, Symbol
from exactssm.models.chain_of_thought import OfflineCoT, OnlineCoT
from exactssm.models.model import Block, Model

__all__ = ["LOST", "NotRepresentable", "Reinterpreted", "check_target", "reinterpret"]


class Lost(Enum):
    """The type of `LOST`."""

    LOST = "lost"

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return "LOST"


LOST: Final = Lost.LOST
"""A coordinate, letter or output that is not defined; no task demands it."""

UNDEFINED: Final = (LookupError, ExactssmError)
"""What a readout or a map of letters raises on states and letters that it was not written for."""

SUMS_KEPT: Final = 2**14
"""How many inner products are remembered in each arithmetic, the last ones used."""


class NotRepresentable(DomainError):
    """A constant of a model is no number of the arithmetic that it is to be written in."""

    def __init__(self, number: Number, domain: Domain, where: str) -> None:
        super().__init__(f"not representable in {domain}: {number_text(number)}, {where}")
        self.constant = f"{number_text(number)}, {where}"  #: the constant and where it stands


@dataclass(frozen=True)
class Reinterpreted:
    """The layer ``original`` computing in ``domain``. A sign layer's sums are taken there, with the signs of those.

    Raises: NotRepresentable, if the start isn't held; and from `step` and `entries`, if what is used on a letter isn't.
    DomainError, if the elements of one of the two arithmetics stand for no numbers; ConstructionError, for a layer of
    another kind.
    """

    original: Layer
    domain: Domain
    name: str = "the layer"  #: what errors call it
    start: Vector = field(init=False, repr=False)
    _on: Callable[[Symbol], tuple[Matrix, Vector]] = field(init=False, repr=False, compare=False)
    _inner: Inner = field(init=False, repr=False, compare=False)
    _activation: Callable[[Element], Element] = field(init=False, repr=False, compare=False)
    _back: Callable[[Vector], Vector] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        layer: Any = self.original
        if isinstance(layer, RotationLayer):
            layer = cyclotomic_twin(layer).layer
        if not isinstance(layer, DiagonalLayer | DenseLayer | ConstantLayer | SignLayer):
            raise ConstructionError(f"{self.name}: a {type(layer).__name__} can't be moved to another arithmetic")
        same = layer.domain == self.domain
        if not same:
            check_target(self.domain)
        source, target = (SAME, SAME) if same else (reading(layer.domain), reading(self.domain))

        def move(x: Element, where: str) -> Element:
            number = source.value(x)
            try:
                return target.held(number)
            except DomainError:
                raise NotRepresentable(number, self.domain, f"{where} in {self.name}") from None

        domain: Any = self.domain
        row = 1 if isinstance(layer, DiagonalLayer) else layer.width  # entries of A in a row

        def on(letter: Symbol) -> tuple[Matrix, Vector]:
            entries = layer.entries(letter)
            A = [move(x, f"in A on the letter {letter!r}") for x in entries[: -layer.width]]
            b = tuple(move(x, f"in b on the letter {letter!r}") for x in entries[-layer.width :])
            return tuple(tuple(A[i : i + row]) for i in range(0, len(A), row)), b

        object.__setattr__(self, "start", tuple(move(x, "a start") for x in layer.start))
        object.__setattr__(self, "_on", lru_cache(LETTERS_KEPT)(on))
        object.__setattr__(self, "_inner", _remembering_inner(domain))
        object.__setattr__(self, "_activation", _sign(layer, target, move) if isinstance(layer, SignLayer) else _linear)
        object.__setattr__(self, "_back", _back(self.original, source, target))

    @property
    def width(self) -> int:
        return self.original.width

    @property
    def real_width(self) -> int:
        return real_width(self.domain, self.width)

    def step(self, state: Vector, letter: Symbol) -> Vector:
        """The state after ``letter``: that of ``original``, with this arithmetic's sums and products.

        It is lost, if state or letter are, if ``original`` doesn't know the letter, or if a result overflows where that
        is an error.
        """
        check_tuple(state, self.width, "the state")
        lost = (LOST,) * self.width
        if letter is LOST or LOST in state:
            return lost
        try:
            self.original.entries(letter)
        except UNDEFINED:
            return lost
        A, b = self._on(letter)
        columns = [(h,) for h in state] if len(A[0]) == 1 else [state] * self.width
        try:
            return tuple(self._activation(self._inner(*line)) for line in zip(A, columns, b, strict=True))
        except FormatOverflow:
            return lost

    def run(self, word: Sequence[Symbol]) -> list[Vector]:
        """All len(word) + 1 states along ``word``."""
        return states_by_step(self, word)

    def entries(self, letter: Symbol) -> tuple[Element, ...]:
        """The parameters of ``original``, moved."""
        A, b = self._on(letter)
        return sum(A, ()) + b

    def original_state(self, state: Vector) -> Vector:
        """The state of ``original`` with these values. Raises DomainError or LookupError, if there is none."""
        return self._back(state)


SAME: Final = Reading(lambda x: x, lambda x: x)


def check_target(domain: Domain) -> None:
    """Raise DomainError unless constants can be moved to ``domain``, and its states be read: not for a cyclotomic field
    beyond Q(i), whose elements would have to be found in another one."""
    reading(domain)
    if isinstance(domain, CyclotomicField) and domain.conductor not in (1, 2, 4):
        raise DomainError(f"constants can't be moved to {domain}: of the cyclotomic fields only Q(zeta_4) takes them")


@lru_cache(8)
def _remembering_inner(domain: Domain) -> Inner:
    """`inner_product`, faster: few sums arise, in many combinations, and each is taken once."""
    inner = lru_cache(SUMS_KEPT)(inner_product(domain))
    return lambda row, column, shift: inner(tuple(row), tuple(column), shift)


def _linear(total: Element) -> Element:
    return total


def _sign(layer: SignLayer, target: Reading, move: Callable[[Element, str], Element]) -> Callable[[Element], Element]:
    """The sign of a sum in any arithmetic. One that is no real number, NaN for one, has none, and is lost."""
    signs = {sign: move(sign, "a sign") for sign in (-1, 0, 1)}

    def activation(total: Element) -> Element:
        try:
            value = target.value(total)
        except DomainError:
            return LOST
        if isinstance(value, Cyclotomic):
            return LOST
        return signs[1 if value > 0 else -1 if value < 0 else layer.sign_of_zero]

    return activation


def _back(original: Layer, source: Reading, target: Reading) -> Callable[[Vector], Vector]:
    """State -> the state of ``original`` with the same values."""
    if not isinstance(original, RotationLayer):
        return lambda state: tuple(source.held(target.value(h)) for h in state)
    twin = cyclotomic_twin(original).layer.domain
    exponents = []
    for order in original.orders:
        root = twin.root_of_unity(order)
        exponents.append({source.value(w): e for e, w in enumerate(powers(twin, root, order))})
    return lambda state: tuple(known[target.value(h)] for known, h in zip(exponents, state, strict=True))


def reinterpret(model: Machine, domain: Domain) -> Machine:
    """``model``, a stack of layers with or without chain of thought, computing in ``domain``.

    >>> from exactssm.arithmetic import MachineInteger, ResidueRing
    >>> from exactssm.machine import run
    >>> count = DiagonalLayer(ResidueRing(4), (0,), lambda x: (1,), lambda x: (1,))
    >>> mod_four = Model("x", [Block(count, lambda h, x: h[0])])
    >>> run(reinterpret(mod_four, MachineInteger(3)), "xxxxx").outputs  # 4 wraps to -4; Z/4 knows 0 to 3
    (1, 2, 3, LOST, LOST)

    Raises: as `Reinterpreted`; ConstructionError also, if it is no stack of layers.
    """
    if isinstance(model, OnlineCoT):
        return OnlineCoT(reinterpret(model.model, domain), model.alphabet, model.limit)
    if isinstance(model, OfflineCoT):
        return OfflineCoT(reinterpret(model.model, domain), model.alphabet, model.end, model.limit)
    if not isinstance(model, Model):
        raise ConstructionError(
            f"only a stack of layers can be moved to another arithmetic, got a {type(model).__name__}"
        )
    return Model(model.alphabet, [_block(block, domain, depth) for depth, block in enumerate(model.blocks, start=1)])


def _block(block: Block, domain: Domain, depth: int) -> Block:
    layer = Reinterpreted(block.layer, domain, f"layer {depth}")

    def readout(state: Vector, letter: Any) -> Output:
        if letter is LOST or LOST in state:
            return LOST
        try:
            return block.readout(layer.original_state(state), letter)
        except BudgetExhausted:
            raise
        except UNDEFINED:
            return LOST

    return Block(layer, readout)
