"""Where a finite task stands among the circuit classes: NC0, AC0, ACC0, or complete for NC1.

Let M be the syntactic monoid of a regular language, or the transition monoid of a transducer, and S its stable
semigroup (`exactssm.algebra.stability`). All is decided exactly by the groups in the two:

    S is locally trivial, exe = e                  in NC0; and no other regular language is
    S is aperiodic                                 in AC0; and no other regular language is. If M is aperiodic too, the
                                                   language is star-free
    all groups in M are solvable                   in ACC0: with gates that count modulo the primes that divide the
                                                   orders of the groups in S; not with those for one other prime, nor,
                                                   if there are several, for one of them. Whether two other primes
                                                   would do instead, nobody knows
    a group in M isn't solvable                    complete for NC1 under AC0 reductions. So it is in TC0 iff TC0 = NC1

*NC0.* If exe = e, the output is a function of the first letters, the last ones and the length modulo something. If not,
a function of c letters can't see all the places in a word of more than c blocks, acting as e, where x may stand; all
blocks are of one length.

*Sources.* Star-free: M.-P. Schützenberger 1965; R. McNaughton and S. Papert 1971. AC0: D. M. Barrington, K. Compton,
H. Straubing and D. Thérien, J. Comput. Syst. Sci. 44 (1992), with the lower bounds of Furst, Saxe and Sipser 1984
and Ajtai 1983; with gates that count, of Razborov 1987 and Smolensky 1987. ACC0: D. M. Barrington and D. Thérien,
J. ACM 35 (1988). NC1: D. M. Barrington, J. Comput. Syst. Sci. 38 (1989); uniformly, D. M. Barrington, N. Immerman and
H. Straubing, J. Comput. Syst. Sci. 41 (1990). What this says of state-space models: 2404.08819, Thms 4.2, 4.4, 4.6 and
Cor. 4.7; transformers: 2207.00729. NC0: folklore, proved above.

*Tagging and accepting.* A word problem asks after every letter, a language at the end of the word. Tagging is as hard
as the hardest of the languages of words whose last output is o, as all prefixes are done side by side; and these have
the groups of the transducer, for in a group g is ge, whose word has another letter to come.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from constructions.automata.s4_windows import ends_of, least_table
from exactssm.algebra import StableSemigroup, stable_semigroup
from exactssm.arithmetic._primes import is_prime
from exactssm.errors import BudgetExhausted
from verify.algebra.classification import Classification

__all__ = ["Placement", "place"]


@dataclass(frozen=True, eq=False)
class Placement:
    """The class of a task, by `place`."""

    found: Classification
    stable: StableSemigroup

    @cached_property
    def level(self) -> str:
        """``NC0``, ``AC0``, ``ACC0`` or ``NC1-complete``: the first that holds."""
        if self.found.unsolvable is not None:
            return "NC1-complete"
        if self.stable.is_locally_trivial:
            return "NC0"
        return "AC0" if self.stable.is_aperiodic else "ACC0"

    @property
    def is_star_free(self) -> bool:
        """Whether the monoid is aperiodic: first-order logic with < defines the language."""
        return self.found.relations.is_aperiodic

    @cached_property
    def moduli(self) -> tuple[int, ...]:
        """The primes that circuits count by: those that divide the orders of the groups in S."""
        orders = [group.order for group in self.stable.groups]
        return tuple(p for p in range(2, max(orders, default=1) + 1) if is_prime(p) and any(n % p == 0 for n in orders))

    @cached_property
    def ends_tell(self) -> str:
        """Of a task in NC0: what tells the output, with the verb.

        >>> from exactssm.tasks import regular_expression
        >>> from verify.algebra.classification import classify
        >>> for text in ("(a|b)*ab", "a(a|b)*b", "((a|b)(a|b)(a|b))*"):
        ...     print(place(classify(regular_expression(text))).ends_tell)
        the last 2 letters tell
        the first letter and the last one tell
        the length modulo 3 tells
        """
        machine = self.found.machine
        if machine is None or self.found.needs_no_layer:  # the word problem of the group of order 1
            return "the last letter tells"
        try:
            table, ends = least_table(machine), ends_of(machine)
        except BudgetExhausted:
            return "the first letters, the last ones, and the length modulo something tell"
        assert ends is not None
        parts = []
        if ends.first:
            parts.append("the first letter" if ends.first == 1 else f"the first {ends.first} letters")
        if ends.last:
            parts.append(f"the last {ends.last + 1} letters")
        elif any(len(set(table.out[state].tolist())) > 1 for state in ends.sources.values()):
            parts.append("the last one" if parts else "the last letter")
        if ends.period > 1:
            parts.append(f"the length modulo {ends.period}")
        *most, last = parts
        return f"{', '.join(most)} and {last} tell" if most else f"{last} tell{'s' * (not last.endswith('letters'))}"

    @property
    def condition(self) -> str | None:
        """What a log-precision S4, S6 or transformer that does the task would prove; None, if nothing new."""
        return "TC0 = NC1" if self.level == "NC1-complete" else None

    def sentences(self) -> str:
        """The class, why it is no smaller, and what it means for models of log precision.

        >>> from exactssm.tasks import parity
        >>> from verify.algebra.classification import classify
        >>> print(place(classify(parity())).sentences()[:78])
        In ACC0, by gates that count modulo 2; not in AC0, as counting modulo 2 reduce
        """
        return " ".join([*_CLASS[self.level](self), _MODELS[self.level], self._scope()])

    def _scope(self) -> str:
        if self.found.is_acceptor:
            return "The same is true of asking at the end of a word and of asking after every letter."
        return "The same is true of asking for the output after every letter and of asking for one output at the end."

    def as_json(self) -> dict[str, Any]:
        """What ``exactssm classify --json`` writes under ``placement``."""
        return {
            "class": self.level,
            "star_free": self.is_star_free,
            "quasi_aperiodic": self.stable.is_aperiodic,
            "moduli": list(self.moduli),
            "stability_index": self.stable.index,
            "stable_order": len(self.stable.elements),
            "stable_groups": [group.structure.name for group in self.stable.groups],
            "in_TC0_only_if": self.condition,
        }


def place(found: Classification) -> Placement:
    """Where a task stands among the circuit classes.

    >>> from exactssm.tasks import regular_expression
    >>> from verify.algebra.classification import classify
    >>> [place(classify(regular_expression(text))).level for text in ("(aa)*", "(ab)*", "b*(ab*ab*)*")]
    ['NC0', 'AC0', 'ACC0']

    Raises: BudgetExhausted, if what words of n letters do doesn't come round early enough.
    """
    return Placement(found, stable_semigroup(found.relations))


def _nc0(p: Placement) -> list[str]:
    return [f"In NC0: {p.ends_tell} the output (exe = e in the stable semigroup)."]


def _ac0(p: Placement) -> list[str]:
    if p.is_star_free:
        return [
            "In AC0, and star-free, in FO[<], as the monoid is aperiodic; not in NC0, as letters in the middle count."
        ]
    return [
        "In AC0, though not star-free: the monoid has groups, but they only count letters, as what the words of "
        f"{p.stable.index} letters do has none (quasi-aperiodic, FO[<, mod]); not in NC0, as letters in the middle "
        "count."
    ]


def _acc0(p: Placement) -> list[str]:
    names = list(dict.fromkeys(group.structure.name for group in p.stable.groups))
    shown = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
    *most, last = map(str, p.moduli)
    primes = f"{', '.join(most)} and {last}" if most else last
    less = "not in AC0" if len(p.moduli) == 1 else "not by those for one prime alone, and not in AC0"
    words = "letters" if p.stable.index == 1 else f"words of {p.stable.index} letters"
    return [
        f"In ACC0, by gates that count modulo {primes}; {less}, as counting modulo {primes} reduces to it: what "
        f"{words} do holds {shown}. All groups in the monoid are solvable."
    ]


def _nc1(p: Placement) -> list[str]:
    group = p.found.unsolvable
    assert group is not None
    return [
        f"Complete for NC1 under AC0 reductions: the group {group.structure.name} in the monoid is not solvable "
        "(Barrington). So it is in TC0 if and only if TC0 = NC1, and likewise for ACC0."
    ]


_CLASS = {"NC0": _nc0, "AC0": _ac0, "ACC0": _acc0, "NC1-complete": _nc1}

_WITHIN = (
    "S4, S6 and transformers of log precision stay in TC0, which has this task: their bound says nothing against them."
)
_MODELS = {
    "NC0": _WITHIN,
    "AC0": _WITHIN,
    "ACC0": _WITHIN,
    "NC1-complete": "Unless (L-uniform) TC0 = NC1, no S4 or S6 of log precision does it, evaluated exactly and cast "
    "once, nor any transformer of log precision (2404.08819, Cor. 4.7).",
}
