"""Models in other arithmetics: equal to layers built there directly; what isn't representable, and what is lost."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.arithmetic import (
    FLOATS,
    CyclotomicField,
    FixedPoint,
    GaloisField,
    Integers,
    MachineInteger,
    Overflow,
    Rationals,
    ResidueRing,
    Rounded,
    Rounding,
    domain_from_name,
)
from exactssm.errors import BudgetExhausted, ConstructionError, DomainError
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, RotationLayer, SignLayer
from exactssm.machine import run
from exactssm.models import (
    LOST,
    Block,
    Model,
    NotRepresentable,
    OfflineCoT,
    OnlineCoT,
    Reinterpreted,
    Think,
    reinterpret,
)
from exactssm.tasks import parity

Z, Q = Integers(), Rationals()
NARROW = FixedPoint(3, 0, Rounding.FLOOR, Overflow.SATURATE)  # -8 .. 7
small = st.integers(-8, 7)
vectors = st.tuples(small, small)
maps = st.fixed_dictionaries({"x": vectors, "y": vectors})
words = st.lists(st.sampled_from("xy"), max_size=8)
domains = st.sampled_from(
    [
        *(Rounded(NARROW, moment) for moment in ("once", "each", "fused")),
        *(Rounded(FLOATS["e4m3fn"], moment) for moment in ("once", "each", "fused")),
        FixedPoint(3, 2, Rounding.NEAREST_EVEN, Overflow.WRAP),
        *(MachineInteger(4), Q, CyclotomicField(4), domain_from_name("complex(bfloat16):each:each")),
    ]
)


def moved(domain, table):
    return {letter: tuple(map(domain.element, row)) for letter, row in table.items()}


@given(domains, vectors, maps, maps, words)
def test_a_diagonal_layer_is_the_one_built_there(domain, start, decay, drive, word):
    layer = Reinterpreted(DiagonalLayer(Z, start, decay, drive), domain)
    there = DiagonalLayer(domain, tuple(map(domain.element, start)), moved(domain, decay), moved(domain, drive))
    assert layer.run(word) == there.run(word)
    assert layer.entries("x") == there.entries("x")
    assert (layer.width, layer.real_width) == (there.width, there.real_width)


@given(domains, vectors, st.fixed_dictionaries({x: st.tuples(vectors, vectors) for x in "xy"}), maps, words)
def test_a_dense_layer_is_the_one_built_there(domain, start, matrix, drive, word):
    matrices = {letter: tuple(tuple(map(domain.element, row)) for row in rows) for letter, rows in matrix.items()}
    there = DenseLayer(domain, tuple(map(domain.element, start)), matrices, moved(domain, drive))
    assert Reinterpreted(DenseLayer(Z, start, matrix, drive), domain).run(word) == there.run(word)
    same_matrix = ConstantLayer(Z, start, matrix["x"], drive)
    there = ConstantLayer(domain, tuple(map(domain.element, start)), matrices["x"], moved(domain, drive))
    assert Reinterpreted(same_matrix, domain).run(word) == there.run(word)


@given(st.integers(-1, 1), maps, words)
def test_a_sign_layer_is_the_same_where_no_sum_overflows(zero, drive, word):
    layer = SignLayer((0, 1), ((2, -3), (-1, 0)), drive, sign_of_zero=zero)
    for domain in (
        Z,
        Q,
        MachineInteger(8),
        Rounded(FLOATS["bfloat16"], "each"),
        domain_from_name("complex(binary16):once"),
    ):
        there = Reinterpreted(layer, domain)
        assert [there.original_state(h) for h in there.run(word)] == layer.run(word)


def test_a_sign_is_that_of_the_sum_in_the_arithmetic():
    """2 * 1 + 7 = 9 wraps to -7 in four bits, and saturates to 7."""
    layer = SignLayer((1,), ((2,),), {"x": (7,)}, sign_of_zero=0)
    assert layer.run("x")[-1] == (1,)
    for domain, sign in ((MachineInteger(4), -1), (NARROW, 1), (MachineInteger(5), 1)):
        there = Reinterpreted(layer, domain)
        assert there.original_state(there.run("x")[-1]) == (sign,)
    with pytest.raises(NotRepresentable, match="-1, a sign in the layer"):
        Reinterpreted(layer, ResidueRing(16))


def test_a_sum_without_a_sign_is_lost():
    """7 * 2^15 overflows to an infinity in e5m2, whose largest number is 57344; an infinity is read as no number."""
    layer = SignLayer((1,), ((57344,),), {"x": (57344,)}, sign_of_zero=0)
    there = Reinterpreted(layer, FLOATS["e5m2"])
    assert there.run("xx")[1:] == [(LOST,), (LOST,)]


@pytest.mark.parametrize("order", [2, 3, 4, 6])
def test_a_rotation_stands_for_roots_of_unity(order):
    layer = RotationLayer((order,), angle={"x": (1,), "y": (order - 1,)})
    held = {2: ("Q", "int4", "bfloat16", "complex(e5m2):each"), 4: ("Q(zeta_4)", "Z[i]", "complex(e4m3fn):once:fused")}
    for name in (*held[2], *held[4]):
        domain = domain_from_name(name)
        there = Reinterpreted(layer, domain)
        if order == 2 or (order == 4 and name in held[4]) or (order == 4 and name == "complex(e5m2):each"):
            for word in product("xy", repeat=4):
                assert [there.original_state(h) for h in there.run(word)] == layer.run(word)
        else:
            with pytest.raises(NotRepresentable, match="i, in A" if order == 4 else f"zeta_{order}, in A"):
                there.step(there.start, "x")


def counter(modulus=4, step=1):
    """h' = h + step over Z/m, read out as it is."""
    layer = DiagonalLayer(ResidueRing(modulus), (0,), lambda x: (1,), lambda x: (step,))
    return Model("x", [Block(layer, lambda h, x: h[0])])


