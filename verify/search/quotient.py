"""Endless layers, decided for all lengths by a finite image: the layer read modulo an integer m.

A diagonal layer over Z, or over the integers of a cyclotomic field, may have endlessly many states. Reduction modulo m
is a homomorphism of rings, so it takes each step h' = a h + b to the same step in the finite ring. If some readout of
the *reduced* states is right on all words, which product reachability decides, then so is the readout of the layer that
reduces its state first. The converse doesn't hold: that no readout works modulo m says nothing, and then two words that
meet modulo m are tried on the layer itself.

Source: ours, on 2603.01959, one-layer theorem, with numbers that grow with the word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from exactssm.arithmetic import (
    CyclotomicField,
    CyclotomicResidues,
    GaussianInteger,
    GaussianIntegers,
    Integers,
    Rationals,
    ResidueRing,
)
from exactssm.arithmetic.cyclotomic import Cyclotomic
from exactssm.arithmetic.domain import Domain, Element
from exactssm.errors import CertificateError, ConstructionError, DomainError
from exactssm.layers import DiagonalLayer
from exactssm.layers.layer import Vector
from exactssm.machine import Machine, Symbol, run
from exactssm.models import Block, Model
from verify.decision import COLLISION, decide_every_readout
from verify.search.reachability import DEFAULT_BUDGET
from verify.search.readouts import ClosedReadout
from verify.trace import Collision
from verify.verdict import Inconclusive, Proved, Refuted

__all__ = ["ReadModulo", "decide_modulo", "find_modulus", "reduced", "reduction"]

Reduction: TypeAlias = tuple[Domain, Callable[[Element], Element]]


@dataclass(frozen=True)
class ReadModulo:
    """A proof that a layer meets a task if it is read out modulo ``modulus``: the readout of the reduced layer, proved
    closed."""

    modulus: int
    closed: ClosedReadout

    def check(self, model: Machine, task: Machine) -> None:
        """Raise CertificateError, unless it proves that some readout of ``model``'s states meets ``task``.

        Raises: SymbolError, unless both machines read the same alphabet.
        """
        try:
            image = reduced(model, self.modulus)
        except (ConstructionError, DomainError) as error:
            raise CertificateError(f"the model must be one that can be reduced: {error}") from error
        self.closed.check(image, task)


def reduction(domain: object, modulus: int) -> Reduction:
    """The finite ring that ``domain`` has modulo ``modulus``, and the homomorphism to it.

    >>> ring, reduce = reduction(Integers(), 9)
    >>> str(ring), reduce(-4)
    ('Z/9', 5)

    It is defined on integers, for Q on those with denominators prime to the modulus.

    Raises: DomainError, if the modulus is below 2, or ``domain`` is none of Z, Q, Z[i] and Q(zeta_n); the homomorphism,
    where it isn't defined.
    """
    if isinstance(domain, Integers | Rationals):
        residues = ResidueRing(modulus)
        return residues, lambda x: residues.element(Fraction(domain.check(x)))
    if isinstance(domain, GaussianIntegers):
        gaussian = CyclotomicResidues(4, modulus)

        def reduce(x: Any) -> Element:
            checked: GaussianInteger = domain.check(x)
            return gaussian.reduce(Cyclotomic(4, (checked.real, checked.imaginary)))

        return gaussian, reduce
    if isinstance(domain, CyclotomicField):
        ring = CyclotomicResidues(domain.conductor, modulus)
        return ring, ring.reduce
    raise DomainError(f"only Z, Q, Z[i] and Q(zeta_n) are reduced modulo an integer, not {domain}")


def reduced(model: Machine, modulus: int) -> Model:
    """The single diagonal layer of ``model`` over the ring modulo ``modulus``, read out as its state.

    >>> layer = DiagonalLayer(Integers(), (1,), {"s": (-1,), "r": (1,)}, {"s": (0,), "r": (3,)})
    >>> image = reduced(Model("sr", [Block(layer, lambda h, x: h)]), 9)
    >>> run(image, "rrrs").outputs
    ((4,), (7,), (1,), (8,))

    Raises: ConstructionError, unless it is a stack of one diagonal layer; DomainError, as `reduction`.
    """
    if (
        not isinstance(model, Model)
        or model.depth != 1
        or not isinstance(layer := model.blocks[0].layer, DiagonalLayer)
    ):
        raise ConstructionError("what is read modulo an integer must be a stack of one diagonal layer")
    ring, reduce = reduction(layer.domain, modulus)
    decay: dict[Symbol, Vector] = {}
    drive: dict[Symbol, Vector] = {}
    for x in model.alphabet:
        entries = tuple(map(reduce, layer.entries(x)))
        decay[x], drive[x] = entries[: layer.width], entries[layer.width :]
    image = DiagonalLayer(ring, tuple(map(reduce, layer.start)), decay, drive)
    return Model(model.alphabet, [Block(image, lambda h, x: h)])


def decide_modulo(
    model: Machine, task: Machine, modulus: int, *, max_pairs: int = DEFAULT_BUDGET
) -> Proved | Refuted | Inconclusive:
    """Decide whether some readout of ``model``'s state modulo ``modulus``, and the letter, meets ``task``.

    `Proved`, with a `ReadModulo`: one does, on words of every length, though the states have no end. `Refuted`: two
    words that meet modulo ``modulus`` meet in the model itself, so that no readout at all is right. `Inconclusive`
    otherwise: they meet modulo ``modulus`` only, or a budget ran out.

    >>> from exactssm.algebra import group
    >>> from exactssm.tasks import WordProblem
    >>> s3 = group("S3")
    >>> s, r = s3.element("(1,2)"), s3.element("(1,2,3)")
    >>> layer = DiagonalLayer(Integers(), (1,), {s: (-1,), r: (1,)}, {s: (0,), r: (3,)})
    >>> model = Model((s, r), [Block(layer, lambda h, x: h)])
    >>> print(decide_modulo(model, WordProblem(s3, (s, r)), 9))
    proved for words of every length (quotient modulo 9, 6 pairs)
    >>> print(decide_modulo(model, WordProblem(s3, (s, r)), 3))
    inconclusive: two words with different answers meet modulo 3: 2 and 3 2

    Raises: ConstructionError, DomainError, as `reduced`; SymbolError, unless both machines read the same alphabet.
    """
    verdict = decide_every_readout(reduced(model, modulus), task, max_pairs=max_pairs)
    if isinstance(verdict, Proved):
        assert isinstance(verdict.certificate, ClosedReadout)
        return Proved(f"quotient modulo {modulus}", verdict.pairs, ReadModulo(modulus, verdict.certificate))
    if not isinstance(verdict, Refuted):
        return Inconclusive(str(verdict))
    met = verdict.trace
    assert isinstance(met, Collision)
    first, second = (run(model, word).states[-1] for word in (met.first, met.second))
    if first == second:
        return Refuted(COLLISION, Collision(met.first, met.second, first, met.demanded), verdict.pairs)
    both = " and ".join(" ".join(map(str, word)) for word in (met.first, met.second))
    return Inconclusive(f"two words with different answers meet modulo {modulus}: {both}")


def find_modulus(
    model: Machine, task: Machine, moduli: Iterable[int], *, max_pairs: int = DEFAULT_BUDGET
) -> int | None:
    """The first of ``moduli`` by which `decide_modulo` proves ``model``; None, if none does or the model is refuted.

    Raises: as `decide_modulo`.
    """
    for modulus in moduli:
        verdict = decide_modulo(model, task, modulus, max_pairs=max_pairs)
        if isinstance(verdict, Proved):
            return modulus
        if isinstance(verdict, Refuted):
            return None
    return None
