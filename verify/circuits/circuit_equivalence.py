"""Do two circuits compute the same? A SAT solver looks for inputs on which they don't.

Both circuits become conjunctions of two literals (`exactssm.circuits.conjunctions_of`) over the same inputs, in one
graph, where what is written alike is one gate. Outputs that end as one literal are equal. Each other pair of outputs
x, y is put to the solver as the clauses of its gates (Tseitin 1968) and of x != y. No assignment satisfies them if
and only if the outputs are equal; an assignment that does is replayed on both circuits by their definition.

An equality rests on the solver's answer. Where there are few inputs, truth tables tell without one.

Source: Tseitin, On the complexity of derivation in propositional calculus (1968); Kuehlmann, Paruthi, Krohm and Ganai,
Robust Boolean reasoning for equivalence checking (2002), for shared structure before a solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from exactssm.errors import BudgetExhausted, CertificateError, ConstructionError, DomainError
from verify.verdict import Inconclusive

if TYPE_CHECKING:
    from exactssm.circuits import Circuit

__all__ = ["MAX_CONFLICTS", "CircuitVerdict", "CircuitsDiffer", "CircuitsEqual", "decide_equivalence"]

MAX_CONFLICTS: Final = 1_000_000  #: of a solver before it gives up, unless more are allowed
SOLVER: Final = "minisat22"  # others look at the budget of conflicts only when they restart


@dataclass(frozen=True)
class CircuitsEqual:
    """The circuits have the same outputs on every assignment of their inputs, or every one that counts."""

    name: ClassVar[str] = "proved"
    outputs: int  #: compared
    alike: int  #: outputs among these that shared structure showed equal, without the solver
    clauses: int  #: that the solver was given
    conflicts: int  #: that it met until it had refuted every difference
    what: str = "assignment"  #: what an assignment that counts is called

    def __str__(self) -> str:
        return (
            f"equal on every {self.what} ({self.alike} of {self.outputs} outputs written alike, the others by "
            f"{SOLVER}: {self.clauses} clauses, {self.conflicts} conflicts)"
        )


@dataclass(frozen=True)
class CircuitsDiffer:
    """An assignment on which the circuits' outputs differ, replayed on both."""

    name: ClassVar[str] = "refuted"
    assignment: tuple[int, ...]  #: of the inputs
    first: tuple[int, ...]  #: the first circuit's outputs
    second: tuple[int, ...]  #: the second circuit's

    @property
    def output(self) -> int:
        """The first output that differs."""
        return next(i for i, (x, y) in enumerate(zip(self.first, self.second, strict=True)) if x != y)

    def __str__(self) -> str:
        i = self.output
        bits = "".join(map(str, self.assignment))
        shown = bits if len(bits) <= 64 else f"{bits[:64]}... ({len(bits)} inputs)"
        return f"output {i} is {self.first[i]} in the first and {self.second[i]} in the second on inputs {shown}"


CircuitVerdict: TypeAlias = CircuitsEqual | CircuitsDiffer | Inconclusive


def decide_equivalence(
    first: Circuit,
    second: Circuit,
    *,
    where: Circuit | None = None,
    max_conflicts: int = MAX_CONFLICTS,
    max_gates: int | None = None,
) -> CircuitVerdict:
    """Decide whether two circuits have the same outputs on every assignment; with ``where``, on every one on which this
    circuit's only output is 1. `Inconclusive`, if the solver meets more than ``max_conflicts`` conflicts, or if the
    circuits together would take more than ``max_gates`` conjunctions of two literals (by default
    `exactssm.circuits.sorting.MAX_CONJUNCTIONS`).

    >>> from exactssm.circuits import CircuitBuilder
    >>> builder = CircuitBuilder(3)
    >>> majority = builder.build([builder.at_least([2, 4, 6], 2)])
    >>> pairs = [builder.all_of(pair) for pair in ([2, 4], [2, 6], [4, 6])]
    >>> decide_equivalence(majority, builder.build([builder.any_of(pairs)])).name
    'proved'
    >>> print(decide_equivalence(majority, builder.build([builder.any_of(pairs[1:])])))
    output 0 is 1 in the first and 0 in the second on inputs 110

    Raises: ConstructionError, unless both have the same numbers of inputs and outputs, and ``where`` these inputs and
    one output; DomainError, for a budget below 1, or without python-sat; CertificateError, if the solver's assignment
    tells nothing apart.
    """
    for what, one, other in (
        ("inputs", first.inputs, second.inputs),
        ("outputs", first.outputs.size, second.outputs.size),
    ):
        if one != other:
            raise ConstructionError(f"circuits that compute the same have as many {what}, but here {one} and {other}")
    if where is not None and (where.inputs, where.outputs.size) != (first.inputs, 1):
        raise ConstructionError(
            f"what says which assignments count must have {first.inputs} inputs and one output, got {where!r}"
        )
    if not 0 < max_conflicts < 2**31:
        raise DomainError(f"the budget of conflicts must be from 1 to 2^31 - 1, got {max_conflicts}")
    if find_spec("pysat") is None:
        raise DomainError('equivalence of circuits needs python-sat: pip install "exactssm[sat]"')
    from exactssm.circuits.sorting import MAX_CONJUNCTIONS, conjunctions_of

    try:
        joined = _side_by_side(first, second)
        joined = joined if where is None else _side_by_side(joined, where)
        joined = conjunctions_of(joined, max_gates=max_gates or MAX_CONJUNCTIONS)
    except BudgetExhausted as error:
        return Inconclusive(str(error))
    return _decide_outputs(first, second, where, joined, max_conflicts)


