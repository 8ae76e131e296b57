"""Modes against tasks and each other: every finding against all words run one by one, and forgeries refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product

import pytest

from exactssm.arithmetic import (
    FixedPoint,
    LogPrecision,
    Overflow,
    Rationals,
    ResidueRing,
    Rounded,
    Rounding,
)
from exactssm.errors import CertificateError, ConstructionError, DomainError, FormatError, SymbolError
from exactssm.evaluation import (
    AlongTree,
    Evaluated,
    Flattened,
    Recurrent,
    Scheduled,
    blelloch,
    left_fold,
    mode_from_name,
    outputs_on,
    recast,
)
from exactssm.layers import DiagonalLayer
from exactssm.machine import UNSPECIFIED, run, words
from exactssm.models import Block, Model, OnlineCoT, Think
from exactssm.tasks import FunctionComposition, parity
from verify.numbers.modes import Disagreement, WordTrace, check_word_function, first_disagreement
from verify.verdict import Checked, Refuted

HALVES = FixedPoint(2, 1, Rounding.TOWARD_ZERO, Overflow.SATURATE)


def signs(domain=HALVES):
    """Parity by a sign: h -> -h on 1."""
    one, minus = domain.element(1), domain.element(-1)
    layer = DiagonalLayer(domain, (one,), {"0": (one,), "1": (minus,)})
    return Model("01", [Block(layer, lambda h, x: "even" if h == (one,) else "odd")])


def doubling(domain=HALVES):
    """Doubled on d, halved on h, from 1: what the state is worth."""
    layer = DiagonalLayer(domain, (domain.parse("1"),), {"d": (domain.parse("2"),), "h": (domain.parse("1/2"),)})
    return Model("dh", [Block(layer, lambda h, x: domain.format(h[0]))])


def two_layers():
    """Parity of the ones, then a count of the odd prefixes in a format that saturates."""
    second = DiagonalLayer(HALVES, (0,), {"even": (1,), "odd": (2,)}, {"even": (1,), "odd": (1,)})
    return Model("01", [*signs().blocks, Block(second, lambda h, x: f"{HALVES.format(h[0])} {x}")])


MODES = ["recurrent", "flattened", "flattened:terms", "left-fold", "blelloch", "chunked:2"]


def by_hand(model, mode, word):
    """The output after each prefix, every layer evaluated afresh on its whole prefix."""
    outputs = []
    for t in range(1, len(word) + 1):
        letters = list(word[:t])
        for block in model.blocks:
            after = mode.on(block.layer)
            letters = [block.readout(after(tuple(letters[: s + 1])), letters[s]) for s in range(len(letters))]
        outputs.append(letters[-1])
    return outputs


@pytest.mark.parametrize("name", MODES)
def test_stacks_are_evaluated_layer_by_layer(name):
    mode = mode_from_name(name)
    model = two_layers()
    function = Evaluated(model, mode)
    for word in [*words("01", 5), tuple("1101"), tuple("110"), tuple("00000")]:  # in an order that cuts the path
        assert list(outputs_on(function, word)) == by_hand(model, mode, word)
        if word:
            assert function.through(word).letters[0] == word[-1]
            assert function.state(word) == function.through(word).states


def test_the_recurrent_mode_is_the_machine():
    for model in (two_layers(), doubling()):
        function = Evaluated(model, Recurrent())
        for word in words(model.alphabet, 6):
            steps = run(model, word)
            assert tuple(outputs_on(function, word)) == steps.outputs
            assert function.state(word) == steps.states[-1]


def first_failing(outputs, task, length):
    for word in words(task.alphabet, length, 1):
        demanded = run(task, word).outputs[-1]
        if demanded is not UNSPECIFIED and outputs(word) != demanded:
            return word
    return None


@pytest.mark.parametrize("name", MODES)
def test_checks_find_what_the_words_one_by_one_find(name):
    """Against: parity, which signs compute in every mode; and the machine of another mode's table."""
    function = Evaluated(signs(), mode_from_name(name))
    verdict = check_word_function(function, parity(), 6)
    assert verdict == Checked(6, 126, 126, 126, "every word, each evaluated whole")
    task = doubling()  # a machine as the task
    other = Evaluated(doubling(), mode_from_name(name))
    expected = first_failing(other.output, task, 5)
    found = check_word_function(other, task, 5)
    if expected is None:
        assert isinstance(found, Checked)
    else:
        assert isinstance(found, Refuted)
        assert found.trace.word == expected
        found.trace.replay(other, task)
    assert (expected is None) == (name in ("recurrent", "left-fold"))  # from 1, products of letters are the states


def test_the_trace_shows_states_and_answers():
    function, task = Evaluated(doubling(), Flattened()), doubling()
    found = check_word_function(function, task, 5)
    assert isinstance(found, Refuted)
    assert found.trace.as_text() == (
        "step  symbol  state  output  demanded\n"
        "1     d       (4)    2       2\n"
        "2     d       (7)    7/2     7/2\n"
        "3     h       (4)    2       3/2       <- differs"
    )
    assert found.pairs == 2 + 4 + 2  # dd and dh are evaluated; then ddd, ddh


