"""Words of permutations as chess games, Python programs and stories."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactssm.errors import DomainError, FormatError
from verify.commands import FAILS, HOLDS
from verify.commands.arguments import json_option, read_word
from verify.commands.printing import print_json

if TYPE_CHECKING:
    from exactssm.algebra import Group
    from verify.data.disguised_lines import DisguisedWords
    from verify.progress import Progress

__all__ = ["disguise"]

MOST = 10**6  # letters of all words of a file
EPILOG = (
    'WORD: elements of GROUP, by their labels or numbers, separated by white space: "(1,2) (1,3,2)". Each acts on five '
    "places, the first one first. GROUP: permutations of at most five points, S5, A5, S3, or generators in cycle "
    "notation."
)


@click.command(short_help="Write words of S5 as chess games, Python programs or stories.", epilog=EPILOG)
@click.argument("kind", type=click.Choice(["chess", "python", "story"]))
@click.argument("word_text", metavar="[WORD]", required=False)
@click.option(
    "--words",
    "words_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Words of a published CSV. Its products let the last factor act first: its p is our inverse of p.",
)
@click.option("--random", "count", metavar="N", type=click.IntRange(1, 10**6), help="N random words.")
@click.option("--length", metavar="K", type=click.IntRange(0, 10**4), help="Letters of a random word.")
@click.option(
    "--seed",
    metavar="S",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="What random words are drawn from.",
)
@click.option("--group", "group_name", metavar="GROUP", default="S5", show_default=True, help="Whose words they are.")
@click.option(
    "--rook",
    metavar="FILE",
    help="Where the marked thing begins, a to e: the rook (by default on a), True, the odd coin (c).",
)
@click.option(
    "--mode",
    type=click.Choice(["list", "tuple", "z", "if"]),
    help="Of Python: a list; or five variables that swap at once (by default), by way of z, or by conditions.",
)
@click.option("--told-apart", is_flag=True, help="Five different values or coins: the state shows the product.")
@click.option(
    "--factorisation",
    type=click.Choice(["cycles", "neighbours"]),
    default="cycles",
    show_default=True,
    help="As few transpositions as there can be, or neighbours only.",
)
@click.option("--padded", is_flag=True, help="Strings of one length for all letters, as NC0 needs.")
@click.option("--extra", is_flag=True, help="Also write the word, its product, and whether the marked thing is back.")
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help="The file; by default stdout.")
@click.option("--run", "to_run", is_flag=True, help="Let Python run each program that is written, and compare.")
@click.option("--check", "checked", metavar="FILE", type=click.Path(path_type=Path), help="Check the lines of a file.")
@click.option(
    "--picture",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Of chess: draw the board before and after WORD, by default (1,3), to a png, svg or pdf file.",
)
@json_option
def disguise(
    kind: str,
    word_text: str | None,
    words_file: Path | None,
    count: int | None,
    length: int | None,
    seed: int,
    group_name: str,
    rook: str | None,
    mode: str | None,
    told_apart: bool,
    factorisation: str,
    padded: bool,
    extra: bool,
    output: Path | None,
    to_run: bool,
    checked: Path | None,
    picture: Path | None,
    as_json: bool,
) -> int:
    """Write words of permutations as chess games in UCI notation, Python programs of swaps, or stories of trades: a
    line of JSON a word, {"history": [...], "state": ...}, as in the data published with 2404.08819.

    After the game the rook is on its first square if and only if the product of the word fixes that place; likewise the
    value True and the odd coin. The claims chess-word-problem, python-word-problem and story-word-problem prove it for
    words of every length.

    Example: `exactssm disguise chess "(1,2) (2,5)" --extra` writes one game. `exactssm disguise chess --check FILE`
    plays the games of a file again: every move must be legal, and lead to the state. Nothing that a file holds is ever
    run.

    Exit codes: 0; 1, --check or --run found a line that isn't right; 2, bad input.
    """
    from exactssm.algebra import group
    from verify.data.disguised_lines import disguised_words, file_number
    from verify.progress import Progress

    given = {"WORD": word_text, "--words": words_file, "--random": count, "--check": checked}
    sources = [name for name, value in given.items() if value is not None]
    if len(sources) > 1 or (not sources and picture is None):
        found = " and ".join(sources) or "none"
        raise click.UsageError(f"words come from one of WORD, --words, --random and --check; given is {found}")
    if (count is None) != (length is None):
        raise click.UsageError("--random N and --length K go together")
    _check_kind(kind, mode, to_run, picture, sources)
    if as_json and checked is None:
        raise click.UsageError("--json goes with --check: words are written as JSON anyway")
    words = disguised_words(
        kind,
        group(group_name),
        None if rook is None else file_number(rook),
        mode=mode or "tuple",
        told_apart=told_apart,
        factorisation=factorisation,
        padded=padded,
    )
    with Progress() as progress:
        if checked is not None:
            return _check(checked, words, as_json, progress)
        if picture is not None:
            from verify.drawing.board_picture import draw_board

            word = () if word_text is None else _word(word_text, words.structure)
            chosen = [(2, 1, 0, 3, 4)] if word_text is None else [words.images[x] for x in word]
            draw_board(words.disguise, chosen, picture)
        if sources:
            drawn = _words(word_text, words_file, count, length or 0, seed, group_name, words.structure)
            return _write(drawn, words, extra, output, to_run, progress)
    return HOLDS


def _check_kind(kind: str, mode: str | None, to_run: bool, picture: Path | None, sources: list[str]) -> None:
    if kind != "python" and mode is not None:
        raise click.UsageError("--mode is the form of Python programs")
    if to_run and (kind != "python" or "--check" in sources):
        raise click.UsageError("--run is for Python programs that are written here; those of a file are never run")
    if picture is not None and kind != "chess":
        raise click.UsageError("--picture draws a board, and goes with chess")
    if picture is not None and sources not in ([], ["WORD"]):
        raise click.UsageError("--picture draws one WORD")


def _word(text: str, structure: Group) -> tuple[int, ...]:
    """Elements by their labels or numbers."""
    word = []
    for position, symbol in enumerate(read_word(text)):
        if symbol.isascii() and symbol.isdecimal() and len(symbol) <= 9:
            if int(symbol) >= structure.order:
                raise FormatError(
                    f"position {position}: {structure.name} has the elements 0 to {structure.order - 1}, got {symbol}"
                )
            word.append(int(symbol))
        else:
            try:
                word.append(structure.element(symbol))
            except DomainError as error:
                raise FormatError(f"position {position}: {error}") from None
    return tuple(word)


def _words(
    text: str | None, path: Path | None, count: int | None, length: int, seed: int, name: str, structure: Group
) -> Iterator[tuple[int, ...]]:
    """The words to write, from where they come."""
    if text is not None:
        return iter([_word(text, structure)])
    if path is not None:
        return _words_of_file(path, name)
    assert count is not None
    if count * length > MOST:
        raise DomainError(f"at most {MOST} letters are drawn, and {count} words of {length} are more")
    from random import Random

    chance = Random(seed)
    return (tuple(chance.choices(range(structure.order), k=length)) for _ in range(count))


def _words_of_file(path: Path, name: str) -> Iterator[tuple[int, ...]]:
    """The words of a published CSV, as words of ours; its prefix products must be right."""
    from exactssm.algebra.published import published_group
    from exactssm.formats.word_file import read_rows

    published = published_group(name)
    letters = 0
    for row in read_rows(path, published.order):
        product = 0
        for x, target, column in zip(row.word, row.targets, row.columns, strict=True):
            if (product := published.group.mul(product, x)) != target:
                raise FormatError(
                    f"{str(path)!r}, line {row.line}, column {column}: a target must be {product}, found {target}"
                )
        if (letters := letters + len(row.word)) > MOST:
            raise DomainError(f"{str(path)!r}: at most {MOST} letters are written, and there are more")
        yield tuple(published.ours[x] for x in row.word)


def _write(
    drawn: Iterator[tuple[int, ...]],
    words: DisguisedWords,
    extra: bool,
    output: Path | None,
    to_run: bool,
    progress: Progress,
) -> int:
    """Write the line of each word; with ``to_run`` Python's state must be the same."""
    from exactssm.formats.writing import write_chunks

    failed = []

    def lines() -> Iterator[bytes]:
        for number, word in enumerate(drawn, start=1):
            line = words.line(word, extra)
            if to_run:
                from verify.data.program_runs import run_programs

                (found,) = run_programs(words, [(word, words.text(word))])
                if found != line["state"]:
                    failed.append(f"line {number}: Python ends with {json.dumps(found)}")
            progress(f"words written: {number}")
            yield (json.dumps(line) + "\n").encode("ascii")

    if output is not None:
        write_chunks(output, lines())
    else:
        for data in lines():
            click.echo(data, nl=False)
    progress.clear()
    for fault in failed[:1]:
        click.echo(fault, err=True)
    return FAILS if failed else HOLDS


def _check(path: Path, words: DisguisedWords, as_json: bool, progress: Progress) -> int:
    """Check a file line by line, up to the first that is wrong."""
    from verify.data.disguised_lines import check_lines

    number, fault = 0, None
    for number, fault in check_lines(path, words):
        progress(f"lines checked: {number}")
        if fault is not None:
            break
    progress.clear()
    if as_json:
        print_json({"file": str(path), "lines": number, "holds": fault is None, "fault": fault})
    elif fault is None:
        click.echo(f"{path}: {number} {'line' if number == 1 else 'lines'}, all as they must be")
    else:
        click.echo(f"{path}, line {number}: {fault}")
    return HOLDS if fault is None else FAILS
