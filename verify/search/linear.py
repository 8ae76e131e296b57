"""Equality of two weighted automata on words of every length, decided by linear algebra over a field.

Put the two side by side: v(w) is the row of both states after the word w, M_x the block-diagonal matrix by which the
letter x acts from the right, and eta the column with v(w) eta = the model's output less the task's. The two are equal
where outputs are demanded (after every non-empty word; never after the empty one) iff v(u) M_x eta = 0 for every
demanded word ux.

**Search.** Go through the words in length-lexicographic order, and keep w iff v(w) is not in the span of the kept words
before it. Claim 1: v(w) is in the span of the kept words up to w, for every w, and if u is dropped, so is ux. For
v(u) = sum of a_i v(u_i) with kept u_i < u gives v(ux) = sum of a_i v(u_i x), where u_i x < ux in this order. So only
one-letter extensions of kept words need be looked at, and at most n words, the dimension, are kept. Claim 2: the first
separating word ux has a kept u. Otherwise the difference of the outputs at ux is the sum of a_i times that at u_i x,
and some u_i x < ux separates. So the first extension of a kept word that separates is a shortest separating word, and
among the shortest the first in alphabet order; if none separates, the two are equal.

**Demands on some words only** come from a deterministic machine that says True or False after each symbol. Its product
with the difference automaton has the vectors e_q (x) v(w). Their span is the direct sum over the states q of the
machine, so the same search runs with one basis for each q.

**Over Q** the search runs modulo a large prime, and what it finds is proved over Q: equality by a `LinearCertificate`;
a separating word as the first one by exact relations, which show that no word before it was dropped wrongly. If the
proof fails, the prime was unlucky and the next one is taken. All but finitely many primes (those that divide one of
certain denominators, minors and values of the search over Q) take the same steps as Q itself, so this ends.

Source: Schützenberger, Information and Control 4 (1961); Tzeng, SIAM J. Comput. 21 (1992).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import Any, NamedTuple

from exactssm.arithmetic import PrimeField, Rationals
from exactssm.arithmetic.domain import Domain
from exactssm.errors import BudgetExhausted, CertificateError, DomainError, ExactssmError, SymbolError
from exactssm.layers.layer import Matrix, Vector, check_tuple, check_vector
from exactssm.machine import UNSPECIFIED, Machine, Output, State, Symbol, Word, check_alphabets
from exactssm.models.weighted import WeightedAutomaton
from verify.search._spanning_words import Maker, Product, Span, closed_space, demand, is_first, matrices_modulo, search
from verify.trace import Trace
from verify.verdict import Proved, Refuted

__all__ = ["MAX_DIMENSION", "Demanded", "LinearCertificate", "decide_linear", "separating_word"]

MAX_DIMENSION = 2000  #: the most dimensions, of both automata together and of the space they reach

METHOD = "linear algebra over a field"


@dataclass(frozen=True)
class Demanded:
    """``task``, with an output only after words where the machine ``where`` puts out True; UNSPECIFIED elsewhere.

    Raises: SymbolError, unless both read the same alphabet; DomainError from `step`, if ``where`` puts out anything but
    True or False.
    """

    task: Machine
    where: Machine

    def __post_init__(self) -> None:
        _check_demands(self.where, self.task)

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return self.task.alphabet

    @property
    def start(self) -> State:
        return self.task.start, self.where.start

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        assert isinstance(state, tuple)
        after, output = self.task.step(state[0], symbol)
        place, asked = demand(self.where, state[1], symbol)
        return (after, place), output if asked else UNSPECIFIED


@dataclass(frozen=True)
class Everywhere:
    """Demands an output after every symbol."""

    alphabet: tuple[Symbol, ...]
    start: State = None

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        return state, True


@dataclass(frozen=True)
class LinearCertificate:
    """A proof that two weighted automata are equal wherever the machine ``where`` demands it.

    For each state q of ``where`` a list S_q of rows (a state without one stands for no rows), such that

        start = s S_q0,    S_q M_x = C_qx S_q',    S_q M_x eta = 0 if the step is demanded,

    where q' is the state after x in q. By induction over the word, the row of both states always lies in the span of
    S_q, so that outputs agree wherever demanded. This needs neither independent rows nor a search.
    """

    model: WeightedAutomaton
    task: WeightedAutomaton
    where: Machine
    bases: Mapping[State, Matrix]  #: q -> S_q, rows of as many elements as both automata have dimensions
    start: Vector  #: s
    steps: Mapping[tuple[State, Symbol], Matrix]  #: (q, x) -> C_qx, a row for each of S_q, a column for each of S_q'

    @property
    def dimension(self) -> int:
        """The number of rows: the dimension of the reachable space, if they are independent."""
        return sum(map(len, self.bases.values()))

    def check(self, model: Machine | None = None, task: Machine | None = None) -> None:
        """Verify all the equations, by matrix products alone; and that they are about ``model`` and ``task``, if given.

        Raises: CertificateError, naming what fails first.
        """
        for name, own, given in (("model", self.model, model), ("task", self.task, task)):
            if given is not None and given != own:
                raise CertificateError(f"the certificate is about another {name} than the one it is held against")
        try:
            self._check()
        except CertificateError:
            raise
        except ExactssmError as error:
            raise CertificateError(f"the certificate is malformed: {error}") from error

    def _check(self) -> None:
        _check_comparable(self.model, self.task, self.where)
        domain = self.model.domain
        make, alphabet = _maker(domain), self.task.alphabet
        n, m = self.model.dimension, self.task.dimension

        def matrix(rows: object, height: int, width: int, what: str) -> Any:
            checked = [check_vector(row, domain, width, what) for row in check_tuple(rows, height, what)]
            return make(height, width, [x for row in checked for x in row])

        halves: dict[State, tuple[Any, Any]] = {}
        for q, given in self.bases.items():
            S = [check_vector(row, domain, n + m, f"a row of S at {q!r}") for row in given]
            ours = make(len(S), n, [a for row in S for a in row[:n]])
            halves[q] = ours, make(len(S), m, [a for row in S for a in row[n:]])
        none = make(0, n, []), make(0, m, [])
        letters = {x: (_square(make, self.model.matrices[x]), _square(make, self.task.matrices[x])) for x in alphabet}
        c, d = make(n, 1, list(self.model.readout)), make(m, 1, list(self.task.readout))

        ours, theirs = halves.get(self.where.start, none)
        s = matrix((self.start,), 1, ours.nrows(), "start")
        if s * ours != make(1, n, list(self.model.start)) or s * theirs != make(1, m, list(self.task.start)):
            raise CertificateError("the start must be s S, with S that of the start state; it isn't")
        for q, (ours, theirs) in halves.items():
            for x in alphabet:
                place = f"the state {q!r} and the symbol {x!r}"
                after, asked = demand(self.where, q, x)
                our_next, their_next = halves.get(after, none)
                if (q, x) not in self.steps:
                    raise CertificateError(f"there must be a matrix C for {place}; there is none")
                C = matrix(self.steps[q, x], ours.nrows(), our_next.nrows(), f"C for {place}")
                A, B = letters[x]
                ours_moved, theirs_moved = ours * A, theirs * B
                if ours_moved != C * our_next or theirs_moved != C * their_next:
                    raise CertificateError(f"S M must be C S' for {place}; it isn't")
                if asked and ours_moved * c != theirs_moved * d:
                    raise CertificateError(f"outputs must agree for {place}; they don't")


def _square(make: Maker, matrix: Matrix) -> Any:
    """``matrix``, which acts on columns, as one that acts on rows."""
    return make(len(matrix), len(matrix), [a for column in zip(*matrix, strict=True) for a in column])


def separating_word(
    model: WeightedAutomaton,
    task: WeightedAutomaton,
    where: Machine | None = None,
    *,
    max_dimension: int = MAX_DIMENSION,
) -> Word | None:
    """The first separating word: a shortest non-empty word after which the outputs differ, and among the shortest the
    first in the task's alphabet order; None if they are equal after every non-empty word.

    With ``where``, a machine that puts out True or False, only words count after which it puts out True.

    >>> from exactssm.arithmetic import PrimeField
    >>> field = PrimeField(5)
    >>> length = WeightedAutomaton(field, "ab", (0, 1), dict.fromkeys("ab", ((1, 1), (0, 1))), (1, 0))
    >>> three = WeightedAutomaton(field, "ab", (1,), {"a": ((1,),), "b": ((1,),)}, (3,))
    >>> separating_word(length, three)
    ('a',)
    >>> one = WeightedAutomaton(field, "ab", (1,), {"a": ((1,),), "b": ((1,),)}, (1,))
    >>> separating_word(length, one)
    ('a', 'a')

    Raises: SymbolError, unless all read the same alphabet; DomainError, unless both are over Q or both over the same
    prime field, and for other outputs of ``where``; BudgetExhausted, beyond ``max_dimension``.
    """
    found = _evidence(model, task, where, max_dimension)
    return None if isinstance(found, LinearCertificate) else found.word


def decide_linear(
    model: WeightedAutomaton,
    task: WeightedAutomaton,
    where: Machine | None = None,
    *,
    max_dimension: int = MAX_DIMENSION,
) -> Proved | Refuted:
    """`separating_word` as a verdict: `Proved` with a `LinearCertificate`, or `Refuted` with a trace of that word.

    The trace is against ``task`` or, with ``where``, against `Demanded`. Raises like `separating_word`.
    """
    found = _evidence(model, task, where, max_dimension)
    if isinstance(found, LinearCertificate):
        return Proved(METHOD, found.dimension, found)
    reference = task if where is None else Demanded(task, where)
    return Refuted(METHOD, Trace.along(model, reference, found.word), found.dimension)


class Separation(NamedTuple):
    """The first separating word, and how many words span what was searched before it."""

    word: Word
    dimension: int


def _evidence(
    model: WeightedAutomaton, task: WeightedAutomaton, where: Machine | None, max_dimension: int
) -> LinearCertificate | Separation:
    where = Everywhere(task.alphabet) if where is None else where
    _check_comparable(model, task, where)
    dimension = model.dimension + task.dimension
    if dimension > max_dimension:
        raise BudgetExhausted(
            f"both automata together have {dimension} dimensions, more than max_dimension={max_dimension}"
        )
    integers = Product.of(model, task, where)
    if isinstance(model.domain, PrimeField):
        product = integers.modulo(model.domain.modulus)
        span = search(product, max_dimension)
        if span.separating is not None:
            return _separation(task, span)
        certificate = _certificate(model, task, product, span)
        certificate.check()
        return certificate
    for prime in _primes():
        span = search(integers.modulo(prime), max_dimension)
        if span.separating is not None:
            if is_first(integers, span):
                return _separation(task, span)
        else:
            certificate = _certificate(model, task, integers, span)
            with suppress(CertificateError):
                certificate.check()
                return certificate
    raise AssertionError("unreachable: some prime is lucky")


def _primes() -> Iterator[int]:
    """Endlessly many primes, each large enough to be unlucky only by design, the first ones in a machine word."""
    from flint import fmpz

    return (n for n in count(2**61 - 1, 2) if fmpz(n).is_prime())


def _separation(task: WeightedAutomaton, span: Span) -> Separation:
    assert span.separating is not None
    return Separation(tuple(task.alphabet[number] for number in span.separating), span.dimension)


def _certificate(model: WeightedAutomaton, task: WeightedAutomaton, product: Product, span: Span) -> LinearCertificate:
    """What the search claims, as a certificate, not yet checked."""
    bases, steps = closed_space(product, span)
    start, where = model.start + task.start, product.where
    return LinearCertificate(
        model,
        task,
        where,
        {q: _elements(basis) for q, basis in bases.items()},
        tuple(start[column] for column in span.pivots.get(where.start, ())),
        {(q, task.alphabet[number]): _elements(matrix) for (q, number), matrix in steps.items()},
    )


def _elements(matrix: Any) -> Matrix:
    """The rows of a matrix of FLINT's, as elements of Q or of a prime field."""
    from flint import fmpq_mat

    if isinstance(matrix, fmpq_mat):
        return tuple(tuple(Fraction(int(x.p), int(x.q)) for x in row) for row in matrix.tolist())
    return tuple(tuple(map(int, row)) for row in matrix.tolist())


def _maker(domain: Domain) -> Maker:
    """Makes matrices over ``domain`` from its elements."""
    from flint import fmpq, fmpq_mat

    if isinstance(domain, PrimeField):
        return matrices_modulo(domain.modulus)
    return lambda height, width, entries: fmpq_mat(height, width, [fmpq(x.numerator, x.denominator) for x in entries])


def _check_comparable(model: WeightedAutomaton, task: WeightedAutomaton, where: Machine) -> None:
    check_alphabets(model, task)
    _check_demands(where, task)
    if model.domain != task.domain:
        raise DomainError(f"both weighted automata must be over one field, got {model.domain} and {task.domain}")
    if not isinstance(model.domain, Rationals | PrimeField):
        raise DomainError(f"equality is decided over Q and over prime fields, not over {model.domain}")


def _check_demands(where: Machine, task: Machine) -> None:
    if set(where.alphabet) != set(task.alphabet):
        raise SymbolError(f"the machine of demands must read {task.alphabet!r}, but reads {where.alphabet!r}")
