"""Finite local rings in logarithms: every element is zero, or a power of one element times a unit.

In Z/p^e an element is p^v u with a unit u, where v = e stands for zero; in GF(q) it is zero (v = e = 1) or a unit. The
units are a product of few cyclic groups, so a unit is a tuple of exponents, its *logarithms*, and products become sums:
of valuations v, which count no further than e, and of logarithms modulo the orders. Units modulo an odd p^e and those
of GF(q) are one cyclic group; those modulo 2^e are the (-1)^s 5^k, s modulo 2 and k modulo 2^(e-2).

Elements are known by their codes, which is how circuits keep them. The code of a residue is the residue itself; that of
an element of GF(p^k) is made of its k coefficients, of as many bits each as p - 1 has.

Source: Ireland and Rosen, A Classical Introduction to Modern Number Theory, chapter 4 §1 (units modulo prime powers).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final, TypeAlias

from exactssm.arithmetic import GaloisField, ResidueRing
from exactssm.arithmetic._primes import prime_divisors
from exactssm.arithmetic.domain import Element
from exactssm.errors import ConstructionError

__all__ = ["MAX_SIZE", "FiniteRing", "LocalRing", "RingCode", "pack", "ring_code"]

FiniteRing: TypeAlias = ResidueRing | GaloisField

MAX_SIZE: Final = 2**12  #: elements of a ring that is written out in tables


@dataclass(frozen=True, eq=False)
class LocalRing:
    """A finite local ring by its codes, ints of ``width`` bits.

    >>> ring = ring_code(ResidueRing(8)).parts[0]
    >>> ring.nilpotency, ring.orders, ring.valuation[6], ring.logs[6], ring.value[1, (1, 1)]
    (3, (2, 2), 1, (1, 1), 6)
    """

    name: str
    moduli: tuple[int, ...]  #: the additive group is the product of the Z/moduli[i]; a code is made of these residues
    nilpotency: int  #: e, the valuation of zero
    orders: tuple[int, ...]  #: of the cyclic groups whose product the units are
    valuation: dict[int, int]  #: code -> v, from 0 to e
    logs: dict[int, tuple[int, ...]]  #: code -> logarithms of a unit u with element = p^v u
    value: dict[tuple[int, tuple[int, ...]], int]  #: v and logarithms -> code
    uniformizer: tuple[dict[int, int], ...]  #: for v < e: code of x -> code of p^v x

    @property
    def widths(self) -> tuple[int, ...]:
        """How many bits of the code each coordinate takes."""
        return tuple((modulus - 1).bit_length() for modulus in self.moduli)

    @property
    def width(self) -> int:
        """The bits of a code."""
        return sum(self.widths)


@dataclass(frozen=True, eq=False)
class RingCode:
    """A finite ring as the product of its local parts: the code of an element is made of the codes of its images."""

    domain: FiniteRing
    parts: tuple[LocalRing, ...]
    codes: dict[Element, tuple[int, ...]]  #: element -> the code of its image in each part

    @property
    def width(self) -> int:
        """The bits of a code."""
        return sum(part.width for part in self.parts)

    def code(self, x: Element) -> int:
        """The code of an element."""
        return pack(zip(self.codes[x], (part.width for part in self.parts), strict=True))


def pack(numbers: Iterable[tuple[int, int]]) -> int:
    """Numbers with their widths in bits, as one number, the first in the lowest bits.

    >>> pack([(1, 2), (3, 2)])
    13
    """
    code = place = 0
    for number, width in numbers:
        code |= number << place
        place += width
    return code


@cache
def ring_code(domain: FiniteRing) -> RingCode:
    """``domain`` by its local parts: one for each prime power of a residue ring's modulus (Chinese remainders), itself
    for a field.

    Raises: ConstructionError, for more than `MAX_SIZE` elements.
    """
    if domain.size > MAX_SIZE:
        raise ConstructionError(
            f"a ring that circuits compute with by tables has at most {MAX_SIZE} elements; {domain} has more"
        )
    if isinstance(domain, GaloisField):
        field = _galois_field(domain)
        return RingCode(domain, (field,), {x: (_galois_code(domain, x),) for x in domain.elements})
    powers = []
    for p in prime_divisors(domain.modulus):
        e = next(e for e in range(1, domain.modulus.bit_length() + 1) if domain.modulus % p ** (e + 1))
        powers.append((p, e))
    codes: dict[Element, tuple[int, ...]] = {x: tuple(x % p**e for p, e in powers) for x in domain.elements}
    return RingCode(domain, tuple(_prime_power(p, e) for p, e in powers), codes)


@cache
def _prime_power(p: int, e: int) -> LocalRing:
    """Z/p^e."""
    modulus = p**e
    if p == 2:
        orders = () if e == 1 else (2,) if e == 2 else (2, 2 ** (e - 2))
        generators = (modulus - 1, 5)[: len(orders)]
    else:
        order = modulus // p * (p - 1)
        orders = (order,)
        generators = (ResidueRing(modulus).root_of_unity(order),)
    unit = {}
    for exponents in product(*map(range, orders)):
        u = 1
        for generator, exponent in zip(generators, exponents, strict=True):
            u = u * pow(generator, exponent, modulus) % modulus
        unit[exponents] = u
    logs_of_unit = {u: exponents for exponents, u in unit.items()}
    assert len(logs_of_unit) == modulus // p * (p - 1), "every unit has logarithms"
    valuation = {x: next(v for v in range(e + 1) if x % p ** min(v + 1, e) or v == e) for x in range(modulus)}
    return LocalRing(
        name=f"Z/{modulus}",
        moduli=(modulus,),
        nilpotency=e,
        orders=orders,
        valuation=valuation,
        logs={x: logs_of_unit[x // p**v if x else 1] for x, v in valuation.items()},
        value={(v, logs): p**v * u % modulus for v in range(e + 1) for logs, u in unit.items()},
        uniformizer=tuple({x: p**v * x % modulus for x in range(modulus)} for v in range(e)),
    )


@cache
def _galois_field(field: GaloisField) -> LocalRing:
    code = {x: _galois_code(field, x) for x in field.elements}
    powers = [field.one]
    while len(powers) < field.order - 1:
        powers.append(field.mul(powers[-1], field.generator))
    zero = code[field.zero]
    orders = (field.order - 1,) if field.order > 2 else ()
    logs = {code[x]: (k,)[: len(orders)] for k, x in enumerate(powers)} | {zero: (0,)[: len(orders)]}
    return LocalRing(
        name=str(field),
        moduli=(field.characteristic,) * field.degree,
        nilpotency=1,
        orders=orders,
        valuation={c: int(c == zero) for c in code.values()},
        logs=logs,
        value={(0, (k,)[: len(orders)]): code[x] for k, x in enumerate(powers)}
        | {(1, (k,)[: len(orders)]): zero for k in range(len(powers))},
        uniformizer=({c: c for c in code.values()},),
    )


def _galois_code(field: GaloisField, x: Element) -> int:
    bits = (field.characteristic - 1).bit_length()
    return pack((c, bits) for c in field.coefficients(x))
