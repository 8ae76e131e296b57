"""Online chain of thought against what each streaming algorithm is for, worked out from the whole stream."""

import random
from collections import Counter
from itertools import product

import pytest

from constructions.thoughts.streaming_cot import ALGORITHMS, LARGER, Thought, shapes, streaming_cot
from exactssm.errors import ConstructionError, DomainError
from exactssm.machine import outputs, run, words
from exactssm.models import Think
from exactssm.tasks import StreamingAlgorithm, bits_for
from exactssm.tasks.streaming_library import NO_MAJORITY, OVERFLOW
from verify import decide, measure


def vote(prefix, capacity):
    """Boyer and Moore: a candidate and its lead."""
    candidate, lead = NO_MAJORITY, 0
    for x in prefix:
        if lead == 0:
            candidate, lead = x, 1
        else:
            lead += 1 if x == candidate else -1
        if lead > capacity:
            return OVERFLOW
    return candidate if lead else NO_MAJORITY


def heavy(prefix, counters, capacity):
    """Misra and Gries: at most ``counters`` counts, all lowered where there is no room."""
    counts = Counter()
    for x in prefix:
        if x in counts or len(counts) < counters:
            counts[x] += 1
        else:
            counts = +Counter({y: n - 1 for y, n in counts.items()})
        if max(counts.values(), default=0) > capacity:
            return OVERFLOW
    return tuple(sorted(counts.items()))


def nested(prefix, height):
    """Whether the brackets close, at most ``height`` deep."""
    text = "".join(prefix)
    if any(
        text[:n].count("(") + text[:n].count("[") - text[:n].count(")") - text[:n].count("]") > height
        for n in range(len(text) + 1)
    ):
        return False
    while (shorter := text.replace("()", "").replace("[]", "")) != text:
        text = shorter
    return not text


MEANING = {
    "majority of a, b, to 1": lambda p: vote(p, 1),
    "majority of a, b, to 2": lambda p: vote(p, 2),
    "majority of a, b, c, to 2": lambda p: vote(p, 2),
    "maximum below 4": max,
    "count mod 5": lambda p: p.count("1") % 5,
    "Misra-Gries, 1 counter to 2": lambda p: heavy(p, 1, 2),
    "Misra-Gries, 2 counters to 2": lambda p: heavy(p, 2, 2),
    "Dyck(1,3)": lambda p: nested(p, 3),
    "Dyck(2,2)": lambda p: nested(p, 2),
    "ends with abab": lambda p: "".join(p).endswith("abab"),
    "distinct of 4": lambda p: len(set(p)),
}


def test_every_instance_has_a_meaning():
    assert MEANING.keys() == ALGORITHMS.keys()


@pytest.mark.parametrize("name", ALGORITHMS)
def test_answers_in_every_shape(name):
    algorithm, meaning = ALGORITHMS[name](), MEANING[name]
    chosen = random.Random(name)
    streams = [tuple(chosen.choices(algorithm.alphabet, k=chosen.randint(1, 12))) for _ in range(40)]
    for L, d, p in shapes(max(4, algorithm.memory_bits)):
        model = streaming_cot(algorithm, L, d, p)
        for stream in streams:
            assert list(run(model, stream).outputs) == [meaning(stream[: n + 1]) for n in range(len(stream))]


def test_answers_on_all_short_streams():
    for name in ("majority of a, b, to 2", "Dyck(1,3)", "ends with abab"):
        algorithm, meaning = ALGORITHMS[name](), MEANING[name]
        model = streaming_cot(algorithm, 2, 2, 1)
        for stream in words(algorithm.alphabet, 8, 8):
            assert list(outputs(model, stream)) == [meaning(stream[: n + 1]) for n in range(8)]


@pytest.mark.parametrize(("L", "d", "p"), shapes(6))
def test_layers_hold_the_memory_in_pieces(L, d, p):
    """Between symbols, coordinate i of layer l (both from 0) holds the bits p (d l + i), ... of the memory, p of them;
    each symbol costs the one thought (memory before, symbol)."""
    algorithm = StreamingAlgorithm("ab", 6, 37, lambda m, x: (5 * m + (x == "b")) % 64, lambda m: m % 7)
    model = streaming_cot(algorithm, L, d, p)
    memory, state = 37, model.start
    for symbol in "abbabaaabbb":
        assert model.thoughts(state, symbol) == (Thought(memory, symbol),)
        state, answer = model.step(state, symbol)
        memory = (5 * memory + (symbol == "b")) % 64
        assert answer == memory % 7
        digits = [value for layer in state for value in layer]
        assert sum(value * 2 ** (p * i) for i, value in enumerate(digits)) == memory
        assert [len(layer) for layer in state] == [d] * L
        assert all(value in range(2**p) for value in digits)


