"""Automata by one IDS4 layer: a transition matrix for each symbol, over the integers 0 and 1.

    h_t = A(x_t) h_{t-1} + B x_t,    A(x) e_q = e_{delta(q, x)}

*With a start symbol* $, as in the paper: B$ = e_{q0} and B x = 0 otherwise, so that h = e_q after $ and a word that
leads to q. *Without one*: B x = (A(x) - I) e_{q0}, which is linear in a one-hot x as well, keeps h = e_q - e_{q0} from
h_0 = 0 on, as A(x)(e_q - e_{q0}) + (A(x) - I) e_{q0} = e_{delta(q,x)} - e_{q0}; the constant term of the readout
supplies e_{q0}. *Naively*, with B x = e_{delta(q0,x)}, the sum of the coordinates counts the symbols read, since the
columns of A(x) and B x sum to one: h is no e_q after two symbols or more.

Putting out the state q is the strongest readout: the vectors that stand for different q are different, and every set of
accepting states is a 0/1 row, applied to e_q.

Source: 2404.08819, Thm 5.2 and Cor. 5.3; the form without a start symbol is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations, product

from constructions.automata.marked_points import START, Announced
from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.algebra import group
from exactssm.arithmetic import Integers, Rationals
from exactssm.arithmetic.domain import Domain
from exactssm.layers import DenseLayer
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import State, Symbol
from exactssm.models import Block, Model, WeightedAutomaton, weighted_automaton
from exactssm.tasks import Automaton, WordProblem, all_dfas

__all__ = ["CLAIMS", "ids4_with_start", "ids4_without_start", "naive_ids4", "permutation_ids4"]

Z, Q = Integers(), Rationals()


def _vector(domain: Domain, values: Iterable[int]) -> Vector:
    return tuple(map(domain.element, values))


def _minus(domain: Domain, x: Vector, y: Vector) -> Vector:
    return tuple(domain.add(a, domain.neg(b)) for a, b in zip(x, y, strict=True))


def _basis(domain: Domain, automaton: Automaton) -> dict[State, Vector]:
    """e_q for each state q."""
    states = automaton.states
    return {q: _vector(domain, (int(q == p) for p in states)) for q in states}


def _matrices(domain: Domain, automaton: Automaton) -> dict[Symbol, Matrix]:
    """A(x) for each symbol x: column q is e_{delta(q, x)}."""
    states, delta = automaton.states, automaton.delta
    return {
        x: tuple(_vector(domain, (int(delta[q, x] == p) for q in states)) for p in states) for x in automaton.alphabet
    }


def ids4_with_start(automaton: Automaton) -> Model:
    """One IDS4 layer that reads $ and then follows ``automaton``, putting out its state.

    Resources: depth 1, width |Q|, precision 1.
    """
    e = _basis(Z, automaton)
    nothing = _vector(Z, [0] * len(e))
    identity = tuple(e.values())
    layer = DenseLayer(
        Z,
        start=nothing,
        matrix={START: identity, **_matrices(Z, automaton)},
        drive={START: e[automaton.start], **dict.fromkeys(automaton.alphabet, nothing)},
    )
    state_of = {vector: q for q, vector in e.items()}
    return Model((START, *automaton.alphabet), [Block(layer, lambda h, x: state_of.get(h))])


def ids4_without_start(automaton: Automaton, domain: Domain = Z) -> Model:
    """One IDS4 layer that follows ``automaton`` from h_0 = 0 on, without a start symbol, putting out its state.

    Resources: depth 1, width |Q|, precision 1 (coordinate q0 is 0 or -1, every other 0 or 1).
    """
    e = _basis(domain, automaton)
    origin = e[automaton.start]
    layer = DenseLayer(
        domain,
        start=_minus(domain, origin, origin),
        matrix=_matrices(domain, automaton),
        drive={x: _minus(domain, e[automaton.delta[automaton.start, x]], origin) for x in automaton.alphabet},
    )
    state_of = {_minus(domain, vector, origin): q for q, vector in e.items()}
    return Model(automaton.alphabet, [Block(layer, lambda h, x: state_of.get(h))])


def naive_ids4(automaton: Automaton) -> Model:
    """The obvious attempt without a start symbol: B x = e_{delta(q0, x)}, read as e_q. It is right after one symbol and
    never again, because the terms of older symbols keep adding."""
    e = _basis(Z, automaton)
    layer = DenseLayer(
        Z,
        start=_vector(Z, [0] * len(e)),
        matrix=_matrices(Z, automaton),
        drive={x: e[automaton.delta[automaton.start, x]] for x in automaton.alphabet},
    )
    state_of = {vector: q for q, vector in e.items()}
    return Model(automaton.alphabet, [Block(layer, lambda h, x: state_of.get(h))])


def permutation_ids4(n: int) -> Model:
    """One IDS4 layer that tracks S_n, all n! letters, from h_0 = 0 on, without a start symbol.

    With A(p) e_i = e_{p(i)} and v = (0, ..., n-1), A(p_t) ... A(p_1) v holds i at the place where p_1 ... p_t, the
    first one first, sends i: the product is read off. B p = (A(p) - I) v keeps that vector less v, as above.

    Resources: depth 1, width n, precision ceil(log2 n), as coordinate j takes the values i - j.
    """
    images = list(permutations(range(n)))  # in the order of S_n's elements

    def moved(image: Sequence[int]) -> Vector:
        """A(p) v - v for the permutation p with that image."""
        return tuple(i - place for place, i in enumerate(sorted(range(n), key=image.__getitem__)))

    layer = DenseLayer(
        Z,
        start=_vector(Z, [0] * n),
        matrix={
            g: tuple(_vector(Z, (int(p[i] == j) for i in range(n))) for j in range(n)) for g, p in enumerate(images)
        },
        drive={g: moved(p) for g, p in enumerate(images)},
    )
    product_at = {moved(p): g for g, p in enumerate(images)}
    return Model(range(len(images)), [Block(layer, lambda h, x: product_at[h])])


def acceptors(automaton: Automaton) -> Iterator[tuple[WeightedAutomaton, WeightedAutomaton]]:
    """For each set of accepting states: the IDS4 layer without a start symbol, read out linearly, and the automaton's
    own 0/1 matrices from e_{q0}, both as weighted automata over Q."""
    (block,) = ids4_without_start(automaton, Q).blocks
    start = _basis(Q, automaton)[automaton.start]
    matrices = _matrices(Q, automaton)
    for row in product((0, 1), repeat=len(automaton.states)):
        c = _vector(Q, row)
        constant = c[automaton.states.index(automaton.start)]
        own = WeightedAutomaton(Q, automaton.alphabet, start, matrices, c)
        yield weighted_automaton(block.layer, automaton.alphabet, c, constant), own


def _every_automaton(states: int) -> Iterator[Automaton]:
    return all_dfas(states, "ab")


def _named(automaton: Automaton) -> str:
    moves = " ".join(f"{q}{x}->{p}" for (q, x), p in automaton.delta.items())
    return f"from {automaton.start}: {moves}"


def _with_start(states: int) -> Iterator[Case]:
    bounds = Bounds(exactly={"depth": 1, "width": states}, at_most={"precision": 1})
    for automaton in _every_automaton(states):
        yield Case(_named(automaton), ids4_with_start(automaton), Announced(automaton, automaton.start), bounds)


def _without_start(states: int) -> Iterator[Case]:
    bounds = Bounds(exactly={"depth": 1, "width": states}, at_most={"precision": 1})
    for automaton in _every_automaton(states):
        yield Case(_named(automaton), ids4_without_start(automaton), automaton, bounds)


def _naive(states: int) -> Iterator[Case]:
    for automaton in _every_automaton(states):
        yield Case(_named(automaton), naive_ids4(automaton), automaton)


def _linear(states: int) -> Iterator[Case]:
    for automaton in _every_automaton(states):
        for number, (model, task) in enumerate(acceptors(automaton)):
            yield Case(f"{_named(automaton)}, accepting set {number:b}", model, task)


def _symmetric(n: int) -> Iterator[Case]:
    bounds = Bounds(exactly={"depth": 1, "width": n}, at_most={"precision": (n - 1).bit_length()})
    yield Case("all permutations", permutation_ids4(n), WordProblem(group(f"S{n}")), bounds)


SMALL = {f"{count} DFAs, |Q|={n}, 2 symbols": n for n, count in ((1, 1), (2, 32))}
LARGE = {"2187 DFAs, |Q|=3, 2 symbols": 3}

CLAIMS = (
    Claim(
        name="ids4",
        source="2404.08819 Thm 5.2",
        statement="One IDS4 layer with a start symbol follows every complete DFA.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.ids4",
        cases=_with_start,
        instances=SMALL | LARGE,
    ),
    Claim(
        name="ids4-without-start",
        source="2404.08819 Thm 5.2, strengthened",
        statement="The start symbol isn't needed: with B x = (A(x) - I) e_q0 one IDS4 layer follows every complete DFA "
        "from h_0 = 0.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.ids4",
        cases=_without_start,
        instances=SMALL,
        full=LARGE,
    ),
    Claim(
        name="ids4-linear-readout",
        source="2404.08819 Thm 5.2, strengthened",
        statement="Without a start symbol and with a linear readout, one IDS4 layer puts out the 0 or 1 of the DFA's "
        "own matrices, for every set of accepting states: equal as weighted automata over Q.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.ids4",
        cases=_linear,
        instances={"2 acceptors, |Q|=1, 2 symbols": 1, "128 acceptors, |Q|=2, 2 symbols": 2},
        full={"17496 acceptors, |Q|=3, 2 symbols": 3},
    ),
    Claim(
        name="ids4-naive-without-start",
        source="2404.08819 Thm 5.2, the start symbol dropped",
        statement="Dropping the start symbol by B x = e_delta(q0,x) fails for every DFA: older symbols keep adding, so "
        "that h is no basis vector e_q from the second symbol on.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.automata.ids4",
        cases=_naive,
        instances=SMALL,
        full=LARGE,
    ),
    Claim(
        name="ids4-symmetric-group",
        source="2404.08819 Cor 5.3",
        statement="One IDS4 layer of width n tracks the symmetric group S_n, on all its letters.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.ids4.permutation_ids4",
        cases=_symmetric,
        instances={"S3": 3, "S4": 4},
        full={"S5": 5},
    ),
)
