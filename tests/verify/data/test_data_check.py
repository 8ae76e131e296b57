"""Word-problem files against their group, and models on them: fast as by definition, and forgeries are found."""

from __future__ import annotations

import random
import tracemalloc
from dataclasses import dataclass
from time import process_time_ns

import pytest

from exactssm.algebra import group
from exactssm.algebra.published import published_group
from exactssm.errors import FormatError, SymbolError
from exactssm.formats import as_text
from exactssm.formats.word_blocks import read_blocks
from exactssm.formats.word_file import write_words
from exactssm.machine import Relabelled, Renamed
from exactssm.tasks import WordProblem
from exactssm.tasks.published_words import all_words, sampled_words
from verify.data import data_check
from verify.data.data_check import Accuracy, WrongTarget, check_data, check_data_by_rows, reader

S3 = published_group("S3")


def numbers(name):
    return as_text(WordProblem(group(name)))


def labels(name):
    labels = group(name).labels
    problem = Relabelled(WordProblem(group(name)), {label: x for x, label in enumerate(labels)})
    return Renamed(problem, dict(enumerate(labels)))


@dataclass(frozen=True)
class Endless:
    """The running product with a step counter: infinitely many states, and no answer at every third step."""

    alphabet: tuple[str, ...] = tuple("012345")
    start: tuple[int, int] = (0, 0)

    def step(self, state, symbol):
        product = S3.group.mul(state[0], int(symbol))
        return (product, state[1] + 1), (str(product) if state[1] % 3 else None)


@pytest.fixture
def file(tmp_path):
    write_words(tmp_path / "S3=3.csv", S3.group, all_words(6, 3), 7)
    return tmp_path / "S3=3.csv"


def both(path, **options):
    """What the fast check finds, which is what the definition finds."""
    found = check_data(path, S3, **options)
    assert found == check_data_by_rows(path, S3, **options)
    return found


def test_every_forged_target_is_found(file):
    """Each target of each row of a shorter file, changed to each other element."""
    lines = [
        "seed,input,target\n",
        "7,1 2 3,1 4 0\n",
        "7,5 5 5,5 0 5\n",
    ]  # 132 o 213 = 312, 312 o 231 = 123, 321 o 321 = 123
    for row, right in ((1, (1, 4, 0)), (2, (5, 0, 5))):
        for t in range(3):
            for other in set(range(6)) - {right[t]}:
                forged = [*right[:t], other, *right[t + 1 :]]
                head = lines[row].rpartition(",")[0]
                text = [*lines[:row], f"{head},{' '.join(map(str, forged))}\n", *lines[row + 1 :]]
                file.write_text("".join(text))
                wrong = WrongTarget(row, row + 1, 9 + 2 * t, t + 1, other, right[t])
                assert both(file, every=t == 1).first == wrong


def test_reports(file):
    report = both(file)
    assert (report.rows, report.wrong_rows, report.first, report.complete) == (216, 0, None, True)
    text = file.read_text().splitlines(keepends=True)
    random.Random(1).shuffle(text)
    body = [line for line in text if not line.startswith("seed")]
    for at in (3, 3 + 100):
        body[at] = body[at].rpartition(" ")[0] + " 0\n" if not body[at].endswith(" 0\n") else body[at][:-2] + "1\n"
    file.write_text("seed,input,target\n" + "".join(body))
    report = both(file)
    assert (report.rows, report.wrong_rows, report.first.line, report.complete) == (4, 1, 5, False)
    report = both(file, every=True)
    assert (report.rows, report.wrong_rows, report.wrong_targets, report.complete) == (216, 2, 2, True)
    assert str(report.first).startswith("row 4 (line 5, column 13): target 3 must be ")
    file.write_text("seed,input,target\n" + "".join(body) + "7,6 0 0,")
    assert both(file).rows == 4  # it never came to the broken line
    for check in (check_data, check_data_by_rows):
        with pytest.raises(FormatError, match="line 218, column 3: expected an element, 0 to 5, found 6"):
            check(file, S3, every=True)


