"""Equality of weighted automata, against every word up to the length that decides, and against a textbook search."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count, product
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import verify.search.linear
from exactssm.arithmetic import CyclotomicField, PrimeField, Rationals, ResidueRing
from exactssm.errors import BudgetExhausted, CertificateError, DomainError, SymbolError
from exactssm.layers import DenseLayer
from exactssm.machine import UNSPECIFIED, run
from exactssm.models.weighted import WeightedAutomaton, weighted_automaton
from exactssm.tasks import Automaton
from verify.search.linear import Demanded, LinearCertificate, decide_linear, separating_word
from verify.verdict import Proved, Refuted

Q = Rationals()
FIRST_PRIME = 2**61 - 1
FIELDS = [Q, PrimeField(2), PrimeField(7), PrimeField(FIRST_PRIME), PrimeField(2**89 - 1)]


def automaton(domain, alphabet, start, matrices, readout):
    """A weighted automaton from ints and fractions."""

    def row(values):
        return tuple(map(domain.element, values))

    rows = {x: tuple(map(row, matrix)) for x, matrix in matrices.items()}
    return WeightedAutomaton(domain, alphabet, row(start), rows, row(readout))


def first_difference(model, task, length, where=None):
    """The first separating word of at most ``length`` letters: the definition, with every word run."""
    level = [((), model.start, task.start, where.start if where else None)]
    for _ in range(length):
        longer = []
        for word, h, g, q in level:
            for x in task.alphabet:
                h_next, ours = model.step(h, x)
                g_next, theirs = task.step(g, x)
                q_next, asked = where.step(q, x) if where else (None, True)
                if asked and ours != theirs:
                    return (*word, x)
                longer.append(((*word, x), h_next, g_next, q_next))
        level = longer
    return None


def textbook(model, task):
    """The first separating word over Q, with fractions, a word at a time in length-lexicographic order."""
    n = model.dimension
    sides = [(model.matrices, slice(0, n)), (task.matrices, slice(n, None))]
    eta = [*model.readout, *(-d for d in task.readout)]
    basis = []
    queue = [((), [*model.start, *task.start])]
    for word, vector in queue:
        residue = vector
        for pivot, row in basis:
            if factor := residue[pivot]:
                residue = [a - factor * b for a, b in zip(residue, row, strict=True)]
        pivot = next((i for i, a in enumerate(residue) if a), None)
        if pivot is None:
            continue
        basis.append((pivot, [a / residue[pivot] for a in residue]))
        for x in task.alphabet:
            moved = []
            for matrices, part in sides:
                moved += [sum(a * h for a, h in zip(row, vector[part], strict=True)) for row in matrices[x]]
            if sum(a * b for a, b in zip(moved, eta, strict=True)):
                return (*word, x)
            queue.append(((*word, x), moved))
    return None


def change_of_basis(given, rng):
    """The same outputs from the states T h, where T is a product of random elementary matrices over Q."""
    n = given.dimension
    h, c = list(given.start), list(given.readout)
    matrices = {x: [list(row) for row in A] for x, A in given.matrices.items()}
    for _ in range(2 * n):
        i, j = rng.choices(range(n), k=2)
        factor = Fraction(rng.choice([-2, -1, 1, 2, 3]), rng.choice([1, 1, 2, 3]))
        if i == j:  # coordinate i times the factor
            h[i] *= factor
            c[i] /= factor
            for A in matrices.values():
                A[i] = [factor * a for a in A[i]]
                for row in A:
                    row[i] /= factor
        else:  # coordinate i plus the factor times coordinate j
            h[i] += factor * h[j]
            c[j] -= factor * c[i]
            for A in matrices.values():
                A[i] = [a + factor * b for a, b in zip(A[i], A[j], strict=True)]
                for row in A:
                    row[j] -= factor * row[i]
    return automaton(given.domain, given.alphabet, h, matrices, c)


def perturbed(given, x, i, j, by):
    """``given`` with ``by`` added to the entry (i, j) of the matrix on x."""
    rows = [list(row) for row in given.matrices[x]]
    rows[i][j] = given.domain.add(rows[i][j], given.domain.element(by))
    return replace_matrix(given, x, rows)


def replace_matrix(given, x, rows):
    matrices = {**given.matrices, x: tuple(map(tuple, rows))}
    return WeightedAutomaton(given.domain, given.alphabet, given.start, matrices, given.readout)


def random_automaton(n, rng, domain=Q, alphabet="ab"):
    def row():
        return [rng.choice([-1, 0, 0, 1]) for _ in range(n)]

    return automaton(domain, alphabet, row(), {x: [row() for _ in range(n)] for x in alphabet}, row())


def agrees(model, task, where=None, states=1):
    """Check every answer about the pair against the definition, and return the verdict."""
    expected = first_difference(model, task, (model.dimension + task.dimension) * states, where)
    assert separating_word(model, task, where) == expected
    verdict = decide_linear(model, task, where)
    if expected is None:
        assert isinstance(verdict, Proved)
        verdict.certificate.check()
    else:
        assert isinstance(verdict, Refuted)
        assert verdict.trace.word == expected
        verdict.trace.replay(model, Demanded(task, where) if where else task)
    return verdict


# Exhaustive


def test_every_pair_of_scalar_automata_over_gf2():
    field = PrimeField(2)
    every = [automaton(field, "ab", [h], {"a": [[a]], "b": [[b]]}, [c]) for h, a, b, c in product(range(2), repeat=4)]
    equal = sum(isinstance(agrees(model, task), Proved) for model, task in product(every, repeat=2))
    # the zero function: 10 of the 16; the others are h = c = 1 with (a, b) != (0, 0), 3 functions once each;
    # (a, b) = (0, 0) is zero too
    zero = sum(1 for h, a, b, c in product(range(2), repeat=4) if not (h and c and (a or b)))
    assert equal == zero**2 + (16 - zero)


def every_pair_over_gf2():
    field = PrimeField(2)
    pairs = list(product(range(2), repeat=2))
    one = [automaton(field, "a", h, {"a": rows}, c) for h, c, rows in product(pairs, pairs, product(pairs, repeat=2))]
    return list(product(one, repeat=2))


def test_some_pairs_of_plane_automata_over_gf2():
    for model, task in random.Random(1).sample(every_pair_over_gf2(), 150):
        agrees(model, task)


@pytest.mark.full
def test_every_pair_of_plane_automata_over_gf2():
    for model, task in every_pair_over_gf2():
        agrees(model, task)


def test_ids4_needs_no_start_symbol_for_any_two_state_automaton():
    """Theorem 5.2 of 2404.08819, strengthened: B x = (A(x) - I) e_q0, with c e_q0 as the constant of the readout."""
    for moves in product(range(2), repeat=4):
        delta = {"a": moves[:2], "b": moves[2:]}
        A = {x: [[int(to[q] == p) for q in range(2)] for p in range(2)] for x, to in delta.items()}
        for q0, accepting in product(range(2), product(range(2), repeat=2)):
            plain = automaton(Q, "ab", [int(q == q0) for q in range(2)], A, accepting)
            drive = {x: tuple(Q.element(A[x][p][q0] - int(p == q0)) for p in range(2)) for x in "ab"}
            layer = DenseLayer(Q, (Q.zero, Q.zero), dict(plain.matrices), drive)
            ids4 = weighted_automaton(layer, "ab", plain.readout, Q.element(accepting[q0]))
            assert separating_word(ids4, plain) is None
            wrong = weighted_automaton(layer, "ab", plain.readout, Q.element(accepting[q0] + 1))
            assert separating_word(wrong, plain) == ("a",)


# At random


numbers = st.one_of(st.sampled_from([0, 0, 0, 1, -1]), st.fractions(-3, 3, max_denominator=3))


@st.composite
def automata(draw, domain, most=2, alphabet="ab"):
    n = draw(st.integers(1, most))
    some = st.integers(-3, 3) if isinstance(domain, PrimeField) else numbers
    row = st.lists(some, min_size=n, max_size=n)
    matrices = {x: draw(st.lists(row, min_size=n, max_size=n)) for x in alphabet}
    return automaton(domain, alphabet, draw(row), matrices, draw(row))


@pytest.mark.parametrize("domain", FIELDS, ids=str)
@given(data=st.data())
def test_random_pairs(domain, data):
    agrees(data.draw(automata(domain)), data.draw(automata(domain, alphabet="ba")))


@given(st.integers(0, 2**32), st.integers(1, 4), st.data())
def test_a_change_of_basis_is_equal_and_one_entry_more_is_found_out(seed, n, data):
    rng = random.Random(seed)
    model = random_automaton(n, rng)
    task = change_of_basis(model, rng)
    verdict = decide_linear(model, task)
    assert isinstance(verdict, Proved)
    assert verdict.pairs <= n  # the second state is determined by the first
    verdict.certificate.check()
    place = data.draw(st.integers(0, n - 1)), data.draw(st.integers(0, n - 1))
    spoiled = perturbed(task, rng.choice("ab"), *place, data.draw(st.fractions(-2, 2)))
    assert separating_word(model, spoiled) == first_difference(model, spoiled, 2 * n)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32), st.integers(5, 9))
def test_the_textbook_search_says_the_same_where_words_are_too_many(seed, n):
    rng = random.Random(seed)
    model = random_automaton(n, rng, alphabet="abc")
    task = change_of_basis(model, rng)
    assert separating_word(model, task) is None
    spoiled = perturbed(task, rng.choice("abc"), rng.randrange(n), rng.randrange(n), 1)
    assert separating_word(model, spoiled) == textbook(model, spoiled)


def chain(n, last):
    """1 after the words of n letters that end in ``last``, else 0."""
    step = [[int(i == j + 1) for j in range(n + 1)] for i in range(n + 1)]
    stop = [*step[:n], [0] * (n + 1)]
    return automaton(Q, "ab", [1] + [0] * n, {x: step if x == last else stop for x in "ab"}, [0] * n + [1])


def test_a_difference_after_a_long_word_only():
    zero = automaton(Q, "ab", [0], {"a": [[0]], "b": [[0]]}, [0])
    assert separating_word(chain(20, "a"), zero) == ("a",) * 20
    assert separating_word(chain(20, "b"), zero) == ("a",) * 19 + ("b",)


def test_the_alphabet_order_of_the_task_decides():
    model = automaton(Q, "ab", [1], {"a": [[1]], "b": [[1]]}, [1])
    for order in ("ab", "ba"):
        task = automaton(Q, order, [1], {"a": [[2]], "b": [[3]]}, [1])
        assert separating_word(model, task) == (order[0],)


def test_the_empty_word_is_not_compared():
    """Readouts of the start differ, 5 and 0; after each letter both are 0."""
    five = automaton(Q, "a", [5], {"a": [[0]]}, [1])
    zero = automaton(Q, "a", [0], {"a": [[0]]}, [1])
    assert isinstance(agrees(five, zero), Proved)
    assert agrees(zero, zero).certificate.dimension == 0


# Unlucky primes


def small_primes():
    return (n for n in count(2) if all(n % d for d in range(2, n)))


@given(automata(Q), automata(Q))
def test_small_primes_mislead_nobody(model, task):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify.search.linear, "_primes", small_primes)
        agrees(model, task)


def test_a_difference_that_the_first_prime_does_not_see():
    zero = automaton(Q, "a", [0], {"a": [[0]]}, [0])
    model = automaton(Q, "a", [1], {"a": [[1]]}, [FIRST_PRIME])
    assert next(verify.search.linear._primes()) == FIRST_PRIME
    assert separating_word(model, zero) == ("a",)
    over = automaton(Q, "a", [1], {"a": [[Fraction(1, FIRST_PRIME)]]}, [1])
    assert separating_word(over, zero) == ("a",)
    start = automaton(Q, "a", [FIRST_PRIME], {"a": [[1]]}, [Fraction(1, FIRST_PRIME)])
    assert separating_word(start, zero) == ("a",)


def test_a_first_word_that_the_first_prime_drops():
    """e0 -> p e1 on a and e1 on b, then e1 -> e2, which is read out: modulo p, aa is lost and ba comes first."""
    a = [[0, 0, 0], [FIRST_PRIME, 0, 0], [0, 1, 0]]
    b = [[0, 0, 0], [1, 0, 0], [0, 0, 0]]
    model = automaton(Q, "ab", [1, 0, 0], {"a": a, "b": b}, [0, 0, 1])
    zero = automaton(Q, "ab", [0], {"a": [[0]], "b": [[0]]}, [0])
    assert separating_word(model, zero) == ("a", "a")


def test_a_first_word_whose_difference_the_first_prime_divides():
    model = automaton(Q, "ab", [1], {"a": [[FIRST_PRIME]], "b": [[1]]}, [1])
    zero = automaton(Q, "ab", [0], {"a": [[0]], "b": [[0]]}, [0])
    assert separating_word(model, zero) == ("a",)


def test_a_dependence_that_holds_modulo_the_first_prime_only():
    """After a the state is (1, 0), after b (1, p). The second coordinate is put out on c: bc is the first word."""
    a = [[1, 0], [0, 0]]
    b = [[1, 0], [FIRST_PRIME, 0]]
    c = [[0, 1], [0, 0]]
    model = automaton(Q, "abc", [1, 0], {"a": a, "b": b, "c": c}, [1, 0])
    task = automaton(Q, "abc", [1], {"a": [[1]], "b": [[1]], "c": [[0]]}, [1])
    assert agrees(model, task).trace.word == ("b", "c")


def test_a_later_word_that_the_first_prime_finds_first():
    """b puts p into y, d puts 1 into z; c puts out y, and e puts out z: bc comes before de, but is lost modulo p."""
    moves = {"b": {1: {0: FIRST_PRIME}}, "c": {3: {1: 1}}, "d": {2: {0: 1}}, "e": {3: {2: 1}}}
    matrices = {x: [[0] * 4 for _ in range(4)] for x in moves}
    for x, rows in moves.items():
        matrices[x][0][0] = 1
        for i, row in rows.items():
            for j, a in row.items():
                matrices[x][i][j] = a
    model = automaton(Q, "bcde", [1, 0, 0, 0], matrices, [0, 0, 0, 1])
    zero = automaton(Q, "bcde", [0], {x: [[0]] for x in "bcde"}, [0])
    assert agrees(model, zero).trace.word == ("b", "c")


# Demands on some words only


def even_length(alphabet="ab"):
    return Automaton(alphabet, (0, 1), 0, lambda q, x: 1 - q, lambda q, x: q == 1)


def test_demands_after_an_even_number_of_letters():
    one = automaton(Q, "ab", [1], {"a": [[1]], "b": [[1]]}, [1])
    sign = automaton(Q, "ab", [1], {"a": [[-1]], "b": [[-1]]}, [1])
    assert separating_word(sign, one) == ("a",)
    verdict = agrees(sign, one, even_length(), states=2)
    assert isinstance(verdict, Proved)
    two = automaton(Q, "ab", [1], {"a": [[-1]], "b": [[2]]}, [1])
    assert agrees(two, one, even_length(), states=2).trace.word == ("a", "b")


def test_demands_nowhere():
    never = Automaton("a", (0,), 0, lambda q, x: 0, lambda q, x: False)
    one, two = (automaton(Q, "a", [1], {"a": [[1]]}, [c]) for c in (1, 2))
    assert isinstance(agrees(one, two, never), Proved)


@st.composite
def demands(draw, states=2):
    places = list(product(range(states), "ab"))
    delta = {place: draw(st.integers(0, states - 1)) for place in places}
    return Automaton("ab", range(states), 0, delta, {place: draw(st.booleans()) for place in places})


@pytest.mark.parametrize("domain", FIELDS[:3], ids=str)
@given(data=st.data())
def test_random_demands(domain, data):
    model, task = data.draw(automata(domain)), data.draw(automata(domain))
    agrees(model, task, data.draw(demands()), states=2)


@given(st.integers(0, 2**32), demands(), st.integers(1, 2))
def test_small_primes_mislead_nobody_under_demands(seed, where, n):
    rng = random.Random(seed)
    model = random_automaton(n, rng)
    task = change_of_basis(model, rng)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify.search.linear, "_primes", small_primes)
        assert separating_word(model, task, where) is None
        agrees(model, perturbed(task, "a", 0, n - 1, Fraction(1, 2)), where, states=2)


def test_the_demanded_task_as_a_machine():
    task = Demanded(automaton(Q, "ab", [1], {"a": [[1]], "b": [[2]]}, [1]), even_length())
    assert run(task, "abb").outputs == (UNSPECIFIED, 2, UNSPECIFIED)
    with pytest.raises(SymbolError, match="demands"):
        Demanded(task, even_length("a"))


# Forgeries


def proved():
    rng = random.Random(4)
    model = random_automaton(3, rng)
    return decide_linear(model, change_of_basis(model, rng), even_length()).certificate


def with_number(matrix, i, j, by):
    rows = [list(row) for row in matrix]
    rows[i][j] += by
    return tuple(map(tuple, rows))


def test_a_certificate_held_against_other_automata_is_refused():
    good = proved()
    good.check(good.model, good.task)
    other = perturbed(good.task, good.task.alphabet[0], 0, 0, Fraction(1))
    for model, task, what in ((other, good.task, "model"), (good.model, other, "task")):
        with pytest.raises(CertificateError, match=f"another {what}"):
            good.check(model, task)


def test_a_certificate_with_any_one_number_changed_is_refused():
    good = proved()
    good.check()
    forged = []
    for q, S in good.bases.items():
        forged += [
            replace(good, bases={**good.bases, q: with_number(S, i, j, 1)})
            for i, j in product(range(len(S)), range(good.model.dimension + good.task.dimension))
        ]
    for place, C in good.steps.items():
        forged += [
            replace(good, steps={**good.steps, place: with_number(C, i, j, Fraction(1, 3))})
            for i, j in product(range(len(C)), range(len(C[0])))
        ]
    forged += [replace(good, start=with_number((good.start,), 0, i, -1)[0]) for i in range(len(good.start))]
    assert len(forged) > 60
    for certificate in forged:
        with pytest.raises(CertificateError, match="must"):
            certificate.check()


def test_certificates_of_another_shape_are_refused():
    good = proved()
    q, S = next(iter(good.bases.items()))
    place, C = next(iter(good.steps.items()))
    steps = {key: value for key, value in good.steps.items() if key != place}
    forged = [
        replace(good, bases={}),
        replace(good, bases={}, start=(), steps={}),
        replace(good, bases={**good.bases, q: S[1:]}),
        replace(good, bases={**good.bases, q: tuple(row[1:] for row in S)}),
        replace(good, bases={**good.bases, q: (*S, S[0])}),
        replace(good, bases={key: value for key, value in good.bases.items() if key != q}),
        replace(good, steps=steps),
        replace(good, steps={**steps, place: C[1:]}),
        replace(good, steps={**steps, place: tuple(row[1:] for row in C)}),
        replace(good, steps={**steps, place: with_number(C, 0, 0, 0)[::-1]}),
        replace(good, steps={**steps, place: list(C)}),
        replace(good, start=good.start[1:]),
        replace(good, start=(*good.start, Q.zero)),
        replace(good, model=good.task, task=good.model),
        replace(good, task=random_automaton(3, random.Random(5))),
        replace(good, task=automaton(PrimeField(7), "ab", [1], {"a": [[1]], "b": [[1]]}, [1])),
        replace(good, task=automaton(Q, "a", [1], {"a": [[1]]}, [1])),
        replace(good, where=even_length("a")),
    ]
    for certificate in forged:
        with pytest.raises(CertificateError):
            certificate.check()


@pytest.mark.parametrize("intruder", [1, 1.0, True, "1", None])
def test_only_elements_of_the_field_are_read(intruder):
    good = proved()
    for S, C, s in ((intruder, Q.zero, Q.one), (Q.one, intruder, Q.one), (Q.one, Q.zero, intruder)):
        one = automaton(Q, "a", [1], {"a": [[0]]}, [1])
        certificate = LinearCertificate(one, one, even_length("a"), {0: ((S, Q.one),)}, (s,), {(0, "a"): ((C,),)})
        with pytest.raises(CertificateError, match="malformed"):
            certificate.check()
    good.check()


@given(st.integers(0, 2**32), st.data())
def test_no_certificate_for_what_is_not_equal(seed, data):
    """The certificate of an equal pair, transplanted to one that is not, with numbers changed at will."""
    rng = random.Random(seed)
    model = random_automaton(2, rng)
    task = change_of_basis(model, rng)
    good = decide_linear(model, task).certificate
    false = perturbed(task, "a", data.draw(st.integers(0, 1)), data.draw(st.integers(0, 1)), 1)
    if first_difference(model, false, 4) is None:
        return
    bases, steps = dict(good.bases), dict(good.steps)
    for changed in (bases, steps):
        for key, matrix in changed.items():
            if matrix and matrix[0] and data.draw(st.booleans()):
                i, j = data.draw(st.integers(0, len(matrix) - 1)), data.draw(st.integers(0, len(matrix[0]) - 1))
                changed[key] = with_number(matrix, i, j, data.draw(st.fractions(-2, 2)))
    with pytest.raises(CertificateError):
        replace(good, task=false, bases=bases, steps=steps).check()


def test_dependent_rows_are_no_forgery():
    """Soundness needs no independence: every row twice, the second time unused."""
    good = proved()
    double = replace(
        good,
        bases={q: S + S for q, S in good.bases.items()},
        start=good.start + (Q.zero,) * len(good.start),
        steps={key: tuple((*row, *(Q.zero,) * len(row)) for row in C + C) for key, C in good.steps.items()},
    )
    double.check()


# Bad input and bounds


def test_only_comparable_automata_are_compared():
    one = automaton(Q, "a", [1], {"a": [[1]]}, [1])
    with pytest.raises(DomainError, match=r"one field, got Q and GF\(7\)"):
        separating_word(one, automaton(PrimeField(7), "a", [1], {"a": [[1]]}, [1]))
    with pytest.raises(SymbolError, match="same alphabet"):
        separating_word(one, automaton(Q, "ab", [1], {"a": [[1]], "b": [[1]]}, [1]))
    with pytest.raises(SymbolError, match="demands"):
        separating_word(one, one, even_length("b"))
    for ring in (ResidueRing(7), CyclotomicField(3)):
        other = automaton(ring, "a", [1], {"a": [[1]]}, [1])
        with pytest.raises(DomainError, match="decided over Q and over prime fields"):
            separating_word(other, other)


def test_demands_are_true_or_false():
    one = automaton(Q, "a", [1], {"a": [[1]]}, [1])
    for answer in (UNSPECIFIED, 1, "yes"):
        where = Automaton("a", (0,), 0, lambda q, x: 0, lambda q, x, answer=answer: answer)
        with pytest.raises(DomainError, match="True or False"):
            separating_word(one, one, where)


@dataclass(frozen=True)
class Endless:
    """Counts letters for ever, and demands nothing."""

    alphabet: tuple[str, ...] = ("a",)
    start: int = 0

    def step(self, state, symbol):
        return state + 1, False


def test_the_dimension_is_bounded():
    one = automaton(Q, "a", [1], {"a": [[1]]}, [1])
    assert separating_word(one, one, max_dimension=2) is None
    with pytest.raises(BudgetExhausted, match="max_dimension=1"):
        separating_word(one, one, max_dimension=1)
    with pytest.raises(BudgetExhausted, match="max_dimension=50"):
        separating_word(one, one, Endless(), max_dimension=50)


# Speed


@pytest.mark.bench
def test_faster_than_the_textbook():
    """At dimension 30: exact matrices and a prime against fractions; the certificate is checked faster still."""
    rng = random.Random(7)
    model = random_automaton(30, rng)
    task = change_of_basis(model, rng)
    separating_word(model, task)
    began = process_time()
    verdict = decide_linear(model, task)
    decided = process_time()
    verdict.certificate.check()
    checked = process_time()
    assert textbook(model, task) is None
    ended = process_time()
    assert ended - checked > 4 * (decided - began)
    assert decided - began > 1.5 * (checked - decided)


@pytest.mark.bench
def test_one_hundred_states():
    """The goal's size: all words are decided in less than twice the time that one word of ten letters takes to run."""
    rng = random.Random(8)
    model = random_automaton(100, rng)
    task = change_of_basis(model, rng)
    began = process_time()
    verdict = decide_linear(model, task)
    decided = process_time()
    assert run(model, "ab" * 5).outputs == run(task, "ab" * 5).outputs
    ended = process_time()
    assert verdict.pairs == 100
    assert decided - began < 2 * (ended - decided)
