"""Every diagonal layer of width 1 in a box of small integers, decided: 2603.01959, exhaustively."""
