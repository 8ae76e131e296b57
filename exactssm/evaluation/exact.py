"""The exact numbers behind an arithmetic: where a sum is taken before it is cast, and how the same weights move."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import lcm
from typing import Any, Literal, NamedTuple

from exactssm.arithmetic import (
    ComplexOver,
    Cyclotomic,
    CyclotomicField,
    Domain,
    Element,
    GaussianInteger,
    GaussianIntegers,
    Integers,
    Rationals,
    Rounded,
)
from exactssm.arithmetic.moment import is_number_format
from exactssm.errors import ConstructionError, DomainError
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, Layer, RotationLayer, SignLayer
from exactssm.layers.layer import Vector
from exactssm.machine import Symbol
from exactssm.models import Block, Model, OutputReadout, Readout

__all__ = ["Exact", "exact_layer", "exact_numbers", "recast"]

_GAUSSIAN = CyclotomicField(4)


class Exact(NamedTuple):
    """How an arithmetic's elements lie in an exact one."""

    domain: Domain  #: Q for real formats and integers, Q(i) for complex ones; any other exact arithmetic itself
    value: Callable[[Element], Element]  #: an element's exact value, in ``domain``
    cast: Callable[[Element], Element]  #: the element that an exact value becomes, rounded
    held: Callable[[Element], Element]  #: the element of exactly this value; DomainError, if there is none


def exact_numbers(domain: Domain) -> Exact:
    """The exact arithmetic that ``domain`` rounds, or ``domain`` itself where nothing is rounded.

    >>> from exactssm.arithmetic import FixedPoint, Overflow, Rounding
    >>> exact = exact_numbers(FixedPoint(2, 1, Rounding.FLOOR, Overflow.SATURATE))
    >>> exact.value(3), exact.cast(Fraction(5, 3)), str(exact.domain)
    (Fraction(3, 2), 3, 'Q')

    The values of infinities and NaN raise DomainError; a zero has no sign here, and is cast to the unsigned one.
    """
    numbers = domain.number_format if isinstance(domain, Rounded) else domain
    if isinstance(numbers, ComplexOver):
        parts = numbers

        def held(value: Cyclotomic) -> Element:
            return parts.number(*_parts(value))

        return Exact(_GAUSSIAN, lambda x: _gaussian(*parts.decode(x)), lambda v: parts.round(_parts(v)), held)
    if is_number_format(numbers):
        rounding: Any = numbers
        return Exact(Rationals(), rounding.decode, rounding.round, rounding.element)
    if isinstance(numbers, Integers):
        return Exact(Rationals(), lambda x: Fraction(numbers.check(x)), numbers.element, numbers.element)
    if isinstance(numbers, GaussianIntegers):
        return Exact(_GAUSSIAN, _from_gaussian_integer, _to_gaussian_integer, _to_gaussian_integer)
    return Exact(numbers, numbers.check, numbers.check, numbers.check)


