"""Sorting networks, and threshold circuits expanded into gates of two wires.

At least t of k literals are true if and only if the t-th largest of them is. A sorting network finds it with no more
than comparators, which on truth values are a disjunction (the larger) and a conjunction (the smaller).

A literal of weight w stands w times, but needn't be sorted so often. The weights are written in binary, and the
literals that have a lowest digit of one are sorted: how many are true is odd, or not, by the places where ones end, and
every second of the sorted values is carried to the next digit, where it counts among the literals. After some digits,
as many as make it smallest, what is left is sorted as it stands. So weights cost by their digits.

Source: Batcher, Sorting networks and their applications (1968), as merge exchange in Knuth, The Art of Computer
Programming 3, section 5.2.2, Algorithm M, for any number of values; Eén and Sörensson, Translating pseudo-Boolean
constraints into SAT (2006), for weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from exactssm.circuits.builder import CircuitBuilder
from exactssm.circuits.circuit import FALSE, TRUE, Circuit, Literal
from exactssm.errors import BudgetExhausted

__all__ = ["MAX_CONJUNCTIONS", "comparator_count", "comparators", "conjunctions_of"]

MAX_CONJUNCTIONS: Final = 2_000_000  #: two-wire gates that a circuit is expanded into, unless more are asked for


def comparators(width: int) -> Iterator[tuple[int, int]]:
    """The comparators of the odd-even merge exchange sort, in order: (i, j) puts the larger value at i, for i < j.

    >>> list(comparators(4))
    [(0, 2), (1, 3), (0, 1), (2, 3), (1, 2)]
    """
    for p, r, d in _rounds(width):
        for i in range(width - d):
            if i & p == r:
                yield i, i + d


def comparator_count(width: int) -> int:
    """How many `comparators` there are, without listing them.

    >>> comparator_count(16), sum(1 for _ in comparators(100)) == comparator_count(100)
    (63, True)
    """
    return sum(_count_below(width - d, p, r) for p, r, d in _rounds(width))


def _rounds(width: int) -> Iterator[tuple[int, int, int]]:
    """Each round compares i with i + d for all i with ``i & p == r``."""
    top = 1 << max(0, (width - 1).bit_length() - 1)
    p = top if width > 1 else 0
    while p:
        q, r, d = top, 0, p
        while True:
            yield p, r, d
            if q == p:
                break
            q, r, d = q >> 1, p, q - p
        p >>= 1


def _count_below(bound: int, p: int, r: int) -> int:
    """How many i in range(bound) have ``i & p == r``, for a power p of two and r of 0 and p."""
    if bound <= 0:
        return 0
    blocks, rest = divmod(bound, 2 * p)
    return blocks * p + (min(rest, p) if r == 0 else max(0, rest - p))


def conjunctions_of(circuit: Circuit, *, max_gates: int = MAX_CONJUNCTIONS) -> Circuit:
    """The circuit that computes the same with conjunctions of two literals alone, an and-inverter graph.

    Conjunctions and disjunctions become balanced trees; any other gate, a sorting network of its wires, or one for each
    of some binary digits of their weights; networks are shared between gates that read the same.

    >>> majority = Circuit(3, offsets=[0, 3], literals=[2, 4, 6], thresholds=[2], outputs=[8])
    >>> expanded = conjunctions_of(majority)
    >>> expanded, (expanded.truth_table() == majority.truth_table()).all().item()
    (<Circuit of 4 gates, 8 wires and depth 3: 3 inputs, 1 outputs>, True)

    Raises: BudgetExhausted, naming the size, if networks and trees have more than ``max_gates`` gates before those that
    are alike are shared.
    """
    size = _size_of(circuit)
    if size > max_gates:
        raise BudgetExhausted(
            f"{circuit.gates} gates with {circuit.wires} wires become up to {size} conjunctions of two literals, and "
            f"{max_gates} are allowed"
        )
    builder = CircuitBuilder(circuit.inputs)
    found: list[Literal] = [2 * variable for variable in range(1 + circuit.inputs)]
    known: dict[tuple[tuple[Literal, int], ...], _Total] = {}
    offsets, literals = circuit.offsets.tolist(), circuit.literals.tolist()
    for gate, threshold in enumerate(circuit.thresholds.tolist()):
        read = literals[offsets[gate] : offsets[gate + 1]]
        if threshold == len(read):
            found.append(_conjunction(builder, [found[literal >> 1] ^ literal & 1 for literal in read]))
        elif threshold == 1:
            found.append(_conjunction(builder, [found[literal >> 1] ^ literal & 1 ^ 1 for literal in read]) ^ 1)
        elif threshold == 0 or threshold > len(read):
            found.append(builder.at_least((), threshold))
        else:
            weights = sorted((found[literal >> 1] ^ literal & 1, weight) for literal, weight in Counter(read).items())
            if (key := tuple(weights)) not in known:
                known[key] = _Total(builder, weights)
            found.append(known[key].at_least(threshold))
    return builder.build([found[literal >> 1] ^ literal & 1 for literal in circuit.outputs.tolist()])


def _size_of(circuit: Circuit) -> int:
    """A bound on the gates that `conjunctions_of` makes."""
    size = 0
    digits: dict[bytes, int] = {}  # of the networks, by what they read
    offsets = circuit.offsets.tolist()
    for gate, threshold in enumerate(circuit.thresholds.tolist()):
        wires = offsets[gate + 1] - offsets[gate]
        if threshold in (1, wires):
            size += max(0, wires - 1)
        elif 0 < threshold < wires:
            read = circuit.literals[offsets[gate] : offsets[gate + 1]]
            if (key := read.tobytes()) not in digits:
                network, digits[key] = _smallest([*Counter(read.tolist()).values()])
                size += network
            size += digits[key] + 2 if digits[key] else 0
    return size


def _smallest(weights: Sequence[int]) -> tuple[int, int]:
    """The least number of gates that literals of these weights are counted with, and by how many digits."""
    best = 2 * comparator_count(sum(weights)), 0
    size = carried = 0  # of the networks for the digits below
    for digits in range(1, max(weights).bit_length()):
        width = sum(weight >> digits - 1 & 1 for weight in weights) + carried
        size += 2 * comparator_count(width) + max(0, width - 1)
        carried = width // 2
        best = min(best, (size + 2 * comparator_count(sum(weight >> digits for weight in weights) + carried), digits))
    return best


class _Total:
    """How many copies of literals are true: some binary digits, lowest first, and the rest in unary, sorted."""

    def __init__(self, builder: CircuitBuilder, weights: Sequence[tuple[Literal, int]]) -> None:
        self.builder = builder
        self.digits: list[Literal] = []
        _, digits = _smallest([weight for _, weight in weights])
        carried: list[Literal] = []
        for place in range(digits):
            values = _sorted(builder, [literal for literal, weight in weights if weight >> place & 1] + carried)
            ends = [builder.all_of((x, y ^ 1)) ^ 1 for x, y in zip(values[::2], [*values[1::2], FALSE], strict=False)]
            self.digits.append(_conjunction(builder, ends) ^ 1)
            carried = values[1::2]
        copies = [literal for literal, weight in weights for _ in range(weight >> digits)]
        self.rest = [TRUE, *_sorted(builder, copies + carried), FALSE]

    def at_least(self, threshold: int) -> Literal:
        """Whether they are at least so many: from 1 to all copies."""
        high, low = divmod(threshold, 1 << len(self.digits))
        if high >= len(self.rest) - 1:
            return FALSE
        enough = TRUE  # the digits so far are at least those of the threshold
        for place, digit in enumerate(self.digits):
            if low >> place & 1:
                enough = self.builder.all_of((digit, enough))
            else:
                enough = self.builder.all_of((digit ^ 1, enough ^ 1)) ^ 1
        if enough == TRUE:
            return self.rest[high]
        more = self.builder.all_of((self.rest[high], enough))
        return self.builder.all_of((self.rest[high + 1] ^ 1, more ^ 1)) ^ 1


def _conjunction(builder: CircuitBuilder, wires: Sequence[Literal]) -> Literal:
    """A balanced tree."""
    layer = list(wires)
    while len(layer) > 1:
        layer = [builder.all_of(layer[i : i + 2]) for i in range(0, len(layer), 2)]
    return builder.all_of(layer)


def _sorted(builder: CircuitBuilder, wires: Sequence[Literal]) -> list[Literal]:
    """The literals' values, ones first."""
    values = list(wires)
    for i, j in comparators(len(values)):
        x, y = values[i], values[j]
        values[i], values[j] = builder.all_of((x ^ 1, y ^ 1)) ^ 1, builder.all_of((x, y))
    return values
