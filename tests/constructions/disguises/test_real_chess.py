"""The games against the real thing: the package `chess` plays them. It is only in the extra `test-gpl`."""

import random
import re
from itertools import permutations
from pathlib import Path

import pytest

from constructions.disguises.chess_board import ChessBoard, figure_position, forsyth, legal_moves
from constructions.disguises.chess_moves import (
    chess_disguise,
    published_game,
    published_position,
    rows_of,
    transposition_moves,
)
from exactssm.errors import SymbolError
from exactssm.machine import run

chess = pytest.importorskip("chess", reason="the real chess rules are in the package chess: pip install '.[test-gpl]'")

S5 = list(permutations(range(5)))


def played(board, moves):
    """Every move must be legal."""
    for number, uci in enumerate(moves):
        move = chess.Move.from_uci(uci)
        assert board.is_legal(move), (number, uci, board.fen())
        board.push(move)
    return board


def rook_after(word, rook):
    """The file of the rook: by its definition, letter by letter."""
    for p in word:
        rook = p[rook]
    return rook


def check_word(word, rook, **options):
    board = played(chess.Board(forsyth(figure_position(rook))), chess_disguise(rook, **options).text(word))
    assert board.turn == chess.BLACK
    assert board.board_fen() == forsyth(figure_position(rook_after(word, rook))).split()[0]


def test_our_packages_import_no_chess():
    root = Path(__file__).parents[3]
    imports = re.compile(r"^\s*(?:import|from)\s+chess\b", re.MULTILINE)
    assert imports.search("def f():\n    import chess.engine")
    for package in ("exactssm", "constructions", "verify"):
        for file in (root / package).rglob("*.py"):
            assert not imports.search(file.read_text("utf-8")), file


def test_all_hundred_transpositions():
    for rook in range(5):
        assert chess.Board(forsyth(figure_position(rook))).is_valid()
        for i, j in permutations(range(5), 2):
            board = played(chess.Board(forsyth(figure_position(rook))), transposition_moves(i, j))
            assert board.is_valid()
            there = {i: j, j: i}.get(rook, rook)
            assert board.board_fen() == forsyth(figure_position(there)).split()[0]
            assert board.turn == chess.BLACK


def test_the_printed_transposition():
    printed = "a8a7 a1b1 c8c6 b1a1 a7c7 a1b1 c6a6 b1a1 c7c8 a1b1 a6a8 b1a1"
    assert " ".join(transposition_moves(0, 2)) == printed


def test_all_permutations():
    for p in S5:
        check_word([p], 0)
    for p in S5[::7]:
        check_word([p], 2, padded=True)
        check_word([p], 4, factorisation="neighbours")


def test_random_words():
    for rook, length in ((0, 1000), (2, 1), (3, 20)):
        check_word(random.Random(rook).choices(S5, k=length), rook)


@pytest.mark.full
@pytest.mark.parametrize("rook", range(5))
def test_long_random_words(rook):
    for length in (1, 2, 3, 10, 100, 500, 1000):
        check_word(random.Random(100 * rook + length).choices(S5, k=length), rook)
    check_word(random.Random(rook).choices(S5, k=200), rook, padded=True, factorisation="neighbours")


def check_rules(board, position):
    """All legal moves but those of pawns, as chess has them."""
    pawns = board.pieces(chess.PAWN, chess.WHITE) | board.pieces(chess.PAWN, chess.BLACK)
    expected = {move.uci() for move in board.legal_moves if move.from_square not in pawns}
    assert legal_moves(position) == expected, board.fen()
    return sorted(expected)


def wander(seed, plies):
    """Random moves from the board of Figure 1, into checks and captures, our rules and chess's side by side."""
    chance = random.Random(seed)
    scene = ChessBoard(figure_position(seed % 5))
    state, board = scene.start, chess.Board(forsyth(scene.start))
    for _ in range(plies):
        moves = check_rules(board, state)
        if not moves:
            break
        move = chance.choice(moves)
        state, legal = scene.step(state, move)
        assert legal
        board.push_uci(move)
        assert forsyth(state).split()[0] == board.board_fen()


def test_our_rules_are_those_of_chess():
    for seed in range(3):
        wander(seed, 10)


@pytest.mark.full
def test_our_rules_are_those_of_chess_in_full():
    for seed in range(200):
        wander(seed, 60)
    for rook in range(5):
        for i, j in permutations(range(5), 2):
            scene = ChessBoard(figure_position(rook))
            states = run(scene, transposition_moves(i, j)).states
            for state in states:
                check_rules(chess.Board(forsyth(state)), state)


def test_the_published_board():
    """Its pawn on g1 is one that no game leads to; the moves for different places are legal there, and those for a pair
    of equal places aren't."""
    board = chess.Board(forsyth(published_position()))
    assert board.status() == chess.STATUS_PAWNS_ON_BACKRANK
    for i, j in permutations(range(5), 2):
        played(chess.Board(forsyth(published_position())), published_game(i, j))
    assert not board.is_legal(chess.Move.from_uci(published_game(2, 2)[0]))


def test_states_and_wrong_moves():
    assert rows_of(figure_position()).split(" ; ")[0] == "R Q Q Q Q . . ."
    scene = ChessBoard(figure_position())
    assert run(scene, ["a8a7", "a1a3", "a7a8"]).outputs == (True, False, False)
    for wrong in ("a8a9", "a7a8q", "0000", 7):
        with pytest.raises(SymbolError, match="two squares"):
            scene.step(scene.start, wrong)
