"""The stack that composes functions, on all instances of small sizes, against f_K(... f_1(x_0)) worked out here."""

import random
from itertools import permutations, product

import pytest

from constructions.composition.function_composition import EXHAUSTED, composition_stack
from constructions.registry import claim_named
from exactssm.errors import ConstructionError
from exactssm.machine import run
from exactssm.models import Model
from exactssm.tasks import FunctionComposition
from verify import check_words_up_to
from verify.search.exhaustive import search_words


def instances(N, K):
    """Every x_0 with every K functions, as tuples of values."""
    functions = list(product(range(N), repeat=N))
    return product(range(N), product(functions, repeat=K))


def values(x0, functions):
    """v_0, ..., v_K."""
    found = [x0]
    for f in functions:
        found.append(f[found[-1]])
    return found


def stream(x0, functions, orders=None):
    """The default stream of an instance, or that with the entries of each block in the order given."""
    orders = orders or [range(len(f)) for f in functions]
    blocks = [(k, i, f[i]) for k, (f, order) in enumerate(zip(functions, orders, strict=True), start=1) for i in order]
    return (("start", x0), *blocks, ("eos",))


@pytest.mark.parametrize(("N", "K"), [(2, 1), (2, 2), (2, 3), (3, 1), (1, 2)])
def test_every_instance(N, K):
    model = composition_stack(FunctionComposition(N, K))
    for x0, functions in instances(N, K):
        assert run(model, stream(x0, functions)).outputs[-1] == values(x0, functions)[-1]


@pytest.mark.parametrize(("N", "K"), [(2, 1), (2, 2), (3, 1)])
def test_every_instance_in_every_order_of_tokens(N, K):
    model = composition_stack(FunctionComposition(N, K, order="arbitrary"))
    for x0, functions in instances(N, K):
        for orders in product(permutations(range(N)), repeat=K):
            assert run(model, stream(x0, functions, orders)).outputs[-1] == values(x0, functions)[-1]


def test_what_the_layers_hold():
    """Layer 1 holds x_0; before block k layer k + 1 has yet to reset, and from the token on that says f_k(v_{k-1}) it
    holds v_k. Larger instances, in random orders."""
    chosen = random.Random(5)
    for _ in range(60):
        N, K = chosen.randint(1, 9), chosen.randint(1, 6)
        functions = [tuple(chosen.choices(range(N), k=N)) for _ in range(K)]
        orders = [chosen.sample(range(N), N) for _ in range(K)]
        v = values(chosen.randrange(N), functions)
        word = stream(v[0], functions, orders)
        found = run(composition_stack(FunctionComposition(N, K, order="arbitrary")), word)
        held = [v[0]] + [0] * K
        for token, state in zip(word, found.states[1:], strict=True):
            if token[0] in range(1, K + 1) and token[1] == v[token[0] - 1]:
                held[token[0]] = v[token[0]]
            assert state == tuple((h,) for h in held)
            assert max(held) < N
        assert found.outputs[-1] == v[-1]


def test_presentations():
    """Whole functions, separators and a constant x_0 say the same."""
    for x0, functions in random.Random(6).sample(list(instances(3, 2)), 400):
        f, g = functions
        answer = values(x0, functions)[-1]
        whole = (("start", x0), (1, f), (2, g), ("eos",))
        assert run(stack(3, 2, tokens="functions"), whole).outputs[-1] == answer
        separated = (("start", x0), *enumerate(f), ("sep",), *enumerate(g), ("eos",))
        assert run(stack(3, 2, blocks="separated"), separated).outputs[-1] == answer
        both = (("start", x0), (f,), ("sep",), (g,), ("eos",))
        assert run(stack(3, 2, blocks="separated", tokens="functions"), both).outputs[-1] == answer
        if x0 == 0:
            assert run(stack(3, 2, x0="constant"), stream(0, functions)[1:]).outputs[-1] == answer
        assert run(stack(3, 2, answer_bit=1), stream(x0, functions)).outputs[-1] == answer // 2


