"""Chain of thought: what is fed back, what comes out, and what is refused."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.arithmetic import Integers, ResidueRing
from exactssm.errors import BudgetExhausted, ConstructionError, SymbolError, ThoughtLimitExceeded, ThoughtsNeverEnd
from exactssm.layers import DenseLayer, DiagonalLayer
from exactssm.machine import UNSPECIFIED, cascade, run
from exactssm.models import Block, Model, OfflineCoT, OnlineCoT, Think, chain_of_thought


@dataclass(frozen=True)
class Steps:
    """A machine by its function; its state is the tuple of all symbols read."""

    alphabet: tuple[object, ...]
    output: object
    start: tuple[object, ...] = ()

    def step(self, state, symbol):
        return (*state, symbol), self.output((*state, symbol))


def thinks_in_thirds(read):
    """Thinks "." after each symbol until the number of symbols read is a multiple of 3."""
    return Think(".") if len(read) % 3 else "".join(read[-3:])


THIRDS = Steps(("a", "b", "."), thinks_in_thirds)


def bit_serial_streaming(s, letters, delta):
    """2604.14501 Thm 4 with the thoughts 0, 1 and END alone: a layer over Z/2 emulates a streaming algorithm of s bits.

    The state holds the memory m, the input's bits x, a buffer of s bits and a one-hot ring of s + 1 places that counts
    the thoughts. An input x writes x and starts the ring; a bit shifts ring and buffer; END moves the buffer to m.
    """
    k = max(1, (len(letters) - 1).bit_length())
    m, x, buffer, ring = (range(a, b) for a, b in [(0, s), (s, s + k), (s + k, 2 * s + k), (2 * s + k, 3 * s + k + 1)])
    d = ring.stop
    numbers = {letter: tuple(i >> j & 1 for j in range(k)) for i, letter in enumerate(letters)}

    def matrix(letter):
        ones = set()
        if letter == "END":
            ones = set(zip(m, buffer, strict=True))
        else:
            ones |= {(i, i) for i in m}
            if letter in (0, 1):
                ones |= {(i, i) for i in x} | {(i, i + 1) for i in buffer[:-1]} | {(i + 1, i) for i in ring[:-1]}
        return tuple(tuple(int((i, j) in ones) for j in range(d)) for i in range(d))

    def drive(letter):
        ones = {buffer[-1]: letter} if letter in (0, 1) else {}
        if letter in numbers:
            ones = dict(zip(x, numbers[letter], strict=True)) | {ring[0]: 1}
        return tuple(ones.get(i, 0) for i in range(d))

    def readout(h, letter):
        memory = tuple(h[i] for i in m)
        counted = [c for c, i in enumerate(ring) if h[i]]
        if not counted:
            return memory
        read = letters[sum(h[i] << j for j, i in enumerate(x))]
        return Think("END" if counted == [s] else delta[memory, read][counted[0]])

    layer = DenseLayer(ResidueRing(2), (0,) * d, matrix, drive)
    return Model((*letters, 0, 1, "END"), [Block(layer, readout)])


def check_streaming(s, letters, delta, length):
    model = OnlineCoT(bit_serial_streaming(s, letters, delta), inputs=letters, limit=s + 1)
    for word in product(letters, repeat=length):
        memory, expected = (0,) * s, []
        for symbol in word:
            memory = delta[memory, symbol]
            expected.append(memory)
        assert list(run(model, word).outputs) == expected
    memory, state = (0,) * s, model.start
    for symbol in letters:
        assert model.thoughts(state, symbol) == (*delta[memory, symbol], "END")
        state, memory = model.step(state, symbol)


def test_every_streaming_algorithm_of_one_bit_on_two_letters():
    keys = list(product([(0,), (1,)], "ab"))
    for values in product([(0,), (1,)], repeat=4):
        check_streaming(1, "ab", dict(zip(keys, values, strict=True)), length=4)


@pytest.mark.parametrize("seed", range(5))
def test_random_streaming_algorithms_of_two_bits_on_three_letters(seed):
    memories = list(product((0, 1), repeat=2))
    rng = random.Random(seed)
    check_streaming(2, "abc", {key: rng.choice(memories) for key in product(memories, "abc")}, length=4)


def test_thoughts_are_read_back_and_the_state_is_carried_on():
    online = OnlineCoT(THIRDS, inputs="ab", limit=2)
    assert run(online, "ab").states == ((), ("a", ".", "."), ("a", ".", ".", "b", ".", "."))
    assert run(online, "ab").outputs == ("a..", "b..")


def test_its_alphabet_and_start():
    online = OnlineCoT(Steps(THIRDS.alphabet, THIRDS.output, ("b",)), inputs=["b", "a"], limit=3)
    assert online.alphabet == ("b", "a")
    assert online.start == ("b",)
    assert run(online, "a").outputs == ("ba.",)
    with pytest.raises(SymbolError, match=r"position 1: '\.' is not in the alphabet \('b', 'a'\)"):
        run(online, "a.")


def test_thoughts_of_a_step():
    online = OnlineCoT(THIRDS, inputs="ab", limit=2)
    assert online.thoughts((), "a") == (".", ".")
    assert online.thoughts(("a",), "a") == (".",)
    assert online.thoughts(("a", "a"), "a") == ()


@given(st.text("ab", max_size=6), st.integers(0, 5))
def test_thinking_is_running_the_model_with_the_thoughts_written_in(word, limit):
    """The thoughts written between the symbols make a word of the model; its answers are those that aren't thoughts."""

    def output(read):
        return Think("?") if read[-1] == "b" else Think("!") if read[-1] == "?" else UNSPECIFIED

    model = Steps(("a", "b", "?", "!"), output)
    written = word.replace("b", "b?!")
    states, outputs = run(model, written)
    online = OnlineCoT(model, "ab", limit)
    if "b" in word and limit < 2:
        with pytest.raises(ThoughtLimitExceeded):
            run(online, word)
    else:
        assert run(online, word).states[-1] == states[-1]
        assert run(online, word).outputs == tuple(z for z in outputs if not isinstance(z, Think))