def _gaussian(real: Fraction, imaginary: Fraction) -> Cyclotomic:
    """In lowest terms: a prime power of the denominator's comes whole from one of the two fractions."""
    d = lcm(real.denominator, imaginary.denominator)
    return Cyclotomic(4, tuple(x.numerator * (d // x.denominator) for x in (real, imaginary)), d)


def _parts(value: Cyclotomic) -> tuple[Fraction, Fraction]:
    real, imaginary = (Fraction(c, value.denominator) for c in _GAUSSIAN.check(value).coefficients)
    return real, imaginary


def _from_gaussian_integer(x: Element) -> Cyclotomic:
    checked = GaussianIntegers().check(x)
    return _gaussian(Fraction(checked.real), Fraction(checked.imaginary))


def _to_gaussian_integer(value: Element) -> GaussianInteger:
    real, imaginary = _parts(value)
    if real.denominator != 1 or imaginary.denominator != 1:
        raise DomainError(f"the parts of a Gaussian integer must be integers, got {real} and {imaginary}")
    return GaussianInteger(real.numerator, imaginary.numerator)


def exact_layer(layer: Layer) -> Layer:
    """``layer`` with the same start and weights in exact arithmetic: what rounding makes of a layer, undone.

    Raises: ConstructionError, for a layer of another kind; DomainError, if a weight is an infinity or NaN.
    """
    if isinstance(layer, RotationLayer | SignLayer):
        return layer  # exact as they are
    exact = exact_numbers(_domain(layer))
    return _moved(layer, exact.domain, exact.value)


def recast(model: Model, domain: Domain, *, weights: Literal["held", "rounded"]) -> Model:
    """``model`` computing in ``domain``: the same start states, weights and readouts.

    ``weights`` says what becomes of a start or a weight that ``domain`` doesn't hold: ``held`` raises, ``rounded``
    rounds it. A linear SSM that is read out by its output (`OutputReadout`) moves whole, and computes that there too.
    Readouts are given exact values, as elements of the arithmetic they were written for; DomainError is raised where
    that holds no such value. Rotation and sign layers, exact and narrow, stay as they are.

    >>> from exactssm.arithmetic import FixedPoint, Overflow, Rounded, Rounding
    >>> from exactssm.machine import run
    >>> halve = DiagonalLayer(Rationals(), (Fraction(1),), lambda x: (Fraction(1, 2),))
    >>> model = Model("x", [Block(halve, lambda h, x: str(h[0]))])
    >>> eighths = Rounded(FixedPoint(1, 3, Rounding.NEAREST_EVEN, Overflow.SATURATE), "once")
    >>> run(recast(model, eighths, weights="held"), "xxxx").outputs
    ('1/2', '1/4', '1/8', '0')

    Raises: DomainError, if ``domain`` has no such numbers at all; ConstructionError, for a layer of another kind.
    """
    if weights not in ("held", "rounded"):
        raise ConstructionError(f"weights must be held or rounded, got {weights!r}")
    return Model(model.alphabet, [_recast_block(block, domain, weights == "rounded") for block in model.blocks])


def _recast_block(block: Block, domain: Domain, rounding: bool) -> Block:
    if isinstance(block.layer, RotationLayer | SignLayer):
        return block
    source, target = exact_numbers(_domain(block.layer)), exact_numbers(domain)
    if source.domain != target.domain:
        raise DomainError(f"numbers of {source.domain} are no numbers of {target.domain}, which {domain} is made of")
    enter = target.cast if rounding else target.held

    def move(x: Element) -> Element:
        return enter(source.value(x))

    def moved(readout: Readout) -> Readout:
        return lambda seen, letter: readout(tuple(source.held(target.value(h)) for h in seen), letter)

    if isinstance(block.readout, OutputReadout) and block.readout.ssm.layer is block.layer:
        ssm = block.readout.ssm.moved(domain, move)
        return Block(ssm.layer, OutputReadout(ssm, moved(block.readout.readout)))
    return Block(_moved(block.layer, domain, move), moved(block.readout))


def _domain(layer: Layer) -> Domain:
    if not isinstance(layer, DiagonalLayer | DenseLayer | ConstantLayer):
        raise ConstructionError(f"a layer must be h' = A(x) h + b(x) to be evaluated so, got a {type(layer).__name__}")
    return layer.domain


def _moved(layer: Layer, domain: Domain, move: Callable[[Element], Element]) -> Layer:
    """``layer`` over ``domain``, with every element moved there."""
    width = layer.width

    def weights(letter: Symbol) -> Vector:
        return tuple(map(move, layer.entries(letter)))

    def drive(letter: Symbol) -> Vector:
        return weights(letter)[-width:]

    def decay(letter: Symbol) -> Vector:
        return weights(letter)[:width]

    def matrix(letter: Symbol) -> tuple[Vector, ...]:
        entries = weights(letter)
        return tuple(entries[i : i + width] for i in range(0, width * width, width))

    start = tuple(map(move, layer.start))
    if isinstance(layer, DiagonalLayer):
        return DiagonalLayer(domain, start, decay, drive)
    if isinstance(layer, ConstantLayer):
        return ConstantLayer(domain, start, tuple(tuple(map(move, row)) for row in layer.matrix), drive)
    return DenseLayer(domain, start, matrix, drive)
