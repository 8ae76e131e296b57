"""The pigeonhole against online chain of thought: too few states for a task, and two streams that it confuses.

Theorem. Between symbols a model with online chain of thought keeps the states of its layers, of which there are 2^(L d
p) over Z/2^p, and nothing else. If a task has prefixes of some length with more residuals than that
(`exactssm.tasks.residuals`), all completed by the same words, then two of them lead the model to one state, though some
word that completes both demands two different answers: the model fails on one of the two streams, and no readout helps.
So L d p is at least log2 of the residuals, however many thoughts are taken.

Composition of K functions with the argument last has N^N residuals once all functions are read, and more within a
block: L d p >= N log2 N, with or without thoughts. With the argument first it has 2 N - 1, so that c = ceil(log2 N)
bits are too few for N >= 2, and c + 1 are enough (`constructions.thoughts.composition_cot`).

Algorithm. Prefixes are taken length by length, one for each state of the task; where two of them lead the model to one
state, the words are tried that complete both, shorter ones first. By the theorem that ends.

Source: 2604.14501, memory of online chain of thought; the argument is that of Myhill and Nerode.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from constructions.claim import Case, Claim, Confusion, Kind
from constructions.thoughts.composition_cot import composition_algorithm, composition_cot, composition_without_flag
from constructions.thoughts.random_thinkers import Size, random_online
from constructions.thoughts.streaming_cot import shapes, streaming_cot
from constructions.thoughts.streaming_from_cot import state_count
from exactssm.errors import ConstructionError
from exactssm.machine import UNSPECIFIED, State, Symbol, Word
from exactssm.models import OnlineCoT
from exactssm.tasks import EOS, FunctionComposition, StreamingAlgorithm, bits_for
from exactssm.tasks.residuals import residuals

__all__ = ["CLAIMS", "confusion_by_pigeonhole", "forgetful"]

DRAWN = 12
"""How many models are drawn for each task."""


def confusion_by_pigeonhole(model: OnlineCoT, task: FunctionComposition) -> Confusion:
    """Two streams that end in the same symbol and lead ``model`` to one state, though different answers are demanded.

    >>> task = FunctionComposition(N=2, K=1, argument="last")
    >>> model = streaming_cot(forgetful(task, 1), 1, 1, 1)
    >>> found = confusion_by_pigeonhole(model, task)  # of f(1) it knows nothing
    >>> found.first
    ((1, 0, 0), (1, 1, 0), ('start', 1), ('eos',))
    >>> found.second
    ((1, 0, 0), (1, 1, 1), ('start', 1), ('eos',))

    Raises: ConstructionError, unless the layers of ``model`` have fewer states than prefixes of some length have
    residuals on the same words.
    """
    needed, states = _needed(task), state_count(model)
    if states >= needed:
        raise ConstructionError(
            f"the pigeonhole needs fewer states than residuals; the layers have {states} states in "
            f"{bits_for(states)} bits, the task has {needed} residuals"
        )
    frontier: dict[State, tuple[State, Word]] = {task.start: (model.start, ())}  # the task's state: the model's, a word
    while frontier:
        met: dict[State, list[State]] = {}
        for t, (m, word) in frontier.items():
            for other in met.setdefault(m, []):
                if (rest := _told_apart(task, other, t)) is not None:
                    return Confusion(frontier[other][1] + rest, word + rest)
            met[m].append(t)
        further: dict[State, tuple[State, Word]] = {}
        for t, (m, word) in frontier.items():
            for symbol in task.alphabet:
                t_next, _ = task.step(t, symbol)
                if t_next not in further and not task.is_dead(t_next):
                    further[t_next] = model.step(m, symbol)[0], (*word, symbol)
        frontier = further
    raise AssertionError("some length has more residuals than the model has states")


@lru_cache(maxsize=64)
def _needed(task: FunctionComposition) -> int:
    """The most residuals of prefixes of one length on the same words."""
    return max(found.largest for found in residuals(task))


def _told_apart(task: FunctionComposition, one: State, other: State) -> Word | None:
    """A shortest word on which different answers are demanded from the two states; None, if there is none."""
    queue: deque[tuple[State, State, Word]] = deque([(one, other, ())])
    seen = {(one, other)}
    while queue:
        a, b, word = queue.popleft()
        for symbol in task.alphabet:
            (a_next, first), (b_next, second) = task.step(a, symbol), task.step(b, symbol)
            if UNSPECIFIED not in (first, second) and first != second:
                return (*word, symbol)
            pair = a_next, b_next
            if pair not in seen and not (task.is_dead(a_next) or task.is_dead(b_next)):
                seen.add(pair)
                queue.append((a_next, b_next, (*word, symbol)))
    return None


def forgetful(task: FunctionComposition, kept: int) -> StreamingAlgorithm:
    """Keeps the first so many values of the function that is read last, and answers 0 where it has forgotten: an honest
    try at one function with the argument last.

    Raises: ConstructionError, unless ``kept`` is a number of values, and the task is written in entries with numbers.
    """
    N = task.N
    if not 0 <= kept <= N or (task.tokens, task.blocks) != ("entries", "indexed"):
        raise ConstructionError(f"from 0 to {N} values of numbered entries can be kept, got {kept} and {task}")

    def update(memory: int, symbol: Symbol) -> int:
        assert isinstance(symbol, tuple)
        if symbol == EOS:
            return memory
        if symbol[0] == "start":
            return memory // N ** symbol[1] % N if symbol[1] < kept else 0
        i, y = symbol[-2:]
        return memory + (y - memory // N**i % N) * N**i if i < kept else memory

    return StreamingAlgorithm(
        task.alphabet, bits_for(max(2, N**kept)), 0, update, lambda memory: task.answer(min(memory, N - 1))
    )


def _candidates(task: FunctionComposition) -> Iterator[tuple[str, OnlineCoT]]:
    """Models with too few states: honest tries, and drawn ones of every size."""
    needed = _needed(task)

    def fits(depth: int, width: int, modulus: int) -> bool:
        return bool(modulus ** (depth * width) < needed)

    first = FunctionComposition(task.N, task.K)
    made: dict[str, Callable[[], OnlineCoT]] = {"v alone": partial(composition_without_flag, first)}
    if task.argument == "last":
        made["as if the argument came first"] = partial(composition_cot, first)
        made["the same in two words"] = partial(composition_cot, first, 2)
    for name, build in made.items():
        if state_count(model := build()) < needed:
            yield name, model
    for kept in range(task.N + 1):
        algorithm = forgetful(task, kept)
        for L, d, p in shapes(algorithm.memory_bits):
            if fits(L, d, 2**p):
                yield f"{kept} values kept, L={L} d={d} p={p}", streaming_cot(algorithm, L, d, p)
    algorithm = composition_algorithm(first)
    for L, d, p in shapes(algorithm.memory_bits):
        if fits(L, d, 2**p):
            yield f"argument first, L={L} d={d} p={p}", streaming_cot(algorithm, L, d, p)
    sizes = [Size(L, d, m) for L in (1, 2, 3) for d in (1, 2) for m in range(2, 27) if fits(L, d, m)]
    for seed in range(DRAWN):
        size = sizes[seed % len(sizes)]
        name = f"drawn, seed {seed}: L={size.depth} d={size.width} over Z/{size.modulus}"
        yield name, random_online(seed, task.alphabet, size)


def _cases(task: FunctionComposition) -> Iterator[Case]:
    for name, model in _candidates(task):
        thinks = ("a thought",) if any(model.thoughts(model.start, symbol) for symbol in task.alphabet) else ()
        yield Case(name, model, task, refutation=partial(confusion_by_pigeonhole, model, task), traits=thinks)


def _tasks(*sizes: tuple[int, int], argument: str) -> dict[str, FunctionComposition]:
    return {f"N={N} K={K}, {argument}": FunctionComposition(N, K, argument=argument) for N, K in sizes}  # type: ignore[arg-type]


CLAIMS = (
    Claim(
        name="online-cot-needs-memory",
        source="2604.14501, online chain of thought and memory (the refuter is ours)",
        statement="With the argument last, online chain of thought with fewer than N log2 N bits in all confuses two "
        "streams of functions on N elements, whatever its thoughts; with the argument first, with fewer than "
        "log2(2N - 1).",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof="constructions.thoughts.too_few_bits",
        cases=_cases,
        instances=_tasks((2, 1), (2, 2), (3, 1), argument="last") | _tasks((2, 2), (3, 1), (3, 2), argument="first"),
        full=_tasks((3, 2), (4, 1), argument="last") | _tasks((4, 2), (5, 2), argument="first"),
        sampled="honest tries with too little memory, and diagonal layers with drawn tables and thoughts",
    ),
)
