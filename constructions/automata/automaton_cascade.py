"""Every finite automaton with solvable groups as a stack of diagonal layers, and as few delays as it takes.

The holonomy decomposition (`exactssm.algebra.holonomy`) makes the automaton a cascade of permutation-reset automata,
each of which is a few diagonal layers (`constructions.automata.permutation_reset`). The cascade is cut where the
layers would have to know a state before a letter (`constructions.automata.cascade_parts`), and with n cuts the last n
+ 1 letters are kept (`constructions.automata.delays`).

*Numbers.* Decays 0 and 1 are enough if the automaton is aperiodic, 1 and -1 as well if all its groups are 2-groups, and
roots of unity if they are solvable. Others are refused, by the name of a group.

*Delays.* A clock needs negative or complex numbers, and a shift isn't diagonal. Letters may be kept run by run, which
is exact, diagonal and not negative, if the automaton is aperiodic and *stutter-invariant*: reading a letter again
changes nothing, neither the state nor the output. Then it may as well read one letter of each run; and as the actions
of an aperiodic cascade are resets and the identity, it does no harm that a part reads the letter of a run again and
again.

So an aperiodic stutter-invariant machine is a stack of exact diagonal layers with nothing negative; and no other
machine is (`constructions.automata.repetition`).

Source: 2603.01959 (Krohn-Rhodes, in words).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Final, NamedTuple

from constructions.automata.cascade_parts import AutomatonCascade, Known
from constructions.automata.delays import check_delay, delay_widths, last_letters
from constructions.automata.permutation_reset import NUMBERS, check_numbers
from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.algebra.cascade_product import Transformation
from exactssm.arithmetic import Rationals
from exactssm.errors import ConstructionError
from exactssm.layers import DiagonalLayer
from exactssm.machine import Machine, Symbol
from exactssm.models import Block, Model
from exactssm.tasks import (
    Automaton,
    all_dfas,
    delay,
    divisible_by,
    dyck,
    ends_with_ab,
    flip_flop,
    gridworld,
    mod_counter,
    no_two_ones,
    parity,
    star,
)

__all__ = ["CLAIMS", "automaton_stack", "delay_for", "layer_widths", "stack_of"]


def automaton_stack(machine: Machine, numbers: str, delay: str | None = None) -> Model:
    """A stack of diagonal layers that puts out what ``machine`` does; letters read before are kept as ``delay`` says.

    ``numbers`` are those of `constructions.automata.permutation_reset.NUMBERS`, ``delay`` one of
    `constructions.automata.delays.DELAYS`; None stands for runs where they will do, else a clock where numbers may be
    negative, else a shift.

    >>> from exactssm.machine import run
    >>> from exactssm.tasks import star
    >>> model = automaton_stack(star("ab"), "non-negative")
    >>> [layer.width for layer in model.layers()], run(model, "ababb").outputs
    ([2, 1, 1], (False, True, False, True, False))

    Raises: as `AutomatonCascade`; ConstructionError, naming the group, if the machine has groups that these numbers
    don't have, or if letters can't be kept so.
    """
    return stack_of(AutomatonCascade(machine), numbers, delay)


def delay_for(cascade: AutomatonCascade, numbers: str, delay: str | None) -> str:
    """The way that ``delay`` names, or None stands for. Raises ConstructionError, if it won't do."""
    run_by_run = numbers == "non-negative" and cascade.is_stutter_invariant
    if delay is None:
        return "runs" if run_by_run else "shift" if numbers == "non-negative" else "clock"
    if check_delay(delay) == "runs" and cascade.delays and not run_by_run:
        raise ConstructionError(
            "letters are kept run by run only in non-negative stacks, for stutter-invariant machines"
        )
    return delay


def layer_widths(cascade: AutomatonCascade, numbers: str, delay: str | None) -> tuple[int, ...]:
    """The widths of the layers of `automaton_stack`."""
    widths = [width for level in cascade.levels(numbers) for width in level.widths] or [1]
    if not cascade.delays:
        return tuple(widths)
    way = delay_for(cascade, numbers, delay)
    return (*delay_widths(len(cascade.table.alphabet), cascade.delays + 1, way, numbers), *widths)


def stack_of(cascade: AutomatonCascade, numbers: str, delay: str | None) -> Model:
    alphabet, levels = cascade.table.alphabet, cascade.levels(check_numbers(numbers))
    number = {symbol: letter for letter, symbol in enumerate(alphabet)}

    def first(letter: Symbol) -> Known:
        """What the first layer of the first part is given."""
        return letter if isinstance(letter, Known) else ready(Known((number[letter],), (), ()))

    def ready(known: Known) -> Known:
        """Past the levels that never move, to the next that does or to the end."""
        while (level := len(known.before) + len(known.after)) < len(levels) or len(known.letters) > 1:
            if len(known.letters) > 1 and level == cascade.cuts[len(cascade.cuts) - len(known.letters) + 1]:
                known = cascade.next_part(known)
            elif levels[level].widths:
                break
            else:
                known = known._replace(after=(*known.after, cascade.start[level]))
        return known

    def passed_on(point: int, letter: Symbol) -> Symbol:
        known = first(letter)
        known = ready(known._replace(after=(*known.after, point)))
        return cascade.output(known) if len(known.before) + len(known.after) == len(levels) else known

    def act(level: int) -> Callable[[Symbol], Transformation]:
        return lambda letter: cascade.act(level, first(letter))

    blocks = []
    if cascade.delays:
        blocks += last_letters(
            alphabet,
            cascade.delays + 1,
            delay_for(cascade, numbers, delay),
            numbers,
            lambda window: ready(Known(tuple(None if x is None else number[x] for x in window), (), ())),
        )
    moving = [(level, moved) for level, moved in enumerate(levels) if moved.widths]
    for level, moved in moving:
        blocks += moved.blocks(act(level), passed_on)
    if not moving:
        still = DiagonalLayer(Rationals(), (Rationals().zero,), lambda letter: (Rationals().one,))
        blocks.append(Block(still, lambda state, letter: cascade.output(first(letter))))
    return Model(alphabet, blocks)


