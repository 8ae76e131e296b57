"""Finite automata by stacks of layers: cascades of diagonal layers, IDS4, RNN-SSM, S4.

What belongs here follows *any* automaton, or any automaton of a class, or refutes that: cascades and their parts
(`automaton_cascade`, `permutation_reset`, `cascade_parts`, `delays`), layers with a matrix for each letter (`ids4`,
`ids4_points`, `released_ids4`), sign-activated ones (`rnn_ssm`, `sign_units`; `marked_points` is the task of both), and
layers with one matrix for all letters (`s4_windows`, `s4_refuter`). Groups alone have the folder `groups`.
"""
