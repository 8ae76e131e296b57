"""Primes: a proof of primality, and the prime divisors of the orders that roots of unity have."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from exactssm.errors import DomainError

PROVED_BY_MILLER_RABIN: Final = 3317044064679887385961981
"""Below it, a number that passes Miller-Rabin to the first 13 prime bases is prime.

Source: Sorenson and Webster, Strong pseudoprimes to twelve prime bases, Math. Comp. 86 (2017).
"""

MAX_PRIME_BITS: Final = 512
_BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)


@lru_cache(maxsize=1024)
def is_prime(n: int) -> bool:
    """Whether ``n`` is prime, proved. Raises DomainError above `MAX_PRIME_BITS` bits."""
    if n < 2 or any(n % p == 0 for p in _BASES):
        return n in _BASES
    if n >= PROVED_BY_MILLER_RABIN:
        return _is_large_prime(n)
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_passes(base, odd, twos, n) for base in _BASES)


def _passes(base: int, odd: int, twos: int, n: int) -> bool:
    x = pow(base, odd, n)
    if x in (1, n - 1):
        return True
    for _ in range(twos - 1):
        x = x * x % n
        if x == n - 1:
            return True
    return False


def _is_large_prime(n: int) -> bool:
    if n.bit_length() > MAX_PRIME_BITS:
        raise DomainError(f"a prime must have at most {MAX_PRIME_BITS} bits to be proved, got {n.bit_length()} bits")
    from flint import fmpz

    return bool(fmpz(n).is_prime() == 1)  # FLINT proves it, and answers -1 where it can't


def prime_divisors(n: int) -> list[int]:
    """The primes that divide ``n`` >= 1, ascending. Raises DomainError, if what is left of ``n`` after small primes is
    composite and above 64 bits."""
    found = []
    p = 2
    while p * p <= n and p < 2**12:
        if n % p == 0:
            found.append(p)
            while n % p == 0:
                n //= p
        p += 1 if p == 2 else 2
    if n == 1:
        return found
    if p * p > n or is_prime(n):
        return [*found, n]
    if n >= 2**64:
        raise DomainError(
            f"numbers whose large factors exceed 64 bits are not factored here, got one of {n.bit_length()}"
        )
    from sympy import factorint

    return found + sorted(int(p) for p in factorint(n))
