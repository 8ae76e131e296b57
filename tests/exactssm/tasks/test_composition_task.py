"""Function composition: every presentation against words written out by hand rules."""

from __future__ import annotations

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.errors import ConstructionError, DomainError
from exactssm.machine import UNSPECIFIED, outputs, run, words
from exactssm.tasks import DEAD, EOS, SEP, FunctionComposition, KnowsDeadStates, compose

PRESENTATIONS = [
    {"blocks": blocks, "order": order, "x0": x0, "tokens": tokens, "argument": argument}
    for argument, blocks, order, x0, tokens in product(
        ("first", "last"),
        ("indexed", "separated"),
        ("fixed", "arbitrary"),
        ("given", "constant"),
        ("entries", "functions"),
    )
    if (order, tokens) != ("arbitrary", "functions")
]
presentations = pytest.mark.parametrize("presentation", PRESENTATIONS, ids=lambda p: " ".join(p.values()))


def written(N, K, blocks, order, x0, tokens, argument="first"):
    """All well-formed streams with their answers, from the description alone."""
    streams = {}
    functions = list(product(range(N), repeat=N))
    orders = list(permutations(range(N))) if order == "arbitrary" and tokens == "entries" else [tuple(range(N))]
    for start in range(N) if x0 == "given" else [0]:
        for chosen in product(functions, repeat=K):
            answer = start
            for f in chosen:
                answer = f[answer]
            for listing in product(orders, repeat=K):
                word = []
                for number in range(K) if argument == "first" else range(K - 1, -1, -1):
                    f = chosen[number]
                    tag = (number + 1,) if blocks == "indexed" else ()
                    if word and blocks == "separated":
                        word.append(("sep",))
                    if tokens == "functions":
                        word.append((*tag, f))
                    else:
                        word.extend((*tag, i, f[i]) for i in listing[number])
                given = [("start", start)] if x0 == "given" else []
                word = [*given, *word] if argument == "first" else [*word, *given]
                streams[*word, ("eos",)] = answer
    return streams


def accepted(task):
    """All words that end in a demanded output, found by walking every word outside the dead state."""
    found = {}
    stack = [(task.start, ())]
    while stack:
        state, word = stack.pop()
        assert len(word) < length(task), f"{word} should be dead"
        for symbol in task.alphabet:
            after, output = task.step(state, symbol)
            if output is not UNSPECIFIED:
                found[*word, symbol] = output
            if not task.is_dead(after):
                stack.append((after, (*word, symbol)))
    return found


def length(task):
    """What the docstring says of the length of a stream."""
    per_block = 1 if task.tokens == "functions" else task.N
    return task.K * per_block + 1 + (task.x0 == "given") + (task.K - 1 if task.blocks == "separated" else 0)


@presentations
@pytest.mark.parametrize(("N", "K"), [(1, 1), (1, 3), (2, 1), (2, 2), (3, 1)])
def test_answers_on_exactly_the_written_streams(N, K, presentation):
    task = FunctionComposition(N, K, **presentation)
    streams = written(N, K, **presentation)
    assert accepted(task) == streams
    assert {len(word) for word in streams} == {length(task)}
    assert {symbol for word in streams for symbol in word} == set(task.alphabet)
    assert len(set(task.alphabet)) == len(task.alphabet)


@presentations
def test_every_short_word_against_the_slow_reading(presentation):
    """On each word each prefix is demanded its answer if and only if it is well-formed."""
    for N, K, limit in ((1, 1, 5), (1, 2, 5), (2, 1, 4)):
        task = FunctionComposition(N, K, **presentation)
        demanded = 0
        for word in words(task.alphabet, limit, limit):
            for t, output in enumerate(outputs(task, word), start=1):
                instance = task.read(word[:t])
                assert (instance is not None) == task.well_formed(word[:t]) == (output is not UNSPECIFIED)
                if instance is not None:
                    assert output == compose(*instance)
                    demanded += 1
        assert demanded


def test_constant_start_with_separators_on_every_word_of_the_length_of_a_stream():
    task = FunctionComposition(2, 2, blocks="separated", x0="constant")
    streams = written(2, 2, "separated", "fixed", "constant", "entries")
    assert len(task.alphabet) == 6
    for word in words(task.alphabet, 6, 6):
        state = task.start
        for symbol in word:
            state, output = task.step(state, symbol)
        assert output == streams.get(word, UNSPECIFIED)


@pytest.mark.full
@presentations
@pytest.mark.parametrize(("N", "K"), [(2, 3), (3, 2)])
def test_larger_presentations(N, K, presentation):
    if (N, K, presentation["order"]) != (3, 2, "arbitrary"):
        assert accepted(FunctionComposition(N, K, **presentation)) == written(N, K, **presentation)


def test_the_default_presentation_by_hand():
    task = FunctionComposition(2, 1)
    assert task.alphabet == (("start", 0), ("start", 1), (1, 0, 0), (1, 0, 1), (1, 1, 0), (1, 1, 1), ("eos",))
    word = (("start", 1), (1, 0, 1), (1, 1, 0), ("eos",))
    assert task.stream(1, [(1, 0)]) == word
    assert run(task, word) == (
        ((0, 0, None, None), (1, 0, 1, None), (1, 1, 1, None), (2, 0, 0, None), DEAD),
        (UNSPECIFIED, UNSPECIFIED, UNSPECIFIED, 0),
    )