def test_only_what_is_demanded_is_checked_and_dead_ends_are_left():
    task = FunctionComposition(2, 1)
    asked = []

    class Spy:
        alphabet = task.alphabet

        def output(self, word):
            asked.append(word)
            return run(task, word).outputs[-1]

    verdict = check_word_function(Spy(), task, 3)
    demanded = [word for word in words(task.alphabet, 3, 1) if run(task, word).outputs[-1] is not UNSPECIFIED]
    assert asked == demanded
    assert isinstance(verdict, Checked)
    assert (verdict.demands, verdict.length) == (len(demanded), 3)
    seen = []
    check_word_function(Evaluated(signs(), Recurrent()), parity(), 12, progress=seen.append)
    assert seen == [4096]


def test_forged_traces_are_refused():
    function, task = Evaluated(doubling(), Flattened()), doubling()
    trace = check_word_function(function, task, 5).trace
    assert isinstance(trace, WordTrace)
    for forged in (
        replace(trace, word=("d", "d", "d")),
        replace(trace, steps=trace.steps[:-1]),
        replace(trace, steps=(*trace.steps[:-1], replace(trace.steps[-1], output="3"))),
        replace(trace, steps=(*trace.steps[:-1], replace(trace.steps[-1], demanded="3"))),
        replace(trace, word=trace.word[:2], steps=trace.steps[:2]),
        replace(trace, word=("q",)),
    ):
        with pytest.raises(CertificateError):
            forged.replay(function, task)
    with pytest.raises(CertificateError, match="doesn't replay"):
        trace.replay(Evaluated(doubling(), Recurrent()), task)
    with pytest.raises(CertificateError, match="is replayed with that function, got a machine"):
        trace.replay(doubling(), task)


@pytest.mark.parametrize("in_states", [False, True])
@pytest.mark.parametrize("names", list(product(MODES, repeat=2)), ids=",".join)
def test_first_disagreements(names, in_states):
    for model in (doubling(), two_layers()):
        modes = [mode_from_name(name) for name in names]
        first, second = (Evaluated(model, mode) for mode in modes)

        def differs(word, first=first, second=second):
            return first.output(word) != second.output(word) or (in_states and first.state(word) != second.state(word))

        expected = next((word for word in words(model.alphabet, 5, 1) if differs(word)), None)
        found = first_disagreement(first, second, 5, in_states=in_states)
        assert (None if found is None else found.word) == expected
        if found is not None:
            found.replay(first, second)
            assert "<- differs" in found.as_text().splitlines()[-1]
        if names[0] == names[1]:
            assert found is None


def test_states_may_differ_where_outputs_do_not():
    """The readout looks at the sign alone; 3/4 is 1/2 when products are rounded first."""
    layer = DiagonalLayer(HALVES, (HALVES.parse("3/2"),), {"x": (HALVES.parse("1/2"),)}, {"x": (HALVES.parse("1/2"),)})
    model = Model("x", [Block(layer, lambda h, x: h[0] > 0)])
    first, second = (Evaluated(model, mode) for mode in (Recurrent(), Flattened("terms")))
    assert first_disagreement(first, second, 6) is None
    found = first_disagreement(first, second, 6, in_states=True)
    expected = next(n for n in range(1, 7) if first.state(("x",) * n) != second.state(("x",) * n))
    assert found is not None
    assert found.word == ("x",) * expected


def test_forged_disagreements_are_refused():
    first, second = Evaluated(doubling(), Recurrent()), Evaluated(doubling(), Flattened())
    found = first_disagreement(first, second, 5)
    assert found is not None
    for forged in (
        replace(found, first=found.second),
        replace(found, word=found.word[:-1]),
        replace(found, second=found.second[:-1]),
        Disagreement((), (), ()),
        Disagreement(found.word[:1], found.first[:1], found.second[:1]),  # it is so, but they agree there
        replace(found, word=("q", "q", "q")),
    ):
        with pytest.raises(CertificateError):
            forged.replay(first, second)
    with pytest.raises(CertificateError):
        found.replay(second, first)


def test_a_smaller_alphabet_is_searched_alone():
    first, second = Evaluated(doubling(), Recurrent()), Evaluated(doubling(), Flattened())
    assert first_disagreement(first, second, 6, alphabet="h") is None
    with pytest.raises(SymbolError, match="position 0: 'q' is not in the alphabet"):
        first_disagreement(first, second, 6, alphabet="q")


