from __future__ import annotations

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from exactssm.arithmetic._primes import PROVED_BY_MILLER_RABIN, is_prime, prime_divisors
from exactssm.errors import DomainError


def test_against_the_sieve_of_eratosthenes():
    limit = 20_000
    sieve = [False, False] + [True] * (limit - 2)
    for p in range(2, limit):
        if sieve[p]:
            sieve[p * p :: p] = [False] * len(sieve[p * p :: p])
    assert [is_prime(n) for n in range(limit)] == sieve


@given(st.integers(0, 2**81))
def test_against_sympy(n):
    assert is_prime(n) == sympy.isprime(n)


# Jaeschke, On strong pseudoprimes to several bases, Math. Comp. 61 (1993), and Sorenson and Webster (2017): the least
# strong pseudoprimes to the first 2, 3, ..., 13 prime bases (some coincide); the last is the bound itself.
PSEUDOPRIMES = [
    1373653,
    25326001,
    3215031751,
    2152302898747,
    3474749660383,
    341550071728321,
    3825123056546413051,
    318665857834031151167461,
    3317044064679887385961981,
]


@pytest.mark.parametrize("n", PSEUDOPRIMES)
def test_strong_pseudoprimes_are_composite(n):
    assert not is_prime(n)


def test_large_primes_are_proved_and_huge_ones_refused():
    assert PSEUDOPRIMES[-1] == PROVED_BY_MILLER_RABIN
    assert is_prime(2**127 - 1)
    assert not is_prime((2**61 - 1) * (2**89 - 1))
    with pytest.raises(DomainError, match="at most 512 bits"):
        is_prime(2**521 - 1)


@given(st.integers(1, 2**60))
def test_prime_divisors(n):
    assert prime_divisors(n) == sorted(sympy.factorint(n))


def test_prime_divisors_of_large_numbers():
    assert prime_divisors(2**1000 * 3**7) == [2, 3]
    assert prime_divisors(6 * (2**127 - 1)) == [2, 3, 2**127 - 1]
    with pytest.raises(DomainError, match="not factored"):
        prime_divisors((2**61 - 1) * (2**89 - 1))
