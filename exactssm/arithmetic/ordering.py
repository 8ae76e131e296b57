"""Order and modulus in the exact domains of characteristic 0: signs of real numbers, |x|^2, roots of unity.

Whether a number is zero is decided by its coefficients. The sign of a real number of Q(zeta_n) that is not zero is
then read off an enclosure: the sum of c_i cos(2 pi i / n) in ball arithmetic, whose precision is doubled until the ball
excludes zero, as it must at some precision. An enclosure that holds zero decides nothing, so no sign is ever guessed.

|x|^2 stands for |x|, which may lie outside the domain; to compare moduli, compare their squares.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, TypeAlias

from exactssm.arithmetic._primes import prime_divisors
from exactssm.arithmetic._text import excerpt
from exactssm.arithmetic.cyclotomic import Cyclotomic, CyclotomicField
from exactssm.arithmetic.domain import Domain, Element, power
from exactssm.arithmetic.gaussian import GaussianInteger, GaussianIntegers
from exactssm.arithmetic.integers import Integers
from exactssm.arithmetic.rational import Rationals
from exactssm.errors import DomainError

__all__ = ["ComplexDomain", "check_complex", "compare", "conjugate", "modulus_squared", "order_of_unity", "sign"]

ComplexDomain: TypeAlias = Rationals | Integers | GaussianIntegers | CyclotomicField
"""The exact domains inside the complex numbers."""

FIRST_PRECISION: Final = 64  #: bits beyond those of the coefficients, in the first attempt at a sign


def check_complex(domain: Domain) -> ComplexDomain:
    """``domain`` itself. Raises DomainError, unless it is an exact domain inside the complex numbers."""
    if isinstance(domain, ComplexDomain):
        return domain
    raise DomainError(f"moduli and signs need Q, Z, Z[i] or Q(zeta_n), exact complex numbers; not {domain}")


def conjugate(domain: ComplexDomain, x: Element) -> Element:
    """The complex conjugate of ``x``."""
    if isinstance(domain, GaussianIntegers | CyclotomicField):
        return domain.conjugate(x)
    return domain.check(x)


def modulus_squared(domain: ComplexDomain, x: Element) -> Element:
    """|x|^2, a real number of the same domain.

    >>> modulus_squared(GaussianIntegers(), GaussianInteger(3, 4))
    GaussianInteger(real=25, imaginary=0)
    """
    return domain.mul(x, conjugate(domain, x))


def sign(domain: ComplexDomain, x: Element) -> int:
    """-1, 0 or 1, as the real number ``x`` is below, at or above zero.

    >>> field = CyclotomicField(8)
    >>> root_of_2 = field.add(field.zeta(1), field.zeta(-1))
    >>> sign(field, field.add(root_of_2, field.element(Fraction(-141421356237, 10**11))))
    1

    Raises: DomainError, if ``x`` is not real.
    """
    if domain.check(x) != conjugate(domain, x):
        raise DomainError(f"only real numbers have signs; {excerpt(x)} of {domain} is not real")
    if isinstance(x, Cyclotomic):
        return _sign_of_first(x) if not any(x.coefficients[1:]) else _sign_by_balls(x)
    number: int | Fraction = x.real if isinstance(x, GaussianInteger) else x
    return (number > 0) - (number < 0)


def _sign_of_first(x: Cyclotomic) -> int:
    return (x.coefficients[0] > 0) - (x.coefficients[0] < 0)


def _sign_by_balls(x: Cyclotomic) -> int:
    """The sign of a real irrational number, and so not of zero."""
    from flint import arb, ctx

    precision = FIRST_PRECISION + max(map(abs, x.coefficients)).bit_length()
    while True:
        with ctx.workprec(precision):
            total = arb(0)
            for c, cosine in zip(x.coefficients, _cosines(x.conductor, precision), strict=False):
                if c:
                    total += arb(c) * cosine
            if total > 0:
                return 1
            if total < 0:
                return -1
        precision *= 2


@lru_cache(maxsize=256)
def _cosines(conductor: int, precision: int) -> tuple[Any, ...]:
    """Balls around cos(2 pi i / n), the real parts of zeta^i, one for each coefficient."""
    from flint import arb, ctx, fmpq

    with ctx.workprec(precision):
        return tuple(arb.cos_pi_fmpq(fmpq(2 * i, conductor)) for i in range(CyclotomicField(conductor).degree))


def compare(domain: ComplexDomain, x: Element, y: Element | int | Fraction) -> int:
    """-1, 0 or 1, as x < y, x = y or x > y, real numbers both; ``y`` may be any rational number.

    >>> compare(Integers(), 2, Fraction(5, 2)), compare(Rationals(), Fraction(1, 2), Fraction(1, 2))
    (-1, 0)

    Raises: DomainError, if one is not real, or ``y`` is neither rational nor an element.
    """
    if type(y) is Fraction or type(y) is int:  # x - p/q has the sign of q x - p, which needs no division
        scaled = domain.mul(domain.element(y.denominator), x)
        return sign(domain, domain.add(scaled, domain.element(-y.numerator)))
    return sign(domain, domain.add(x, domain.neg(y)))


def order_of_unity(domain: ComplexDomain, x: Element) -> int | None:
    """The least positive exponent at which the power of ``x`` is 1; None, if ``x`` is no root of unity.

    The roots of unity of Q(zeta_n) are the powers of zeta_n, and their negatives: one power decides.

    >>> field = CyclotomicField(12)
    >>> [order_of_unity(field, x) for x in (field.zeta(10), field.one, field.zero)]
    [6, 1, None]
    >>> gaussian = CyclotomicField(4)  # |3/5 + 4/5 i| is 1, but no power is
    >>> order_of_unity(gaussian, gaussian.parse("[3/5,4/5]")) is None
    True
    """
    if isinstance(domain, CyclotomicField):
        order = domain.conductor * (1 + domain.conductor % 2)
    else:
        order = 4 if isinstance(domain, GaussianIntegers) else 2
    if power(domain, x, order) != domain.one:
        return None
    for p in prime_divisors(order):
        while order % p == 0 and power(domain, x, order // p) == domain.one:
            order //= p
    return order
