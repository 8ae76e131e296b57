"""Chess on small boards: which moves of kings, rooks and queens are legal, by the rules, written once and slowly.

A position is a text of 64 characters, rank 8 first, files a to h, and who moves. White's pieces are capitals, as in
FEN: K, Q, R, P; black's are small; the five heavy pieces may be told apart, and are then the digits 0 to 4. A move is
written as in the UCI protocol: the square it leaves and the square it goes to, ``a8a7``.

Pawns block and attack, but don't move here: a pawn's move counts as none. There is no castling, as no king stands where
it could. Draws, by repetition or after fifty moves, are ignored, as in the paper.

Source: 2404.08819 section 3.2 and Fig. 1 (the board; an illegal move leads to the null state).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from exactssm.errors import ConstructionError, SymbolError
from exactssm.machine import Output, State, Symbol

__all__ = [
    "EMPTY",
    "FILES",
    "MOVES",
    "SQUARES",
    "ChessBoard",
    "Position",
    "figure_position",
    "forsyth",
    "is_legal",
    "legal_moves",
    "piece_on",
]

FILES: Final = "abcdefgh"
SQUARES: Final = tuple(f"{file}{rank}" for rank in range(8, 0, -1) for file in FILES)
MOVES: Final = tuple(source + target for source in SQUARES for target in SQUARES if source != target)
"""All that a move can be, legal or not; no pawn moves, and so none is promoted."""

EMPTY: Final = "."
NUMBER: Final = {square: number for number, square in enumerate(SQUARES)}
MOVE_NUMBERS: Final = {move: (NUMBER[move[:2]], NUMBER[move[2:]]) for move in MOVES}

Direction: TypeAlias = tuple[int, int]
STRAIGHT: Final[tuple[Direction, ...]] = ((0, 1), (0, -1), (1, 0), (-1, 0))
DIAGONAL: Final[tuple[Direction, ...]] = ((1, 1), (1, -1), (-1, 1), (-1, -1))
DIRECTIONS: Final = {"r": STRAIGHT, "q": STRAIGHT + DIAGONAL, "k": STRAIGHT + DIAGONAL}


class Position(NamedTuple):
    """What stands where, and who moves."""

    board: str  #: 64 characters, rank 8 first
    white_moves: bool


def figure_position(rook: int = 0) -> Position:
    """The board of Figure 1, black to move: white Ka1, pawns a2 and b2; black Kh1 and five heavy pieces on a8 to e8, of
    which the one on the file ``rook``, counted from 0, is a rook, and the others are queens.

    >>> forsyth(figure_position())
    'rqqqq3/8/8/8/8/8/PP6/K6k b - - 0 1'

    Raises: ConstructionError, unless ``rook`` is one of 0 to 4.
    """
    if rook not in range(5):
        raise ConstructionError(f"the rook's file must be one of 0 to 4, got {rook!r}")
    heavy = "".join("r" if file == rook else "q" for file in range(5))
    return Position(heavy + EMPTY * (3 + 5 * 8) + "PP......" + "K......k", white_moves=False)


def forsyth(position: Position) -> str:
    """The position in Forsyth-Edwards notation, as other chess programs read it."""
    ranks = []
    for start in range(0, 64, 8):
        rank = position.board[start : start + 8]
        for run in range(8, 0, -1):
            rank = rank.replace(EMPTY * run, str(run))
        ranks.append(rank)
    return f"{'/'.join(ranks)} {'w' if position.white_moves else 'b'} - - 0 1"


def piece_on(position: Position, square: str) -> str:
    """The character of what stands on ``square``; a full stop, if nothing does."""
    return position.board[NUMBER[square]]


def _line(source: int, direction: Direction) -> Iterator[int]:
    """The squares from ``source``, without it, to the edge."""
    rank, file = divmod(source, 8)
    rank, file = rank + direction[0], file + direction[1]
    while 0 <= rank < 8 and 0 <= file < 8:
        yield 8 * rank + file
        rank, file = rank + direction[0], file + direction[1]


def _reached(board: str, source: int) -> Iterator[int]:
    """The squares that the king, rook or queen on ``source`` attacks, its own side's pieces among them."""
    kind = board[source].lower()
    for direction in DIRECTIONS[kind]:
        for square in _line(source, direction):
            yield square
            if kind == "k" or board[square] != EMPTY:
                break


