"""Weighted automata over a field: linear maps on a column of weights, and a row that reads them out.

    h_0 = start,    h_t = A(x_t) h_{t-1},    output_t = c h_t

The state is read *after* the letter, so an output belongs to a non-empty word; the empty word has none, and c h_0 is
demanded nowhere. A drive, and a constant in the readout, cost one coordinate that is always one:

    (h', 1) = (A(x) h + b(x), 1),    output = c h' + d

Source: Schützenberger, Information and Control 4 (1961). A layer h' = A(x) h + b(x) with a linear readout, such as IDS4
(2404.08819 §5.2), is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from exactssm.arithmetic.domain import Domain, Element
from exactssm.errors import DomainError, SymbolError
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, Layer
from exactssm.layers.layer import Matrix, Vector, check_matrix, check_start, check_vector, look_up
from exactssm.machine import State, Symbol

__all__ = ["WeightedAutomaton", "weighted_automaton"]


@dataclass(frozen=True)
class WeightedAutomaton:
    """A weighted automaton as a machine: its state is the column h, its outputs are elements of the domain.

    The definition takes any commutative ring; `verify.search.linear` decides equality over Q and over prime fields.

    >>> from exactssm.arithmetic import PrimeField
    >>> from exactssm.machine import run
    >>> binary = WeightedAutomaton(PrimeField(7), "01", (0, 1), {"0": ((2, 0), (0, 1)), "1": ((2, 1), (0, 1))}, (1, 0))
    >>> run(binary, "1101").outputs  # the number read so far, mod 7
    (1, 3, 6, 6)

    Raises: ConstructionError, for wrong shapes; DomainError, for what is no element; SymbolError, for a symbol that
    stands twice, or has no matrix, and for a matrix on what is no symbol.
    """

    domain: Domain  #: the arithmetic of the weights
    alphabet: tuple[Symbol, ...]
    start: Vector  #: h_0; its length is the dimension n
    matrices: Mapping[Symbol, Matrix] = field(repr=False, hash=False)  #: symbol -> A, a tuple of n rows
    readout: Vector  #: c

    def __init__(
        self,
        domain: Domain,
        alphabet: Sequence[Symbol],
        start: Vector,
        matrices: Mapping[Symbol, Matrix],
        readout: Vector,
    ) -> None:
        symbols = tuple(alphabet)
        if len(set(symbols)) != len(symbols):
            raise SymbolError(f"each symbol of an alphabet stands once, got {symbols!r}")
        for symbol in matrices:
            if symbol not in symbols:
                raise SymbolError(f"there is a matrix on {symbol!r}, which is not in the alphabet {symbols!r}")
        check_start(start, domain)
        n = len(start)
        checked = {x: check_matrix(look_up(matrices, x, "matrices"), domain, n, f"matrix on {x!r}") for x in symbols}
        object.__setattr__(self, "domain", domain)
        object.__setattr__(self, "alphabet", symbols)
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "matrices", checked)
        object.__setattr__(self, "readout", check_vector(readout, domain, n, "readout"))

    @classmethod
    def affine(
        cls,
        domain: Domain,
        alphabet: Sequence[Symbol],
        start: Vector,
        matrices: Mapping[Symbol, Matrix],
        drive: Mapping[Symbol, Vector],
        readout: Vector,
        constant: Element,
    ) -> WeightedAutomaton:
        """h' = A(x) h + b(x) with output c h' + d, where ``drive`` maps x to b(x) and ``constant`` is d: the weighted
        automaton with one more coordinate, the last one, which is always one.

        >>> from exactssm.arithmetic import Rationals
        >>> from exactssm.machine import run
        >>> q = Rationals().element
        >>> same, drive = ((q(1),),), {"a": (q(1),), "b": (q(0),)}
        >>> count = WeightedAutomaton.affine(Rationals(), "ab", (q(0),), {"a": same, "b": same}, drive, (q(2),), q(-1))
        >>> [str(output) for output in run(count, "aab").outputs]  # twice the number of a's, less one
        ['1', '3', '3']

        Raises: like the class.
        """
        check_start(start, domain)
        n = len(start)
        homogeneous: dict[Symbol, Matrix] = {}
        for x in alphabet:
            rows = check_matrix(look_up(matrices, x, "matrices"), domain, n, f"matrix on {x!r}")
            b = check_vector(look_up(drive, x, "drive"), domain, n, f"drive on {x!r}")
            extended = tuple((*row, shift) for row, shift in zip(rows, b, strict=True))
            homogeneous[x] = (*extended, (domain.zero,) * n + (domain.one,))
        c = check_vector(readout, domain, n, "readout")
        return cls(domain, alphabet, (*start, domain.one), homogeneous, (*c, constant))

    @property
    def dimension(self) -> int:
        """The number n of coordinates of a state."""
        return len(self.start)

    def step(self, state: State, symbol: Symbol) -> tuple[Vector, Element]:
        """The state after ``symbol``, and what the readout says of it. Raises SymbolError for a foreign symbol."""
        h = check_vector(state, self.domain, self.dimension, "the state")
        after = tuple(self._inner(row, h) for row in look_up(self.matrices, symbol, "matrices"))
        return after, self._inner(self.readout, after)

    def _inner(self, row: Vector, column: Vector) -> Element:
        total = self.domain.zero
        for a, h in zip(row, column, strict=True):
            total = self.domain.add(total, self.domain.mul(a, h))
        return total


def weighted_automaton(
    layer: Layer,
    alphabet: Sequence[Symbol],
    readout: Vector,
    constant: Element | None = None,
) -> WeightedAutomaton:
    """A dense, constant or diagonal layer with the linear readout c h' + d, as a weighted automaton.

    ``readout`` is c; ``constant`` is d, zero if none is given. The dimension is the layer's width + 1.

    >>> from exactssm.arithmetic import PrimeField
    >>> from exactssm.machine import run
    >>> parity = DiagonalLayer(PrimeField(3), (1,), decay={"0": (1,), "1": (2,)})
    >>> run(weighted_automaton(parity, "01", readout=(2,), constant=1), "0110").outputs
    (0, 2, 0, 0)

    Raises: DomainError, for a layer of another kind, or a number that is no element; SymbolError, for a letter that the
    layer doesn't read; ConstructionError, for a readout of another width.
    """
    if not isinstance(layer, DenseLayer | ConstantLayer | DiagonalLayer):
        raise DomainError(
            f"a layer h' = A(x) h + b(x) must be dense, constant or diagonal, got a {type(layer).__name__}"
        )
    domain, n = layer.domain, layer.width
    matrices: dict[Symbol, Matrix] = {}
    drive: dict[Symbol, Vector] = {}
    for x in alphabet:
        *rows, drive[x] = _split(layer.entries(x), n)
        if isinstance(layer, DiagonalLayer):
            (decay,) = rows
            matrices[x] = tuple(tuple(a if i == j else domain.zero for j in range(n)) for i, a in enumerate(decay))
        else:
            matrices[x] = tuple(rows)
    d = domain.zero if constant is None else constant
    return WeightedAutomaton.affine(domain, alphabet, layer.start, matrices, drive, readout, d)


def _split(entries: tuple[Element, ...], width: int) -> list[Vector]:
    """``entries`` in pieces of ``width``."""
    return [entries[i : i + width] for i in range(0, len(entries), width)]
