"""How large what a stranger sends may be. Every bound is checked before anything of that size is built."""

from __future__ import annotations

from typing import Final

__all__ = [
    "MAX_ARRAYS",
    "MAX_ARRAY_HEADER",
    "MAX_BYTES",
    "MAX_COEFFICIENTS",
    "MAX_COORDINATES",
    "MAX_DEPTH",
    "MAX_INTEGER",
    "MAX_LAYERS",
    "MAX_LETTERS",
    "MAX_MEMORY_BITS",
    "MAX_NUMBER",
    "MAX_PRODUCTS",
    "MAX_ROWS",
    "MAX_STATES",
    "MAX_TABLE",
    "MAX_TENSORS_HEADER",
    "MAX_TEXT",
    "MAX_THOUGHTS",
    "MAX_WEIGHTS",
]

MAX_BYTES: Final = 64 * 2**20  #: bytes of a file
MAX_DEPTH: Final = 32  #: brackets inside brackets
MAX_INTEGER: Final = 2**53 - 1  #: a JSON integer; what every reader of JSON keeps exactly
MAX_TEXT: Final = 4096  #: characters of a symbol, a letter, an output or a name
MAX_NUMBER: Final = 2**16  #: characters of an exact number; each integer in it is bounded by the arithmetic
MAX_LETTERS: Final = 2**16  #: letters of an alphabet, and those that one layer reads
MAX_LAYERS: Final = 256
MAX_COORDINATES: Final = 4096  #: width of a layer
MAX_COEFFICIENTS: Final = 2**24  #: of all numbers of a model; a cyclotomic number has several, any other one
MAX_PRODUCTS: Final = 2**22  #: of numbers, for what the letters make of the parameters of linear SSMs
MAX_ROWS: Final = 2**20  #: rows of one readout table
MAX_STATES: Final = 2**20  #: states of an automaton
MAX_TABLE: Final = 10**6  #: entries of an automaton, states times symbols
MAX_MEMORY_BITS: Final = 20  #: of a streaming algorithm given by its table
MAX_THOUGHTS: Final = 10**9  #: limit of a chain of thought
MAX_ARRAYS: Final = 256  #: arrays of a file with weights
MAX_ARRAY_HEADER: Final = 4096  #: bytes of the header of one .npy array
MAX_TENSORS_HEADER: Final = 2**20  #: bytes of the header of a safetensors file
MAX_WEIGHTS: Final = 2**22  #: numbers of all arrays of a file with weights