def _attacked(board: str, target: int, by_white: bool) -> bool:
    """Whether a piece of that side attacks the square ``target``."""
    rank, file = divmod(target, 8)
    behind = rank + 1 if by_white else rank - 1  # pawns attack one rank forward, and a text begins with rank 8
    if 0 <= behind < 8:
        pawn = "P" if by_white else "p"
        if any(0 <= side < 8 and board[8 * behind + side] == pawn for side in (file - 1, file + 1)):
            return True
    for source, piece in enumerate(board):
        if piece.lower() in DIRECTIONS and piece.isupper() == by_white and target in _reached(board, source):
            return True
    return False


@lru_cache(maxsize=2**14)  # games come back to the same positions
def is_legal(position: Position, move: str) -> bool:
    """Whether the side to move may make ``move``: its king, rook or queen goes there, past no other piece, takes none
    of its own and no king, and leaves its own king unattacked."""
    board, white = position
    source, target = MOVE_NUMBERS[move]
    piece, taken = board[source], board[target]
    if piece.lower() not in DIRECTIONS or piece.isupper() != white:
        return False
    if taken != EMPTY and (taken.isupper() == white or taken in "Kk"):
        return False
    if target not in _reached(board, source):
        return False
    after = _moved(board, source, target)
    king = after.find("K" if white else "k")
    return king < 0 or not _attacked(after, king, by_white=not white)


def _moved(board: str, source: int, target: int) -> str:
    after = list(board)
    after[target], after[source] = after[source], EMPTY
    return "".join(after)


@lru_cache(maxsize=2**15)
def _after(position: Position, move: str, heavy: str) -> Position | None:
    """The position after ``move``, if it is legal, the digits standing for the pieces ``heavy``."""
    kinds = position.board.translate({ord(str(k)): kind for k, kind in enumerate(heavy)})
    if not is_legal(Position(kinds, position.white_moves), move):
        return None
    return Position(_moved(position.board, *MOVE_NUMBERS[move]), not position.white_moves)


def legal_moves(position: Position) -> frozenset[str]:
    """All legal moves of kings, rooks and queens."""
    return frozenset(move for move in MOVES if is_legal(position, move))


@dataclass(frozen=True)
class ChessBoard:
    """A board as a machine: its symbols are moves, its state is the `Position`, or None after an illegal move. A step
    puts out whether its move was legal.

    >>> from exactssm.machine import run
    >>> run(ChessBoard(figure_position()), ("a8a7", "a1b1", "a7a8", "a8a7")).outputs
    (True, True, True, False)

    With ``told_apart`` the five heavy pieces on rank 8 are the digits 0 to 4, from file a on: they move as rook and
    queens do, and the queens can be followed.
    """

    begin: Position
    told_apart: bool = False

    alphabet = MOVES

    @property
    def start(self) -> State:
        board, white = self.begin
        return Position("01234" + board[5:], white) if self.told_apart else self.begin

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        if symbol not in MOVE_NUMBERS:
            raise SymbolError(f"a move is two squares, such as a8a7, and moves no pawn; got {symbol!r:.40}")
        if state is None:
            return None, False
        assert isinstance(state, Position)
        assert isinstance(symbol, str)
        after = _after(state, symbol, self.begin.board[:5])
        return after, after is not None

    def contents(self, state: State) -> tuple[Hashable, ...] | None:
        """What stands on a8 to e8; None, unless all other squares are as at the start, with the same side to move."""
        if not isinstance(state, Position) or (state.board[5:], state.white_moves) != (
            self.begin.board[5:],
            self.begin.white_moves,
        ):
            return None
        return None if EMPTY in state.board[:5] else tuple(state.board[:5])
