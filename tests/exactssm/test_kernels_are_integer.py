"""No kernel computes with floats: every variable that numba infers in one is free of them.

A variable that is unsigned on entry to a loop and signed after its first pass becomes a float64, in silence; so does
the result of a true division. For every compiled function of a private kernel module, and each signature that it
declares, all inferred types are looked at, in the annotated code that numba keeps with what it compiled.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for package in ("exactssm", "constructions", "verify")
    for path in (ROOT / package).rglob("_*kernels.py")
)


def dispatchers_of(module):
    """The compiled functions that a module defines, by name."""
    from numba.core.dispatcher import Dispatcher

    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, Dispatcher) and value.py_func.__module__ == module.__name__
    }


def inexact_variables(dispatcher):
    """The variables whose inferred type holds a float or a complex number, in any signature of ``dispatcher``."""
    found = {}
    for overload in dispatcher.overloads.values():
        annotated = [line.rpartition("  :: ") for line in str(overload.type_annotation).splitlines() if "  :: " in line]
        assert annotated, "numba writes the types in another way than it did"
        for statement, _, kind in annotated:
            if re.search("float|complex", kind) and not re.match(r"(Bound)?Function\(|Module\(|class\(|type\(", kind):
                found[statement.strip("# ").partition(" = ")[0]] = kind
    return found


def faults_of(dispatcher):
    """What a kernel lacks: signatures declared, a cache on disk, no wait for the interpreter's lock, integers only."""
    faults = []
    if dispatcher._can_compile or not dispatcher.nopython_signatures:
        faults.append("no explicit signature")
    if type(dispatcher._cache).__name__ == "NullCache":
        faults.append("not cached")
    if not dispatcher.targetoptions.get("nogil"):
        faults.append("holds the interpreter's lock")
    faults += [f"{variable} is {kind}" for variable, kind in inexact_variables(dispatcher).items()]
    return faults


def test_there_are_kernels():
    assert "exactssm.arithmetic._residue_kernels" in MODULES
    for name in MODULES:
        assert dispatchers_of(importlib.import_module(name)), name


@pytest.mark.parametrize("name", MODULES)
def test_kernels_are_integer_cached_and_signed(name):
    kernels = dispatchers_of(importlib.import_module(name))
    assert {kernel: faults_of(dispatcher) for kernel, dispatcher in kernels.items()} == {
        kernel: [] for kernel in kernels
    }


def digits_of_an_unsigned_word(word, base, count):
    """A planted error: ``word`` is unsigned, ``base`` signed, so from the second pass on both are floats."""
    total = base - base
    for _ in range(count):
        total = word % base
        word = word // base
    return total


def mean_by_true_division(values):
    return int(sum(values) / len(values))


def test_planted_floats_are_found():
    from numba import njit

    planted = njit("(uint64, int64, int64)", nogil=True)(digits_of_an_unsigned_word)
    assert planted(2**60 + 7, 6, 2) != (2**60 + 7) // 6 % 6
    assert any("float64" in fault for fault in faults_of(planted))
    assert any("float64" in fault for fault in faults_of(njit("int64(int64[::1])")(mean_by_true_division)))


def twice(x):
    return x + x


def test_planted_lacks_are_found():
    from numba import njit

    assert faults_of(njit("int64(int64)", nogil=True, cache=True)(twice)) == []
    assert faults_of(njit("int64(int64)", nogil=True)(twice)) == ["not cached"]
    assert faults_of(njit("int64(int64)", cache=True)(twice)) == ["holds the interpreter's lock"]
    assert faults_of(njit(nogil=True, cache=True)(twice)) == ["no explicit signature"]