def test_a_schedule_evaluates_each_length_apart():
    """Powers of 1/3, with each length's own precision, against Fractions rounded by the format of that length."""
    third = DiagonalLayer(Rationals(), (Fraction(1),), {"x": (Fraction(1, 3),)})
    model = Model("x", [Block(third, lambda h, x: h[0])])
    precision = LogPrecision(2, 2, Rounding.NEAREST_EVEN)

    def at(n):
        return Evaluated(recast(model, Rounded(precision(n), "once"), weights="rounded"), Recurrent())

    function = Scheduled("x", at)
    for n in range(1, 9):
        numbers = precision(n)
        a = numbers.decode(numbers.round(Fraction(1, 3)))
        h = Fraction(1)
        for _ in range(n):
            h = numbers.decode(numbers.round(a * h))
        assert function.output(("x",) * n) == h
        assert function.through(("x",) * n).letters == ("x", h)
    found = first_disagreement(function, at(1), 8, in_states=True)
    assert found is not None
    assert found.word == ("x", "x")  # the first length with other bits
    found.replay(function, at(1))


@dataclass(frozen=True)
class Opaque:
    """A word function without layers."""

    alphabet: tuple[str, ...] = ("0", "1")

    def output(self, word):
        return "even" if word.count("1") % 2 == 0 or len(word) == 4 else "odd"


def test_functions_without_layers():
    found = check_word_function(Opaque(), parity(), 5)
    assert isinstance(found, Refuted)
    assert found.trace.word == tuple("0001")
    found.trace.replay(Opaque(), parity())
    assert "state" not in found.trace.as_text()
    assert first_disagreement(Opaque(), Evaluated(signs(), AlongTree(left_fold)), 5).word == tuple("0001")
    with pytest.raises(DomainError, match="states are compared of stacks of layers; the second function is none"):
        first_disagreement(Evaluated(signs(), Recurrent()), Opaque(), 3, in_states=True)
    with pytest.raises(ConstructionError, match="the function for words of 2 symbols has no layers"):
        Scheduled("01", lambda n: Opaque()).through(("0", "0"))


def test_all_modes_compared():
    def compared(model, task, length):
        functions = [Evaluated(model, mode_from_name(name)) for name in MODES]
        verdicts = {check_word_function(function, task, length).name for function in functions}
        agree = not any(first_disagreement(a, b, length) for a, b in combinations(functions, 2))
        return verdicts, agree

    assert compared(doubling(), doubling(), 4) == ({"checked", "refuted"}, False)
    assert compared(signs(), parity(), 5) == ({"checked"}, True)
    assert compared(doubling(Rationals()), doubling(Rationals()), 4) == ({"checked"}, True)


def test_bad_input():
    function = Evaluated(signs(), Flattened())
    for length in (-1, True, None):
        with pytest.raises(DomainError, match="the length of words must be an int >= 0"):
            check_word_function(function, parity(), length)
        with pytest.raises(DomainError, match="the length of words must be an int >= 0"):
            first_disagreement(function, function, length)
    with pytest.raises(SymbolError, match="function and task must read the same alphabet"):
        check_word_function(Evaluated(doubling(), Flattened()), parity(), 2)
    with pytest.raises(SymbolError, match="first function and second function must read the same alphabet"):
        first_disagreement(function, Evaluated(doubling(), Flattened()), 2)
    with pytest.raises(SymbolError, match="each symbol of an alphabet stands once"):
        check_word_function(Opaque(("0", "0")), parity(), 2)
    with pytest.raises(FormatError, match=r"a mode must be recurrent, .*; got 'sideways'"):
        mode_from_name("sideways")
    for name in (
        "chunked",
        "chunked:0",
        "chunked:2:recurrence",
        "flattened:",
        "left-fold ",
        "recurrence",
        "chunked:-1",
    ):
        with pytest.raises(FormatError, match="a mode must be"):
            mode_from_name(name)
    thinking = OnlineCoT(Model("0", [Block(next(signs().layers()), lambda h, x: Think("0"))]), "0", 1)
    with pytest.raises(ConstructionError, match="only a stack of layers"):
        Evaluated(thinking, Recurrent())
    with pytest.raises(DomainError, match="the empty word has none"):
        function.output(())
    assert function.state(()) == signs().start
    with pytest.raises(SymbolError, match="position 1: '2' is not in the alphabet"):
        function.output(("0", "2"))


def test_errors_name_their_word_and_leave_the_path_whole():
    ring = ResidueRing(3)
    layer = DiagonalLayer(ring, (0,), {"a": (1,), "b": (1,)}, {"a": (1,), "b": (0,)})

    def readout(h, x):
        if h == (2,):
            raise DomainError("two is too many")
        return h

    function = Evaluated(Model("ab", [Block(layer, readout)]), AlongTree(blelloch))
    with pytest.raises(DomainError, match=r"on the word \('a', 'b', 'a'\): two is too many"):
        function.output(tuple("abab"))
    assert function.output(tuple("abb")) == (1,)
    with pytest.raises(DomainError, match=r"on the word \('a', 'a'\): two is too many"):
        check_word_function(function, CountOfA(), 3)


class CountOfA:
    """The running number of a's modulo 3, as a machine whose state is all that was read."""

    alphabet = ("a", "b")
    start = ()

    def step(self, state, symbol):
        word = (*state, symbol)
        return word, (word.count("a") % 3,)
