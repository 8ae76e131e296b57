"""Word-problem data."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from exactssm.errors import DomainError
from verify.commands import HOLDS
from verify.commands.arguments import GROUP_HELP, json_option
from verify.commands.printing import print_json

if TYPE_CHECKING:
    from exactssm.formats.reading import PathName

__all__ = ["words"]

MAX_ROWS = 10**9  # of a file with all words


@click.command(short_help="Write data in the word-problem CSV format.", epilog=GROUP_HELP)
@click.argument("group_name", metavar="GROUP")
@click.argument("length", metavar="LENGTH", type=click.IntRange(1, 10**5))
@click.option("--samples", metavar="N", type=click.IntRange(1), help="Draw N different words; by default all of them.")
@click.option(
    "--seed",
    metavar="S",
    type=click.IntRange(0, 10**20 - 1),
    default=0,
    show_default=True,
    help="What samples are drawn from; it fills the first column.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The file; by default GROUP=LENGTH.csv, as published, or GROUP=LENGTH.tokens.csv. - is stdout.",
)
@click.option("--tokens", is_flag=True, help="Tokens: [BOS], |G| + 1, begins each input and target.")
@click.option(
    "--pad-to", metavar="N", type=click.IntRange(1, 10**5), help="With --tokens: fill up to N with [PAD], |G|."
)
@json_option
def words(
    group_name: str,
    length: int,
    samples: int | None,
    seed: int,
    output: Path | None,
    tokens: bool,
    pad_to: int | None,
    as_json: bool,
) -> int:
    """Write words of LENGTH elements of GROUP with their prefix products, byte for byte in the published format: header
    seed,input,target, elements by their numbers, one row a word.

    All words come in lexicographic order, a sample in the order that the published generator gives it with the same
    seed (on CPython). Of permutations q acts first in the product pq, as published and unlike everywhere else here.

    Example: `exactssm words A5 2 --seed 946607` writes the published file A5=2.csv, to the byte.

    Exit codes: 0, it is written; 2, bad input.
    """
    from exactssm.algebra.published import published_group
    from exactssm.formats.word_file import MAX_WORD, write_words
    from exactssm.tasks.published_words import all_words, sampled_words
    from verify.progress import Progress

    if pad_to is not None and not tokens:
        raise click.UsageError("--pad-to goes with --tokens: only tokens are padded")
    if pad_to is not None and pad_to <= length:
        raise click.UsageError(f"--pad-to must be more than {length}: [BOS] and {length} elements come before [PAD]")
    if tokens and length == MAX_WORD:
        raise click.UsageError(f"with --tokens LENGTH must be less than {MAX_WORD}: [BOS] comes in front")
    group = published_group(group_name)
    if output is None and os.sep in group.name:
        raise click.UsageError("a group given by a file makes no file name; give --output")
    path = output or Path(f"{group.name}={length}{'.tokens' if tokens else ''}.csv")
    rows = group.order**length
    if samples is None and rows > MAX_ROWS:
        raise DomainError(
            f"a file holds at most {MAX_ROWS} words, and there are {group.order}^{length}; draw some with --samples"
        )
    stdout = str(path) == "-"
    if stdout and as_json:
        raise click.UsageError("--json describes the file on stdout, where --output - writes the file itself")
    with Progress() as progress:
        drawn: Iterable[tuple[int, ...]] = (
            all_words(group.order, length)
            if samples is None
            else sampled_words(group.order, length, samples, seed, lambda n: progress(f"{n} of {samples} words drawn"))
        )
        rows = rows if samples is None else min(rows, samples)
        out: PathName | IO[bytes] = sys.stdout.buffer if stdout else path
        written = write_words(
            out,
            group.group,
            drawn,
            seed,
            tokens=tokens,
            width=pad_to or 0,
            progress=lambda n: progress(f"{n} of {rows} rows written"),
        )
    record = {"file": str(path), "group": group.name, "length": length, "seed": seed, "samples": samples}
    record |= {"tokens": tokens, "rows": written.rows, "bytes": written.size, "sha256": written.sha256}
    if as_json:
        print_json(record)
    else:
        said = f"{path}: {written.rows} rows, {written.size} bytes\nSHA-256 {written.sha256}"
        if samples is not None and written.rows < samples:
            said += f"\nthere are no more than {written.rows} words, so that all were drawn"
        click.echo(said, err=stdout)
    return HOLDS
