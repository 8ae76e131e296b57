"""Numbers that grow with the word: with roots of unity for decays, one diagonal layer tracks exactly the metabelian
groups.

*If.* Let Q = G/G' and let q be the homomorphism from words to Q. The layer keeps q(w), and v(w) in Z[Q]^letters,

    v_0 = 0,    v_t = q(x_t)^-1 (v_{t-1} + e_{x_t}),

the derivatives of Fox and Magnus, read from the right. Multiplication by an element of Q permutes a basis, and is
diagonal in the characters chi of Q: the coordinate of chi and a letter y is h' = chi(x)^-1 (h + [x = y]), a number of
Z[zeta_f], f = exp(Q), of modulus at most t. One character of each orbit of Galois's group is enough, since the others'
coordinates are conjugate to its own; and for q(w) a character for each cyclic factor of Q.

*Proof.* Let K be the kernel of F -> Q, F the free group on the letters. A loop, a word of K, only translates v, by
some T; so T is a homomorphism on K, and zero on [K, K]. K is free on Schreier's generators t_q x t_{qx}^-1, of which
|Q| (letters - 1) + 1 aren't trivial. If their translations are *linearly independent*, which Magnus's embedding says
and is computed here anew, T is zero on [K, K] alone. Let w and w' lead to one state, and z lead q(w) back to 1: then w
z and w' z are loops with one translation, so that they differ by an element of [K, K]. Its value in G is 1, as the
generators have values in G', which commute. So w and w' have one product, and what product it is can be read out.

*Only if.* Let all decays be roots of unity, of order dividing n. A word in which the number of each letter is divisible
by n is a translation of every coordinate. So two such words u and v commute in the layer: u v and v u lead to one
state. Such words generate the kernel of F -> (Z/n)^letters, whose image in G holds G'. If G isn't metabelian, G' isn't
Abelian, so that two words of Schreier's kind, made positive, have products that don't commute: they refute the layer,
whatever its readout, and whatever numbers it computes with.

So states of O(log T) bits on words of T letters double the derived length that one layer can track.

Source: ours, on 2603.01959, one-layer theorem, where the precision may grow. W. Magnus, On a theorem of Marshall Hall,
Ann. of Math. 40 (1939); R. H. Fox, Free differential calculus I, Ann. of Math. 57 (1953).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from math import gcd, lcm
from typing import NamedTuple

from constructions.claim import Case, Claim, Confusion, Kind, Lemma
from exactssm.algebra import AbelianFactor, Group, derived_subgroups, generated_subgroup, group
from exactssm.algebra.library import small_groups
from exactssm.arithmetic import Cyclotomic, CyclotomicField
from exactssm.arithmetic.ordering import check_complex, order_of_unity
from exactssm.errors import CertificateError, ConstructionError, DomainError
from exactssm.layers import DiagonalLayer
from exactssm.layers.layer import Vector
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem

__all__ = [
    "CLAIMS",
    "Dependence",
    "Loop",
    "beyond_metabelian",
    "find_dependence",
    "least_generators",
    "magnus_layer",
    "magnus_model",
    "schreier_loops",
]

Word = tuple[int, ...]
Coordinates = tuple[int, ...]


def least_generators(structure: Group) -> tuple[int, ...]:
    """The first of the smallest sets of elements that generate the group.

    >>> len(least_generators(group("C2^3"))), len(least_generators(group("S4")))
    (3, 2)
    """
    for size in range(structure.order):
        for letters in combinations(range(1, structure.order), size):
            if len(generated_subgroup(structure, letters)) == structure.order:
                return letters
    raise AssertionError("all elements generate the group")


def _abelianisation(structure: Group) -> AbelianFactor:
    commutators = derived_subgroups(structure)[:2][-1]  # of a perfect group there is but one
    return AbelianFactor(structure, tuple(range(structure.order)), commutators)


def magnus_layer(structure: Group, letters: Iterable[int]) -> DiagonalLayer:
    """The layer over Q(zeta_f), f the exponent of G/G', that tracks the products of ``letters`` if G is metabelian.

    First come the characters that keep q, then for each character, one an orbit, a coordinate for each letter.

    >>> s3 = group("S3")
    >>> magnus_layer(s3, least_generators(s3)).width
    5
    """
    letters, factor = tuple(letters), _abelianisation(structure)
    exponent = lcm(1, *factor.orders)
    field = CyclotomicField(exponent)

    def value(character: Coordinates, x: int) -> int:
        """The exponent of zeta_f that ``character`` takes at x."""
        parts = zip(character, factor.coordinates(x), factor.orders, strict=True)
        return sum(c * e * (exponent // order) for c, e, order in parts) % exponent

    basis = [tuple(int(i == j) for j in range(factor.rank)) for i in range(factor.rank)]
    characters = _one_an_orbit(factor.orders, exponent)

    def decay(x: int) -> Vector:
        keep = [field.zeta(value(character, x)) for character in basis]
        return (*keep, *(field.zeta(-value(character, x)) for character in characters for _ in letters))

    def drive(x: int) -> Vector:
        keep = [field.zero] * factor.rank
        turned = [
            field.zeta(-value(character, x)) if x == letter else field.zero
            for character in characters
            for letter in letters
        ]
        return (*keep, *turned)

    start = (field.one,) * factor.rank + (field.zero,) * (len(characters) * len(letters))
    return DiagonalLayer(field, start, {x: decay(x) for x in letters}, {x: drive(x) for x in letters})


def _one_an_orbit(orders: Coordinates, exponent: int) -> list[Coordinates]:
    """The least character of each orbit under multiplication by numbers prime to the exponent."""
    units = [k for k in range(1, exponent + 1) if gcd(k, exponent) == 1]

    def orbit(character: Coordinates) -> set[Coordinates]:
        return {tuple(k * c % order for c, order in zip(character, orders, strict=True)) for k in units}

    return [character for character in product(*map(range, orders)) if character == min(orbit(character))]


def magnus_model(structure: Group, letters: Iterable[int]) -> Model:
    """`magnus_layer` as a machine that puts out its state."""
    letters = tuple(letters)
    return Model(letters, [Block(magnus_layer(structure, letters), lambda h, x: h)])


class Loop(NamedTuple):
    """One of Schreier's generators t_q x t_{qx}^-1, as the word ``there``, then the inverse of ``back``; both end with
    one word that leads back to 1, so that both are positive loops."""

    there: Word
    back: Word


def schreier_loops(letters: Iterable[int], place: dict[int, Coordinates], orders: Coordinates) -> tuple[Loop, ...]:
    """Free generators of the kernel of F -> A, F free on ``letters``; ``place`` gives their images in A, the product of
    cyclic groups of these ``orders``, which they generate.

    Representatives t_q are found breadth first, so that they are closed under prefixes.

    >>> schreier_loops((1,), {1: (1,)}, (3,))
    (Loop(there=(1, 1, 1), back=()),)
    >>> len(schreier_loops((1, 2), {1: (1, 0), 2: (0, 1)}, (2, 2)))
    5
    """
    letters = tuple(letters)

    def move(q: Coordinates, x: int) -> Coordinates:
        return tuple((a + b) % order for a, b, order in zip(q, place[x], orders, strict=True))

    start = (0,) * len(orders)
    to: dict[Coordinates, Word] = {start: ()}
    queue = [start]
    for q in queue:  # which grows while it is read
        for x in letters:
            if (after := move(q, x)) not in to:
                to[after] = (*to[q], x)
                queue.append(after)
    # back to 1: the representative of the inverse
    home = {q: to[tuple(-a % order for a, order in zip(q, orders, strict=True))] for q in queue}
    loops = []
    for q in queue:
        for x in letters:
            after = move(q, x)
            if to[after] != (*to[q], x):
                loops.append(Loop((*to[q], x, *home[after]), (*to[after], *home[after])))
    return tuple(loops)


def _loops_of(structure: Group, letters: Word) -> tuple[Loop, ...]:
    factor = _abelianisation(structure)
    return schreier_loops(letters, {x: factor.coordinates(x) for x in letters}, factor.orders)


@dataclass(frozen=True)
class Dependence:
    """What is missing for `magnus_layer` to track a group: loops whose translations are dependent, or whose values
    don't commute."""

    structure: Group
    letters: Word
    rank: int
    loops: int
    commute: bool

    @property
    def word(self) -> tuple[str, ...]:
        return tuple(self.structure.labels[x] for x in self.letters)

    def as_text(self) -> str:
        what = "commute" if self.commute else "don't commute"
        return f"in {self.structure.name} the {self.loops} loops have rank {self.rank}, and their values {what}"

    def replay(self) -> None:
        """Raise CertificateError, unless it is found again."""
        try:
            found = find_dependence(self.structure, self.letters)
        except DomainError as error:
            raise CertificateError(f"letters must be elements of the group: {error}") from error
        if found != self:
            raise CertificateError(f"it isn't found again: {self.as_text()}")