@pytest.mark.parametrize(
    ("name", "outputs"),
    [
        ("Z/4", (1, 2, 3, 0, 1, 2)),
        ("fixed:u2.0:floor:wrap", (1, 2, 3, 0, 1, 2)),
        ("fixed:u2.0:floor:saturate", (1, 2, 3, 3, 3, 3)),
        ("fixed:u2.0:floor:error", (1, 2, 3, LOST, LOST, LOST)),
        ("Q", (1, 2, 3, LOST, LOST, LOST)),
        ("Z/8", (1, 2, 3, LOST, LOST, LOST)),
        ("int3", (1, 2, 3, LOST, LOST, LOST)),
        ("e2m1fn", (1, 2, 3, LOST, LOST, LOST)),  # 4 is no residue mod 4
    ],
)
def test_a_counter_by_hand(name, outputs):
    assert run(reinterpret(counter(), domain_from_name(name)), "xxxxxx").outputs == outputs


def test_where_a_value_comes_back_only_overflow_stays_lost():
    """In int3: 1 2 3 -4 -3 -2 -1 0 1. An unknown value is lost for a step, a state that overflows for good."""
    assert run(reinterpret(counter(), MachineInteger(3)), "x" * 9).outputs == (1, 2, 3, LOST, LOST, LOST, LOST, 0, 1)
    error = domain_from_name("fixed:u2.0:floor:error")
    assert run(reinterpret(counter(), error), "x" * 9).outputs[3:] == (LOST,) * 6


def test_what_reads_a_lost_letter_is_lost_for_good():
    above = DiagonalLayer(ResidueRing(2), (0,), lambda x: (0,), lambda x: (1,))  # forgets all that came before
    (block,) = counter().blocks
    stack = Model("x", [block, Block(above, lambda h, x: h[0])])
    assert run(reinterpret(stack, MachineInteger(3)), "x" * 9).outputs == (1, 1, 1, *(LOST,) * 6)


def test_a_readout_that_does_not_know_a_state():
    layer = DiagonalLayer(Z, (0,), lambda x: (1,), lambda x: (1,))
    model = Model("x", [Block(layer, lambda h, x: {1: "one", 2: "two"}[h[0]])])
    assert run(reinterpret(model, NARROW), "xxx").outputs == ("one", "two", LOST)


def test_a_letter_that_a_layer_does_not_know():
    """Layer 1 wraps to -4 after three letters, a value that layer 2's table lacks."""
    (block,) = Model("x", [Block(DiagonalLayer(Z, (0,), lambda x: (1,), lambda x: (1,)), lambda h, x: h[0])]).blocks
    above = DiagonalLayer(Z, (0,), {1: (1,), 2: (1,), 3: (1,)}, {1: (0,), 2: (0,), 3: (0,)})
    stack = Model("x", [block, Block(above, lambda h, x: h[0])])
    assert run(reinterpret(stack, MachineInteger(3)), "x" * 5).outputs == (0, 0, 0, LOST, LOST)


