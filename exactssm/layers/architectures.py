"""Published diagonal layers, as restrictions on the decays of a `DiagonalLayer` over exact numbers.

    S4D                                  the same decay on every letter
    Mamba                                exp(Delta(x) Lambda), real in (0, 1]
    Mamba with underflow                 the same, where the exponential may come out as 0: [0, 1]
    negative Mamba                       2 exp(Delta(x) Lambda) - 1, real in (-1, 1]
    negative Mamba with underflow        the same with -1, where the exponential underflows: [-1, 1]
    AUSSM                                exp(i Delta(x) Lambda(x)), on the unit circle
    DCD                                  any complex number

A drive is allowed in each of them. Entries are compared exactly.

Source: 2603.01959 (the comparison of architectures), 2411.12537 (negative Mamba), 2507.05238 (AUSSM).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from exactssm.arithmetic.domain import Element
from exactssm.arithmetic.ordering import ComplexDomain, check_complex, compare, conjugate, modulus_squared
from exactssm.errors import DomainError
from exactssm.layers.diagonal import DiagonalLayer
from exactssm.layers.layer import Layer, Vector
from exactssm.machine import Symbol

__all__ = [
    "ARCHITECTURES",
    "AUSSM",
    "DCD",
    "MAMBA",
    "MAMBA_UNDERFLOW",
    "NEGATIVE_MAMBA",
    "NEGATIVE_MAMBA_UNDERFLOW",
    "S4D",
    "Architecture",
]


@dataclass(frozen=True)
class Architecture:
    """A restriction on the decays of a diagonal layer.

    >>> from fractions import Fraction
    >>> from exactssm.arithmetic import Rationals
    >>> flips = DiagonalLayer(Rationals(), (Fraction(1),), {"0": (Fraction(1),), "1": (Fraction(-1),)})
    >>> NEGATIVE_MAMBA_UNDERFLOW.check(flips, "01")
    >>> NEGATIVE_MAMBA.check(flips, "01")
    Traceback (most recent call last):
    exactssm.errors.DomainError: decays of negative Mamba must be real, in (-1, 1]; that on the letter '1', ...
    """

    name: str
    source: str
    decays: str  #: what a decay must be, in words
    _allows: Callable[[ComplexDomain, Element], bool] = field(repr=False)
    constant: bool = False  #: whether the decay is the same on every letter

    def check(self, layer: Layer, letters: Iterable[Symbol]) -> None:
        """Raise DomainError, naming the letter, the coordinate and the decay, unless the decays that ``layer`` uses
        on ``letters`` are as they must be; or if it is no diagonal layer over exact complex numbers."""
        if not isinstance(layer, DiagonalLayer):
            raise DomainError(f"a layer of {self.name} must be a diagonal one, got a {type(layer).__name__}")
        domain = check_complex(layer.domain)
        first: tuple[Symbol, Vector] | None = None
        for letter in letters:
            decays = layer.entries(letter)[: layer.width]
            first = first or (letter, decays)
            for coordinate, decay in enumerate(decays):
                found = f"that on the letter {letter!r}, coordinate {coordinate}, is {domain.format(decay)}"
                if not self._allows(domain, decay):
                    raise DomainError(f"decays of {self.name} must be {self.decays}; {found}")
                if self.constant and decay != first[1][coordinate]:
                    before = f"{domain.format(first[1][coordinate])} on {first[0]!r}"
                    raise DomainError(f"decays of {self.name} must be {self.decays}; {found}, but {before}")


def _anything(domain: ComplexDomain, decay: Element) -> bool:
    return True


def _on_the_unit_circle(domain: ComplexDomain, decay: Element) -> bool:
    return bool(modulus_squared(domain, decay) == domain.one)


def _real(low: int, *, closed: bool) -> Callable[[ComplexDomain, Element], bool]:
    """Whether a decay is real and between ``low``, itself allowed if ``closed``, and 1."""

    def allows(domain: ComplexDomain, decay: Element) -> bool:
        return (
            bool(decay == conjugate(domain, decay))
            and compare(domain, decay, low) >= (0 if closed else 1)
            and compare(domain, decay, 1) <= 0
        )

    return allows


PAPER = "2603.01959, comparison of architectures"

S4D: Final = Architecture("S4D", PAPER, "the same on every letter", _anything, constant=True)
MAMBA: Final = Architecture("Mamba", PAPER, "real, in (0, 1]", _real(0, closed=False))
MAMBA_UNDERFLOW: Final = Architecture(
    "Mamba with underflow", "2405.17394, non-negative gates", "real, in [0, 1]", _real(0, closed=True)
)
NEGATIVE_MAMBA: Final = Architecture("negative Mamba", PAPER, "real, in (-1, 1]", _real(-1, closed=False))
NEGATIVE_MAMBA_UNDERFLOW: Final = Architecture(
    "negative Mamba with underflow", "2411.12537, eigenvalues in [-1, 1]", "real, in [-1, 1]", _real(-1, closed=True)
)
AUSSM: Final = Architecture("AUSSM", PAPER, "of absolute value 1", _on_the_unit_circle)
DCD: Final = Architecture("DCD", PAPER, "complex numbers", _anything)

ARCHITECTURES: Final[Sequence[Architecture]] = (
    S4D,
    MAMBA,
    MAMBA_UNDERFLOW,
    NEGATIVE_MAMBA,
    NEGATIVE_MAMBA_UNDERFLOW,
    AUSSM,
    DCD,
)