def test_states_with_separators_by_hand():
    """SEP is due in a state with ``seen`` None; EOS, not SEP, after the last block."""
    task = FunctionComposition(1, 2, blocks="separated")
    assert run(task, task.stream(0, [(0,), (0,)])).states == (
        (0, 0, None, None),
        (1, 0, 0, None),
        (2, None, 0, None),
        (2, 0, 0, None),
        (3, 0, 0, None),
        DEAD,
    )


@presentations
def test_all_streams_are_written_once(presentation):
    task = FunctionComposition(N=2, K=2, **presentation)
    listed = [(word, compose(*instance)) for instance, word in task.streams()]
    assert len(dict(listed)) == len(listed)
    assert dict(listed) == written(2, 2, **presentation)


def test_number_of_instances():
    """The sizes of the exhaustive checks of the upper bound: N (N^N)^K."""
    assert sum(1 for _ in FunctionComposition(3, 3).instances()) == 59_049
    assert sum(1 for _ in FunctionComposition(2, 3, x0="constant").instances()) == 4**3
    assert len(set(FunctionComposition(2, 2).instances())) == 32


@pytest.mark.full
def test_number_of_instances_at_four_elements():
    assert sum(1 for _ in FunctionComposition(4, 2).instances()) == 262_144


def test_order_of_application():
    """f_1 first: x -> x + 1 and then the constant-but-one map, not the other way round."""
    successor, squash = (1, 2, 0), (2, 2, 0)
    assert compose(1, [successor, squash]) == squash[successor[1]] == 0
    assert compose(1, [squash, successor]) == successor[squash[1]] == 0
    assert compose(0, [successor, squash]) == 2
    assert compose(0, [squash, successor]) == 0


@presentations
def test_every_state_but_dead_can_still_be_asked(presentation):
    task = FunctionComposition(2, 2, **presentation)
    assert isinstance(task, KnowsDeadStates)
    successors, alive = {}, set()
    frontier = [task.start]
    while frontier:
        state = frontier.pop()
        if state in successors:
            continue
        steps = [task.step(state, symbol) for symbol in task.alphabet]
        successors[state] = {after for after, _ in steps}
        if any(output is not UNSPECIFIED for _, output in steps):
            alive.add(state)
        frontier.extend(successors[state])
    grown = True
    while grown:
        more = {state for state, after in successors.items() if after & alive} - alive
        alive |= more
        grown = bool(more)
    assert {state for state in successors if not task.is_dead(state)} == alive
    assert successors[DEAD] == {DEAD}


def test_bits_of_the_answer():
    for bit in (0, 1, 2):
        task = FunctionComposition(5, 1, answer_bit=bit)
        for y in range(5):
            word = task.stream(3, [(0, 0, 0, y, 0)])
            assert run(task, word).outputs[-1] == y // 2**bit % 2
    assert run(FunctionComposition(1, 1, answer_bit=0), FunctionComposition(1, 1).stream(0, [(0,)])).outputs[-1] == 0


@st.composite
def cases(draw):
    N, K = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    presentation = draw(st.sampled_from(PRESENTATIONS))
    if presentation["tokens"] == "functions" or presentation["order"] == "arbitrary":
        N, K = min(N, 4), min(K, 3)
    value = st.integers(0, N - 1)
    functions = draw(st.lists(st.lists(value, min_size=N, max_size=N).map(tuple), min_size=K, max_size=K))
    orders = None
    if presentation["order"] == "arbitrary":
        orders = draw(st.lists(st.permutations(range(N)), min_size=K, max_size=K))
    x0 = draw(value) if presentation["x0"] == "given" else 0
    return FunctionComposition(N, K, **presentation), x0, tuple(functions), orders


@given(cases())
def test_streams_are_answered(case):
    task, x0, functions, orders = case
    word = task.stream(x0, functions, orders)
    assert task.read(word) == (x0, functions)
    *before, last = outputs(task, word)
    assert last == compose(x0, functions)
    assert set(before) == {UNSPECIFIED}


@given(cases(), st.data())
def test_a_spoiled_stream_is_answered_only_if_it_is_another_stream(case, data):
    task, x0, functions, orders = case
    word = list(task.stream(x0, functions, orders))
    at = data.draw(st.integers(0, len(word) - 1))
    match data.draw(st.sampled_from(["drop", "repeat", "replace", "swap"])):
        case "drop":
            del word[at]
        case "repeat":
            word.insert(at, word[at])
        case "replace":
            word[at] = data.draw(st.sampled_from(task.alphabet))
        case "swap":
            word[at], word[at - 1] = word[at - 1], word[at]
    answers = [output for output in outputs(task, word) if output is not UNSPECIFIED]
    prefixes = [task.read(tuple(word[: t + 1])) for t in range(len(word))]
    assert answers == [compose(*instance) for instance in prefixes if instance is not None]


