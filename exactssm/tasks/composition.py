"""K-function composition: a stream writes x_0 and then f_1, ..., f_K on a domain of N elements; the answer is asked at
the end.

    v_0 = x_0,    v_k = f_k(v_{k-1}),    answer v_K = f_K(... f_1(x_0))

By default the functions come in order of application, the argument first: a one-pass algorithm then needs ceil(log2 N)
+ 1 bits. In reverse order, the argument last, it needs N log2 N (`exactssm.tasks.residuals`). N is the size of the
*domain*, as in pointer chasing, whose lower bound the theory rests on; the stream's length is another number, K N + 2
in the default presentation.

Source: 2604.14501, which leaves the presentation open; every choice there is a parameter here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations, product
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from exactssm.errors import ConstructionError, DomainError
from exactssm.machine import UNSPECIFIED, Output, State, Symbol, Word
from exactssm.tasks._parameter import bounded

__all__ = ["DEAD", "EOS", "MAX_ALPHABET", "SEP", "Function", "FunctionComposition", "Instance", "compose"]

MAX_ALPHABET = 1_000_000  #: the most symbols that a presentation may need

Function: TypeAlias = tuple[int, ...]  #: a function on range(N) by its values

SEP: Final = ("sep",)
EOS: Final = ("eos",)
DEAD: Final = "dead"  #: the absorbing state in which nothing is demanded


class Instance(NamedTuple):
    """What a stream writes."""

    x0: int
    functions: tuple[Function, ...]  #: f_1, ..., f_K in order of application


def compose(x0: int, functions: Sequence[Sequence[int]]) -> int:
    """f_K(... f_1(x0)): the definition of the task.

    >>> compose(0, [(1, 2, 0), (2, 2, 0)])
    2
    """
    for f in functions:
        x0 = f[x0]
    return x0


@dataclass(frozen=True)
class FunctionComposition:
    """The task: v_K at the end of every well-formed stream, and nothing anywhere else.

    A well-formed stream is x_0, the blocks 1 .. K, and EOS, in these symbols (plain tuples; i, y, x_0 in range(N)):

    ================== =================================================================================================
    ("start", x0)      x_0, the first symbol; with ``x0="constant"`` there is none, and x_0 = 0
    (k, i, y)          f_k(i) = y, in block k; every i of a block occurs once
    (i, y)             the same with ``blocks="separated"``, where SEP stands between blocks instead of k in them
    (k, (y_0, ...))    the whole of f_k, with ``tokens="functions"``; likewise ((y_0, ...),) with separated blocks
    ("sep",)           SEP, between two blocks; only with ``blocks="separated"`` and K > 1
    ("eos",)           EOS, after the last block; the step that reads it puts out the answer
    ================== =================================================================================================

    With ``argument="last"`` the blocks come in the order K .. 1, and x_0 between them and EOS.

    With ``order="fixed"`` the i of a block come as 0, ..., N-1, with "arbitrary" in any order. ``answer_bit`` asks
    for one bit of v_K, 0 being the lowest, instead of v_K. Length of a stream: K N + 2 with the defaults; K + 2 with
    whole functions; one less without x_0; K - 1 more with separators.

    A state is (k, seen, v, w): block k is being read, ``seen`` is the number of entries read (with arbitrary order
    the set of their i, as a bit mask), v = v_{k-1}, and w = v_k, or None before it is met. In block 0 the stream has
    yet to start, in block K + 1 EOS is due, and ``seen`` is None where SEP is due. With the argument last, v is the
    composition of the functions read before as a tuple of N values, w that with f_k, None where f_k isn't known yet; in
    block 0 x_0 is due, and in block -1 EOS, v being the answer. Any symbol that can't continue a
    well-formed stream leads to DEAD for ever, and so does EOS.

    >>> from exactssm.machine import run
    >>> task = FunctionComposition(N=2, K=2)
    >>> word = task.stream(1, [(0, 1), (1, 0)])
    >>> word
    (('start', 1), (1, 0, 0), (1, 1, 1), (2, 0, 1), (2, 1, 0), ('eos',))
    >>> run(task, word).outputs[-2:]
    (UNSPECIFIED, 0)
    >>> FunctionComposition(N=2, K=1, argument="last").stream(1, [(0, 1)])
    ((1, 0, 0), (1, 1, 1), ('start', 1), ('eos',))

    Raises: DomainError, unless N and K are at least 1, the alphabet has at most `MAX_ALPHABET` symbols, and
    ``answer_bit`` is a bit of N - 1 (bit 0 for N = 1); ConstructionError, for an unknown presentation, or an
    arbitrary order of the entries of whole functions.
    """

    N: int
    K: int
    blocks: Literal["indexed", "separated"] = "indexed"
    order: Literal["fixed", "arbitrary"] = "fixed"
    x0: Literal["given", "constant"] = "given"
    tokens: Literal["entries", "functions"] = "entries"
    argument: Literal["first", "last"] = "first"
    answer_bit: int | None = None

    def __post_init__(self) -> None:
        N = bounded(self.N, "N, the size of the domain,", 1, MAX_ALPHABET)
        K = bounded(self.K, "K, the number of functions,", 1, MAX_ALPHABET)
        for name, known in _PRESENTATIONS.items():
            if getattr(self, name) not in known:
                raise ConstructionError(f"{name} must be {known[0]!r} or {known[1]!r}, got {getattr(self, name)!r}")
        whole = self.tokens == "functions"
        if whole and self.order == "arbitrary":
            raise ConstructionError("tokens='functions' writes no entries, so order must be 'fixed', got 'arbitrary'")
        if self.answer_bit is not None:
            bounded(self.answer_bit, "answer_bit, a bit of a value below N,", 0, max(1, (N - 1).bit_length()) - 1)
        # N^N is not computed where it is beyond the bound anyway
        bodies = (N**N if N <= 10 else MAX_ALPHABET + 1) if whole else N * N
        indexed = self.blocks == "indexed"
        size = bodies * (K if indexed else 1) + (N if self.x0 == "given" else 0) + (not indexed and K > 1) + 1
        if size > MAX_ALPHABET:
            raise DomainError(
                f"the alphabet may have at most {MAX_ALPHABET} symbols; N={N}, K={K}, blocks={self.blocks!r}, "
                f"tokens={self.tokens!r} need {'at least ' if whole and N > 10 else ''}{size}"
            )

    @classmethod
    def of_length(cls, length: int, K: int, **presentation: Any) -> FunctionComposition:
        """The task whose streams have that total length, where a source means it by its N; other parameters as above.

        >>> FunctionComposition.of_length(14, K=3).N
        4

        Raises: ConstructionError, if no domain gives streams of that length; otherwise as the class.
        """
        for N in range(1, max(length, 1) + 1):
            task = cls(N, K, **presentation)
            if (found := task.length) == length:
                return task
            if found > length:
                break
            if task.tokens == "functions":
                break  # the length doesn't depend on N
        raise ConstructionError(f"no domain gives K = {K} functions a stream of {length} symbols in this presentation")

    @property
    def length(self) -> int:
        """The number of symbols of every well-formed stream."""
        per_block = 1 if self.tokens == "functions" else self.N
        separators = self.K - 1 if self.blocks == "separated" else 0
        return (self.x0 == "given") + self.K * per_block + separators + 1

    @cached_property
    def alphabet(self) -> tuple[Symbol, ...]:
        """The symbols in the order of the table above; entries by k, then i, then y."""
        domain = range(self.N)
        bodies: list[tuple[Symbol, ...]]
        if self.tokens == "functions":
            bodies = [(values,) for values in product(domain, repeat=self.N)]
        else:
            bodies = list(product(domain, repeat=2))
        symbols: list[Symbol] = [("start", x) for x in domain] if self.x0 == "given" else []
        if self.blocks == "indexed":
            symbols += [(k, *body) for k in range(1, self.K + 1) for body in bodies]
        else:
            symbols += bodies
            symbols += [SEP] if self.K > 1 else []
        return (*symbols, EOS)

    @property
    def start(self) -> State:
        if self.argument == "last":
            return (self.K, 0, tuple(range(self.N)), self._unread)
        return (0, 0, None, None) if self.x0 == "given" else (1, 0, 0, None)

    @property
    def _unread(self) -> tuple[None, ...]:
        return (None,) * self.N

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        assert isinstance(symbol, tuple)
        if state == DEAD:
            return DEAD, UNSPECIFIED
        assert isinstance(state, tuple)
        k, seen, v, w = state
        if k == 0:
            return (self._after_argument(v, symbol[1]) if symbol[0] == "start" else DEAD), UNSPECIFIED
        if k not in range(1, self.K + 1):
            return DEAD, (self.answer(v) if symbol == EOS else UNSPECIFIED)
        if seen is None:
            return ((k, 0, v, w) if symbol == SEP else DEAD), UNSPECIFIED
        if self.blocks == "indexed":
            return (self._entry(k, seen, v, w, symbol[1:]) if symbol[0] == k else DEAD), UNSPECIFIED
        return (DEAD if isinstance(symbol[0], str) else self._entry(k, seen, v, w, symbol)), UNSPECIFIED

    def _entry(self, k: int, seen: int, v: Any, w: Any, body: tuple[Any, ...]) -> State:
        """The state after an entry, or a whole function, of the block that is being read."""
        if self.tokens == "functions":
            (values,) = body
            return self._after_block(k, values[v] if self.argument == "first" else tuple(v[y] for y in values))
        i, y = body
        if self.order == "fixed":
            if i != seen:
                return DEAD
            seen += 1
            complete = seen == self.N
        else:
            if seen >> i & 1:
                return DEAD
            seen |= 1 << i
            complete = seen == (1 << self.N) - 1
        if self.argument == "last":
            w = (*w[:i], v[y], *w[i + 1 :])
        elif i == v:
            w = y
        return self._after_block(k, w) if complete else (k, seen, v, w)

    def _after_block(self, k: int, w: Any) -> State:
        """Block k is complete, so all of w is known."""
        due = None if self.blocks == "separated" else 0
        if self.argument == "first":
            return (k + 1, due if k < self.K else 0, w, None)
        if k > 1:
            return (k - 1, due, w, self._unread)
        return (0, 0, w, None) if self.x0 == "given" else self._after_argument(w, 0)

    def _after_argument(self, v: Any, x0: Any) -> State:
        """x_0 is known; v is None, or what is to be applied to it."""
        return (1, 0, x0, None) if self.argument == "first" else (-1, 0, v[x0], None)

    def answer(self, value: int) -> int:
        """What is demanded where v_K = ``value``: itself, or its bit ``answer_bit``."""
        return value if self.answer_bit is None else value >> self.answer_bit & 1

    def is_dead(self, state: State) -> bool:
        """Whether nothing is demanded from ``state`` on. Exact: from every other state some word gets an answer."""
        return state == DEAD

    def instances(self) -> Iterator[Instance]:
        """Every K functions with every x_0 (only 0, if it is constant): N (N^N)^K instances, or (N^N)^K."""
        N, K = self.N, self.K
        for values in product(range(N), repeat=N * K):
            functions = tuple(values[N * k : N * (k + 1)] for k in range(K))
            for x0 in range(N if self.x0 == "given" else 1):
                yield Instance(x0, functions)

    def streams(self) -> Iterator[tuple[Instance, Word]]:
        """Every well-formed stream, with the instance that it writes: one for each of `instances`, or with arbitrary
        order one for each order of each block's entries, (N!)^K.

        >>> sum(1 for _ in FunctionComposition(2, 2, order="arbitrary").streams())  # 2 (2^2)^2 instances
        128
        """
        for instance in self.instances():
            if self.order == "fixed":
                yield instance, self.stream(*instance)
                continue
            for orders in product(permutations(range(self.N)), repeat=self.K):
                yield instance, self.stream(*instance, orders)

    def stream(
        self, x0: int, functions: Sequence[Sequence[int]], orders: Sequence[Sequence[int]] | None = None
    ) -> Word:
        """The well-formed stream of an instance; ``orders``, with arbitrary order, gives each block's sequence of i.

        >>> FunctionComposition(2, 1, order="arbitrary", x0="constant").stream(0, [(1, 0)], [(1, 0)])
        ((1, 1, 0), (1, 0, 1), ('eos',))

        Raises: DomainError, if this is no instance, or an order is not a permutation of range(N) or not allowed.
        """
        bounded(x0, "x_0", 0, self.N - 1 if self.x0 == "given" else 0)
        if len(functions) != self.K:
            raise DomainError(f"an instance has K = {self.K} functions, got {len(functions)}")
        if orders is None:
            orders = [range(self.N)] * self.K
        elif self.order == "fixed":
            raise DomainError("the order of entries is fixed; orders must be left out")
        elif len(orders) != self.K:
            raise DomainError(f"orders must give K = {self.K} orders, got {len(orders)}")
        word: list[Symbol] = []
        blocks = list(enumerate(zip(functions, orders, strict=True), start=1))
        for k, (f, order) in blocks if self.argument == "first" else reversed(blocks):
            if len(f) != self.N:
                raise DomainError(f"f_{k} must have N = {self.N} values, got {len(f)}")
            for i, y in enumerate(f):
                bounded(y, f"f_{k}({i})", 0, self.N - 1)
            if sorted(order) != list(range(self.N)):
                raise DomainError(f"order {k} must be a permutation of range({self.N}), got {order!r}")
            if self.blocks == "separated" and word:
                word.append(SEP)
            index = (k,) if self.blocks == "indexed" else ()
            if self.tokens == "functions":
                word.append((*index, tuple(f)))
            else:
                word += [(*index, i, f[i]) for i in order]
        argument: list[Symbol] = [("start", x0)] if self.x0 == "given" else []
        return (*argument, *word, EOS) if self.argument == "first" else (*word, *argument, EOS)

    def read(self, word: Word) -> Instance | None:
        """The instance that ``word`` writes; None if it is no well-formed stream.

        Independent of `step`, and slow: a word is well-formed if `stream` writes it again.

        >>> task = FunctionComposition(2, 1, tokens="functions")
        >>> task.read((("start", 1), (1, (1, 0)), EOS))
        Instance(x0=1, functions=((1, 0),))
        """
        symbols = [symbol for symbol in word if isinstance(symbol, tuple)]
        starts = [symbol[1] for symbol in symbols if symbol[0] == "start"]
        bodies = [symbol for symbol in symbols if not isinstance(symbol[0], str)]
        if self.blocks == "indexed":
            bodies = [body[1:] for body in bodies]
        n = 1 if self.tokens == "functions" else self.N
        if len(bodies) != n * self.K or len(starts) != (self.x0 == "given"):
            return None
        blocks = [bodies[n * k : n * (k + 1)] for k in range(self.K)][:: 1 if self.argument == "first" else -1]
        orders = None
        if self.tokens == "functions":
            functions = tuple(values for ((values,),) in blocks)
        else:
            graphs: list[dict[Symbol, Any]] = [dict(block) for block in blocks]
            functions = tuple(tuple(f.get(i, -1) for i in range(self.N)) for f in graphs)
            orders = [[i for i, _ in block] for block in blocks] if self.order == "arbitrary" else None
        instance = Instance(starts[0] if starts else 0, functions)
        try:
            return instance if self.stream(*instance, orders) == tuple(word) else None
        except DomainError:
            return None

    def well_formed(self, word: Word) -> bool:
        """Whether ``word`` is a well-formed stream, which ends with EOS. Independent of `step`, and slow."""
        return self.read(word) is not None


_PRESENTATIONS = {
    "blocks": ("indexed", "separated"),
    "order": ("fixed", "arbitrary"),
    "x0": ("given", "constant"),
    "tokens": ("entries", "functions"),
    "argument": ("first", "last"),
}
