"""Kernels are compiled once: a second process finds what the first one left on disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys

PROGRAM = """
import json
from exactssm.arithmetic import ResidueRing
from exactssm.arithmetic import _residue_kernels as kernels

assert ResidueRing(5).scan_diagonal([[2]], [[1]], [3], [0, 0]) == [(3,), (2,), (0,)]
found = {
    name: [sum(kernel.stats.cache_hits.values()), sum(kernel.stats.cache_misses.values())]
    for name in ("scan_diagonal", "scan_dense", "scan_rotation")
    for kernel in [getattr(kernels, name)]
}
print(json.dumps(found))
"""


def hits_and_misses(cache):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    command = [sys.executable, "-c", PROGRAM]
    return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)


def test_a_second_process_hits_the_cache(tmp_path):
    kernels = ("scan_diagonal", "scan_dense", "scan_rotation")
    assert hits_and_misses(tmp_path) == {name: [0, 1] for name in kernels}
    assert hits_and_misses(tmp_path) == {name: [1, 0] for name in kernels}
