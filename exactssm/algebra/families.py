"""The named families of groups. Each function gives a `Recipe`: the order is known before anything is built.

Elements of S_n, A_n and C_n come in the published order of the word-problem data sets (2404.08819): one-line tuples in
lexicographic order, the even ones among them, and 0 .. n-1. All others come breadth-first from their generators.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from math import factorial
from typing import NamedTuple, TypeAlias

from exactssm.algebra.finite_group import Group, direct_product
from exactssm.algebra.permutation import compose, format_cycles, is_even
from exactssm.errors import DomainError

__all__ = [
    "Recipe",
    "affine",
    "alternating",
    "cyclic",
    "dicyclic",
    "dihedral",
    "general_linear",
    "klein_four",
    "quaternion",
    "semidirect",
    "special_linear",
    "symmetric",
]

Pair: TypeAlias = tuple[int, int]
Matrix: TypeAlias = tuple[int, int, int, int]

#: For q = p^k the prime p and coefficients c, lowest power first, of a primitive polynomial X^k - sum c_i X^i over
#: GF(p): X generates the multiplicative group of GF(q). (The Conway polynomials.)
PRIMITIVE: dict[int, tuple[int, tuple[int, ...]]] = {
    4: (2, (1, 1)),
    8: (2, (1, 1, 0)),
    9: (3, (1, 1)),
    16: (2, (1, 1, 0, 0)),
    25: (5, (3, 1)),
    27: (3, (2, 1, 0)),
    32: (2, (1, 0, 1, 0, 0)),
    49: (7, (4, 1)),
    64: (2, (1, 1, 0, 1, 1, 0)),
}


class Recipe(NamedTuple):
    """A group not built yet."""

    name: str
    order: int  #: exact, except that beyond 20! it is only a lower bound
    build: Callable[[], Group]


def symmetric(n: int) -> Recipe:
    """S_n; generators (1 2) and (1 2 ... n)."""
    _require(n >= 1, f"S{n}", "n must be at least 1")

    def build() -> Group:
        swap = (1, 0, *range(2, n))
        cycle = (*range(1, n), 0)
        generators = () if n == 1 else (swap, cycle)
        elements = list(permutations(range(n)))
        return Group.generated(
            f"S{n}", generators, elements[0], compose, format_cycles, elements, max_order=len(elements)
        )

    return Recipe(f"S{n}", factorial(min(n, 20)), build)


def alternating(n: int) -> Recipe:
    """A_n; generators (1 2 3) and, on n points or on the last n-1, a cycle of odd length."""
    _require(n >= 1, f"A{n}", "n must be at least 1")

    def build() -> Group:
        three = (1, 2, 0, *range(3, n))
        cycle = (*range(1, n), 0) if n % 2 else (0, *range(2, n), 1)
        generators = () if n <= 2 else (three, cycle)
        elements = list(filter(is_even, permutations(range(n))))
        return Group.generated(
            f"A{n}", generators, elements[0], compose, format_cycles, elements, max_order=len(elements)
        )

    return Recipe(f"A{n}", max(1, factorial(min(n, 20)) // 2), build)


def cyclic(n: int) -> Recipe:
    """C_n: the residues mod n under addition; generator 1."""
    _require(n >= 1, f"C{n}", "n must be at least 1")

    def build() -> Group:
        return Group.generated(f"C{n}", [1][: n - 1], 0, lambda x, y: (x + y) % n, str, range(n), max_order=n)

    return Recipe(f"C{n}", n, build)


def klein_four() -> Recipe:
    """V_4, as C_2 x C_2."""
    return Recipe("V4", 4, lambda: direct_product(cyclic(2).build(), cyclic(2).build(), name="V4"))


def dihedral(n: int) -> Recipe:
    """D_n, of order 2n: r^n = s^2 = 1, s^-1 r s = r^-1; generators r, s."""
    _require(n >= 1, f"D{n}", "n must be at least 1")
    return Recipe(f"D{n}", 2 * n, lambda: _metacyclic(f"D{n}", n, 2, n - 1, 0, _words("r", "s")))


def dicyclic(n: int) -> Recipe:
    """Dic_n, of order 4n: a^2n = 1, x^2 = a^n, x^-1 a x = a^-1; generators a, x."""
    _require(n >= 1, f"Dic{n}", "n must be at least 1")
    return Recipe(f"Dic{n}", 4 * n, lambda: _metacyclic(f"Dic{n}", 2 * n, 2, 2 * n - 1, n, _words("a", "x")))


def quaternion(order: int) -> Recipe:
    """The quaternion group Q8, generators i, j, with ij = k; and the generalised ones Q16, Q32, ..., as
    Dic_(order/4)."""
    name = f"Q{order}"
    power_of_two = order >= 8 and order & (order - 1) == 0
    _require(
        power_of_two, name, "the order must be 8, 16, 32, ...; a dicyclic group of another order 4n is written Dicn"
    )
    if order == 8:
        units = (("1", "i", "-1", "-i"), ("j", "-k", "-j", "k"))  # a = i, b = j
        return Recipe(name, order, lambda: _metacyclic(name, 4, 2, 3, 2, lambda x: units[x[0]][x[1]]))
    return dicyclic(order // 4)._replace(name=name)


def semidirect(n: int, m: int, multiplier: int | None = None) -> Recipe:
    """C_n : C_m, the semidirect product a^n = b^m = 1, b^-1 a b = a^r, with generators a, b.

    Without a ``multiplier`` r is the least of the residues of the greatest multiplicative order mod n that divides m:
    the action of C_m is then as faithful as it can be. Raises DomainError, if only the trivial action is left, or if
    r^m is not 1 mod n.
    """
    name = f"C{n}:C{m}" if multiplier is None else f"C{n}:{multiplier}:C{m}"
    _require(n >= 1 and m >= 1, name, "both orders must be at least 1")

    def build() -> Group:
        r = _faithful_multiplier(n, m) if multiplier is None else multiplier % n
        _require(pow(r, m, n) == 1 % n, name, f"the multiplier to the power {m} must be 1 mod {n}")
        _require(multiplier is not None or r != 1 % n, name, f"C{m} acts on C{n} only trivially; write C{n}xC{m}")
        return _metacyclic(name, n, m, r, 0, _words("a", "b"))

    return Recipe(name, n * m, build)


def special_linear(q: int) -> Recipe:
    """SL(2,q), q prime: matrices of determinant 1 over GF(q), acting on row vectors, so that pq is the matrix
    product."""
    _require(_is_prime(q), f"SL(2,{q})", "q must be a prime")
    name = f"SL(2,{q})"
    return Recipe(name, q * (q * q - 1), lambda: _matrices(name, q, [(1, 1, 0, 1), (1, 0, 1, 1)]))


def general_linear(q: int) -> Recipe:
    """GL(2,q), q prime: as `special_linear`, with a third generator diag(g, 1) for a primitive root g."""
    _require(_is_prime(q), f"GL(2,{q})", "q must be a prime")

    def build() -> Group:
        scale = [(_primitive_root(q), 0, 0, 1)] if q > 2 else []
        return _matrices(f"GL(2,{q})", q, [(1, 1, 0, 1), (1, 0, 1, 1), *scale])

    return Recipe(f"GL(2,{q})", q * (q * q - 1) * (q - 1), build)


def affine(q: int) -> Recipe:
    """AGL(1,q): the maps h -> ah + b of GF(q), a not 0, as permutations of the q points; generators h -> gh for a
    generator g of the multiplicative group, and h -> h + 1. q is a prime, or one of 4, 8, 9, 16, 25, 27, 32, 49, 64."""
    known = ", ".join(map(str, PRIMITIVE))
    _require(q in PRIMITIVE or _is_prime(q), f"AGL(1,{q})", f"q must be a prime or one of {known}")

    def build() -> Group:
        p, polynomial = PRIMITIVE[q] if q in PRIMITIVE else (q, (_primitive_root(q),))
        k = len(polynomial)

        def times_x(h: int) -> int:
            *low, top = (h // p**i % p for i in range(k))  # the coefficients of h
            shifted = (0, *low)
            return sum((c + top * f) % p * p**i for i, (c, f) in enumerate(zip(shifted, polynomial, strict=True)))

        scale = tuple(map(times_x, range(q)))
        shift = tuple(h - h % p + (h + 1) % p for h in range(q))
        return Group.from_permutations((scale, shift)[q == 2 :], name=f"AGL(1,{q})", max_order=q * (q - 1))

    return Recipe(f"AGL(1,{q})", q * (q - 1), build)


def _require(holds: bool, name: str, what: str) -> None:
    if not holds:
        raise DomainError(f"{name}: {what}")


def _metacyclic(name: str, n: int, m: int, r: int, t: int, label: Callable[[Pair], str]) -> Group:
    """a^n = 1, b^m = a^t, b^-1 a b = a^r, for r^m = 1 and rt = t mod n. Its elements b^j a^i are the pairs (j, i), and
    b^j a^i b^u a^v = b^(j+u) a^(i r^u + v)."""

    def multiply(x: Pair, y: Pair) -> Pair:
        (j, i), (u, v) = x, y
        carry, power = divmod(j + u, m)
        return power, (i * pow(r, u, n) + v + carry * t) % n

    generators = ([(0, 1)] if n > 1 else []) + ([(1, 0)] if m > 1 else [])
    return Group.generated(name, generators, (0, 0), multiply, label, max_order=n * m)


def _words(a: str, b: str) -> Callable[[Pair], str]:
    """The label of b^j a^i."""

    def label(x: Pair) -> str:
        powers = ((b, x[0]), (a, x[1]))
        return "*".join(base if exponent == 1 else f"{base}^{exponent}" for base, exponent in powers if exponent) or "e"

    return label


def _faithful_multiplier(n: int, m: int) -> int:
    best, best_order = 1 % n, 1
    for r in range(2, n):
        if pow(r, m, n) == 1:
            order = next(k for k in range(1, m + 1) if m % k == 0 and pow(r, k, n) == 1)
            if order > best_order:
                best, best_order = r, order
    return best


def _matrices(name: str, q: int, generators: list[Matrix]) -> Group:
    def multiply(x: Matrix, y: Matrix) -> Matrix:
        (a, b, c, d), (e, f, g, h) = x, y
        return (a * e + b * g) % q, (a * f + b * h) % q, (c * e + d * g) % q, (c * f + d * h) % q

    def label(x: Matrix) -> str:
        a, b, c, d = x
        return f"[{a},{b};{c},{d}]"

    return Group.generated(name, generators, (1, 0, 0, 1), multiply, label, max_order=q**4)


def _is_prime(q: int) -> bool:
    """By trial division as far as 10^4; larger q are refused for their order anyway."""
    return q >= 2 and all(q % d for d in range(2, min(q, 10**4)) if d * d <= q)


def _primitive_root(p: int) -> int:
    """The least generator of the multiplicative group mod the prime p."""
    return next(g for g in range(1, p) if all(pow(g, k, p) != 1 for k in range(1, p - 1)))