def test_a_model_that_never_thinks_is_left_as_it_is():
    layer = DiagonalLayer(ResidueRing(3), (0,), lambda x: (1,), {"a": (1,), "b": (2,)})
    model = Model("ab", [Block(layer, lambda h, x: h)])
    for word in product("ab", repeat=5):
        assert run(OnlineCoT(model, "ab", limit=0), word) == run(model, word)
        assert run(OfflineCoT(model, "ab", end="b", limit=0), word) == run(model, word)


@pytest.mark.parametrize("answer", [None, UNSPECIFIED, False, 0, (), "Think"])
def test_the_first_output_that_is_no_thought_is_the_answer(answer):
    model = Steps(("a", "."), lambda read: Think(".") if len(read) < 3 else answer)
    assert run(OnlineCoT(model, "a", limit=2), "a").outputs == (answer,)


def test_an_input_symbol_may_be_a_thought_too():
    model = Steps(("a",), lambda read: Think("a") if len(read) % 2 else len(read))
    assert run(OnlineCoT(model, "a", limit=1), "aa").outputs == (2, 4)


def test_an_endless_thinker_is_stopped_and_the_word_named():
    model = Steps(("a", "b", "."), lambda read: Think(".") if "b" in read else "fine")
    online = OnlineCoT(model, "ab", limit=7)
    with pytest.raises(ThoughtLimitExceeded) as caught:
        run(online, "aaba")
    assert caught.value.word == ("a", "a", "b")
    assert str(caught.value) == (
        "on the word ('a', 'a', 'b'): "
        "after 'b' from the state ('a', 'a') the model thinks more than 7 thoughts, the limit"
    )
    assert isinstance(caught.value, BudgetExhausted)
    with pytest.raises(ThoughtLimitExceeded) as alone:
        online.thoughts((), "b")
    assert alone.value.word is None


def test_the_limit_is_for_each_symbol_and_is_reached_exactly():
    assert run(OnlineCoT(THIRDS, "a", limit=2), "aaaa").outputs == ("a..",) * 4
    with pytest.raises(ThoughtLimitExceeded, match="more than 1 thoughts"):
        run(OnlineCoT(THIRDS, "a", limit=1), "a")


def counts_down(read):
    """After the end, thinks away the a's one by one: the parity of their number."""
    left = read.count("a") - 2 * read.count("-")
    if "$" not in read:
        return "..."
    return Think("-") if left > 1 else ("even", "odd")[left]


COUNTDOWN = Steps(("a", "$", "-"), counts_down)


