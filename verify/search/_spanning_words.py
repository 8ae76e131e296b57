"""Words whose vectors span what a weighted automaton reaches: the search behind `verify.search.linear`, which proves
it right.

Works on integer matrices. Over Q each matrix is multiplied by a common denominator. So v(w) and the output after w are
multiplied by numbers other than zero that depend on w: neither a span nor an output's being zero changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import lcm
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from exactssm.arithmetic.domain import Element
from exactssm.errors import BudgetExhausted, DomainError
from exactssm.machine import Machine, State, Symbol
from exactssm.models.weighted import WeightedAutomaton

__all__ = ["Maker", "Numbers", "Product", "Span", "closed_space", "demand", "is_first", "matrices_modulo", "search"]

Numbers: TypeAlias = tuple[int, ...]  # a word, each letter by its place in the alphabet of the task
Maker: TypeAlias = Callable[..., Any]  # rows, columns and entries, or a matrix over Z, to a matrix of FLINT's
Row: TypeAlias = list[Any]


def matrices_modulo(prime: int) -> Maker:
    """Makes matrices over GF(prime)."""
    import flint

    make: Any  # an overloaded constructor
    field: Any  # its last argument
    if prime < 2**63:
        make, field = flint.nmod_mat, prime
    else:
        make, field = flint.fmpz_mod_mat, flint.fmpz_mod_ctx(prime)
    return lambda *given: make(*given, field)


def demand(where: Machine, state: State, symbol: Symbol) -> tuple[State, bool]:
    """A step of a machine of demands. Raises DomainError, if it puts out anything but True or False."""
    after, asked = where.step(state, symbol)
    if not isinstance(asked, bool):
        raise DomainError(f"a machine of demands must put out True or False, got {asked!r} on {symbol!r} in {state!r}")
    return after, asked


@dataclass(frozen=True)
class Product:
    """The difference of two automata, acting on rows, beside a machine of demands."""

    where: Machine
    alphabet: tuple[Symbol, ...]
    make: Maker
    start: Any  #: 1 row
    steps: tuple[Any, ...]  #: a square block-diagonal matrix for each letter
    readout: Any  #: 1 column
    scales: tuple[int, ...]  #: the number by which each letter's matrix has been multiplied

    @classmethod
    def of(cls, model: WeightedAutomaton, task: WeightedAutomaton, where: Machine) -> Product:
        """On integers, for automata over Q or over a prime field."""
        from flint import fmpz_mat

        n, m = model.dimension, task.dimension
        steps, scales = [], []
        for x in task.alphabet:
            columns = [*zip(*model.matrices[x], strict=True), *zip(*task.matrices[x], strict=True)]
            entries, scale = _integers(a for column in columns for a in column)
            ours = [a for i in range(n) for a in (*entries[n * i : n * i + n], *[0] * m)]
            theirs = [a for i in range(n * n, len(entries), m) for a in (*[0] * n, *entries[i : i + m])]
            steps.append(fmpz_mat(n + m, n + m, ours + theirs))
            scales.append(scale)
        start = fmpz_mat(1, n + m, _integers(model.start + task.start)[0])
        minus = (model.domain.neg(d) for d in task.readout)
        readout = fmpz_mat(n + m, 1, _integers((*model.readout, *minus))[0])
        return cls(where, task.alphabet, fmpz_mat, start, tuple(steps), readout, tuple(scales))

    def modulo(self, prime: int) -> Product:
        """The same modulo a prime."""
        make = matrices_modulo(prime)
        steps = tuple(map(make, self.steps))
        return replace(self, make=make, start=make(self.start), steps=steps, readout=make(self.readout))

    def demand(self, state: State, number: int) -> tuple[State, bool]:
        return demand(self.where, state, self.alphabet[number])

    def stack(self, rows: Sequence[Row]) -> Any:
        """The matrix of the given rows."""
        return self.make(len(rows), self.start.ncols(), [x for row in rows for x in row])

    def columns(self, matrix: Any, chosen: Sequence[int]) -> Any:
        """The chosen columns of ``matrix``."""
        height = matrix.nrows()
        return self.make(height, len(chosen), [matrix[i, j] for i in range(height) for j in chosen])


class Span(NamedTuple):
    """What a search found."""

    words: dict[State, list[Numbers]]  #: the kept words that lead the machine of demands to each state, in order
    pivots: dict[State, list[int]]  #: as many columns, in which their vectors are independent
    separating: Numbers | None  #: the first separating word; if there is one, the kept ones are shorter

    @property
    def dimension(self) -> int:
        return sum(map(len, self.words.values()))


def search(product: Product, max_dimension: int) -> Span:
    """The search of `verify.search.linear`, a length of words at a time, over the field of ``product``: GF(p).

    What is extended is not v(u), but its residue: v(u) less a combination of vectors v(u_i) of words before u. That
    changes v(ux) by a combination of vectors v(u_i x) of words before ux. So it changes neither which words are kept
    nor, as no word before the first separating one separates, which one that is.

    Raises: BudgetExhausted, if more than ``max_dimension`` words are kept.
    """
    span = Span({}, {}, None)
    echelons: defaultdict[State, list[tuple[list[int], Any]]] = defaultdict(list)
    layer: dict[State, list[tuple[Numbers, Row]]] = {product.where.start: [((), product.start.entries())]}
    while layer:
        longer: defaultdict[State, list[tuple[Numbers, Row]]] = defaultdict(list)
        separating: list[Numbers] = []
        for state, candidates in layer.items():
            candidates.sort(key=itemgetter(0))
            residues = product.stack([row for _, row in candidates])
            for pivots, echelon in echelons[state]:
                residues -= product.columns(residues, pivots) * echelon
            # the pivots of the transpose are the rows that are not in the span of those above them
            kept = _pivots(*residues.transpose().rref())
            if not kept:
                continue
            rows = residues.tolist()
            residues = product.stack([rows[i] for i in kept])
            words = [candidates[i][0] for i in kept]
            echelon, rank = residues.rref()
            pivots = _pivots(echelon, rank)
            echelons[state].append((pivots, echelon))
            span.words.setdefault(state, []).extend(words)
            span.pivots.setdefault(state, []).extend(pivots)
            for number, step in enumerate(product.steps):
                after, asked = product.demand(state, number)
                moved = residues * step
                extended = [(*word, number) for word in words]
                longer[after] += zip(extended, moved.tolist(), strict=True)
                if asked:
                    values = (moved * product.readout).entries()
                    separating += [word for word, value in zip(extended, values, strict=True) if value != 0]
        if separating:
            return span._replace(separating=min(separating))
        if span.dimension > max_dimension:
            raise BudgetExhausted(f"a space of more than max_dimension={max_dimension} dimensions is reachable")
        layer = dict(longer)
    return span


def closed_space(product: Product, span: Span) -> tuple[dict[State, Any], dict[tuple[State, int], Any]]:
    """The matrices S_q and C_qx of `verify.search.linear.LinearCertificate` for what a search found modulo a prime.

    S_q is the basis with S_q[:, pivots] = I, so that C_qx can only be (S_q M_x)[:, pivots of q'].
    """
    vectors = _vectors(product, span)
    bases = {q: product.columns(V, span.pivots[q]).solve(V) for q, V in vectors.items()}
    steps = {}
    for q, basis in bases.items():
        for number, (step, scale) in enumerate(zip(product.steps, product.scales, strict=True)):
            after, _ = product.demand(q, number)
            moved = basis * product.columns(step, span.pivots.get(after, []))
            steps[q, number] = moved if scale == 1 else moved / scale
    return bases, steps


def is_first(product: Product, span: Span) -> bool:
    """Whether the separating word found modulo a prime is the first one over Q too; ``product`` is on integers.

    It is, if it separates over Q, each dropped word that is shorter is a combination, over Q, of the kept words before
    it, and no extension of a kept word before the separating word separates over Q: the claims of
    `verify.search.linear`.
    """
    found = span.separating
    assert found is not None
    vectors = _vectors(product, span)
    kept = {word for words in span.words.values() for word in words}
    dropped: defaultdict[State, list[tuple[Numbers, Row]]] = defaultdict(list)
    for state, words in span.words.items():
        for number, step in enumerate(product.steps):
            after, asked = product.demand(state, number)
            moved = vectors[state] * step
            values = (moved * product.readout).entries()
            for word, row, value in zip(words, moved.tolist(), values, strict=True):
                extended = (*word, number)
                if asked and _order(extended) <= _order(found) and (value != 0) != (extended == found):
                    return False
                if len(extended) < len(found) and extended not in kept:
                    dropped[after].append((extended, row))
    return all(_in_span_before(product, span, vectors, state, some) for state, some in dropped.items())


def _in_span_before(
    product: Product, span: Span, vectors: dict[State, Any], state: State, dropped: list[tuple[Numbers, Row]]
) -> bool:
    """Whether each dropped word's vector is a combination of those of the kept words before it at ``state``."""
    rows = product.stack([row for _, row in dropped])
    if state not in vectors:
        return not any(rows.entries())
    basis, pivots = vectors[state], span.pivots[state]
    relations = product.columns(basis, pivots).transpose().solve(product.columns(rows, pivots).transpose()).transpose()
    if relations * basis != rows:
        return False
    return not any(
        coefficient != 0 and _order(kept) > _order(word)
        for (word, _), relation in zip(dropped, relations.tolist(), strict=True)
        for kept, coefficient in zip(span.words[state], relation, strict=True)
    )


def _vectors(product: Product, span: Span) -> dict[State, Any]:
    """For each state the matrix of v(w) for its kept words w, each row up to a factor other than zero."""
    kept = sorted((word for words in span.words.values() for word in words), key=lambda w: (len(w), w[-1:]))
    from flint import fmpz_mat

    shortened = _primitive if isinstance(product.start, fmpz_mat) else list
    rows: dict[Numbers, Row] = {}
    for (length, last), same in groupby(kept, key=lambda w: (len(w), w[-1:])):
        group = list(same)
        if length == 0:
            moved = product.start
        else:
            moved = product.stack([rows[word[:-1]] for word in group]) * product.steps[last[0]]
        rows.update(zip(group, map(shortened, moved.tolist()), strict=True))
    return {state: product.stack([rows[word] for word in words]) for state, words in span.words.items()}


def _primitive(row: Row) -> Row:
    """A row of integers, not all zero, divided by their greatest common divisor."""
    divisor = row[0]
    for x in row:
        divisor = divisor.gcd(x)
        if divisor == 1:
            return row
    return [x // divisor for x in row]


def _integers(values: Iterable[Element]) -> tuple[list[int], int]:
    """Fractions or ints, multiplied by their least common denominator; and that denominator."""
    numbers: list[Any] = list(values)
    scale = lcm(*{x.denominator for x in numbers})
    return [x.numerator * (scale // x.denominator) for x in numbers], scale


def _pivots(echelon: Any, rank: int) -> list[int]:
    """The column of the first entry other than zero in each of the first ``rank`` rows of a reduced echelon form."""
    pivots: list[int] = []
    column = 0
    for row in range(rank):
        while echelon[row, column] == 0:
            column += 1
        pivots.append(column)
    return pivots


def _order(word: Numbers) -> tuple[int, Numbers]:
    return len(word), word
