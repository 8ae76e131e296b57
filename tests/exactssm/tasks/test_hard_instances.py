"""Random and hard instances are what they say, and the same for a seed."""

from itertools import islice

import pytest

from exactssm.machine import run
from exactssm.tasks import FunctionComposition, compose
from exactssm.tasks.hard_instances import hidden_differences, pointer_chasing, uniform_instances

TASKS = [FunctionComposition(N, K, x0=x0) for N in (1, 2, 5) for K in (1, 2, 5) for x0 in ("given", "constant")]


@pytest.mark.parametrize("task", TASKS, ids=lambda t: f"{t.N} {t.K} {t.x0}")
def test_every_instance_is_one_of_the_task(task):
    for instances in (
        uniform_instances(task, 3),
        pointer_chasing(task, 3),
        pointer_chasing(task, 3, permutations=True),
    ):
        for x0, functions in islice(instances, 20):
            assert run(task, task.stream(x0, functions)).outputs[-1] == compose(x0, functions)


def test_a_seed_determines_them():
    task = FunctionComposition(4, 3)
    for generator in (uniform_instances, pointer_chasing, hidden_differences):
        one, same, other = (list(islice(generator(task, seed), 30)) for seed in (5, 5, 6))
        assert one == same != other


def test_pointer_chasing_goes_back_and_forth():
    for x0, functions in islice(pointer_chasing(FunctionComposition(6, 4), 0), 50):
        b, a = functions[:2]
        assert functions == (b, a, b, a)
        assert x0 == a[0]
    for _, functions in islice(pointer_chasing(FunctionComposition(6, 2), 0, permutations=True), 50):
        assert all(sorted(f) == list(range(6)) for f in functions)


@pytest.mark.parametrize("task", [t for t in TASKS if t.N > 1], ids=lambda t: f"{t.N} {t.K} {t.x0}")
def test_one_hidden_value_changes_the_answer(task):
    for one, other in islice(hidden_differences(task, 1), 50):
        values = [(f, g) for f, g in zip(one.functions, other.functions, strict=True) if f != g]
        assert len(values) == 1
        assert sum(y != z for y, z in zip(*values[0], strict=True)) == 1
        assert compose(*one) != compose(*other)


def test_one_element_has_no_differences():
    assert list(hidden_differences(FunctionComposition(1, 2), 0)) == []


def test_hidden_values_change_the_bit_that_is_asked_for():
    for bit in (0, 1, 2):
        task = FunctionComposition(5, 3, answer_bit=bit)
        for one, other in islice(hidden_differences(task, 2), 100):
            assert task.answer(compose(*one)) != task.answer(compose(*other))