def test_a_stream_is_read_once():
    task = FunctionComposition(2, 1)
    word = task.stream(0, [(1, 0)])
    assert [output for output in outputs(task, word + word) if output is not UNSPECIFIED] == [1]
    assert not task.well_formed(word + word)
    assert not task.well_formed(())


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"N": 0, "K": 1}, DomainError, "N, the size of the domain, must be an integer from 1 to 1000000, got 0"),
        ({"N": 2, "K": 0}, DomainError, "K, the number of functions, must be an integer from 1 to 1000000, got 0"),
        ({"N": True, "K": 1}, DomainError, "N, .* got True"),
        ({"N": 2, "K": "2"}, DomainError, "K, .* got '2'"),
        ({"N": 10**9, "K": 1}, DomainError, "from 1 to 1000000, got 1000000000"),
        ({"N": 1000, "K": 1}, DomainError, "at most 1000000 symbols; N=1000, K=1, .* need 1001001"),
        ({"N": 100, "K": 101}, DomainError, "need 1010101"),
        ({"N": 8, "K": 1, "tokens": "functions"}, DomainError, "tokens='functions' need 16777225"),
        ({"N": 10**6, "K": 1, "tokens": "functions"}, DomainError, "need at least "),
        (
            {"N": 2, "K": 1, "blocks": "numbered"},
            ConstructionError,
            "blocks must be 'indexed' or 'separated', got 'numb",
        ),
        ({"N": 2, "K": 1, "order": "any"}, ConstructionError, "order must be 'fixed' or 'arbitrary', got 'any'"),
        ({"N": 2, "K": 1, "x0": 0}, ConstructionError, "x0 must be 'given' or 'constant', got 0"),
        ({"N": 2, "K": 1, "tokens": "tables"}, ConstructionError, "tokens must be 'entries' or 'functions', got"),
        ({"N": 2, "K": 1, "tokens": "functions", "order": "arbitrary"}, ConstructionError, "order must be 'fixed'"),
        ({"N": 4, "K": 1, "answer_bit": 2}, DomainError, "answer_bit, .* must be an integer from 0 to 1, got 2"),
        ({"N": 4, "K": 1, "answer_bit": -1}, DomainError, "answer_bit, .* got -1"),
        ({"N": 1, "K": 1, "answer_bit": 1}, DomainError, "answer_bit, .* from 0 to 0, got 1"),
    ],
)
def test_bad_parameters(arguments, error, message):
    with pytest.raises(error, match=message):
        FunctionComposition(**arguments)


@pytest.mark.parametrize(
    ("presentation", "arguments", "message"),
    [
        ({}, (2, [(0, 1), (0, 1)]), "x_0 must be an integer from 0 to 1, got 2"),
        ({"x0": "constant"}, (1, [(0, 1), (0, 1)]), "x_0 must be an integer from 0 to 0, got 1"),
        ({}, (0, [(0, 1)]), "an instance has K = 2 functions, got 1"),
        ({}, (0, [(0, 1), (0, 1, 1)]), "f_2 must have N = 2 values, got 3"),
        ({}, (0, [(0, 2), (0, 1)]), r"f_1\(1\) must be an integer from 0 to 1, got 2"),
        ({}, (0, [(0, 1), (0, 1)], [(0, 1), (1, 0)]), "the order of entries is fixed; orders must be left out"),
        ({"order": "arbitrary"}, (0, [(0, 1), (0, 1)], [(0, 1)]), "orders must give K = 2 orders, got 1"),
        (
            {"order": "arbitrary"},
            (0, [(0, 1), (0, 1)], [(0, 1), (1, 1)]),
            r"order 2 must be a permutation of range\(2\)",
        ),
    ],
)
def test_bad_instances(presentation, arguments, message):
    with pytest.raises(DomainError, match=message):
        FunctionComposition(2, 2, **presentation).stream(*arguments)


def test_symbols_at_the_edges():
    assert SEP not in FunctionComposition(2, 1, blocks="separated").alphabet
    assert SEP in FunctionComposition(2, 2, blocks="separated").alphabet
    assert SEP not in FunctionComposition(2, 2).alphabet
    assert FunctionComposition(2, 2).alphabet[-1] == EOS


@pytest.mark.parametrize("blocks", ["indexed", "separated"])
@pytest.mark.parametrize("x0", ["given", "constant"])
@pytest.mark.parametrize("tokens", ["entries", "functions"])
def test_lengths_are_those_of_the_streams(blocks, x0, tokens):
    for N, K in [(1, 1), (2, 1), (2, 3), (3, 2)]:
        task = FunctionComposition(N, K, blocks=blocks, x0=x0, tokens=tokens)
        identity = tuple(range(N))
        assert len(task.stream(0, [identity] * K)) == task.length
        if tokens == "entries":
            assert FunctionComposition.of_length(task.length, K, blocks=blocks, x0=x0) == task


@pytest.mark.parametrize("length", [-1, 0, 3, 9])
def test_a_length_that_no_domain_gives(length):
    with pytest.raises(ConstructionError, match="no domain gives"):
        FunctionComposition.of_length(length, K=2)