def _case(name: str, machine: Machine, numbers: str | None = None, delay: str | None = None) -> Case:
    """By default the fewest numbers, and what `delay_for` chooses."""
    cascade = AutomatonCascade(machine)
    numbers = numbers or cascade.numbers or NUMBERS[-1]
    widths = layer_widths(cascade, numbers, delay)
    bounds = Bounds(exactly={"depth": len(widths), "widths": widths})
    return Case(f"{name}, {numbers}", stack_of(cascade, numbers, delay), machine, bounds)


def _every_dfa(states: int) -> Iterator[Case]:
    for number, dfa in enumerate(all_dfas(states, "ab")):
        yield _case(f"automaton {number}", dfa)


def _stutter_invariant_dfas(states: int) -> Iterator[Case]:
    for number, dfa in enumerate(all_dfas(states, "ab")):
        cascade = AutomatonCascade(dfa)
        if cascade.is_stutter_invariant and cascade.numbers == "non-negative":
            yield _case(f"automaton {number}", dfa, "non-negative", "runs")


class _Draw(NamedTuple):
    states: int
    alphabet: str
    automata: int
    seed: int


def _drawn_dfas(draw: _Draw) -> Iterator[Case]:
    source = Random(draw.seed)
    states = range(draw.states)
    for number in range(draw.automata):
        delta = {(q, x): source.choice(states) for q in states for x in draw.alphabet}
        yield _case(f"automaton {number}", Automaton(draw.alphabet, states, 0, delta, delta))


NAMED: Final[dict[str, Callable[[], Machine]]] = {
    "flip-flop": flip_flop,
    "(aa)*": partial(star, "aa"),
    "(ab)*": partial(star, "ab"),
    "(abab)*": partial(star, "abab"),
    "(a|b)*ab": ends_with_ab,
    "no two ones": no_two_ones,
    **{f"Dyck(1,{height})": partial(dyck, 1, height) for height in (1, 2, 3)},
    "Dyck(2,2)": partial(dyck, 2, 2),
    "parity": parity,
    **{f"count mod {m}": partial(mod_counter, m) for m in (3, 4, 6)},
    "divisible by 6, in binary": partial(divisible_by, 6),
    **{f"walk on {cells} cells": partial(gridworld, cells) for cells in (2, 4)},
    "walk on 2x3 cells": partial(gridworld, 2, 3),
    "the letter before": partial(delay, 1),
}


def _named(wanted: tuple[str, ...]) -> Iterator[Case]:
    name, *how = wanted
    yield _case(name, NAMED[name](), *how)


_SOURCE: Final = "2603.01959, Krohn-Rhodes for diagonal layers"

CLAIMS = (
    Claim(
        name="automaton-cascade",
        source=_SOURCE,
        statement="Every finite automaton with solvable groups is a stack of diagonal layers, after at most one delay: "
        "with decays 0 and 1 if it is aperiodic, 1 and -1 if its groups are 2-groups, else roots of unity. Its layers "
        "are those of the levels of its holonomy decomposition, each as in `permutation-reset`.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.automaton_cascade",
        cases=_every_dfa,
        instances={"1 DFA, |Q|=1, 2 symbols": 1, "32 DFAs, |Q|=2, 2 symbols": 2},
        full={"2187 DFAs, |Q|=3, 2 symbols": 3},
    ),
    Claim(
        name="automaton-cascade-named",
        source=_SOURCE,
        statement="The same for languages and walks that the literature names, each with the fewest numbers that do.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.automaton_cascade",
        cases=_named,
        instances={name: (name,) for name in NAMED},
    ),
    Claim(
        name="automaton-cascade-delays",
        source=_SOURCE,
        statement="The same with letters kept in each of the ways there are.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.automaton_cascade",
        cases=_named,
        instances={
            ", ".join(wanted): wanted
            for wanted in (
                ("(ab)*", "non-negative", "shift"),
                ("(ab)*", "non-negative", "rounding"),
                ("(ab)*", "real", "clock"),
                ("Dyck(1,3)", "non-negative", "rounding"),
                ("Dyck(1,2)", "real", "clock"),
                ("Dyck(1,2)", "complex", "clock"),
            )
        },
    ),
    Claim(
        name="automaton-cascade-drawn",
        source=_SOURCE,
        statement="The same for automata of four and five states, drawn at random.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.automaton_cascade",
        cases=_drawn_dfas,
        instances={
            "5 drawn, |Q|=4, 2 symbols": _Draw(4, "ab", 5, 0),
            "2 drawn, |Q|=5, 2 symbols": _Draw(5, "ab", 2, 0),
        },
        full={
            "200 drawn, |Q|=4, 2 symbols": _Draw(4, "ab", 200, 1),
            "50 drawn, |Q|=4, 3 symbols": _Draw(4, "abc", 50, 1),
            "50 drawn, |Q|=5, 2 symbols": _Draw(5, "ab", 50, 1),
        },
    ),
    Claim(
        name="stutter-invariant-automata",
        source=_SOURCE,
        statement="Every aperiodic automaton that is stutter-invariant, in that a letter read again changes nothing, "
        "is a stack of exact diagonal layers with nothing negative, and without a shift.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.automaton_cascade",
        cases=_stutter_invariant_dfas,
        instances={"|Q|=2, 2 symbols": 2},
        full={"|Q|=3, 2 symbols": 3},
    ),
)
