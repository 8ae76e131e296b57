"""Linear SSMs: both forms over every exact arithmetic, the published layers by hand, and wrong shapes."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.arithmetic import Integers, Rationals, ResidueRing, domain_from_name
from exactssm.errors import ConstructionError, DomainError, SymbolError
from exactssm.evaluation.forms import convolutional_form, recurrent_form
from exactssm.layers import (
    S6,
    CorrectlyRounded,
    FunctionTable,
    LinearSSM,
    Projection,
    diagonalizable,
    s4,
    s4_diagonal,
)
from exactssm.layers.published_ssm import inverse_matrix, matrix_product
from exactssm.machine import run
from exactssm.models import Block, Model

HALF, ONE, ZERO = Fraction(1, 2), Fraction(1), Fraction(0)


def test_the_forms_are_equal_over_every_arithmetic(domains, elements):
    @settings(max_examples=8, deadline=None)
    @given(st.data())
    def check(data):
        domain = data.draw(domains)
        of = elements(domain)
        d, k, diagonal = data.draw(st.integers(1, 2)), data.draw(st.integers(1, 2)), data.draw(st.booleans())

        def draw(height, width):
            return tuple(tuple(data.draw(of) for _ in range(width)) for _ in range(height))

        letters = range(2)
        A = {x: draw(1, d)[0] if diagonal else draw(d, d) for x in letters}
        B, C, D = ({x: draw(*shape) for x in letters} for shape in ((d, k), (k, d), (k, k)))
        embedding = {x: draw(1, k)[0] for x in letters}
        constant = data.draw(st.booleans())
        ssm = LinearSSM(domain, d, k, embedding, A[0] if constant else A, B, C, D, diagonal=diagonal)
        word = data.draw(st.lists(st.sampled_from(letters), max_size=4))
        assert recurrent_form(ssm, word) == convolutional_form(ssm, word)

    check()


def test_the_order_of_the_product_is_noticed():
    """From (0, 1): x swaps the coordinates, y then adds the second to the first."""
    ssm = LinearSSM(
        Integers(),
        2,
        1,
        embedding={"start": (1,), "x": (0,), "y": (0,)},
        A={"start": ((0, 0), (0, 0)), "x": ((0, 1), (1, 0)), "y": ((1, 1), (0, 1))},
        B=((0,), (1,)),
        C=((3, 10),),
        D=((0,),),
    )
    word = ["start", "x", "y"]
    assert recurrent_form(ssm, word) == convolutional_form(ssm, word) == [(10,), (3,), (3,)]
    assert convolutional_form(ssm, word, newest_first=False)[-1] == (13,)


def test_a_linear_ssm_is_a_block_of_a_model():
    """Two inputs, two states and two outputs; y_2 = C (A B x_1 + B x_2) + D x_2 by hand."""
    ssm = s4(
        ResidueRing(10),
        {"a": (1, 2), "b": (3, 0)},
        A=((1, 1), (0, 2)),
        B=((1, 0), (0, 1)),
        C=((1, 0), (1, 1)),
        D=((0, 1), (1, 0)),
    )
    model = Model("ab", [Block(ssm.layer, ssm.output)])
    assert run(model, "ab").outputs == ((3, 4), (6, 3))


def test_diagonal_s4_is_dense_s4_with_a_diagonal():
    parts = {"x": (HALF,)}, ((ONE,), (2 * ONE,)), ((ONE, ONE),), ((ZERO,),)
    embedding, B, C, D = parts
    dense = s4(Rationals(), embedding, ((HALF, ZERO), (ZERO, -ONE)), B, C, D)
    diagonal = s4_diagonal(Rationals(), embedding, (HALF, -ONE), B, C, D)
    assert recurrent_form(dense, "xxx") == recurrent_form(diagonal, "xxx") == convolutional_form(diagonal, "xxx")


def test_diagonalizable_matrices_have_their_eigenvectors():
    W, a = ((ONE, ONE), (HALF, -ONE)), {"x": (2 * ONE, -ONE), "y": (ZERO, HALF)}
    ssm = diagonalizable(Rationals(), lambda x: (ONE,), W, a, ((ONE,), (ONE,)), ((ONE, ONE),), ((ZERO,),))
    for letter, eigenvalues in a.items():
        for j, eigenvalue in enumerate(eigenvalues):
            column = tuple(row[j] for row in W)
            image = tuple(sum(x * y for x, y in zip(row, column, strict=True)) for row in ssm.on(letter).A)
            assert image == tuple(eigenvalue * x for x in column)


@pytest.mark.parametrize("name", ["Q", "GF(7)", "Q(zeta_5)"])
def test_inverses(name):
    field = domain_from_name(name)
    matrix = tuple(tuple(map(field.element, row)) for row in ((0, 1, 1), (2, 1, 0), (1, 0, 1)))
    identity = tuple(tuple(field.element(int(i == j)) for j in range(3)) for i in range(3))
    assert matrix_product(field, matrix, inverse_matrix(field, matrix)) == identity


def test_singular_matrices_are_refused():
    W = ((ONE, 2 * ONE), (HALF, ONE))
    with pytest.raises(DomainError, match="W must be invertible; its first 2 columns are linearly dependent"):
        diagonalizable(Rationals(), lambda x: (ONE,), W, (ONE, ONE), ((ONE,), (ONE,)), ((ONE, ONE),), ((ZERO,),))
    with pytest.raises(DomainError, match="over a field; Z/4 is none"):
        inverse_matrix(ResidueRing(4), ((1,),))


def line(weight, bias=ZERO):
    return Projection(((Fraction(weight),),), (Fraction(bias),))


def test_s6_by_hand():
    """delta = 1 + x, A = -1, exp by a table, 1/4 at -2 and 1/16 at -4: Bbar = 1 - Abar, times B = 2 x."""
    exp = FunctionTable("exp", {-2 * ONE: Fraction(1, 4), -4 * ONE: Fraction(1, 16)})
    softplus = FunctionTable("softplus", {2 * ONE: 2 * ONE, 4 * ONE: 4 * ONE, 3 * ONE: 3 * ONE})
    embedding = {"1": (ONE,), "3": (3 * ONE,), "2": (2 * ONE,)}
    mamba = S6(embedding, (-ONE,), ONE, line(1), line(2), line(1), exp, softplus)
    assert mamba.step("1").Bbar == ((Fraction(3, 2),),)
    h_1 = Fraction(3, 2)
    h_2 = h_1 / 16 + Fraction(15, 16) * 6 * 3
    assert recurrent_form(mamba.ssm, "13") == [(h_1 + 1,), (3 * h_2 + 3,)] == convolutional_form(mamba.ssm, "13")
    with pytest.raises(DomainError, match="exp is declared at -4, -2; no value is declared at -3"):
        mamba.step("2")


def test_s6_with_correctly_rounded_functions_decays_between_0_and_1():
    binary16 = domain_from_name("binary16")
    exp, softplus = CorrectlyRounded("exp", binary16), CorrectlyRounded("softplus", binary16)
    mamba = S6({x: (Fraction(x),) for x in range(-2, 3)}, (-ONE, -HALF), ZERO, line(1), *_two(), exp, softplus)
    for x in range(-2, 3):
        step = mamba.step(x)
        assert all(0 < decay < 1 for decay in step.Abar)
        for i, a in enumerate(mamba.a):  # delta cancels
            assert step.Bbar[i][0] == (step.Abar[i] - 1) / a * (i + 1)


def _two():
    two = Projection(((ZERO,), (ZERO,)), (ONE, 2 * ONE))
    return two, two


def test_s6_refuses_what_has_no_inverse():
    identity = line(1)
    with pytest.raises(DomainError, match="no entry of A may be zero in S6, which inverts A; entry 1 is"):
        S6({}, (ONE, ZERO), ZERO, identity, *_two(), lambda x: x, lambda x: x)
    with pytest.raises(DomainError, match="the letter 'x': softplus gave 0"):
        S6({"x": (ZERO,)}, (ONE,), ZERO, identity, identity, identity, lambda x: x, lambda x: x).step("x")
    with pytest.raises(ConstructionError, match="pi_b must give 2 numbers from 1 inputs; it gives 1 from 1"):
        S6({}, (ONE, ONE), ZERO, identity, identity, identity, lambda x: x, lambda x: x)


def test_wrong_shapes():
    one, square = ((1,),), ((1, 0), (0, 1))
    with pytest.raises(ConstructionError, match="A, of 1 rows, must be a tuple of 1"):
        LinearSSM(Integers(), 1, 1, {}, square, one, one, one)
    with pytest.raises(ConstructionError, match="C, row 0 must be a tuple of 2"):
        LinearSSM(Integers(), 2, 1, {}, square, ((1,), (1,)), one, one)
    with pytest.raises(ConstructionError, match="the width of a linear SSM must be an int >= 1, got 0"):
        LinearSSM(Integers(), 0, 1, {}, one, one, one, one)
    ssm = LinearSSM(Integers(), 1, 1, {"a": (1,)}, {"a": ((HALF,),)}, one, one, one)
    with pytest.raises(DomainError, match="A on 'a', row 0, coordinate 0"):
        ssm.on("a")
    with pytest.raises(SymbolError, match="embedding has no entry for the letter 'b'"):
        ssm.on("b")
