"""Instances of function composition on which bounds are tried: drawn at random, and made hard.

Each generator is endless and is determined by its seed. Source: 2604.14501, whose lower bound rests on pointer chasing.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from exactssm.tasks.composition import Function, FunctionComposition, Instance, compose

__all__ = ["hidden_differences", "pointer_chasing", "uniform_instances"]


def uniform_instances(task: FunctionComposition, seed: int) -> Iterator[Instance]:
    """x_0 and each value of each function drawn evenly.

    >>> from itertools import islice
    >>> len(set(islice(uniform_instances(FunctionComposition(4, 2), 0), 100)))
    100
    """
    random = Random(seed)
    while True:
        yield Instance(_argument(task, random), tuple(_function(task.N, random) for _ in range(task.K)))


def pointer_chasing(task: FunctionComposition, seed: int, *, permutations: bool = False) -> Iterator[Instance]:
    """Two arrays a and b, drawn evenly (or evenly among permutations), of which one party holds one each: the odd
    functions are b, the even ones are a, and x_0 = a[0] (0, if it is constant). The answer is where the pointer stands
    after K further look-ups, a different array each time.

    >>> x0, (f1, f2, f3) = next(pointer_chasing(FunctionComposition(5, 3), 1))
    >>> f1 == f3 and x0 == f2[0]
    True
    """
    random = Random(seed)
    while True:
        a, b = (_permutation(task.N, random) if permutations else _function(task.N, random) for _ in range(2))
        x0 = a[0] if task.x0 == "given" else 0
        yield Instance(x0, tuple(b if k % 2 else a for k in range(1, task.K + 1)))


def hidden_differences(task: FunctionComposition, seed: int) -> Iterator[tuple[Instance, Instance]]:
    """Two instances that differ in a single value of a single function, with different answers: the functions are
    permutations, but for that value, which the pointer meets. What forgets the value fails on one of the two.

    There is no such pair for N = 1, and the generator then ends at once.

    >>> one, other = next(hidden_differences(FunctionComposition(4, 3), 2))
    >>> sum(f[i] != g[i] for f, g in zip(one.functions, other.functions) for i in range(4))
    1
    """
    random = Random(seed)
    while task.N > 1:
        x0, functions = _argument(task, random), [_permutation(task.N, random) for _ in range(task.K)]
        k = random.randrange(task.K)
        met, later = compose(x0, functions[:k]), functions[k + 1 :]
        answers = [task.answer(compose(y, later)) for y in range(task.N)]
        # all values are reached, as later functions are one-to-one: some have another answer
        value = random.choice([y for y in range(task.N) if answers[y] != answers[functions[k][met]]])
        changed = (*functions[k][:met], value, *functions[k][met + 1 :])
        yield Instance(x0, tuple(functions)), Instance(x0, (*functions[:k], changed, *functions[k + 1 :]))


def _argument(task: FunctionComposition, random: Random) -> int:
    return random.randrange(task.N) if task.x0 == "given" else 0


def _function(N: int, random: Random) -> Function:
    return tuple(random.randrange(N) for _ in range(N))


def _permutation(N: int, random: Random) -> Function:
    return tuple(random.sample(range(N), N))
