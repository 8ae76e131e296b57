"""The two forms of a linear SSM, each written once: by recurrence and by convolution.

    recurrent        h_i = A_i h_{i-1} + B_i x_i,    h_0 = 0
    convolutional    h_i = sum over j = 1..i of (A_i A_{i-1} ... A_{j+1}) B_j x_j

both with y_i = C_i h_i + D_i x_i. They are equal over every ring and every semiring, commutative or not: multiplying
the sum for i - 1 by A_i from the left and adding B_i x_i gives that for i, by distributivity and associativity alone.
The order of the product is not printed; the recurrence forces the newest factor to stand on the left.

Source: 2404.08819 Def. 2.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from exactssm.arithmetic.domain import inner_product
from exactssm.layers.layer import Matrix, Vector
from exactssm.layers.linear_ssm import LinearSSM
from exactssm.machine import Symbol

__all__ = ["convolutional_form", "recurrent_form"]


def recurrent_form(ssm: LinearSSM, word: Sequence[Symbol]) -> list[Vector]:
    """The outputs y_1 .. y_n, state by state.

    Raises: what ``ssm`` raises, for a letter.
    """
    return [ssm.output(h, letter) for h, letter in zip(ssm.layer.run(word)[1:], word, strict=True)]


def convolutional_form(ssm: LinearSSM, word: Sequence[Symbol], *, newest_first: bool = True) -> list[Vector]:
    """The outputs y_1 .. y_n, each state a sum of its own; without ``newest_first``, each product of A's in the order
    of its indices, A_{j+1} ... A_i, as one may read it.

    In an arithmetic that rounds, every inner product is rounded; for exact sums that are cast see
    `exactssm.evaluation.Flattened`.

    >>> from exactssm.arithmetic import Integers
    >>> step = {"x": ((0, 1), (1, 0)), "y": ((1, 1), (0, 1))}
    >>> ssm = LinearSSM(Integers(), 2, 1, lambda a: (1,), step, B=((1,), (0,)), C=((1, 2),), D=((0,),))
    >>> recurrent_form(ssm, "xxy"), convolutional_form(ssm, "xxy"), convolutional_form(ssm, "xxy", newest_first=False)
    ([(1,), (3,), (5,)], [(1,), (3,), (5,)], [(1,), (3,), (4,)])

    Raises: what ``ssm`` raises, for a letter.
    """
    domain, inner = ssm.domain, inner_product(ssm.domain)
    zero, one, d = domain.zero, domain.one, ssm.width

    def product(left: Matrix, right: Matrix) -> Matrix:
        columns = list(zip(*right, strict=True))
        return tuple(tuple(inner(row, column, zero) for column in columns) for row in left)

    def transition(letter: Symbol) -> Matrix:
        A = ssm.on(letter).A
        return tuple(tuple(A[i] if i == j else zero for j in range(d)) for i in range(d)) if ssm.diagonal else A

    identity = tuple(tuple(one if i == j else zero for j in range(d)) for i in range(d))
    outputs = []
    for i in range(1, len(word) + 1):
        terms, between = [], identity
        for j in range(i, 0, -1):  # between: the product of A_{j+1}, ..., A_i
            drive = ssm.drive(word[j - 1])
            terms.append([inner(row, drive, zero) for row in between])
            A = transition(word[j - 1])
            between = product(between, A) if newest_first else product(A, between)
        h = (zero,) * d
        for term in reversed(terms):
            h = tuple(map(domain.add, h, term))
        outputs.append(ssm.output(h, word[i - 1]))
    return outputs
