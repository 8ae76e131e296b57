"""Automata by one sign-activated recurrent layer, from h_0 = 0, without a start symbol and without a bias.

    h_t = sgn(A h_{t-1} + B x_t)

There is a unit (q, x) for each state q and symbol x, +1 iff the automaton was in q and has just read x, and -1
otherwise. Row (q, x) of A has weight alpha on the units whose successor is q and -beta on the others, with alpha m =
beta (N - m) for the m of all N units whose successor is q: as the row sums to zero and exactly one unit is +1, A h is
2 alpha if the automaton is in q now and -2 beta if not. If m is 0 or N the row is constant, +2 or -2, and A h is
2 (2 - N) or 2 (N - 2), of the right sign for N >= 3. B is +1 on (q0, x) and -1 on the other (q, x) when x is read,
which decides the first step, where A h = 0, and no later one, where |A h| >= 2; on the units of other symbols it is so
negative that they are off. No sum is ever zero, so the sign of zero is irrelevant. With a single state q0 the rows are
zero, and B alone is right at every step.

Source: 2404.08819 Thm 5.1, which gives no construction and leaves h_0, the bias and sgn(0) open; this one is ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import gcd

from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.errors import ConstructionError
from exactssm.layers import SignLayer
from exactssm.layers.layer import Vector
from exactssm.machine import State, Symbol
from exactssm.models import Block, Model
from exactssm.tasks import Automaton, all_dfas

__all__ = ["CLAIMS", "rnn_ssm"]


def rnn_ssm(automaton: Automaton, sign_of_zero: int) -> Model:
    """One sign layer that follows ``automaton`` from h_0 = 0 on, putting out its state.

    Resources: depth 1, width |Q| |alphabet|, precision 2 (0 occurs at the start only).

    Raises: ConstructionError, for two states and one symbol, where N - 2 = 0 leaves a constant row without a sign.
    """
    states, alphabet = automaton.states, automaton.alphabet
    units = list(product(states, alphabet))
    N = len(units)
    if N == 2 and len(states) == 2:
        raise ConstructionError(
            "the construction needs |Q| |alphabet| >= 3, or one state; got two states and one symbol"
        )

    def row(q: State) -> tuple[int, ...]:
        hits = [automaton.delta[unit] == q for unit in units]
        m = sum(hits)
        if len(states) == 1:
            return (0,) * N
        if m in (0, N):
            return (2 if m == 0 else -2,) * N
        common = gcd(m, N - m)
        return tuple((N - m) // common if hit else -(m // common) for hit in hits)

    rows = {q: row(q) for q in states}  # one object for all units (q, x)
    silence = -(2 * N + 2)  # |A h| is at most 2 N where one unit is on

    def drive(x: Symbol) -> tuple[int, ...]:
        return tuple((1 if q == automaton.start else -1) if y == x else silence for q, y in units)

    layer = SignLayer(
        start=(0,) * N,
        recurrent=tuple(rows[q] for q, _ in units),
        drive={x: drive(x) for x in alphabet},
        sign_of_zero=sign_of_zero,
    )

    def readout(h: Vector, x: Symbol) -> State:
        on = [unit for unit, sign in zip(units, h, strict=True) if sign == 1]
        return automaton.delta[on[0]] if len(on) == 1 else None

    return Model(alphabet, [Block(layer, readout)])


def _cases(instance: tuple[int, int]) -> Iterator[Case]:
    states, sign_of_zero = instance
    bounds = Bounds(exactly={"depth": 1, "width": 2 * states}, at_most={"precision": 2})
    for number, automaton in enumerate(all_dfas(states, "ab")):
        yield Case(f"DFA {number}", rnn_ssm(automaton, sign_of_zero), automaton, bounds)


COUNTS = {1: 1, 2: 32, 3: 2187}

CLAIMS = (
    Claim(
        name="rnn-ssm",
        source="2404.08819 Thm 5.1",
        statement="One sign-activated layer follows every complete DFA, unless with two states and one symbol, from "
        "h_0 = 0, without start symbol or bias, whatever sgn(0) is.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.rnn_ssm",
        cases=_cases,
        instances={f"{COUNTS[n]} DFAs, |Q|={n}, sgn(0)=0": (n, 0) for n in COUNTS},
        full={f"{COUNTS[n]} DFAs, |Q|={n}, sgn(0)={sign}": (n, sign) for n in COUNTS for sign in (-1, 1)},
    ),
)
