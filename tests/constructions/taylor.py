"""Pi, cosine and sine to hundreds of digits, by series in integers: another way than the one that is tested."""

from fractions import Fraction
from functools import cache

BITS = 1200
ONE = 1 << BITS
ERROR = Fraction(1 << 40, ONE)  # far more than a few hundred terms, each cut off, are off by


def _arctan_of_inverse(n):
    total, power, k = 0, ONE // n, 0
    while power:
        total += (-1) ** k * (power // (2 * k + 1))
        power //= n * n
        k += 1
    return total


_PI = 4 * (4 * _arctan_of_inverse(5) - _arctan_of_inverse(239))  # Machin
PI = Fraction(_PI, ONE)


@cache
def cosine_and_sine(turn):
    """cos and sin of 2 pi ``turn``, to within ERROR."""
    x = 2 * _PI * turn.numerator // turn.denominator
    parts, term, k = [0, 0], ONE, 0
    while term:
        parts[k % 2] += -term if k % 4 > 1 else term
        k += 1
        term = term * x // ONE // k
    return Fraction(parts[0], ONE), Fraction(parts[1], ONE)