def test_an_input_symbol_leaves_the_states_alone():
    algorithm = ALGORITHMS["count mod 5"]()
    stack = streaming_cot(algorithm, 2, 1, 2).model
    for memory in range(5):
        state = ((memory % 4,), (memory // 4,))
        after, output = stack.step(state, "1")
        assert after == state
        assert output == Think(Thought(memory, "1"))


def test_every_small_algorithm():
    """All 2 bit algorithms on one symbol, and a share of those on two."""
    for successors in product(range(4), repeat=4):
        check_table({"a": successors})
    chosen = random.Random(8)
    for _ in range(40):
        check_table({x: tuple(chosen.choices(range(4), k=4)) for x in "ab"})


def check_table(table):
    algorithm = StreamingAlgorithm(table, 2, 1, lambda m, x: table[x][m], lambda m: m)
    for L, d, p in shapes(2):
        model = streaming_cot(algorithm, L, d, p)
        for stream in words(tuple(table), 4, 4):
            memory, answers = 1, []
            for x in stream:
                memory = table[x][memory]
                answers.append(memory)
            assert list(outputs(model, stream)) == answers


# --- drawn algorithms in every shape, and what they use to the last bit


def drawn_algorithm(seed, bits):
    """An update and an answer drawn evenly from all, on one to three symbols."""
    chosen = random.Random(f"{seed}, {bits}")
    alphabet = "abc"[: chosen.randint(1, 3)]
    update = {(m, x): chosen.randrange(2**bits) for m in range(2**bits) for x in alphabet}
    answer = [chosen.randrange(3) for _ in range(2**bits)]
    return StreamingAlgorithm(alphabet, bits, chosen.randrange(2**bits), lambda m, x: update[m, x], answer.__getitem__)


def reached(algorithm):
    """All memories after some stream; by sets, the slow way."""
    known, last = {algorithm.start}, set()
    while known != last:
        last = known
        known = last | {algorithm.update(m, x) for m in last for x in algorithm.alphabet}
    return known


def check_every_shape(algorithm, bits):
    """Proved in every shape with L d p = bits, with figures that follow from the memories that are reached."""
    memories = reached(algorithm)
    for L, d, p in shapes(bits):
        model = streaming_cot(algorithm, L, d, p)
        verdict = decide(model, algorithm)
        assert (verdict.name, verdict.pairs) == ("proved", len(memories))
        used = measure(model, verdict.certificate.pairs, algorithm, verdict.use)
        own = [len({m // 2 ** (p * i) % 2**p for m in memories}) for i in range(L * d)]
        assert used.memory_bits == sum(bits_for(n) for n in own)
        assert used.precision == max(bits_for(n) for n in own) <= p
        assert (used.depth, used.widths, used.thoughts) == (L, (d,) * L, 1)
        assert used.vocabulary == len(memories) * len(algorithm.alphabet) <= 2**bits * len(algorithm.alphabet)
        assert used.budget == L * d * used.precision <= bits
        assert used.storage_bits == p


@pytest.mark.parametrize("bits", range(1, 7))
def test_drawn_algorithms_in_every_shape(bits):
    for seed in range(3):
        check_every_shape(drawn_algorithm(seed, bits), bits)


@pytest.mark.full
@pytest.mark.parametrize("bits", range(1, 13))
def test_three_hundred_drawn_algorithms_in_every_shape(bits):
    for seed in range(30 if bits <= 10 else 3):
        check_every_shape(drawn_algorithm(seed, bits), bits)


@pytest.mark.parametrize("bits", [1, 2, 3, 4, 6])
def test_a_walk_through_all_memories_uses_all_that_is_allowed(bits):
    """Then precision is p, memory s bits, and there are 2^s |alphabet| thoughts: the bounds are met with equality."""
    walk = StreamingAlgorithm("ab", bits, 0, lambda m, x: (m + 1 + (x == "b")) % 2**bits, lambda m: m)
    for L, d, p in shapes(bits):
        model = streaming_cot(walk, L, d, p)
        verdict = decide(model, walk)
        used = measure(model, verdict.certificate.pairs, walk, verdict.use)
        assert (used.precision, used.memory_bits, used.budget, used.vocabulary) == (p, bits, bits, 2 * 2**bits)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_what_the_classics_use(name):
    algorithm = ALGORITHMS[name]()
    check_every_shape(algorithm, algorithm.memory_bits)


@pytest.mark.full
@pytest.mark.parametrize("name", LARGER)
def test_what_the_larger_classics_use(name):
    algorithm = LARGER[name]()
    check_every_shape(algorithm, algorithm.memory_bits)


def test_an_update_that_does_not_fit_is_no_silent_wrap():
    broken = StreamingAlgorithm("a", 2, 0, lambda m, x: m + 1, lambda m: m)
    with pytest.raises(DomainError, match="at most 2 bits; update made 4 of memory 3"):
        run(streaming_cot(broken, 1, 2, 1), "aaaa")


def test_shapes():
    assert shapes(4) == [(1, 1, 4), (1, 2, 2), (1, 4, 1), (2, 1, 2), (2, 2, 1), (4, 1, 1)]
    for bits in range(1, 30):
        assert shapes(bits) == [t for t in product(range(1, bits + 1), repeat=3) if t[0] * t[1] * t[2] == bits]


def test_large_memories_take_steps_not_patience():
    """Building, proving and measuring call both functions twice for each memory and symbol: once for the model, once
    for the task."""
    calls = Counter()

    def update(m, x):
        calls["update"] += 1
        return (5 * m + (x == "b") + 1) % 2**8

    def answer(m):
        calls["answer"] += 1
        return m % 3

    algorithm = StreamingAlgorithm("ab", 8, 0, update, answer)
    model = streaming_cot(algorithm, 1, 2, 4)
    verdict = decide(model, algorithm)
    assert verdict.pairs == 2**8
    assert measure(model, verdict.certificate.pairs, algorithm, verdict.use).memory_bits == 8
    assert max(calls.values()) <= 2 * 2 * 2**8


def test_too_little_memory_and_too_many_thoughts():
    with pytest.raises(ConstructionError, match="at least the 3 bits"):
        streaming_cot(ALGORITHMS["count mod 5"](), 1, 2, 1)
    for shape in [(-1, -1, 4), (0, 1, 9), (1, 1, 10**9), (1, 1.5, 3), (True, 1, 3)]:
        with pytest.raises(ConstructionError, match="must be positive integers, with L d p at most"):
            streaming_cot(ALGORITHMS["count mod 5"](), *shape)
    large = StreamingAlgorithm("ab", 20, 0, lambda m, x: m, lambda m: m)
    with pytest.raises(ConstructionError, match="vocabulary"):
        streaming_cot(large, 1, 1, 20)
