"""S5 as games of chess: a transposition is twelve half-moves from the board of Figure 1.

    i8 to i7, j8 to j6, i7 to j7, j6 to i6, j7 to j8, i6 to i8

are black's moves for the transposition of the files i and j; after each the white king steps between a1 and b1, out and
back, so that the board returns with the pieces on i8 and j8 swapped and black to move again. The paper prints them for
the files a and c; that they are legal for every ordered pair of files, wherever the rook is, is decided here, by the
rules of `constructions.disguises.chess_board`. The idle string of the same length moves the piece on a8 to a7 and back,
three times.

The rook is on its first square if and only if the product fixes that square's place. Figure 1 has the rook on c8, the
proof on a8: the figure's board with the proof's readout, whether the rook is on a8, is wrong on the identity.

The published generator of games has a board of its own, mirrored, with the colours changed: its heavy pieces stand on
a8 to a4 and move by way of the files b and c. White moves first, and a black rook on h8 steps to h7 and back. A pair
of equal places, which it draws as often as any other, is two moves of that black rook, the first of them white's turn:
no game of chess. The other pairs are legal moves from its board, which no game of chess reaches, as a white pawn stands
on g1. The interchanged letters d and e in its table never show: it prints only a, b, c and h.

Source: 2404.08819 Prop 3.3 and Fig. 1; the general pair of files and what is said of the generator
(jopetty/word-problem as of 2024) are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final

from constructions.claim import Case, Claim, Kind
from constructions.disguises.chess_board import EMPTY, FILES, SQUARES, ChessBoard, Position, figure_position
from constructions.disguises.homomorphism import (
    PLACES,
    Disguise,
    Expanded,
    decided,
    ordered_pairs,
    tracked,
)
from exactssm.errors import ConstructionError
from exactssm.machine import Machine, Output, State, Symbol
from exactssm.tasks import Automaton

__all__ = ["CLAIMS", "IDLE", "chess_disguise", "published_game", "published_position", "rows_of", "transposition_moves"]

OUT, BACK = "a1b1", "b1a1"


def _with_king(black: Iterable[str]) -> tuple[str, ...]:
    """Black's moves, the white king stepping out and back between them."""
    return tuple(move for k, ours in enumerate(black) for move in (ours, BACK if k % 2 else OUT))


def transposition_moves(i: int, j: int) -> tuple[str, ...]:
    """The twelve half-moves that swap the pieces on rank 8 of the files i and j, counted from 0.

    >>> " ".join(transposition_moves(0, 2))
    'a8a7 a1b1 c8c6 b1a1 a7c7 a1b1 c6a6 b1a1 c7c8 a1b1 a6a8 b1a1'

    Raises: ConstructionError, unless they are two different files of a to e.
    """
    if i == j or not {i, j} <= set(range(PLACES)):
        raise ConstructionError(f"two different files of 0 to {PLACES - 1} are swapped, got {i!r} and {j!r}")
    a, b = FILES[i], FILES[j]
    return _with_king((f"{a}8{a}7", f"{b}8{b}6", f"{a}7{b}7", f"{b}6{a}6", f"{b}7{b}8", f"{a}6{a}8"))


IDLE: Final = _with_king(("a8a7", "a7a8") * 3)
"""Twelve half-moves that change nothing."""


def chess_disguise(
    rook: int = 0, *, factorisation: str = "cycles", padded: bool = False, told_apart: bool = False
) -> Disguise:
    """Words of permutations as games from the board of Figure 1, with the rook on rank 8 of the file ``rook``.

    >>> chess_disguise().text([(1, 0, 2, 3, 4)])[:4]
    ('a8a7', 'a1b1', 'b8b6', 'b1a1')

    Strings: at most 48 half-moves a letter by cycles, at most 120 by neighbours; padded, exactly as many.
    Raises: ConstructionError, for another file than 0 to 4, or an unknown factorisation.
    """
    scene = ChessBoard(figure_position(rook), told_apart)
    return Disguise(scene, (), transposition_moves, IDLE, factorisation, padded)


def rows_of(position: Position) -> str:
    """The board as the published data print a state: ranks from 8 to 1, squares from a to h, a letter for each piece,
    whatever its side.

    >>> rows_of(figure_position(2))[:33]
    'Q Q R Q Q . . . ; . . . . . . . .'
    """
    return " ; ".join(" ".join(position.board[k : k + 8].upper()) for k in range(0, 64, 8))


def published_position() -> Position:
    """The published generator's board, its squares as it prints them: a row of its table is a file, a column a rank."""
    table = {(0, column): "Q" for column in range(PLACES)}
    table |= {(0, 0): "R", (0, 7): "K", (7, 0): "r", (6, 6): "P", (6, 7): "P", (7, 7): "k"}
    printed = {f"{FILES[row]}{8 - column}": piece for (row, column), piece in table.items()}
    return Position("".join(printed.get(square, EMPTY) for square in SQUARES), white_moves=True)


