"""A picture of what a word does to the board of Figure 1: the board before, with black's moves, and after.

It needs matplotlib, as `verify.drawing.pictures` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from constructions.disguises.chess_board import FILES, Position
from constructions.disguises.homomorphism import Disguise
from exactssm.algebra.permutation import Permutation, format_cycles
from exactssm.errors import DomainError
from verify.drawing.pictures import check_picture, write_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["board_on", "draw_board"]

MOST_ARROWS: Final = 6  #: black's moves that are drawn: those of one transposition, if the text is no longer
LIGHT, DARK = "#f1ede4", "#cdbfa8"
BLUE, RED, INK = "#2f6aa8", "#b5452c", "#22262b"
SYMBOLS: Final = {"K": "♚", "P": "♟", "k": "♚", "q": "♛", "r": "♜"}  # filled ones, in either side's colours


def draw_board(disguise: Disguise, word: Sequence[Permutation], path: Path) -> None:
    """Draw to ``path``, whole or not at all, in the format of its suffix, the board before and after the text of
    ``word``; the moves too, if it is one transposition.

    Raises: as `verify.drawing.pictures.check_picture`; DomainError, for a disguise that is no game of chess.
    """
    check_picture(path)
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    drawn = BytesIO()
    with rc_context({"font.family": "DejaVu Sans", "svg.hashsalt": "exactssm", "pdf.compression": 9}):
        figure = Figure(figsize=(9.6, 5.2), layout="constrained", facecolor="white")
        board_on(figure, disguise, word)
        kind = path.suffix.lower().removeprefix(".")
        figure.savefig(drawn, format=kind, dpi=110, metadata={"Date": None} if kind == "svg" else None)
    write_picture(path, drawn.getvalue())


def board_on(figure: Figure, disguise: Disguise, word: Sequence[Permutation]) -> None:
    """The same on a figure."""
    text = disguise.text(word)
    before, after = disguise.scene.start, disguise.read(text)
    if not isinstance(before, Position) or not isinstance(after, Position):
        raise DomainError("only words in the disguise of chess have a board to be drawn")
    left, right = figure.subplots(1, 2)
    black = [move for k, move in enumerate(text) if k % 2 == 0]
    named = " ".join(map(format_cycles, word)) if 0 < len(word) <= 4 else f"{len(word)} letters"
    first, second = (black[0][:2], black[1][:2]) if len(black) == MOST_ARROWS else ("", "")
    _board(left, before, {first: RED, second: BLUE})
    _board(right, after, {second: RED, first: BLUE})
    if first:
        _arrows(left, black)
        left.set_title("black's moves; after each the white king steps to b1 or back", fontsize=10)
    else:
        left.set_title(f"before, {len(text)} half-moves", fontsize=10)
    right.set_title(f"after {named}, black to move again", fontsize=10)


def _place(square: str) -> tuple[int, int]:
    return FILES.index(square[0]), int(square[1])


def _board(axes: Axes, position: Position, colors: Mapping[str, str]) -> None:
    """The squares and pieces; ``colors`` has those of the black pieces that are followed, by their squares."""
    from matplotlib.patches import Rectangle

    for number, piece in enumerate(position.board):
        rank, file = 8 - number // 8, number % 8
        color = LIGHT if (rank + file) % 2 == 0 else DARK
        axes.add_patch(Rectangle((file - 0.5, rank - 0.5), 1, 1, facecolor=color, linewidth=0))
        if piece in SYMBOLS:
            fill = "white" if piece.isupper() else colors.get(f"{FILES[file]}{rank}", INK)
            _piece(axes, file, rank, SYMBOLS[piece], fill)
    axes.add_patch(Rectangle((-0.5, 0.5), 8, 8, fill=False, edgecolor=INK, linewidth=1.2))
    for k in range(8):
        axes.text(k, 0.2, FILES[k], ha="center", va="center", fontsize=9, color=INK)
        axes.text(-0.8, k + 1, str(k + 1), ha="center", va="center", fontsize=9, color=INK)
    axes.set(xlim=(-1.1, 7.7), ylim=(-0.1, 8.7))
    axes.set_aspect("equal")
    axes.set_axis_off()


def _piece(axes: Axes, file: int, rank: int, symbol: str, fill: str) -> None:
    from matplotlib.patheffects import withStroke

    outline = withStroke(linewidth=2.2, foreground=INK if fill == "white" else "white")
    axes.text(
        file, rank, symbol, ha="center", va="center_baseline", fontsize=23, color=fill, path_effects=[outline], zorder=3
    )


def _arrows(axes: Axes, moves: Sequence[str]) -> None:
    """The moves of the two pieces in turn, numbered; the ways down and up a file lie side by side."""
    for number, move in enumerate(moves, start=1):
        (x0, y0), (x1, y1) = _place(move[:2]), _place(move[2:])
        color = RED if number % 2 else BLUE
        aside = 0.16 if number in (1, 2) else -0.16 if number in (5, 6) else 0.0
        style = {
            "arrowstyle": "-|>",
            "color": color,
            "linewidth": 1.8,
            "shrinkA": 4,
            "shrinkB": 4,
            "mutation_scale": 13,
        }
        axes.annotate("", (x1 + aside, y1), (x0 + aside, y0), arrowprops=style, zorder=4)
        x, y = (x0 + x1) / 2 + aside, (y0 + y1) / 2
        box = {"boxstyle": "circle,pad=0.18", "facecolor": "white", "edgecolor": color, "linewidth": 1}
        axes.text(x, y, str(number), ha="center", va="center", fontsize=8, color=color, bbox=box, zorder=5)