@pytest.mark.parametrize("n", range(8))
def test_offline_thoughts_come_after_the_end(n):
    offline = OfflineCoT(COUNTDOWN, inputs="a$", end="$", limit=4)
    word = "a" * n + "$"
    states, outputs = run(offline, word)
    assert outputs == ("...",) * n + (("even", "odd")[n % 2],)
    assert states[-1] == (*word, *"-" * (n // 2))
    assert offline.thoughts(tuple("a" * n), "$") == ("-",) * (n // 2)
    assert offline.thoughts((), "a") == ()


def test_an_offline_model_must_not_think_before_the_end():
    model = Steps(("a", "b", "$", "."), lambda read: Think(".") if read[-1] in "b$" else "ok")
    offline = OfflineCoT(model, "ab$", end="$", limit=1)
    message = r"an offline model may think only after '\$', but it thinks '\.' after 'b'"
    assert run(offline, "aa$").outputs == ("ok",) * 3
    for refused in (lambda: run(offline, "ab"), lambda: offline.thoughts((), "b")):
        with pytest.raises(ConstructionError, match=message):
            refused()
    assert run(OnlineCoT(model, "ab$", limit=1), "ab$").outputs == ("ok",) * 3


def test_an_offline_limit_names_the_end_and_the_word():
    offline = OfflineCoT(COUNTDOWN, "a$", end="$", limit=1)
    assert run(offline, "aaa$").outputs[-1] == "odd"
    with pytest.raises(ThoughtLimitExceeded, match=r"after '\$' from the state .* more than 1 thoughts") as caught:
        run(offline, "aaaa$")
    assert caught.value.word == tuple("aaaa$")


def test_chains_of_thought_are_machines_like_others():
    parity_of_length = OfflineCoT(COUNTDOWN, "a$", end="$", limit=9)
    shout = Steps(("...", "even", "odd"), lambda read: read[-1].upper())
    assert run(cascade(parity_of_length, shout), "aaa$").outputs == ("...",) * 3 + ("ODD",)


class Walk:
    """Thinks its way along ``path``: after the input, in state 0, the thought path[0] leads to the state that is named
    there, and so on, until there is none; then it answers with its state."""

    alphabet = ("a", "$", 0, 1)
    start = 0

    def __init__(self, path):
        self.path = path

    def step(self, state, symbol):
        after = 0 if symbol in ("a", "$") else self.path[state][symbol]
        thought = next(iter(self.path.get(after, {})), None)
        return after, after if thought is None or symbol == "a" else Think(thought)


def rho(entry, length):
    """A path that comes back to state ``entry`` after that many thoughts and ``length`` more."""
    return {i: {i % 2: i + 1 if i + 1 < entry + length else entry} for i in range(entry + length)}


@pytest.mark.parametrize("limit", [None, 100])
@pytest.mark.parametrize(("entry", "length"), list(product((0, 1, 2, 5, 9), (1, 2, 3, 7))))
def test_a_loop_is_noticed_when_it_closes(entry, length, limit):
    offline = OfflineCoT(Walk(rho(entry, length)), "a$", "$", limit)
    with pytest.raises(ThoughtsNeverEnd) as caught:
        run(offline, "aa$")
    assert (caught.value.entry, caught.value.length) == (entry, length)
    assert caught.value.word == ("a", "a", "$")
    assert str(caught.value) == (
        "on the word ('a', 'a', '$'): after '$' from the state 0 the model never answers: "
        f"{entry} thoughts on, it begins to think the same {length} for ever"
    )
    short = OfflineCoT(offline.model, "a$", "$", limit=entry + length - 1)
    with pytest.raises(ThoughtLimitExceeded) as caught:
        run(short, "$")
    assert not isinstance(caught.value, ThoughtsNeverEnd), "the limit is met first"


@pytest.mark.parametrize("length", [0, 1, 2, 50, 3000])
def test_a_long_chain_is_no_loop(length):
    """The same two thoughts again and again, in other states."""
    straight = {i: {i % 2: i + 1} for i in range(length)}
    offline = OfflineCoT(Walk(straight), "a$", "$")
    assert run(offline, "$").outputs == (length,)
    assert offline.thoughts(0, "$") == tuple(i % 2 for i in range(length))


class Cycle:
    """Goes round in ``length`` states; thinks 1 in the last one the first ``rounds`` times, and "!" after that."""

    alphabet = ("$", 0, 1, "!")
    start = (0, 0)

    def __init__(self, length, rounds):
        self.length, self.rounds = length, rounds

    def step(self, state, symbol):
        place, seen = state
        if symbol == "$":
            return self.start, Think(0)
        if symbol == "!":
            return state, "done"
        place = (place + 1) % self.length
        seen += place == 0
        return (place, seen), Think("!" if seen == self.rounds else 1 if place == 0 else 0)


def test_to_be_in_the_same_state_with_another_thought_is_no_loop():
    class Twice:
        """Its only state; which thought comes next the last one tells."""

        alphabet = ("$", 0, 1, 2)
        start = "only"

        def step(self, state, symbol):
            return state, "done" if symbol == 2 else Think(0 if symbol == "$" else symbol + 1)

    assert run(OfflineCoT(Twice(), "$", "$"), "$$").outputs == ("done", "done")
    for length, rounds in product((1, 2, 5), (1, 2, 4)):
        online = OnlineCoT(Cycle(length, rounds), "$")
        assert run(online, "$$").outputs == ("done", "done")
        assert len(online.thoughts((0, 0), "$")) == length * rounds + 1


def test_endlessly_many_states_need_a_limit(monkeypatch):
    """Nothing comes again, so only a bound stops it: a limit, or the most there is without one."""
    counter = DiagonalLayer(Integers(), (0,), lambda x: (1,), lambda x: (1,))
    model = Model("ab", [Block(counter, lambda h, x: Think("b"))])
    with pytest.raises(ThoughtLimitExceeded, match="more than 50 thoughts, the limit"):
        run(OnlineCoT(model, "a", limit=50), "a")
    monkeypatch.setattr(chain_of_thought, "MOST_THOUGHTS", 200)
    with pytest.raises(ThoughtLimitExceeded, match="more than 200 thoughts, as many as without a limit") as caught:
        run(OnlineCoT(model, "a"), "a")
    assert not isinstance(caught.value, ThoughtsNeverEnd)
    # beyond as many, loops are no longer looked for, but a limit may be larger
    assert run(OfflineCoT(Walk({i: {0: i + 1} for i in range(300)}), "$", "$", limit=300), "$").outputs == (300,)
    with pytest.raises(ThoughtsNeverEnd) as caught:
        run(OfflineCoT(Walk(rho(150, 200)), "$", "$", limit=1000), "$")
    assert (caught.value.entry, caught.value.length) == (150, 200)
    with pytest.raises(ThoughtLimitExceeded, match="more than 1000 thoughts, the limit"):
        run(OfflineCoT(Walk(rho(250, 20)), "$", "$", limit=1000), "$")


@given(st.lists(st.integers(0, 9), min_size=10, max_size=10), st.integers(0, 10))
def test_loops_of_all_maps(successors, answers):
    """On ten states, of which the first few answer: by following the map."""
    path = {i: {0: successors[i]} for i in range(10) if i >= answers}
    at, met = 0, []
    while at in path and at not in met:
        met.append(at)
        at = successors[at]
    offline = OfflineCoT(Walk(path), "$", "$")
    if at not in path:
        assert run(offline, "$").outputs == (at,)
    else:
        with pytest.raises(ThoughtsNeverEnd) as caught:
            run(offline, "$")
        assert (caught.value.entry, caught.value.length) == (met.index(at), len(met) - met.index(at))


FOREIGN = Steps(("a", "$"), lambda read: Think("?"))

REFUSED = [
    (lambda: OnlineCoT(THIRDS, "ac", limit=1), SymbolError, "position 1: 'c' is not in the alphabet ('a', 'b', '.')"),
    (lambda: OnlineCoT(THIRDS, "aba", limit=1), SymbolError, "each input symbol stands once, got ('a', 'b', 'a')"),
    (lambda: OnlineCoT(THIRDS, "a", limit=-1), ConstructionError, "an int of at least 0, got -1"),
    (lambda: OnlineCoT(THIRDS, "a", limit=True), ConstructionError, "an int of at least 0, got True"),
    (lambda: OnlineCoT(THIRDS, "a", limit=2.0), ConstructionError, "an int of at least 0, got 2.0"),
    (lambda: OfflineCoT(COUNTDOWN, "ab$", "$", limit=1), SymbolError, "position 1: 'b' is not in the alphabet"),
    (lambda: OfflineCoT(COUNTDOWN, "a$a", "$", limit=1), SymbolError, "each input symbol stands once"),
    (
        lambda: OfflineCoT(COUNTDOWN, "a", "$", limit=1),
        SymbolError,
        "the end of input must be an input symbol, got '$'",
    ),
    (lambda: OfflineCoT(COUNTDOWN, "a$", "$", limit="3"), ConstructionError, "an int of at least 0, got '3'"),
    (
        lambda: run(OnlineCoT(FOREIGN, "a", limit=0), "a"),
        SymbolError,
        "after 'a' the model thinks '?', which is not in",
    ),
    (
        lambda: run(OfflineCoT(FOREIGN, "a$", "$", limit=3), "$"),
        SymbolError,
        "after '$' the model thinks '?', which is",
    ),
]


@pytest.mark.parametrize(("build", "error", "message"), REFUSED)
def test_bad_input(build, error, message):
    with pytest.raises(error) as caught:
        build()
    assert message in str(caught.value)