def test_the_opposite_product_is_wrong(file):
    """Which of two elements acts first is what a file is checked for."""
    write_words(file, group("S3"), all_words(6, 2), 0)
    report = both(file, every=True)
    assert report.wrong_rows == 36 - 18  # 6 times 3 conjugacy classes pairs commute


def test_models(file):
    """Of pairs in S3 half commute: a model that multiplies the other way round is right there only."""
    write_words(file, S3.group, all_words(6, 2), 0)
    for model in (numbers("S3"), labels("S3")):
        assert both(file, model=reader(model, S3)).accuracy == Accuracy((36, 18), (36, 36), 18, 36)
        assert both(file, model=reader(model, S3, ours=True)).accuracy == Accuracy((36, 36), (36, 36), 36, 36)


def test_a_product_with_an_abelian_factor(tmp_path):
    published = published_group("A4_x_Z5")
    path = tmp_path / "a.csv"
    write_words(path, published.group, sampled_words(60, 5, 200, 1), 1)
    found = check_data(path, published, model=reader(labels("A4xZ5"), published, ours=True))
    assert found.accuracy == Accuracy((200,) * 5, (200,) * 5, 200, 200)


def test_a_model_without_a_small_table_is_run_step_by_step(file, monkeypatch):
    monkeypatch.setattr(data_check, "TABLE_STEPS", 600)
    told = []
    check_data(file, S3, model=reader(Endless(), S3), progress=lambda rows, size: told.append((rows, size)))
    assert told[:50] == [(0, 0)] * 50, "signs of life while states are numbered"
    assert told[-1] == (216, file.stat().st_size - len("seed,input,target\n"))
    accuracy = both(file, model=reader(Endless(), S3)).accuracy
    assert accuracy == Accuracy((0, 216, 216), (216, 216, 216), 0, 216)


def test_tokens_of_words_of_several_lengths(file):
    file.write_text("seed,input,target\n1,7 0 6 6,7 0 6 6\n1,7 1 2 6,7 1 4 6\n1,7 1 1 1,7 1 0 1\n")
    right = both(file, tokens=True, model=reader(numbers("S3"), S3, ours=True))
    assert right.accuracy == Accuracy((3, 2, 1), (3, 2, 1), 3, 3)
    file.write_text("seed,input,target\n1,7 0 6 6,7 0 6 6\n1,7 1 2 6,7 1 3 6\n")
    assert both(file, tokens=True).first == WrongTarget(2, 3, 15, 2, 3, 4)


def test_wrong_rows_do_not_count_against_a_model(file):
    file.write_text("seed,input,target\n1,1 2,1 3\n1,0 0,0 0\n")
    report = both(file, every=True, model=reader(numbers("S3"), S3, ours=True))
    assert report.wrong_rows == 1
    assert report.accuracy == Accuracy((2, 2), (2, 2), 2, 2)


@pytest.fixture
def long_file(file):
    """Some 4 MB: rows of a sample of A5 again and again."""
    write_words(file, published_group("A5").group, sampled_words(60, 20, 1000, 0), 0)
    header, *rows = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(header + b"".join(rows) * 40)
    return file


def test_memory_is_constant(long_file):
    """A fortieth of the file is read at once: its bytes, and the numbers of its rows as int32 in two arrays."""
    chunk = long_file.stat().st_size // 40
    tracemalloc.start()
    try:
        assert sum(len(block.inputs) for block in read_blocks(long_file, 60, chunk=chunk)) == 40_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * chunk


def test_a_hundred_megabytes_a_minute(long_file):
    """The processor's time, for a file that is right: reading stops nowhere."""
    published = published_group("A5")
    check_data(long_file, published)  # compiles
    begin = process_time_ns()
    assert check_data(long_file, published).rows == 40_000
    spent = process_time_ns() - begin
    assert long_file.stat().st_size * 60 * 10**9 > 100 * 10**6 * spent


def test_a_model_must_read_every_element():
    with pytest.raises(SymbolError, match=r"must read all 6 elements of S3.*it reads no '4'"):
        reader(numbers("Z4"), S3)
