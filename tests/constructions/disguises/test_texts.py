"""Programs against Python itself, stories against a parser of their own; what isn't ours is never run."""

import random
import re
import subprocess
from dataclasses import replace
from itertools import permutations

import pytest

from constructions.disguises.swap_programs import LINES, MODES, SwapProgram, published_if, swap_disguise
from constructions.disguises.trading_stories import story_disguise
from exactssm.algebra import group
from exactssm.errors import BudgetExhausted, FormatError, SymbolError
from exactssm.machine import run
from verify.data.disguised_lines import disguised_words, shown_state
from verify.data.program_runs import run_programs

S5 = list(permutations(range(5)))


def there_after(word):
    """Where the thing that began at each place ends."""
    places = list(range(5))
    for p in word:
        places = [p[k] for k in places]
    return places


def values_after(word, values):
    after = [None] * 5
    for value, place in zip(values, there_after(word), strict=True):
        after[place] = value
    return after


def some_words(seed, lengths):
    chance = random.Random(seed)
    return [[p] for p in S5] + [chance.choices(S5, k=length) for length in lengths]


def by_numbers(word):
    return [S5.index(p) for p in word]


FULL = pytest.mark.full


@pytest.mark.parametrize(
    ("mode", "padded"),
    [("list", False), ("tuple", False), ("z", True), ("if", False)]
    + [pytest.param(mode, padded, marks=FULL) for mode in MODES for padded in (False, True)],
)
def test_python_runs_the_programs(mode, padded):
    """All 120 permutations, and random words up to length 1000, in one process of Python's."""
    marked = 2
    words = disguised_words("python", group("S5"), marked, mode=mode, padded=padded)
    chosen = some_words(mode, (2, 30, 1000))
    found = run_programs(words, ((by_numbers(word), words.text(by_numbers(word))) for word in chosen))
    assert len(found) == len(chosen)
    for word, state in zip(chosen, found, strict=True):
        values = values_after(word, [k == marked for k in range(5)])
        expected = (
            {"x": list(map(int, values))} if mode == "list" else {f"x{k}": value for k, value in enumerate(values)}
        )
        assert state == expected == words.line(by_numbers(word))["state"]


def test_five_values():
    words = disguised_words("python", group("S5"), mode="list", told_apart=True)
    chosen = some_words("five", (50,))[::4]
    found = run_programs(words, ((by_numbers(word), words.text(by_numbers(word))) for word in chosen))
    assert found == [{"x": values_after(word, range(5))} for word in chosen]


def test_nothing_else_is_run(monkeypatch, tmp_path):
    """Not a line more, not a line less, no other word's program."""
    words = disguised_words("python", group("S5"))
    own = words.text([3])
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: pytest.fail("a program was run"))
    mark = tmp_path / "mark"
    hostile = f"open({str(mark)!r}, 'w')"
    for lines in (own[:-1], (*own, hostile), (hostile,), words.text([4]), (*own, "x0 = 1"), ("\n".join(own),)):
        with pytest.raises(FormatError, match="program 1 isn't the text of its word, and isn't run"):
            run_programs(words, [([3], own), ([3], lines)])
    forged = replace(words, disguise=replace(words.disguise, swap=lambda i, j: (hostile,)))
    for other in (forged, disguised_words("story", group("S5"))):
        with pytest.raises(FormatError, match="isn't run"):
            run_programs(other, [([3], other.text([3]))])
    assert not mark.exists()
    scene = SwapProgram()
    for line in (hostile, "x0 = __import__('os')", published_if(0, 1)[0], "x0, x1 = x1, x0 ", ""):
        with pytest.raises(SymbolError, match="one of those that swaps are written in"):
            scene.step(scene.start, line)


def test_the_time_limit():
    words = disguised_words("python", group("S5"))
    with pytest.raises(BudgetExhausted, match="more than 0 seconds"):
        run_programs(words, [([3], words.text([3]))], seconds=0)


def test_what_lines_mean_is_what_python_says():
    """Random programs of known lines, names without values and `elif` without `if` among them."""
    chance = random.Random("lines")
    known = list(LINES)
    kinds = [[line for line in known if line.startswith(head)] for head in ("if", "elif", "z", "x = ", "x")]
    scene, failed = SwapProgram(), 0
    for _ in range(800):
        opening = [f"x{k} = {chance.choice((True, False))}" for k in range(chance.choice((5, 5, 5, 3)))]
        lines = opening + [chance.choice(chance.choice(kinds)) for _ in range(chance.randint(0, 5))]
        state = run(scene, lines).states[-1]
        names: dict[str, object] = {}
        try:
            exec("\n".join(lines), {"__builtins__": {}}, names)  # known lines, of our own
        except (SyntaxError, NameError):
            assert state is None, lines
            failed += 1
            continue
        assert state is not None, lines
        assert shown_state(state) == {name: value for name, value in names.items() if name != "z"}, lines
    assert 100 < failed < 700, "both happen"


def test_the_published_generator_of_programs():
    """By hand, from its source; `if` is the one that isn't Python."""
    assert swap_disguise("tuple", 0).text([(1, 0, 2, 3, 4)])[-1] == "x0, x1 = x1, x0"
    assert swap_disguise("z", 0).text([(1, 0, 2, 3, 4)])[-3:] == ("z = x0", "x0 = x1", "x1 = z")
    assert published_if(0, 1) == ("if x0 and not x1:, x0, x1 = False, True", "if not x0 and x1: x0, x1 = True, False")
    with pytest.raises(SyntaxError):
        compile("\n".join(published_if(0, 1)), "published", "exec")


def told(story):
    """Who has which coin at the end of a story, read with nothing of ours."""
    people = re.match(r"(\w+), (\w+), (\w+), (\w+), and (\w+) each have a coin\.", story).groups()
    coins = dict.fromkeys(people, "dime")
    if odd := re.search(r"All coins are dimes except (\w+)'s, which is a (\w+)\.", story):
        coins[odd[1]] = odd[2]
    coins |= re.findall(r"(\w+)'s is a (\w+(?: dollar)?)[,.]", story)
    for one, other in re.findall(r"(\w+) and (\w+) trade coins\.", story):
        coins[one], coins[other] = coins[other], coins[one]
    return coins


def test_stories_are_read_by_a_parser_of_their_own():
    people = ("Alice", "Bob", "Carl", "Dave", "Emma")
    for marked in range(5):
        for word in some_words(marked, (5, 100))[marked::5]:
            coins = ["penny" if k == marked else "dime" for k in range(5)]
            expected = dict(zip(people, values_after(word, coins), strict=True))
            story = story_disguise(marked, padded=marked == 1)
            assert told(" ".join(story.text(word))) == expected == shown_state(story.read(story.text(word)))
    five = story_disguise(None)
    for word in some_words("five", (1000,))[::10]:
        expected = values_after(word, ["penny", "nickel", "dime", "quarter", "half dollar"])
        assert told(" ".join(five.text(word))) == dict(zip(people, expected, strict=True))


def test_stories_without_sense():
    story = story_disguise()
    people, odd = story.text([])
    for text in ((odd,), (people, people), (people, "Alice and Bob trade coins."), (people, odd, odd)):
        assert story.read(text) is None
    with pytest.raises(SymbolError, match="one of those that trades are told in"):
        story.read((people, odd, "Alice and Alice trade coins."))
