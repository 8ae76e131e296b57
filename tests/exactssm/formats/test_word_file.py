"""Word-problem files: the published bytes, and what is malformed, by the definition and by the fast reader."""

from __future__ import annotations

import gzip
import hashlib
import os
import random
from itertools import accumulate, permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.algebra.published import published_group
from exactssm.errors import DomainError, FormatError
from exactssm.formats.word_blocks import read_blocks
from exactssm.formats.word_file import MAX_LINE, RowForm, read_rows, write_words
from exactssm.tasks.published_words import all_words, sampled_words

PUBLISHED = {  # seed, SHA-256 of the published file with all words of length 2
    "A5": (946607, "5fa1b247ecf078d027a71fff7c486d6e4f12df4d0f8ff4526bc91cf759bbf307"),
    "A4_x_Z5": (814239, "8938e809eed273317847668dca40b01571d9ebc96a4151c12de9ae9b063c1259"),
    "Z60": (842871, "4ce5b6d98939be4c559fddd5172db8a0bf99a1da17b7ef61ea9c65133b2bbf05"),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_files(name, tmp_path):
    seed, sha256 = PUBLISHED[name]
    path = tmp_path / f"{name}=2.csv"
    written = write_words(path, published_group(name).group, all_words(60, 2), seed)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    assert written == (3600, path.stat().st_size, sha256)


def published_bytes(words, seed):
    """A file for A5, by tuples alone: even one-line permutations in lexicographic order, op(p, q)(i) = p(q(i))."""
    a5 = [p for p in permutations(range(5)) if sum(p[i] > p[j] for j in range(5) for i in range(j)) % 2 == 0]
    number = {p: x for x, p in enumerate(a5)}
    lines = ["seed,input,target\n"]
    for word in words:
        prefixes = accumulate((a5[x] for x in word), lambda p, q: tuple(p[i] for i in q))
        lines.append(f"{seed},{' '.join(map(str, word))},{' '.join(str(number[p]) for p in prefixes)}\n")
    return "".join(lines).encode()


def drawn_as_published(length, samples, seed):
    random.seed(seed)
    drawn = set()
    while len(drawn) < samples:
        drawn.add(tuple(random.choices(range(60), k=length)))
    return list(drawn)


def check_a_sampled_file(path, length, samples, seed):
    written = write_words(path, published_group("A5").group, sampled_words(60, length, samples, seed), seed)
    expected = published_bytes(drawn_as_published(length, samples, seed), seed)
    assert path.read_bytes() == expected
    assert written == (samples, len(expected), hashlib.sha256(expected).hexdigest())
    return written


def test_a_sampled_file(tmp_path):
    check_a_sampled_file(tmp_path / "A5=4.csv", 4, 3000, 946607)


@pytest.mark.full
def test_a_sampled_file_of_published_size(tmp_path):
    """A million rows of length 4, as the published A5=4.csv, whose seed is not known and which has 29,667,856 bytes.

    A row has 15 bytes and the digits of 8 numbers, 110/60 on average with variance 5/36. The first target is the first
    input, other pairs of numbers are independent: over seeds of 6 digits the size has mean 29,666,685 and standard
    deviation 1000 sqrt(10 * 5/36), about 1179. The published size is one of them above the mean.
    """
    written = check_a_sampled_file(tmp_path / "A5=4.csv", 4, 10**6, 946607)
    assert abs(written.size - 29_666_685) < 5 * 1179


def rows_and_error(rows):
    """What a reader gives before it fails, and how it fails."""
    found = []
    try:
        for row in rows:
            found.append(row)
    except FormatError as error:
        return found, str(error)
    return found, None


def by_blocks(path, order, tokens, chunk):
    for block in read_blocks(path, order, tokens=tokens, chunk=chunk):
        for i in range(len(block.inputs)):
            row = block.row(i)
            assert row.word == tuple(block.inputs[i, : block.lengths[i]])
            assert row.targets == tuple(block.targets[i, : block.lengths[i]])
            yield row


BODY = "seed,input,target\n12,0 5 3,0 5 1\n12,1 1 1,1 0 1\n"
TOKENS = "seed,input,target\n12,7 0 5 6,7 0 5 6\n12,7 1 1 1,7 1 0 1\n"
MALFORMED = {
    "": "line 1, column 1: the header must be",
    "seed,input,target": "line 1, column 18: the header must be 'seed,input,target', found 'seed,input,target'",
    "length,input,target\n3,0,0\n": "line 1, column 1: the header must be 'seed,input,target', found 'length,input",
    "seed,input,target\r\n": "line 1, column 18: the header must be",
    "version https://git-lfs.github.com/spec/v1\n": "is a pointer of Git LFS",
    "seed,input,target\n": "line 2, column 1: expected a seed, found the end of the file",
    BODY + "\n": "line 4, column 1: expected a seed, found the end of the line",
    BODY + "12": "line 4, column 3: expected a comma after the seed, found the end of the file: the last line is cut",
    BODY + "12,0 5 3,0 5 1": "line 4, column 15: expected the end of the line after the 3 numbers of the target, found",
    BODY
    + "12,0 5 3\n": "line 4, column 9: expected a comma after the 3 numbers of the input, found the end of the line",
    BODY + "12,0 5,0 5\n": "line 4, column 7: expected a space and number 3 of 3, found ','",
    BODY + "12,0 5 3 1,0 5 1 1\n": "line 4, column 9: expected a comma after the 3 numbers of the input, found ' '",
    BODY
    + "12,0 5 3,0 5 1,1\n": "line 4, column 15: expected the end of the line after the 3 numbers of the target, fou",
    BODY + "12,0 6 3,0 5 1\n": "line 4, column 6: expected an element, 0 to 5, found 6",
    BODY + "12,0 05 3,0 5 1\n": "line 4, column 6: a number has no zeros in front, found 05",
    BODY + "12,0 1234567890 3,0 5 1\n": "line 4, column 6: a number has at most 9 digits",
    BODY + "12,0 -1 3,0 5 1\n": "line 4, column 6: expected a number, found '-'",
    BODY + "12,0  5 3,0 5 1\n": "line 4, column 6: expected a number, found ' '",
    BODY + '12,"0 5 3",0 5 1\n': "line 4, column 4: expected a number, found '\"'",
    BODY + "012,0 5 3,0 5 1\n": "line 4, column 1: a seed has no zeros in front",
    BODY + "1" * 21 + ",0 5 3,0 5 1\n": "line 4, column 1: a seed has at most 20 digits",
    BODY
    + "12,0 5 3,0 5 1\r\n": "line 4, column 15: expected the end of the line after the 3 numbers of the target, foun",
    BODY + "12,0 5 ü,0 5 1\n": "line 4, column 8: expected a number, found 'ü'",
    BODY + "12,0 5 \udcff,0 5 1\n": "line 4, column 8: expected a number, found the byte 0xff, which is not UTF-8",
    BODY + "1" * (MAX_LINE + 1): f"line 4, column {MAX_LINE + 1}: a line may take at most {MAX_LINE} bytes",
    TOKENS + "12,0 1 6 6,7 1 6 6\n": "line 4, column 4: expected [BOS], which is 7, found 0",
    TOKENS + "12,7 6 6 6,7 6 6 6\n": "line 4, column 6: expected an element, 0 to 5, found 6",
    TOKENS + "12,7 0 6 1,7 0 6 6\n": "line 4, column 10: expected [PAD], which is 6, after [PAD], found 1",
    TOKENS + "12,7 0 7 1,7 0 6 6\n": "line 4, column 8: expected an element, 0 to 5 or [PAD], which is 6, found 7",
    TOKENS + "12,7 0 6 6,7 0 1 6\n": "line 4, column 16: expected [PAD], which is 6, as in the input, found 1",
    TOKENS + "12,7 0 1 6,7 0 6 6\n": "line 4, column 16: expected an element, 0 to 5, found 6",
    "seed,input,target\n12,7,7\n": "line 2, column 5: expected a space and an element after [BOS], found ','",
}


@pytest.mark.parametrize(("text", "message"), MALFORMED.items(), ids=range(len(MALFORMED)))
def test_malformed_files(text, message, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    tokens = ",7" in text
    slow = rows_and_error(read_rows(path, 6, tokens=tokens))
    assert message in slow[1]
    assert str(path) in slow[1]
    assert len(slow[0]) == (2 if text.startswith((BODY, TOKENS)) else 0)
    for chunk in (1, 50, 2**22):
        if chunk > 50 or len(text) < 1000:
            assert rows_and_error(by_blocks(path, 6, tokens, chunk)) == slow


PLACES = st.tuples(st.integers(0, 200), st.binary(max_size=3), st.integers(0, 3))


@given(st.booleans(), st.lists(PLACES, max_size=2), st.sampled_from([7, 40, 10**4]))
def test_the_fast_reader_is_the_definition(tmp_path_factory, tokens, changes, chunk):
    data = (TOKENS if tokens else BODY).encode() + (b"9,7 4 6 6,7 1 6 6\n" if tokens else b"0,4 4 4,1 2 3\n")
    for at, put, cut in changes:
        data = data[:at] + put.translate(bytes(b"0123456789 ,\n\xff\r7"[i % 16] for i in range(256))) + data[at + cut :]
    path = tmp_path_factory.getbasetemp() / "changed.csv"
    path.write_bytes(data)
    assert rows_and_error(by_blocks(path, 6, tokens, chunk)) == rows_and_error(read_rows(path, 6, tokens=tokens))


def test_what_is_written_is_read(tmp_path):
    group = published_group("S3").group
    words = list(all_words(6, 3))
    for tokens, width in ((False, 0), (True, 0), (True, 7)):
        write_words(tmp_path / "a.csv", group, words, 3, tokens=tokens, width=width)
        rows = list(read_rows(tmp_path / "a.csv", 6, tokens=tokens))
        assert [row.word for row in rows] == words
        assert all(row.targets == tuple(group.product(row.word[: t + 1]) for t in range(3)) for row in rows)
        assert {row.width for row in rows} == {width or 3 + tokens}
        lines = (tmp_path / "a.csv").read_text().splitlines()
        for row in rows:  # a column is where a target stands
            for x, column in zip(row.targets, row.columns, strict=True):
                assert int(lines[row.line - 1][column - 1 :].split(" ")[0]) == x


def test_tokens():
    """2404.08819's tokeniser: [PAD] and [BOS] come after the elements; both fields begin with [BOS]."""
    assert RowForm(60, tokens=True).numbers((7, 31), 4) == (61, 7, 31, 60)


def test_nothing_is_half_written(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("old")

    def words():
        yield from product(range(6), repeat=5)  # more than is handed on at once
        raise DomainError("no more")

    with pytest.raises(DomainError, match="no more"):
        write_words(path, published_group("S3").group, words(), 0)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.csv"]
    with pytest.raises(DomainError, match="a seed has 1 to 20 digits"):
        write_words(path, published_group("S3").group, [], -1)


def test_gzip(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(packed := gzip.compress(BODY.encode()))
    assert [row.word for row in read_rows(path, 6)] == [(0, 5, 3), (1, 1, 1)]
    for spoiled in (packed[:-9], packed[:15] + b"\x00\x00" + packed[17:]):
        path.write_bytes(spoiled)
        for reader in (read_rows, read_blocks):
            with pytest.raises(FormatError, match=r"a.csv.gz' can't be unpacked"):
                list(reader(path, 6))
