"""Finite automata by stacks of layers: cascades of diagonal ones, IDS4, RNN-SSM."""