STACKS: dict[tuple[object, ...], Model] = {}


def stack(N, K, **presentation):
    """Built once for each presentation."""
    key = (N, K, *presentation.items())
    if key not in STACKS:
        STACKS[key] = composition_stack(FunctionComposition(N, K, **presentation))
    return STACKS[key]


def test_the_counter_counts_separators():
    found = run(stack(2, 3, blocks="separated"), FunctionComposition(2, 3, blocks="separated").stream(1, [(1, 0)] * 3))
    assert [state[0] for state in found.states[1:]] == [(0,)] * 3 + [(1,)] * 3 + [(2,)] * 4


def test_decays_are_zero_or_one():
    """So that the construction is the same in every arithmetic with N different numbers."""
    task = FunctionComposition(3, 2)
    model = composition_stack(task)
    for x0, functions in random.Random(1).sample(list(instances(3, 2)), 50):
        state = model.start
        for token in task.stream(x0, functions):
            before, (state, letters) = state, model.through(state, token)
            for layer, letter, h, after in zip(model.layers(), letters, before, state, strict=False):
                a, b = layer.entries(letter)
                assert (a, b) == (1, 0) or (a == 0 and b in range(3))
                assert after == (a * h[0] + b,)


def test_the_list_of_sizes_is_complete():
    """Beyond N = 7 or K = 9 a single function, or the smallest N, already has more than 300,000 instances."""
    assert 7 * 7**7 > 300_000 < 2 * (2**2) ** 9
    found = [(N, K) for N in range(2, 8) for K in range(1, 10) if N * (N**N) ** K <= 300_000]
    assert sorted(EXHAUSTED) == found
    assert len(set(EXHAUSTED)) == len(EXHAUSTED)
    claim = claim_named("composition-every-instance")
    assert {(task.N, task.K) for task in claim.full.values()} == set(EXHAUSTED)


def exhaust(N, K):
    task = FunctionComposition(N, K)
    found = search_words(composition_stack(task), task, K * N + 2)
    assert found.word is None
    assert found.demands == N * (N**N) ** K
    assert found.steps == shared_steps(N, K)


def shared_steps(N, K):
    """x_0; then an entry after each beginning of a stream, read once for all streams that begin so; then EOS."""
    return N * sum(N**entries for entries in range(K * N + 1)) + N * N ** (K * N)


@pytest.mark.parametrize(("N", "K"), [(2, 1), (2, 2), (2, 3), (2, 4), (3, 1), (3, 2), (4, 1)])
def test_all_instances_of_small_sizes_at_once(N, K):
    exhaust(N, K)


@pytest.mark.parametrize(("N", "K"), [(3, 3), (4, 2)])
def test_many_instances_are_read_compiled_and_share_their_beginnings(N, K):
    task = FunctionComposition(N, K)
    found = check_words_up_to(composition_stack(task), task, task.length)
    assert found.demands == N * (N**N) ** K
    assert found.steps == shared_steps(N, K) < found.demands * task.length // 3
    assert found.method.endswith("compiled")


@pytest.mark.full
@pytest.mark.parametrize(("N", "K"), EXHAUSTED)
def test_all_instances_at_once(N, K):
    exhaust(N, K)


def test_a_wrong_stack_is_found():
    """With K - 1 of the functions applied, the walk ends at a stream that tells the difference."""
    task = FunctionComposition(2, 2)
    late = composition_stack(task)
    short = Model(late.alphabet, [*late.blocks[:2], late.blocks[2]._replace(layer=late.blocks[0].layer)])
    found = search_words(short, task, 6)
    assert found.word is not None
    x0, functions = task.read(found.word)
    assert values(x0, functions)[-1] != x0


def test_the_argument_must_come_first():
    with pytest.raises(ConstructionError, match="the argument must come before"):
        composition_stack(FunctionComposition(3, 2, argument="last"))
