"""One layer of width 4 composes any number of functions, if its arithmetic saturates, or if it rounds.

2604.14501 has it that an L-layer model with d^2 p = o(N / L^3) can't compose L + 3 functions on N elements. The
argument sends what a block of tokens does to a layer's state as one affine map, d^2 + d numbers of p bits. That a block
*is* one such map needs an arithmetic in which sums and products are associative: Z/2^p, a finite field. Once a step
saturates or rounds, it no longer is, and the bound is gone: the two layers below have L = 1, d = 4 and p = O(log N),
and work for every K. Weights and states are numbers of one and the same format, and every coordinate of A h + b is the
exact inner product, brought into the format once.

Both find f(v) in a block of entries i, f(i) by a coordinate that tells whether i = v, as w + f(i) [i = v]. It has to
come out of h by a linear form, and tell one value of v - i from the others on both sides: no affine map of bounded
numbers can, but what a format does at its end, or below its last bit, is not affine.

*Saturating* (`saturating_model`). Let -E be the least number of the format, a = v - i, and

    h = (max(a + 1, 0) - E, max(a, 0) - E, max(a - 1, 0) - E, w - 1)

Subtracting 1 from the first three saturates at -E exactly where a maximum with 0 does, and moves on to i + 1. Their
second difference h_1 - 2 h_2 + h_3 is [a = 0]. At the end of a block w = f(v) is the next v; h_3 is (w - 1) - E,
saturated. Nothing is ever rounded.

*Rounding* (`rounding_model`). With e the least positive number of the format, 2^-f, and c a constant,

    h = (v - i - 2 - c, -[v < i], -[v < i + 1], w - 1 - c) e

The first coordinate counts down; the second takes over the third; the third becomes round(e h_1), where e h_1 is (v - i
- 2 - c) e^2: rounded down, with c = 0, that is 0 or -e by the sign of v - i - 2, as long as -2^f <= v - i - 2 < 2^f; so
the third becomes -[v < i + 2] e, as it has to for i + 1. Rounded to nearest, with c = 2^(f-1), it does the same, a tie
between 0 and -e going to the even 0. The difference of the two in the middle is [v = i] e. Nothing ever overflows:
overflow is an error.

The same weights in exact arithmetic, or with an overflow that wraps, compose nothing: the lower bound is about those.

Source: our reply to 2604.14501, whose definition of finite precision isn't known to us (docs/findings).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.arithmetic import FixedPoint, Overflow, Rationals, Rounding
from exactssm.errors import ConstructionError
from exactssm.evaluation import recast
from exactssm.layers import DenseLayer
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import Symbol
from exactssm.models import Block, Model
from exactssm.tasks import FunctionComposition, UnboundedComposition

__all__ = ["CLAIMS", "rounding_format", "rounding_model", "saturating_format", "saturating_model"]

Task: TypeAlias = UnboundedComposition | FunctionComposition

KEEP = ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))
FORGET = ((0, 0, 0, 0),) * 4


def saturating_format(N: int) -> FixedPoint:
    """Integers of ceil(log2(2N - 2)) bits and a sign, which saturate.

    >>> [len(saturating_format(N).codes) for N in (2, 3, 4, 5, 9, 10)]
    [4, 8, 16, 16, 32, 64]
    """
    return FixedPoint((2 * N - 3).bit_length(), 0, Rounding.FLOOR, Overflow.SATURATE)


def saturating_model(task: Task) -> Model:
    """The weights of the saturating layer, over Q; it does ``task`` in ``saturating_format(N)``.

    >>> from exactssm.machine import run
    >>> task = UnboundedComposition(3)
    >>> model = recast(saturating_model(task), saturating_format(3), weights="held")
    >>> [int(run(model, task.stream(0, [(1, 2, 0)] * K)).outputs[-1]) for K in range(5)]
    [0, 1, 2, 0, 1]

    Raises: ConstructionError, as `rounding_model`.
    """
    check_presentation(task)
    N, low = task.N, saturating_format(task.N).codes.start

    def weights(symbol: Symbol) -> tuple[Any, Any]:
        match _token(symbol):
            case ("start", v):
                return FORGET, (low + v + 1, low + v, low + max(v - 1, 0), -1)
            case (int(i), y) if i == N - 1:
                found = (y, -2 * y, y, 1)
                return (found, found, found, (0, 0, 0, 0)), (low + 2, low + 1, low, -1)
            case (int(_), y):
                return ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (y, -2 * y, y, 1)), (-1, -1, -1, 0)
            case _:
                return KEEP, (0, 0, 0, 0)

    layer = DenseLayer(
        Rationals(),
        start=(Fraction(low),) * 4,
        matrix=lambda symbol: _matrix(weights(symbol)[0]),
        drive=lambda symbol: _vector(weights(symbol)[1]),
    )
    return Model(task.alphabet, [Block(layer, lambda h, symbol: h[1] - low)])


def rounding_format(N: int, rounding: Rounding = Rounding.FLOOR) -> FixedPoint:
    """ceil(log2 N) integer bits and f = ceil(log2(N + 1)) fraction bits, with a sign; overflow is an error.

    >>> str(rounding_format(5))
    'fixed:s3.3:floor:error'
    """
    return FixedPoint((N - 1).bit_length(), N.bit_length(), rounding, Overflow.ERROR)


def rounding_model(task: Task, rounding: Rounding = Rounding.FLOOR) -> Model:
    """The weights of the rounding layer, over Q; it does ``task`` in ``rounding_format(N, rounding)``.

    >>> from exactssm.machine import run
    >>> task = UnboundedComposition(3)
    >>> model = recast(rounding_model(task), rounding_format(3), weights="held")
    >>> [int(run(model, task.stream(0, [(1, 2, 0)] * K)).outputs[-1]) for K in range(5)]
    [0, 1, 2, 0, 1]

    Raises: ConstructionError, unless rounding is down, or to nearest with ties to even, and N is at least 2; or if a
    whole function is one token, entries come in any order, x_0 isn't given first, or a bit of the answer is asked
    for.
    """
    check_presentation(task)
    N = task.N
    e = Fraction(1, 2 ** N.bit_length())
    if rounding not in (Rounding.FLOOR, Rounding.NEAREST_EVEN):
        raise ConstructionError(f"the rounding must be floor or nearest-even, got {rounding.value}")
    c = 0 if rounding is Rounding.FLOOR else 2 ** (N.bit_length() - 1)

    def weights(symbol: Symbol) -> tuple[Any, Any]:
        match _token(symbol):
            case ("start", v):
                return FORGET, ((v - 2 - c) * e, 0, -e * (v < 1), (-1 - c) * e)
            case (int(i), y) if i == N - 1:
                found, sign = (0, y, -y, 1), (0, y * e, -y * e, e)
                return (found, (0, 0, 0, 0), sign, (0, 0, 0, 0)), (-e, 0, 0, (-1 - c) * e)
            case (int(_), y):
                return ((1, 0, 0, 0), (0, 0, 1, 0), (e, 0, 0, 0), (0, y, -y, 1)), (-e, 0, 0, 0)
            case _:
                return KEEP, (0, 0, 0, 0)

    layer = DenseLayer(
        Rationals(),
        start=(Fraction(0),) * 4,
        matrix=lambda symbol: _matrix(weights(symbol)[0]),
        drive=lambda symbol: _vector(weights(symbol)[1]),
    )
    return Model(task.alphabet, [Block(layer, lambda h, symbol: h[0] / e + 2 + c)])


def check_presentation(task: Task) -> None:
    """Raise ConstructionError unless ``task`` gives x_0 first, and then the entries one by one in their fixed order."""
    if task.N < 2:
        raise ConstructionError(f"the domain must have at least 2 elements, got {task.N}")
    if isinstance(task, FunctionComposition) and (
        (task.tokens, task.order, task.x0, task.argument, task.answer_bit)
        != ("entries", "fixed", "given", "first", None)
    ):
        raise ConstructionError(
            "the task must give x_0 first, write its functions entry by entry in their fixed order, and ask for the "
            f"whole answer; got {task}"
        )


def _token(symbol: Symbol) -> tuple[Any, ...]:
    """A symbol without the number of its block, which nothing depends on."""
    assert isinstance(symbol, tuple)
    return symbol[-2:]


def _vector(numbers: Any) -> Vector:
    return tuple(map(Fraction, numbers))


def _matrix(rows: Any) -> Matrix:
    return tuple(map(_vector, rows))


def _saturating(task: Task) -> Model:
    return recast(saturating_model(task), saturating_format(task.N), weights="held")


def _rounding(task: Task, rounding: Rounding = Rounding.FLOOR) -> Model:
    return recast(rounding_model(task, rounding), rounding_format(task.N, rounding), weights="held")


def _bounds(precision: int, storage_bits: int) -> Bounds:
    return Bounds(exactly={"depth": 1, "width": 4, "storage_bits": storage_bits}, at_most={"precision": precision})


def _saturating_cases(task: UnboundedComposition) -> Iterator[Case]:
    # the second coordinate takes N values, the first N + 1 at most
    bounds = _bounds(task.N.bit_length(), (saturating_format(task.N).size - 1).bit_length())
    yield Case("saturating", _saturating(task), task, bounds)


def _rounding_cases(task: UnboundedComposition) -> Iterator[Case]:
    for rounding in (Rounding.FLOOR, Rounding.NEAREST_EVEN):
        # v - i - 2 takes at most 2 N - 1 values
        bounds = _bounds((2 * task.N - 2).bit_length(), (rounding_format(task.N).size - 1).bit_length())
        yield Case(rounding.value, _rounding(task, rounding), task, bounds)


def _streams(task: FunctionComposition) -> Iterator[Case]:
    yield Case("saturating", _saturating(task), task, length=task.length)
    yield Case("floor", _rounding(task), task, length=task.length)
    yield Case("nearest-even", _rounding(task, Rounding.NEAREST_EVEN), task, length=task.length)


def _controls(task: UnboundedComposition) -> Iterator[Case]:
    """The same weights where nothing saturates or rounds, or only to the other side."""
    weights = saturating_model(task)
    numbers = saturating_format(task.N)
    wrapping = FixedPoint(numbers.integer_bits, 0, Rounding.FLOOR, Overflow.WRAP)
    yield Case("saturating weights, exact", weights, task)
    yield Case("saturating weights, wrapping around", recast(weights, wrapping, weights="held"), task)
    for rounding, other in ((Rounding.FLOOR, Rounding.NEAREST_EVEN), (Rounding.NEAREST_EVEN, Rounding.FLOOR)):
        weights = rounding_model(task, rounding)
        yield Case(f"{rounding.value} weights, exact", weights, task)
        elsewhere = recast(weights, rounding_format(task.N, other), weights="held")
        yield Case(f"{rounding.value} weights, {other.value}", elsewhere, task)


def _any_number(sizes: Iterable[int]) -> dict[str, UnboundedComposition]:
    return {f"N={N}, every K": UnboundedComposition(N) for N in sizes}


def _fixed_number(*sizes: tuple[int, int]) -> dict[str, FunctionComposition]:
    return {f"N={N} K={K}": FunctionComposition(N, K) for N, K in sizes}


SOURCE = "2604.14501, lower bound for K-function composition"

CLAIMS = (
    Claim(
        name="composition-by-saturation",
        source=f"{SOURCE}, in saturating arithmetic (ours)",
        statement="One layer with d = 4 in integers of ceil(log2(2N - 2)) + 1 bits that saturate composes every "
        "number of functions on N elements: the lower bound needs an arithmetic in which blocks of steps stay affine.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.composition.saturating_composition",
        cases=_saturating_cases,
        instances=_any_number(range(2, 6)),
        full=_any_number((*range(6, 10), 29)),  # 29: the first where T1 would ask for more bits
    ),
    Claim(
        name="composition-by-rounding",
        source=f"{SOURCE}, in rounding arithmetic (ours)",
        statement="One layer with d = 4 in fixed point of ceil(log2 N) integer and ceil(log2(N + 1)) fraction bits, "
        "rounded down or to nearest once a step and never overflowing, composes every number of functions on N "
        "elements.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.composition.saturating_composition",
        cases=_rounding_cases,
        instances=_any_number(range(2, 5)),
        full=_any_number(range(5, 10)),
    ),
    Claim(
        name="composition-by-one-layer-every-instance",
        source=f"{SOURCE}, in saturating and in rounding arithmetic (ours)",
        statement="The same layers give the right answer on each of the N (N^N)^K streams of an x_0 and K functions, "
        "all of which are read.",
        kind=Kind.POSSIBLE,
        expected="checked",
        proof="constructions.composition.saturating_composition",
        cases=_streams,
        instances=_fixed_number((2, 1), (2, 2), (2, 3), (3, 1)),
        full=_fixed_number((2, 4), (2, 5), (3, 2), (4, 1)),
    ),
    Claim(
        name="composition-without-saturation",
        source=f"{SOURCE}, the weights of `composition-by-saturation` and `composition-by-rounding`",
        statement="The same weights in exact arithmetic, in integers that wrap around, or rounded the other way, do "
        "not compose functions.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.composition.saturating_composition",
        cases=_controls,
        instances=_any_number((2, 3)),
        full=_any_number((4, 5)),
    ),
)