def find_dependence(structure: Group, letters: Iterable[int]) -> Dependence | None:
    """None, if the proof that `magnus_layer` tracks the products of ``letters`` on words of every length goes through:
    the translations of the loops are independent, and their values commute.

    >>> [find_dependence(group(name), group(name).generators) is None for name in ("S3", "Q8", "A4", "S4")]
    [True, True, True, False]

    Raises: CertificateError, if a loop isn't one: if it does more than translate.
    """
    from flint import fmpz_mat

    letters = tuple(letters)
    layer, loops = magnus_layer(structure, letters), _loops_of(structure, letters)
    rows = []
    for loop in loops:
        there, back = (_translation(layer, word) for word in loop)
        rows.append([a - b for a, b in zip(there, back, strict=True)])
    rank = fmpz_mat(rows).rank() if rows else 0
    inverses = structure.inverses
    values = {structure.mul(structure.product(there), inverses[structure.product(back)]) for there, back in loops}
    commute = all(structure.mul(p, q) == structure.mul(q, p) for p, q in combinations(values, 2))
    if rank == len(loops) and commute:
        return None
    return Dependence(structure, letters, rank, len(loops), commute)


def _translation(layer: DiagonalLayer, word: Word) -> list[int]:
    """By how much the positive loop ``word`` translates each coordinate, as integer coefficients.

    Raises: CertificateError, if it turns one.
    """
    field, state = layer.domain, layer.start
    decay: list[Cyclotomic] = [field.one] * layer.width
    for x in word:
        state = layer.step(state, x)
        decay = [field.mul(a, b) for a, b in zip(layer.entries(x), decay, strict=False)]
    if any(a != field.one for a in decay):
        raise CertificateError(f"a loop must translate every coordinate; {word} doesn't")
    moved = (field.add(h, field.neg(h_0)) for h, h_0 in zip(state, layer.start, strict=True))
    return [c for x in moved for c in x.coefficients]


