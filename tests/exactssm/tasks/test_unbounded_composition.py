"""Composition of any number of functions, against streams written out and against the tasks for one K."""

from itertools import product

import pytest

from exactssm.errors import DomainError
from exactssm.machine import UNSPECIFIED, run, words
from exactssm.tasks import DEAD, FunctionComposition, UnboundedComposition


def written(N, most):
    """All well-formed streams of at most ``most`` functions with their answers, from the description alone."""
    streams = {}
    for K in range(most + 1):
        for chosen in product(product(range(N), repeat=N), repeat=K):
            for x0 in range(N):
                answer = x0
                for f in chosen:
                    answer = f[answer]
                entries = [(i, y) for f in chosen for i, y in enumerate(f)]
                streams[("start", x0), *entries, ("eos",)] = answer
    return streams


@pytest.mark.parametrize(("N", "length"), [(1, 5), (2, 4), pytest.param(2, 6, marks=pytest.mark.full)])
def test_every_short_word(N, length):
    """An answer on exactly the streams, at EOS."""
    task = UnboundedComposition(N)
    streams = written(N, length - 2)
    for word in words(task.alphabet, length, length):
        found = run(task, word)
        for t, output in enumerate(found.outputs, start=1):
            assert output == streams.get(word[:t], UNSPECIFIED)
            dead = word[:t] in streams or not any(stream[:t] == word[:t] for stream in streams if len(stream) > t)
            if t + N + 1 < length:  # else the streams written are too short to tell
                assert task.is_dead(found.states[t]) == dead


@pytest.mark.parametrize(("N", "K"), [(1, 3), (2, 1), (2, 3), (3, 2)])
def test_streams_are_those_for_one_number_of_functions(N, K):
    task, fixed = UnboundedComposition(N), FunctionComposition(N, K)
    for instance in fixed.instances():
        word = task.stream(*instance)
        numbered = fixed.stream(*instance)
        assert word == tuple(symbol if isinstance(symbol[0], str) else symbol[1:] for symbol in numbered)
        assert run(task, word).outputs == run(fixed, numbered).outputs


def test_after_the_end_nothing_is_demanded():
    task = UnboundedComposition(2)
    found = run(task, (*task.stream(1, []), ("eos",), ("start", 0)))
    assert found.outputs == (UNSPECIFIED, 1, UNSPECIFIED, UNSPECIFIED)
    assert found.states[2:] == (DEAD,) * 3


def test_few_states():
    """Before x_0; then i, v, and w once i > v; and DEAD."""
    for N in range(1, 5):
        task = UnboundedComposition(N)
        seen = {task.start}
        todo = [task.start]
        for state in todo:
            for symbol in task.alphabet:
                after, _ = task.step(state, symbol)
                if after not in seen:
                    seen.add(after)
                    todo.append(after)
        # for each i: v >= i without w, v < i with one of N values
        assert len(seen) == 2 + sum((N - i) + i * N for i in range(N))


@pytest.mark.parametrize("N", [0, -1, True, "2", 1000, 10**9])
def test_bad_sizes(N):
    with pytest.raises(DomainError, match="N, the size of the domain, must be an integer from 1 to 999"):
        UnboundedComposition(N)


def test_bad_instances():
    task = UnboundedComposition(3)
    with pytest.raises(DomainError, match="x_0 must be an integer from 0 to 2, got 3"):
        task.stream(3, [])
    with pytest.raises(DomainError, match=r"f_2\(1\) must be an integer from 0 to 2, got -1"):
        task.stream(0, [(0, 1, 2), (0, -1, 2)])
    with pytest.raises(DomainError, match="the number of values of f_1 must be an integer from 3 to 3, got 2"):
        task.stream(0, [(0, 1)])