def published_game(i: int, j: int) -> tuple[str, ...]:
    """What the published generator prints for a pair of places, without the letters of the pieces and the blanks. Its
    letters for the rows 0, 1, 2 and 7, the only ones that it uses, are the right ones."""
    shuttle = "h8h7", "h7h8"
    if i == j:
        return shuttle

    def square(row: int, column: int) -> str:
        return f"{FILES[row]}{8 - column}"

    moves = (
        square(0, i) + square(2, i),
        square(0, j) + square(1, j),
        square(2, i) + square(2, j),
        square(1, j) + square(1, i),
        square(2, j) + square(0, j),
        square(1, i) + square(0, i),
    )
    return tuple(move for k, ours in enumerate(moves) for move in (ours, shuttle[k % 2]))


def _pairs(rook: int) -> Iterator[Case]:
    yield ordered_pairs(f"rook on {FILES[rook]}8, all pairs of files", chess_disguise(rook, told_apart=True))


def _decided(given: tuple[str, bool]) -> Iterator[Case]:
    factorisation, padded = given
    for rook in range(PLACES):
        disguise = chess_disguise(rook, factorisation=factorisation, padded=padded)
        yield decided(f"rook on {FILES[rook]}8", disguise, rook)


def _told_apart(chosen: str) -> Iterator[Case]:
    yield tracked(f"{chosen}, pieces told apart", chess_disguise(told_apart=True), chosen)


def _figure(rook: int) -> Iterator[Case]:
    yield decided(f"rook on {FILES[rook]}8, asked for on a8", chess_disguise(rook), rook, asked=0)


def _is_game(pairs: list[tuple[int, int]]) -> Machine:
    """The task that every game is legal."""
    return Automaton(pairs, [0], 0, {(0, pair): 0 for pair in pairs}, {(0, pair): True for pair in pairs})


def _published(equal: bool) -> Iterator[Case]:
    pairs = [(i, j) for i, j in product(range(PLACES), repeat=2) if equal or i != j]
    board = ChessBoard(published_position())
    strings: dict[Symbol, tuple[str, ...]] = {pair: published_game(*pair) for pair in pairs}

    def legal(state: State) -> Output:
        return state is not None

    name = "all pairs" if equal else "pairs of different places"
    yield Case(name, Expanded(board, strings, board.start, legal), _is_game(pairs))


CLAIMS = (
    Claim(
        name="chess-transpositions",
        source="2404.08819 Prop 3.3, its transposition for every pair of files (ours)",
        statement="From the board of Figure 1, with the rook on any file of a to e, twelve legal half-moves swap any "
        "two of the five heavy pieces: the place of each piece is the product.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.disguises.chess_moves",
        cases=_pairs,
        instances={"rook on a8": 0},
        full={f"rook on {FILES[rook]}8": rook for rook in range(1, PLACES)},
    ),
    Claim(
        name="chess-word-problem",
        source="2404.08819 Prop 3.3; strings of one length are ours",
        statement="A word of S5 becomes a legal game from the board of Figure 1, letter by letter, after which the "
        "rook is on its first square if and only if the product fixes that square's place.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.disguises.homomorphism",
        cases=_decided,
        instances={"by cycles": ("cycles", False), "by cycles, padded": ("cycles", True)},
        full={"by neighbours": ("neighbours", False), "by neighbours, padded": ("neighbours", True)},
    ),
    Claim(
        name="chess-word-problem-told-apart",
        source="2404.08819 Prop 3.3, for all pieces (ours)",
        statement="If the four queens are told apart, the board after the game of a word shows the product in S5.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.disguises.homomorphism",
        cases=_told_apart,
        instances={"transpositions": "transpositions"},
        full={"all letters": "all"},
    ),
    Claim(
        name="chess-figure-as-printed",
        source="2404.08819 Fig. 1 with the readout of Prop 3.3",
        statement="On the board of Figure 1 as drawn, with the rook on c8, `the rook is on a8` decides whether the "
        "product fixes the first place.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.disguises.chess_moves",
        cases=_figure,
        instances={"rook on c8": 2},
    ),
    Claim(
        name="chess-generator-as-published",
        source="2404.08819, the released generator of games",
        statement="What the released generator prints for pairs of places are legal games from its own board.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.disguises.chess_moves",
        cases=_published,
        instances={"all 25 pairs": True},
    ),
    Claim(
        name="chess-generator-on-different-places",
        source="2404.08819, the released generator of games without pairs of equal places (ours)",
        statement="What the released generator prints for pairs of different places are legal moves from its own "
        "board, in any order.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.disguises.chess_moves",
        cases=_published,
        instances={"20 pairs": False},
    ),
)
