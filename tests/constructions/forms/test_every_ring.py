"""The free ring notices the order of products; violations replay, and forgeries don't."""

from dataclasses import replace

import pytest

from constructions.forms.discretisation import find_uncancelled
from constructions.forms.every_ring import Difference, FreeRing, Shape, find_difference, find_order, generic_ssm
from exactssm.errors import CertificateError, DomainError
from exactssm.evaluation.forms import convolutional_form


def test_the_polynomials_are_those_of_the_definition():
    ring = FreeRing()
    (_, (y,)) = convolutional_form(generic_ssm(ring, Shape(2, 1, 1)), (1, 2))
    A, B1, x1, B2, x2, C, D = map(ring.variable, ("A2_1_1", "B1_1_1", "x1_1", "B2_1_1", "x2_1", "C2_1_1", "D2_1_1"))
    assert (y - (C * A * B1 * x1 + C * B2 * x2 + D * x2)).expand() == 0
    assert (y - (A * C * B1 * x1 + C * B2 * x2 + D * x2)).expand() != 0


def test_two_orders_are_two_polynomials():
    assert find_difference(Shape(3, 1, 1), newest_first=False) == Difference(Shape(3, 1, 1), 3, 1)
    with pytest.raises(CertificateError, match="two polynomials must differ"):
        Difference(Shape(2, 1, 1), 2, 1).replay()
    with pytest.raises(DomainError, match="must be an expression, got 1"):
        FreeRing().check(1)


def test_the_order_matters_by_hand_and_forgeries_do_not():
    """A_3 A_2 takes (0, 1) to (1, 0): the second coordinate stays under A_2 and becomes the first under A_3."""
    found = find_order(3, 2)
    found.replay()
    with pytest.raises(CertificateError, match="the order must matter"):
        replace(found, matrices=(found.matrices[0], found.matrices[1], found.matrices[1])).replay()


def test_uncancelled_delta_replays_and_a_forgery_does_not():
    found = find_uncancelled("e2m1fn")
    found.replay()
    with pytest.raises(CertificateError, match="must be wrong there"):
        replace(found, printed="1").replay()
