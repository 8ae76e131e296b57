"""The search for shortest words: against the modes' definitions, against brute force, and with forgeries."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from constructions.forms.disagreement import Agreement, Disagreement, find_disagreement
from constructions.forms.formulas import FORMS, format_named, formula
from constructions.forms.number_order import numbers_in_order
from constructions.forms.rounded_forms import SHORTEST, TwoFormulas, find_two_formulas
from exactssm.arithmetic import Moment
from exactssm.errors import BudgetExhausted, CertificateError, DomainError, FormatError
from exactssm.evaluation import exact_numbers
from exactssm.evaluation.rounded_terms import compiled_difference, evaluate, weights_of

FORMATS = ("fixed:s2.2:floor:wrap", "e2m1fn:each", "e4m3")


@pytest.mark.parametrize("name", FORMATS)
def test_formulas_are_what_the_modes_compute(name):
    """Weights are drawn; the modes run in the format's own arithmetic, which knows no formula."""
    domain, source = format_named(name), Random(0)
    exact, numbers = exact_numbers(domain), numbers_in_order(domain)[0]

    def fl(value):
        return exact.value(exact.cast(value))

    compared = 0
    for quantity, constant in product(("drive", "input", "output"), (False, True)):
        for form in FORMS if quantity == "drive" else [form for form in FORMS if ":" not in form]:
            for n in (1, 3):
                written = formula(form, n, domain.moment, quantity=quantity, constant=constant, finite=name != "e4m3")
                values = {weight: source.choice(numbers) for weight in sorted(weights_of(written))}
                found = Disagreement(domain, form, form, quantity, constant, n, tuple(values.items()))
                try:
                    expected = evaluate(written, values, fl)
                except DomainError:  # an infinity on the way
                    continue
                compared += 1
                assert found.by_definition(form) == expected
    assert compared > 40


def test_the_compiled_difference_is_that_of_the_values():
    domain, source = format_named("log-float:4+3:floor"), Random(2)
    exact, numbers = exact_numbers(domain), numbers_in_order(domain)[0]
    pair = [formula(form, 4, Moment.ONCE) for form in ("recurrent", "blelloch")]
    names = sorted(weights_of(pair[0]))

    def fl(value):
        return exact.value(exact.cast(value))

    differ = compiled_difference(*pair, names, fl, 64)
    seen = set()
    for _ in range(100):
        values = [source.choice(numbers) for _ in names]
        one, other = (evaluate(each, dict(zip(names, values, strict=True)), fl) for each in pair)
        assert differ(*(int(64 * x) for x in values)) == (one != other)
        seen.add(one != other)
    assert seen == {True, False}


def test_the_first_weights_are_those_of_brute_force():
    """e2m1fn, three letters, by the format's own operations, all tuples in the declared order."""
    domain = format_named("e2m1fn")
    numbers = [domain.element(x) for x in numbers_in_order(domain)[0]]
    value = domain.number_format.decode

    def first():
        for last in range(len(numbers)):
            for b1, a2, b2, a3, b3 in product(numbers[: last + 1], repeat=5):
                if numbers[last] not in (b1, a2, b2, a3, b3):
                    continue
                stepwise = domain.inner((a3,), (domain.inner((a2,), (b1,), b2),), b3)
                whole = value(a3) * (value(a2) * value(b1) + value(b2)) + value(b3)
                if value(stepwise) != value(domain.number_format.round(whole)):
                    return list(zip(("b1", "a2", "b2", "a3", "b3"), map(value, (b1, a2, b2, a3, b3)), strict=True))
        return None

    found = find_disagreement(domain, "flattened")
    assert found.n == 3
    assert list(found.values) == first()


@pytest.mark.parametrize("name", ["nearest:-1,0,1/2,1", "e2m1fn:each"])
def test_lengths_are_those_of_the_formulas(name):
    domain = format_named(name)
    for form, least in SHORTEST.items():
        found = find_disagreement(domain, form)
        found.replay()
        assert found.n == least[domain.moment], form
    assert find_disagreement(domain, "left-fold").length == 5


def test_one_letter_is_enough_for_a_flattened_output():
    for quantity, n in (("input", 2), ("output", 1)):
        found = find_disagreement(format_named("e2m1fn"), "flattened", quantity=quantity)
        found.replay()
        assert found.n == n


def test_half_the_result_is_lost():
    """By hand: in e2m1fn 1/4 is a tie between 0 and 1/2, and goes to 0; the exact sum is -1/4 + 1/2."""
    found = find_disagreement(format_named("e2m1fn"), "flattened", apart=Fraction(1, 2))
    assert found.word == ("b=1/2", "a=1/2, b=0", "a=-1, b=1/2")
    assert found.values_of_forms == (Fraction(1, 2), 0)
    found.replay()
    less = find_disagreement(format_named("fixed:s2.2:nearest-even:saturate"), "flattened")
    assert less.values_of_forms == (Fraction(11, 4), 3)  # 1/12 of the larger one
    with pytest.raises(CertificateError, match="must differ by more than 1/2 of the larger result; they don't"):
        replace(less, apart=Fraction(1, 2)).replay()
    replace(less, apart=Fraction(1, 13)).replay()


def test_composed_maps_overflow_where_states_do_not():
    found = find_disagreement(format_named("binary16"), "blelloch")
    assert found.word == ("a=65504, b=0", "a=65504, b=0")
    assert found.results == ("0", "nan")


def test_forgeries_are_refused():
    found = find_disagreement(format_named("e2m1fn"), "flattened")
    for forged in (
        replace(found, form="recurrent"),
        replace(found, form="left-fold"),
        replace(found, values=tuple((name, Fraction(0)) for name, _ in found.values)),
        replace(found, values=(("a2", Fraction(1, 7)), *found.values[1:])),
        replace(found, domain=format_named("binary16")),
    ):
        with pytest.raises(CertificateError):
            forged.replay()
    with pytest.raises(CertificateError, match="two formulas must differ"):
        TwoFormulas("blelloch", Moment.ONCE, 3).replay()
    find_two_formulas("blelloch", Moment.ONCE, 4).replay()


def test_what_can_not_be_decided_is_said():
    with pytest.raises(BudgetExhausted, match="100 tuples of weights were tried, of words of up to 3 letters"):
        find_disagreement(format_named("e2m1fn"), "flattened", max_tried=100)
    exhausted = find_disagreement(format_named("nearest:0"), "flattened", max_length=3)
    assert exhausted == Agreement(3, "all weights", 1)
    with pytest.raises(DomainError, match="does not hold 0"):
        find_disagreement(format_named("nearest:1,2"), "flattened")
    with pytest.raises(FormatError, match="complex"):
        format_named("complex(binary16):once")
    with pytest.raises(FormatError, match="flattened:terms is for a drive"):
        find_disagreement(format_named("e2m1fn"), "flattened:terms", quantity="output")
