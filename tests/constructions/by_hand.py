"""Groups as permutations, composed by hand: what the tests hold the constructions against."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from exactssm.algebra import Group

Permutation = tuple[int, ...]
ROOT = Path(__file__).parent.parent.parent


def cycles(text: str, points: int) -> Permutation:
    """The permutation of range(points) that ``text`` writes, as "(1,2)(3,4)" or "(12)(34)", points counted from 1."""
    image = list(range(points))
    for cycle in re.findall(r"\(([^)]*)\)", text):
        places = [int(point) - 1 for point in (cycle.split(",") if "," in cycle else cycle)]
        for here, there in zip(places, [*places[1:], *places[:1]], strict=True):
            image[here] = there
    return tuple(image)


def then(points: int, factors: Iterable[Permutation]) -> Permutation:
    """Where the factors, the first one first, take each point."""
    image = tuple(range(points))
    for factor in factors:
        image = tuple(factor[point] for point in image)
    return image


GENERATORS: dict[str, dict[str, Permutation]] = {
    "D4": {"r": (1, 2, 3, 0), "s": (0, 3, 2, 1)},
    "D5": {"r": (1, 2, 3, 4, 0), "s": (0, 4, 3, 2, 1)},
    "C7:C3": {"a": (1, 2, 3, 4, 5, 6, 0), "b": (0, 2, 4, 6, 1, 3, 5)},  # x + 1 and 2 x mod 7
}
DEGREES = {"S2": 2, "S3": 3, "A4": 4, "S4": 4, "S5": 5, "AGL(1,5)": 5}


def quaternion(label: str) -> Permutation:
    """Right multiplication by 1, i, j, k, -1, -i, -j or -k, on these eight in this order."""
    products = {"ij": "k", "jk": "i", "ki": "j", "ji": "-k", "kj": "-i", "ik": "-j", "ii": "-1", "jj": "-1", "kk": "-1"}
    units = ["1", "i", "j", "k", "-1", "-i", "-j", "-k"]

    def times(x: str, y: str) -> str:
        negative = x.startswith("-") != y.startswith("-")
        x, y = x.removeprefix("-"), y.removeprefix("-")
        z = y if x == "1" else x if y == "1" else products[x + y]
        return z.removeprefix("-") if negative and z.startswith("-") else "-" + z if negative else z

    return tuple(units.index(times(x, label)) for x in units)


def realised(structure: Group) -> list[Permutation]:
    """A permutation for each element, read off its label: the same group, as nobody computed it but this file."""
    name = structure.name
    if name == "Q8":
        return [quaternion(label) for label in structure.labels]
    if name in DEGREES:
        return [cycles(label, DEGREES[name]) for label in structure.labels]
    if name.startswith("["):
        points = max((int(n) for label in structure.labels for n in re.findall("[0-9]+", label)), default=1)
        return [cycles(label, points) for label in structure.labels]
    letters = GENERATORS[name]
    found = []
    for label in structure.labels:
        factors = []
        for power in label.split("*"):
            base, _, exponent = power.partition("^")
            factors += [letters[base]] * int(exponent or 1) if base != "e" else []
        found.append(then(len(next(iter(letters.values()))), factors))
    return found


def products(structure: Group, word: Iterable[int], newest_first: bool = False) -> list[int]:
    """The product of each non-empty prefix of ``word``, by permutations."""
    images = realised(structure)
    number = {image: x for x, image in enumerate(images)}
    assert len(number) == structure.order
    product, found = images[0], []
    for x in word:
        pair = (images[x], product) if newest_first else (product, images[x])
        product = then(len(product), pair)
        found.append(number[product])
    return found


def solvable_groups() -> Iterator[tuple[str, int, list[int]]]:
    """For each solvable group in the library: its number, its derived length, and the rank of each factor of its
    derived series, the most prime powers of one prime among GAP's invariants."""
    path = ROOT / "exactssm" / "algebra" / "data" / "small-groups.csv"
    with path.open(encoding="ascii") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if (length := int(row["derived_length"])) >= 0:
                factors = re.findall(r"\[ *([0-9][0-9, ]*)\]", row["abelian_invariants_of_factors"])
                yield f"[{row['order']},{row['id']}]", length, [rank(map(int, f.split(","))) for f in factors]


def rank(prime_powers: Iterable[int]) -> int:
    """How many cyclic groups a product of cyclic groups of these orders needs."""
    primes = Counter(next(p for p in range(2, q + 1) if q % p == 0) for q in prime_powers)
    return max(primes.values())
