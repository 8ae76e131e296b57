"""Threshold circuits of constant depth: numbers in circuits, and models compiled into circuits.

What belongs here builds circuits that compute what a layer or a stack does, or holds them against it: arithmetic
(`numbers`, `long_integers`, `local_rings`, `matrix_powers`, `cases`), a module for each kind of layer, the compiler of
models (`compile`), and the claims (`diagonal_circuits`, `constant_circuits`). Circuits themselves, and what needs no
model, are `exactssm.circuits`; equivalence is for `verify` to decide.
"""
