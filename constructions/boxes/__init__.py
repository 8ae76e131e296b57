"""Every diagonal layer of width 1 in a box of small integers, decided: 2603.01959, exhaustively.

What belongs here goes through *all* layers of a class that can be listed: the layers (`scalar_layers`), searches for
what becomes of each (`meeting_words`, `peeling`, `euclidean`, `magnus`), their census and its claims.
"""
