"""Flattened layers against their convolutional form in Fractions, term by term."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.arithmetic import ComplexOver, FixedPoint, NearestOf, Overflow, Rounded, Rounding, domain_from_name
from exactssm.errors import ConstructionError, DomainError
from exactssm.evaluation import Casts, Flattened, exact_layer, exact_numbers, recast
from exactssm.layers import DiagonalLayer, SignLayer
from exactssm.machine import run, words
from exactssm.models import Block, Model
from tests.exactssm.evaluation.small_layers import COMPLEX, EXACT, FORMATS, HALVES, WORDS, layers_over, rotation_layer


class Rational:
    """Matrices and vectors of Fractions, for real formats."""

    def __init__(self, numbers):
        self.value, self.cast = numbers.decode, numbers.round

    zero, one = Fraction(0), Fraction(1)

    @staticmethod
    def mul(a, b):
        return a * b

    @staticmethod
    def add(a, b):
        return a + b


class Gaussian:
    """Likewise with pairs, for complex ones."""

    def __init__(self, numbers):
        self.value, self.cast = numbers.decode, numbers.round

    zero, one = (Fraction(0), Fraction(0)), (Fraction(1), Fraction(0))

    @staticmethod
    def mul(a, b):
        return a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]

    @staticmethod
    def add(a, b):
        return a[0] + b[0], a[1] + b[1]


def convolution(layer, word, casts):
    """h_t by the sums of the module's docstring; diagonal layers as matrices, which their casts don't notice."""
    numbers = getattr(layer.domain, "number_format", layer.domain)
    field = (Gaussian if numbers.is_complex else Rational)(numbers)
    d = layer.width

    def total(terms):
        result = field.zero
        for term in terms:
            result = field.add(result, term)
        return result

    def matrix_and_shift(x):
        entries = [field.value(e) for e in layer.entries(x)]
        if isinstance(layer, DiagonalLayer):
            A = [[entries[i] if i == j else field.zero for j in range(d)] for i in range(d)]
            return A, entries[d:]
        return [entries[i * d : (i + 1) * d] for i in range(d)], entries[d * d :]

    def times(A, B):
        return [[total(field.mul(A[i][k], B[k][j]) for k in range(d)) for j in range(d)] for i in range(d)]

    def cast(x):
        return field.value(field.cast(x))

    vectors = [[field.value(h) for h in layer.start], *(matrix_and_shift(x)[1] for x in word)]
    terms = []
    for j, b in enumerate(vectors):
        product = None
        for x in word[j:]:
            A, _ = matrix_and_shift(x)
            product = A if product is None else times(A, product)
        if product is None:
            terms.append(b)
            continue
        if casts == "transitions":
            product = [[cast(entry) for entry in row] for row in product]
        term = [total(field.mul(product[i][k], b[k]) for k in range(d)) for i in range(d)]
        terms.append([cast(part) for part in term] if casts == "terms" else term)
    return tuple(field.cast(total(term[i] for term in terms)) for i in range(d))


@pytest.mark.parametrize("casts", ["once", "terms", "transitions"])
@pytest.mark.parametrize("domain", [*FORMATS, *COMPLEX], ids=str)
def test_against_the_convolutional_form(domain, casts):
    for layer in layers_over(domain):
        state = Flattened(casts).on(layer)
        for word in WORDS:
            assert state(word) == convolution(layer, word, casts)


@pytest.mark.parametrize("casts", ["once", "terms", "transitions"])
@settings(max_examples=25)
@given(word=st.text("xy", max_size=12))
def test_longer_words(casts, word):
    for layer in layers_over(FORMATS[1]):
        assert Flattened(casts).on(layer)(word) == convolution(layer, word, casts)


@pytest.mark.parametrize("casts", Casts)
@pytest.mark.parametrize("domain", EXACT, ids=str)
def test_nothing_is_cast_in_exact_arithmetic(domain, casts):
    for layer in [*layers_over(domain), rotation_layer()]:
        for word in words("xy", 3):
            assert Flattened(casts).on(layer)(word) == layer.run(word)[-1]


def test_the_casts_differ():
    """h -> h/2 + 1/2 from 7 in halves, toward zero: 7/4 + 1/4 + 1/2; 3/2 + 0 + 1/2; 0 * 7 + 1/2 * 1/2 + 1/2 = 3/4."""
    numbers = FixedPoint(3, 1, Rounding.TOWARD_ZERO, Overflow.SATURATE)
    half = (numbers.parse("1/2"),)
    layer = DiagonalLayer(numbers, (numbers.parse("7"),), {"x": half}, {"x": half})
    found = [numbers.text(*Flattened(casts).on(layer)("xx")) for casts in Casts]
    assert found == ["5/2", "2", "1/2"]


def test_an_exact_state_that_leaves_the_format_and_returns():
    """Doubling twice and halving twice: 3 saturates to 7/2 step by step, and is 3 when flattened."""
    layer = DiagonalLayer(HALVES, (HALVES.parse("3"),), {"2": (HALVES.parse("2"),), "h": (HALVES.parse("1/2"),)})
    assert [HALVES.text(h) for (h,) in layer.run("22hh")] == ["3", "7/2", "7/2", "3/2", "1/2"]
    assert [HALVES.text(*Flattened().on(layer)("22hh"[:t])) for t in range(5)] == ["3", "7/2", "7/2", "7/2", "3"]


def test_names_and_layers():
    assert Flattened() == Flattened("once") == Flattened(Casts.ONCE)
    with pytest.raises(DomainError, match="must be one of once, terms, transitions; got 'twice'"):
        Flattened("twice")
    with pytest.raises(ConstructionError, match="must be affine to be composed; those of a SignLayer aren't"):
        Flattened().on(SignLayer((1,), ((1,),), {"x": (1,)}, sign_of_zero=0))


def test_infinities_have_no_exact_value():
    numbers = domain_from_name("binary16")
    layer = DiagonalLayer(numbers, (numbers.parse("inf"),), {"x": (numbers.one,)})
    with pytest.raises(DomainError, match=r"infinity or NaN is no number|infinities and NaN are no numbers"):
        Flattened().on(layer)


@pytest.mark.parametrize("domain", [*FORMATS, *COMPLEX, *EXACT], ids=str)
def test_exact_numbers_go_there_and_back(domain):
    exact = exact_numbers(domain)
    for layer in layers_over(domain):
        for x in layer.entries("x") + layer.start:
            v = exact.value(x)
            assert exact.domain.check(v) == v
            assert exact.held(v) == exact.cast(v) == x
    twin = exact_layer(layer)
    assert exact_numbers(twin.domain).domain == twin.domain == exact.domain


def test_what_is_not_held():
    half = Fraction(1, 2)
    with pytest.raises(DomainError):
        exact_numbers(EXACT[1]).held(half)  # the integers
    gaussian, field = EXACT[5], exact_numbers(EXACT[5]).domain
    with pytest.raises(DomainError, match="parts of a Gaussian integer must be integers, got 0 and 1/2"):
        exact_numbers(gaussian).held(field.parse("[0,1/2]"))
    for domain, value in ((HALVES, Fraction(1, 3)), (COMPLEX[1], field.parse("[0,1/3]"))):
        with pytest.raises(DomainError, match="does not hold 1/3"):
            exact_numbers(domain).held(value)


def test_recast_keeps_weights_and_readouts():
    rationals = EXACT[0]
    layer = DiagonalLayer(rationals, (Fraction(1),), {"x": (Fraction(1, 2),)}, {"x": (Fraction(1),)})
    model = Model("x", [Block(layer, lambda h, x: h)])
    exact = run(model, "xxx").outputs
    assert exact == ((Fraction(3, 2),), (Fraction(7, 4),), (Fraction(15, 8),))
    halves = recast(model, Rounded(HALVES, "once"), weights="held")
    assert run(halves, "xxx").outputs == ((Fraction(3, 2),), (Fraction(3, 2),), (Fraction(3, 2),))
    assert run(halves, "xxx").states[-1] == ((3,),)
    back = recast(halves, rationals, weights="held")  # readouts still see what they were written for
    assert run(back, "x").outputs == exact[:1]
    with pytest.raises(DomainError, match="does not hold 7/4"):
        run(back, "xx")
    coarse = NearestOf.of(0, 1, 2)
    with pytest.raises(DomainError, match="does not hold 1/2"):
        run(recast(model, coarse, weights="held"), "x")
    assert run(recast(model, coarse, weights="rounded"), "xx").outputs == ((Fraction(1),), (Fraction(1),))
    turns = Model("xy", [Block(rotation_layer(), lambda h, x: h)])
    assert run(recast(turns, HALVES, weights="held"), "xy") == run(turns, "xy")


def test_recast_of_dense_layers_runs_the_same_weights():
    for layer in layers_over(HALVES):
        model = Model("xy", [Block(layer, lambda h, x: h)])
        wide = recast(model, FixedPoint(20, 12, Rounding.FLOOR, Overflow.ERROR), weights="held")
        once = recast(model, Rounded(HALVES, "once"), weights="held")
        for word in words("xy", 4):
            assert run(once, word) == run(model, word)
        wide_layer = wide.blocks[0].layer
        assert [2**11 * HALVES.check(e) for e in layer.entries("y")] == list(wide_layer.entries("y"))


def test_bad_recasts():
    model = Model("xy", [Block(next(layers_over(EXACT[0])), lambda h, x: h)])
    with pytest.raises(DomainError, match=r"numbers of Q are no numbers of Z/6"):
        recast(model, EXACT[2], weights="held")
    with pytest.raises(DomainError, match=r"numbers of Q are no numbers of Q\(zeta_4\)"):
        recast(model, ComplexOver(HALVES, "once"), weights="rounded")
    with pytest.raises(ConstructionError, match="weights must be held or rounded, got 'cut'"):
        recast(model, HALVES, weights="cut")