def test_budgets_are_not_taken_for_lost():
    def readout(h, x):
        raise BudgetExhausted("enough")

    model = Model("x", [Block(DiagonalLayer(Z, (0,), lambda x: (1,), lambda x: (1,)), readout)])
    with pytest.raises(BudgetExhausted):
        run(reinterpret(model, Q), "x")


def test_a_zero_with_a_sign_is_zero():
    flip = DiagonalLayer(Z, (0,), lambda x: (-1,), lambda x: (0,))
    model = Model("x", [Block(flip, lambda h, x: h[0])])
    for moment in ("once", "each", "fused"):
        there = reinterpret(model, Rounded(FLOATS["bfloat16"], moment))
        assert run(there, "xxx").outputs == (0, 0, 0)


def test_infinities_are_lost_to_readouts():
    double = DiagonalLayer(Z, (1,), lambda x: (2,), lambda x: (0,))
    model = Model("x", [Block(double, lambda h, x: h[0])])
    outputs = run(reinterpret(model, FLOATS["e5m2"]), "x" * 17).outputs  # 2^15 is the largest power of two
    assert outputs == (*(2**t for t in range(1, 16)), LOST, LOST)


def test_the_constant_that_is_not_representable_is_named():
    half = DiagonalLayer(Q, (Fraction(1, 2),), lambda x: (Fraction(1, 3),), lambda x: (Fraction(0),))
    model = Model("x", [counter().blocks[0], Block(half, lambda h, x: h)])
    with pytest.raises(NotRepresentable, match="not representable in int8: 1/2, a start in layer 2"):
        reinterpret(model, MachineInteger(8))
    there = reinterpret(model, domain_from_name("binary16"))
    with pytest.raises(NotRepresentable, match="1/3, in A on the letter 1 in layer 2") as caught:
        run(there, "x")
    assert caught.value.constant == "1/3, in A on the letter 1 in layer 2"
    assert run(reinterpret(model, Q), "x").outputs == ((Fraction(1, 6),),)


def test_the_same_arithmetic_changes_nothing():
    """Also where elements stand for no numbers: constants and states stay what they are."""
    field = GaloisField(4)
    layer = DiagonalLayer(field, (field.one,), lambda x: (field.generator,), lambda x: (field.one,))
    model = Model("x", [Block(layer, lambda h, x: h)])
    assert run(reinterpret(model, field), "xxxx").outputs == run(model, "xxxx").outputs
    with pytest.raises(DomainError, match="stand for no numbers"):
        reinterpret(model, MachineInteger(8))


def test_chain_of_thought():
    layer = DiagonalLayer(ResidueRing(8), (0,), lambda x: (1,), lambda x: (1,))
    thinking = Model("ab", [Block(layer, lambda h, x: Think("b") if h[0] % 3 else h[0])])
    online = OnlineCoT(thinking, inputs="a", limit=2)
    assert run(reinterpret(online, MachineInteger(8)), "aa").outputs == run(online, "aa").outputs == (3, 6)
    assert run(reinterpret(online, MachineInteger(3)), "aa").outputs == (3, LOST)
    offline = OfflineCoT(Model("ab", [Block(layer, lambda h, x: h[0])]), inputs="ab", end="b", limit=2)
    assert isinstance(reinterpret(offline, Q), OfflineCoT)
    assert run(reinterpret(offline, Q), "aab").outputs == (1, 2, 3)


def test_bad_input():
    with pytest.raises(ConstructionError, match="only a stack of layers"):
        reinterpret(parity(), Q)
    for domain in (GaloisField(4), CyclotomicField(12)):
        with pytest.raises(DomainError):
            reinterpret(counter(), domain)
    assert reinterpret(Model("x", []), Q).depth == 0

    class Other:
        domain, start, width, real_width = Z, (0,), 1, 1

    with pytest.raises(ConstructionError, match="layer 1: a Other can't be moved"):
        reinterpret(Model("x", [Block(Other(), lambda h, x: h)]), Q)


def test_a_state_of_another_width_is_refused():
    there = Reinterpreted(DiagonalLayer(Z, (0,), lambda x: (1,), lambda x: (1,)), NARROW)
    with pytest.raises(ConstructionError, match="tuple of 1"):
        there.step((0, 0), "x")
