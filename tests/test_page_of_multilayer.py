"""docs/multilayer.md: its tables are recomputed, and what it names is there."""

import json
import re
from pathlib import Path

import pytest

from constructions import all_claims
from constructions.composition.exact_minima import CLAIMS as EXACT_MINIMA
from constructions.composition.function_composition import composition_stack
from constructions.composition.non_composing_summaries import stated_counts
from constructions.composition.saturating_composition import rounding_format, saturating_format
from constructions.composition.wide_composition import by_columns
from exactssm.formats.model_writer import dump_model
from exactssm.models import OfflineCoT, OnlineCoT
from exactssm.tasks import FunctionComposition, least_memory
from verify.resources import Resources

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "multilayer.md").read_text("utf-8")


def table(*header):
    """The cells of the table with that header, row by row."""
    lines = PAGE.splitlines()
    first = lines.index("| " + " | ".join(header) + " |")
    rows = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            return rows
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_tables_fit():
    assert [line for line in PAGE.splitlines() if line.startswith("|") and len(line) > 120] == []


def test_claims_that_are_named_exist():
    known = {claim.name for claim in all_claims()}
    named = re.findall(r"`([a-z0-9]*(?:-[a-z0-9]*)+(?<!`-))(\.\.\.)?`", PAGE)
    assert len(named) > 60
    for name, more in named:
        if more:
            assert any(claim.startswith(name) for claim in known), name
        else:
            assert name in known or (name.startswith("-") and any(claim.endswith(name) for claim in known)), name


@pytest.mark.parametrize("row", table("what is open", "parameter", "default", "the others"), ids=lambda row: row[0])
def test_readings_are_parameters(row):
    """Each name is a parameter of the task, of a chain of thought, or a resource, and the default is the default."""
    fields = FunctionComposition.__dataclass_fields__
    parameters = {*fields, "of_length", "limit", "end", "domain", *Resources.__dataclass_fields__}
    names = re.findall("`([a-z_0-9A-Z]+)`", row[1])
    assert set(names) <= parameters
    if names and names[0] in fields and names[0] != "N":
        stated = re.match("`([A-Za-z]+)`", row[2])[1]
        assert stated == str(fields[names[0]].default)
    if names == ["limit"]:
        assert OnlineCoT.__init__.__defaults__ == OfflineCoT.__init__.__defaults__ == (None,)


def memory_rows(*sizes):
    return [
        pytest.param(argument, order, int(K), N, cells[N - 1], id=f"{argument}, {order}, K={K}, N={N}")
        for order, header in (("fixed", "argument"), ("arbitrary", "argument, any order"))
        for argument, K, *cells in table(header, "K", "N = 1", "N = 2", "N = 3", "N = 4")
        for N in sizes
    ]


def check_memory(argument, order, K, N, cell):
    found = least_memory(FunctionComposition(N, K, argument=argument, order=order))
    assert found.exact == (order == "fixed" or N == 1)
    assert cell == f"{found.known_position}, {found.remembered}"


@pytest.mark.parametrize(("argument", "order", "K", "N", "cell"), memory_rows(1, 2, 3))
def test_least_memory(argument, order, K, N, cell):
    check_memory(argument, order, K, N, cell)


@pytest.mark.full
@pytest.mark.parametrize(("argument", "order", "K", "N", "cell"), memory_rows(4))
def test_least_memory_of_four(argument, order, K, N, cell):
    check_memory(argument, order, K, N, cell)


def test_the_number_of_algorithms():
    claims = {claim.name: claim for claim in all_claims()}
    for name in ("streaming-by-online-cot", "streaming-by-linear-scores"):
        assert f"{len(claims[name].all_instances(full=True))} algorithms in every shape" in PAGE


def test_exact_minima():
    """The page says what the claims' instances do: the fewest p is that of a model, where all of them are."""
    models = next(claim for claim in EXACT_MINIMA if claim.name == "exact-minima").all_instances(full=True)
    least = {}
    for name in models:
        N, tokens, modulus = re.fullmatch(r"N=(\d), (.+), Z/(\d+)", name).groups()
        least[int(N), tokens] = int(modulus).bit_length() - 1
    for N, tokens, by_the_count, p in table("N", "tokens", "p by the count", "fewest p"):
        N = int(N)
        assert int(by_the_count) == next(p for p in range(1, 9) if 4**p >= N**N)
        if tokens == "entries, in any order":
            assert (p, N) == ("5, 6 or 7", 3)
            continue
        for kind in ["entries", "entries in any order"] if tokens.endswith("either order") else [tokens]:
            assert least[N, kind.removesuffix(", in order")] == int(p)


def test_blocks():
    for N, blocks, affine, steps in table("N", "blocks", "affine maps", "at most this many are steps"):
        assert stated_counts(int(N)) == (int(blocks), int(affine), int(steps))


def test_bits():
    rows = table("N", "N log2 N", "saturating, (d^2 + d) p", "rounding down", "ring, one function", "ring, every K")
    for row in rows:
        N, needed, saturating, rounding, columns, pair = map(int, row)
        assert 2 ** (needed - 1) < N**N <= 2**needed
        assert saturating == 20 * (saturating_format(N).size - 1).bit_length()
        assert rounding == 20 * (rounding_format(N).size - 1).bit_length()
        d = by_columns(FunctionComposition(N, 1)).blocks[0].layer.width if N < 100 else {256: 33, 1024: 65}[N]
        assert columns == (d * d + d) * (N - 1).bit_length() >= needed
        assert pair == 2 * N * (2 * N + 1) >= needed
        assert (2**saturating < N**N, 2**rounding < N**N) == (N >= 29, N >= 47)
    assert int(rows[-1][2]) // 20 * 4 == 48
    assert int(rows[-1][3]) // 20 * 4 == 88


def test_the_model_of_the_page():
    written = json.loads((DOCS / "examples" / "composition.json").read_text("utf-8"))
    assert written == dump_model(composition_stack(FunctionComposition(2, 2)))