def _side_by_side(first: Circuit, second: Circuit) -> Circuit:
    """Both circuits over the same inputs as one, with the outputs of the first and then those of the second."""
    import numpy as np

    from exactssm.circuits import Circuit

    last = 2 * first.inputs + 1  # literals above it are those of gates
    literals, outputs = (
        np.where(part > last, part + 2 * first.gates, part) for part in (second.literals, second.outputs)
    )
    return Circuit(
        first.inputs,
        np.concatenate([first.offsets, second.offsets[1:] + first.wires]),
        np.concatenate([first.literals, literals]),
        np.concatenate([first.thresholds, second.thresholds]),
        np.concatenate([first.outputs, outputs]),
    )


def _decide_outputs(
    first: Circuit, second: Circuit, where: Circuit | None, joined: Circuit, max_conflicts: int
) -> CircuitVerdict:
    from pysat.solvers import Solver

    half = first.outputs.size
    outputs = joined.outputs.tolist()
    compared = list(zip(outputs[:half], outputs[half : 2 * half], strict=True))
    pairs = [pair for pair in dict.fromkeys(compared) if pair[0] != pair[1]]
    alike = sum(x == y for x, y in compared)
    what = "assignment" if where is None else "assignment that counts"
    if not pairs:
        return CircuitsEqual(half, alike, 0, 0, what)

    def signed(literal: int) -> int:  # the solver's variables begin with 1; ours with 0, the constant
        return (1 + (literal >> 1)) * (-1 if literal & 1 else 1)

    gates = joined.gates
    with Solver(name=SOLVER) as solver:
        solver.add_clause([-1])
        for literal in outputs[2 * half :]:
            solver.add_clause([signed(literal)])
        for gate, (x, y) in enumerate(joined.literals.reshape(gates, 2).tolist()):
            z = 2 + joined.inputs + gate
            solver.append_formula([[-z, signed(x)], [-z, signed(y)], [z, -signed(x), -signed(y)]])
        for number, (x, y) in enumerate(pairs):
            differ = 2 + joined.inputs + gates + number
            solver.append_formula([[-differ, signed(x), signed(y)], [-differ, -signed(x), -signed(y)]])
            left = max_conflicts - solver.accum_stats()["conflicts"]
            solver.conf_budget(max(1, left))
            found = solver.solve_limited(assumptions=[differ]) if left > 0 else None
            if found is None:
                return Inconclusive(
                    f"the solver met {max_conflicts} conflicts with {number} of {len(pairs)} pairs of outputs decided; "
                    "raise max_conflicts"
                )
            if found:
                model = {literal for literal in solver.get_model() if literal > 0}
                return _replayed(first, second, where, tuple(int(2 + i in model) for i in range(joined.inputs)))
            solver.append_formula([[-differ]])  # a lemma for the pairs that follow
        clauses = 1 + 3 * gates + 2 * len(pairs) + (where is not None)
        return CircuitsEqual(half, alike, clauses, solver.accum_stats()["conflicts"], what)


def _replayed(first: Circuit, second: Circuit, where: Circuit | None, assignment: tuple[int, ...]) -> CircuitsDiffer:
    outputs = first.evaluate(assignment), second.evaluate(assignment)
    if where is not None and where.evaluate(assignment) != (1,):
        raise CertificateError(f"the solver gives the assignment {assignment}, but it isn't one that counts")
    if outputs[0] == outputs[1]:
        raise CertificateError(f"the solver says that the circuits differ on {assignment}, but there they agree")
    return CircuitsDiffer(assignment, *outputs)
