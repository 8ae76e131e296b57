"""Formulas that are found exactly or not at all, and how circuits' figures are told."""

import pytest

from constructions.circuits.diagonal_circuits import counter
from exactssm.errors import DomainError, FormatError
from verify.circuits.circuit_growth import CircuitSize, Formula, Growth, find_formula, growth_table, measure_growth
from verify.drawing.circuit_growth_picture import draw_growth


def test_formulas_are_exact():
    lengths = range(1, 40)
    assert find_formula([7] * 10) == Formula(0, 1, 1)
    assert find_formula([n * (n + 1) // 2 for n in lengths]) == Formula(2, 1, 1)
    assert find_formula([n**2 + n % 5 for n in lengths]) == Formula(2, 5, 1)
    assert find_formula([100 if n < 4 else n**3 for n in lengths]) == Formula(3, 1, 4)
    assert find_formula([n**3 + (n == 30) for n in lengths]) is None  # a single one too many
    assert find_formula([n**7 for n in lengths]) is None  # beyond what is looked for
    assert find_formula([1, 5, 2]) is None  # too few to say


def test_growth_of_parity():
    growth = measure_growth(counter(2), 14)
    assert [size.depth for size in growth.sizes] == [0, *[4] * 13]
    assert growth.settled == 2
    formula = growth.formula
    assert formula is not None
    assert (formula.degree, formula.period) == (3, 1)
    factor = growth.factor(3)
    assert all(size.wires <= factor * size.length**3 for size in growth.sizes)
    assert any(size.wires > (factor - 1) * size.length**3 for size in growth.sizes)
    # the parity of each prefix takes i gates of i wires, for the sum of squares has the leading term n^3 / 3
    assert str(growth.leading()) == "1/3"
    assert growth.as_json()["formula"]["leading"] == "1/3"
    lines = growth_table(growth).splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert "depth 4 for every length from 2 to 14" in lines


def test_what_follows_no_formula_is_said_without_one():
    growth = Growth(tuple(CircuitSize(n, n, 2**n, 3**n) for n in range(1, 20)))
    assert growth.formula is None
    assert "wires from" not in growth_table(growth)
    assert growth.settled == 19
    with pytest.raises(DomainError, match="no formula"):
        growth.leading()
    with pytest.raises(DomainError, match="at least 1, got 0"):
        measure_growth(counter(2), 0)


def test_a_picture(tmp_path):
    growth = measure_growth(counter(3), 12)
    draw_growth(growth, tmp_path / "growth.png", "modulo 3")
    assert (tmp_path / "growth.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(DomainError, match="at least two lengths"):
        draw_growth(Growth(growth.sizes[:1]), tmp_path / "one.png")
    with pytest.raises(FormatError, match="must end in"):
        draw_growth(growth, tmp_path / "growth.txt")


def test_a_bound_is_fitted_where_there_is_no_formula():
    """n^2 and n^2 + n in Thue and Morse's order, which has no period: a bound of degree 2, and none below."""
    wires = [n**2 + n * (n.bit_count() % 2) for n in range(1, 33)]
    growth = Growth(tuple(CircuitSize(n, 3, n, w) for n, w in enumerate(wires, 1)))
    assert (growth.formula, growth.fitted) == (None, 2)
    assert "no exact formula for the wires; fitted: at most 2 n^2" in growth_table(growth)
    assert growth.as_json()["fitted"] == {"degree": 2, "factor": 2}
    exponential = Growth(tuple(CircuitSize(n, 3, n, 2**n) for n in range(1, 65)))
    assert exponential.fitted is None
    assert Growth(growth.sizes[:7]).fitted is None
