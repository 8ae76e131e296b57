"""Circuit classes: of languages that the literature places, and against definitions on all small automata."""

from __future__ import annotations

from random import Random

import pytest

from constructions.automata.s4_windows import ends_of
from exactssm.algebra import group
from exactssm.errors import BudgetExhausted
from exactssm.tasks import Automaton, mod_counter, regular_expression, task
from verify.algebra.classification import classify
from verify.algebra.placement import place

LITERATURE = [
    # name, class, star-free, primes that a circuit counts by
    ("regex:(aa)*", "NC0", False, ()),  # not star-free (McNaughton and Papert); regular and in AC0: counts its letters
    ("regex:(ab)*", "AC0", True, ()),  # star-free
    ("regex:a*b*", "AC0", True, ()),
    ("regex:(a|b)*aa(a|b)*", "AC0", True, ()),  # an OR over places
    ("regex:a*", "NC0", True, ()),  # all words over {a}
    ("regex:.*ab", "NC0", True, ()),  # its last two letters
    ("regex:((a|b)(a|b))*", "NC0", False, ()),  # even length: FO[<, mod] (Barrington et al. 1992)
    ("regex:((a|b)(a|b))*b(a|b)*", "AC0", False, ()),  # a b at an even place: an OR over places, not first-order with <
    ("dyck:1,3", "AC0", True, ()),  # bounded Dyck languages are star-free
    ("dyck:2,2", "AC0", True, ()),
    ("parity", "ACC0", False, (2,)),  # Furst, Saxe and Sipser
    ("regex:b*(ab*ab*)*", "ACC0", False, (2,)),
    ("mod-counter:3", "ACC0", False, (3,)),
    ("mod-counter:4", "ACC0", False, (2,)),  # modulo 4 by gates modulo 2
    ("mod-counter:6", "ACC0", False, (2, 3)),
    ("star:abab", "AC0", False, ()),  # (abab)*: (ab)* and a length divisible by 4
    ("divisible:3,2", "ACC0", False, (3,)),  # the sum of (-1)^i x_i modulo 3: the group is S3, of even words C3
    ("group:S3", "ACC0", False, (2, 3)),
    ("group:S3:generators", "ACC0", False, (2, 3)),
    ("group:Z4:generators", "NC0", False, ()),  # one letter: the length modulo 4
    ("A4xZ5", "ACC0", False, (2, 3, 5)),  # solvable, and so in TC0 (2404.08819 §5)
    ("Z60", "ACC0", False, (2, 3, 5)),
    ("A5", "NC1-complete", False, (2, 3, 5)),  # Barrington
    ("group:A5:generators", "NC1-complete", False, (2, 3, 5)),
]


@pytest.mark.parametrize(("name", "level", "star_free", "moduli"), LITERATURE)
def test_the_literature(name, level, star_free, moduli):
    subject = task(name)
    monoid = getattr(subject, "structure", None)
    found = place(classify(monoid if monoid is not None and ":g" not in name else subject, name))
    assert (found.level, found.is_star_free, found.moduli) == (level, star_free, moduli)
    assert found.condition == ("TC0 = NC1" if level == "NC1-complete" else None)
    assert ("TC0 = NC1" in found.sentences()) == (level == "NC1-complete")
    if found.found.states <= 60:
        assert (ends_of(subject) is not None) == (level == "NC0")


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("(a|b)*b", "the last letter tells"),
        ("(a|b)*b(a|b)(a|b)", "the last 3 letters tell"),
        ("a(a|b)*", "the first letter tells"),
        ("aab(a|b)*", "the first 3 letters tell"),
        ("a(a|b)*b", "the first letter and the last one tell"),
        ("((a|b)(a|b))*", "the length modulo 2 tells"),
        ("((a|b)(a|b))*b", "the last letter and the length modulo 2 tell"),
        ("b((a|b)(a|b))*ab", "the first letter, the last 2 letters and the length modulo 2 tell"),
        ("a{250}(a|b)*", "the first letters, the last ones, and the length modulo something tell"),
    ],
)
def test_what_tells_a_task_in_nc0(expression, said):
    found = place(classify(regular_expression(expression, "ab")))
    assert (found.level, found.ends_tell) == ("NC0", said)


def test_what_is_not_regular_is_refused_elsewhere():
    """An endless task has no finite monoid: the budget says so, and no class is given."""

    class Counter:
        alphabet, start = ("a", "b"), 0

        def step(self, state, symbol):
            after = state + (1 if symbol == "a" else -1)
            return after, after == 0

    with pytest.raises(BudgetExhausted, match="more are reachable"):
        classify(Counter(), max_states=100)


def by_definition(columns):
    """Quasi-aperiodic: for no n do the words of n letters contain a nontrivial group; n up to where they come round."""
    level, seen = frozenset(columns), []
    while level not in seen:
        seen.append(level)
        for f in level:  # a group among words of one length: f, f^2, ... all in the level, more than one
            x, cycle = f, []
            while x not in cycle:
                cycle.append(x)
                x = tuple(f[i] for i in x)
            turn = cycle[cycle.index(x) :]
            if len(turn) > 1 and set(turn) <= level:
                return False
        level = frozenset(tuple(g[i] for i in f) for f in level for g in columns)
    return True


def test_quasi_aperiodic_by_definition():
    random = Random(6)
    classes = set()
    for _ in range(60):
        delta = {(q, x): random.randrange(3) for q in range(3) for x in "ab"}
        found = place(classify(Automaton.moore("ab", range(3), 0, delta, lambda q: q)))
        machine = found.found.machine
        columns = [tuple(column) for column in machine.next.T.tolist()]
        assert found.stable.is_aperiodic == by_definition(columns), delta
        classes.add(found.level)
    assert classes == {"NC0", "AC0", "ACC0"}


def test_json():
    record = place(classify(mod_counter(6))).as_json()
    assert record["class"] == "ACC0"
    assert record["stable_groups"] == ["C6"]
    assert record["in_TC0_only_if"] is None
    record = place(classify(group("A5"))).as_json()
    assert (record["class"], record["in_TC0_only_if"]) == ("NC1-complete", "TC0 = NC1")