def beyond_metabelian(layer: DiagonalLayer, task: WordProblem) -> Confusion:
    """Two words that refute any layer whose decays are roots of unity, if the letters generate a group that isn't
    metabelian.

    >>> s4 = group("S4")
    >>> letters = least_generators(s4)
    >>> found = beyond_metabelian(magnus_layer(s4, letters), WordProblem(s4, letters))
    >>> s4.product(found.first) == s4.product(found.second)
    False

    Raises: ConstructionError, unless all decays are roots of unity, and two of the loops don't commute; DomainError,
    unless the layer is over exact complex numbers.
    """
    structure, letters, domain = task.structure, task.letters, check_complex(layer.domain)
    exponent = 1
    for x in letters:
        for a in layer.entries(x)[: layer.width]:
            order = None if a == domain.zero else order_of_unity(domain, a)
            if order is None:
                raise ConstructionError(f"every decay must be a root of unity; {domain.format(a)} isn't")
            exponent = lcm(exponent, order)
    unit = {x: tuple(int(x == y) for y in letters) for x in letters}
    loops = schreier_loops(letters, unit, (exponent,) * len(letters))
    positive = sorted({word for loop in loops for word in loop if word}, key=len)
    for u, v in combinations(positive, 2):
        p, q = structure.product(u), structure.product(v)
        if structure.mul(p, q) != structure.mul(q, p):
            return Confusion((*u, *v, letters[0]), (*v, *u, letters[0]))
    raise ConstructionError(f"two loops of {structure.name} must not commute; all do, as in every metabelian group")


def _modulo(instance: tuple[str, int]) -> Iterator[Case]:
    name, modulus = instance
    structure = group(name)
    letters = least_generators(structure)
    yield Case("generators", magnus_model(structure, letters), WordProblem(structure, letters), modulus=modulus)


def _independent(max_order: int) -> Iterator[Lemma]:
    """For each metabelian group that isn't Abelian."""
    for record in small_groups(max_order):
        if record.derived_length != 2:
            continue
        structure = record.group()
        letters = least_generators(structure)
        check = partial(find_dependence, structure, letters)
        yield Lemma(f"{structure.name} {record.structure}", check, len(_loops_of(structure, letters)), "loops")


def _refuted(name: str) -> Iterator[Case]:
    structure = group(name)
    letters = least_generators(structure)
    task, layer = WordProblem(structure, letters), magnus_layer(structure, letters)
    model = magnus_model(structure, letters)
    yield Case("its own layer", model, task, refutation=partial(beyond_metabelian, layer, task))


SOURCE = "2603.01959, one-layer theorem, with numbers that grow with the word"
PROOF = "constructions.boxes.magnus"

CLAIMS = (
    Claim(
        name="metabelian-modulo",
        source=SOURCE,
        statement="One diagonal layer over Z[zeta_f] with roots of unity for decays tracks metabelian groups on "
        "generators: its states, which have no end, determine the product modulo an integer.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_modulo,
        instances={f"{name}, modulo {m}": (name, m) for name, m in (("S3", 3), ("D4", 4), ("Q8", 4), ("A4", 2))},
        full={
            f"{name}, modulo {m}": (name, m)
            for name, m in (("D5", 5), ("D6", 3), ("C3:C4", 3), ("D7", 7), ("C7:C3", 7))
        },
    ),
    Claim(
        name="metabelian-by-growing-integers",
        source=SOURCE,
        statement="The same layer tracks every metabelian group of these orders, non-Abelian, on a least set of "
        "generators, with numbers of O(log T) bits on words of T letters: the translations of its loops are "
        "independent, and their values commute.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_independent,
        instances={"order at most 16": 16},
        full={"order at most 24": 24, "order at most 60": 60},
    ),
    Claim(
        name="beyond-metabelian",
        source=SOURCE,
        statement="For a group that isn't metabelian the layer of the same construction fails, whatever its readout: "
        "two words refute it, as they do any diagonal layer with roots of unity for decays.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_refuted,
        instances={name: name for name in ("S4", "SL(2,3)", "A5")},
        full={name: name for name in ("GL(2,3)", "S5")},
        every_readout=True,
    ),
)
