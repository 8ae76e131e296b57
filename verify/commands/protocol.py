"""The lower bound's communication protocols on a model of one's own."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exactssm.errors import FormatError
from verify.commands import FAILS, HOLDS
from verify.commands.arguments import WORD_HELP, json_option, model_argument, read_model, read_word
from verify.commands.printing import print_json, text_width

if TYPE_CHECKING:
    from verify.bounds.protocol import MeteredRun

__all__ = ["protocol"]

MAX_CUTS = 10_000


@click.command(short_help="The lower bound's protocols, every bit counted.", epilog=WORD_HELP)
@model_argument
@click.argument("word_text", metavar="[WORD]", required=False)
@click.option("--cuts", metavar="T,T,...", help="Where segments begin: after so many symbols, ascending.")
@click.option(
    "--instance",
    metavar="N,K",
    help="Instead of WORD, a drawn stream of composition:N,K, cut into x_0 and the K functions unless --cuts is given.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="What instances are drawn from.")
@click.option("--samples", metavar="S", type=click.IntRange(1, 1000), default=1, show_default=True, help="Instances.")
@click.option(
    "--chasing",
    is_flag=True,
    help="Instances of pointer chasing: f_1, f_3, ... are one array, f_2, f_4, ... another, whose first entry is x_0.",
)
@click.option(
    "--elements",
    metavar="N",
    type=click.IntRange(1, 10_000),
    help="The size of WORD's problem, for the bounds N / 8 and N log2 N.",
)
@json_option
def protocol(
    model_file: Path,
    word_text: str | None,
    cuts: str | None,
    instance: str | None,
    seed: int,
    samples: int,
    chasing: bool,
    elements: int | None,
    as_json: bool,
) -> int:
    """Run the model in the file MODEL as a protocol.

    Parties that each know some segments of a word tell each other what these do to the states of MODEL's layers, as
    affine maps, until one of them knows what MODEL puts out.

    Forward communication: a player for each segment and a round for each layer; all send to later players. Two parties:
    the owners of the odd and of the even segments take turns, a message for each layer; the word's last symbol is known
    to both. All bits are counted, next to L (K + 1) (d^2 + d) p (L layers, K + 1 segments, d the width, p the bits of a
    number), and to what the problem needs.

    Sums and products must be associative, as in Z/2^p: where numbers are rounded, or saturate at both ends, a segment
    is no affine map, which two steps of the model show.

    Example: `exactssm protocol docs/examples/composition.json --instance 2,2`

    Exit codes: 0, all answers are MODEL's output; 1, one isn't; 2, bad input, or an arithmetic that rounds.
    """
    if (word_text is None) == (instance is None):
        raise click.UsageError("give either a WORD or --instance N,K")
    if instance is None and cuts is None:
        raise click.UsageError("a WORD needs --cuts, where its segments begin")
    if instance is not None and elements is not None:
        raise click.UsageError("--elements is for a WORD; of --instance N,K it is N")
    if instance is None and samples != 1:
        raise click.UsageError("--samples is for --instance")
    if instance is None and chasing:
        raise click.UsageError("--chasing is for --instance")
    from verify.bounds.protocol import meter

    model = read_model(model_file)
    places = None if cuts is None else _numbers(cuts, "--cuts")
    if instance is None:
        metered = meter(model, read_word(word_text or ""), places or [], elements=elements)
        record: dict[str, Any] = {"model": str(model_file), **metered.as_json()}
        runs = [metered]
        first = metered.as_text(min(text_width(), 80))
    else:
        drawn = _drawn(model, instance, places, seed, samples, chasing)
        runs = [metered for metered, _ in drawn]
        record = {"model": str(model_file), "instance": instance, "seed": seed, "chasing": chasing}
        record |= {"samples": [{**metered.as_json(), "demanded": demanded} for metered, demanded in drawn]}
        first = f"{drawn[0][0].as_text(min(text_width(), 80))}\ndemanded: {drawn[0][1]}"
        if samples > 1:
            most = max(ran.bits for metered in runs for ran in metered.runs)
            agreed = sum(metered.equal for metered in runs)
            first += f"\n\n{agreed} of {samples} instances: all protocols answer as the model, in at most {most} bits"
    if as_json:
        print_json(record)
    else:
        click.echo(first)
    return HOLDS if all(metered.equal for metered in runs) else FAILS


def _drawn(
    model: Any, instance: str, cuts: list[int] | None, seed: int, samples: int, chasing: bool
) -> list[tuple[MeteredRun, str]]:
    """Drawn instances, each with what composition demands."""
    from constructions.composition.checked_protocols import block_cuts
    from exactssm.formats import text_of
    from exactssm.tasks import FunctionComposition, compose, pointer_chasing, uniform_instances
    from verify.bounds.protocol import meter

    numbers = _numbers(instance, "--instance")
    if len(numbers) != 2:
        raise FormatError(f"--instance must be two numbers, N,K; got {instance[:60]!r}")
    task = FunctionComposition(N=numbers[0], K=numbers[1])
    found = []
    instances = pointer_chasing(task, seed) if chasing else uniform_instances(task, seed)
    for one in islice(instances, samples):
        word = tuple(map(text_of, task.stream(*one)))
        metered = meter(model, word, block_cuts(task) if cuts is None else cuts, elements=task.N)
        found.append((metered, text_of(compose(*one))))
    return found


def _numbers(text: str, option: str) -> list[int]:
    """Numbers between commas; an empty text is none."""
    parts = text.split(",") if text.strip() else []
    if len(parts) > MAX_CUTS:
        raise FormatError(f"{option} takes at most {MAX_CUTS} numbers, got {len(parts)}")
    for part in parts:
        if not re.fullmatch(r"\s*[0-9]{1,9}\s*", part):
            raise FormatError(f"{option} must be numbers between commas, as in 3,7; got {text[:60]!r}")
    return list(map(int, parts))
