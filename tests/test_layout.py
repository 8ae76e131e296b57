"""What holds the tree together: imports point one way, nothing heavy loads early, every public name is there."""

import ast
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ["exactssm", "constructions", "verify"]  # each may import itself and those before it
TOP_LEVEL = {"exactssm", "constructions", "verify", "tests", "docs"}
RUN = "import verify.__main__ as m; m._run"
HEAVY = ["numpy", "numba", "sympy", "networkx", "flint", "rich", "matplotlib"]


def imported_packages(source: str) -> set[str]:
    """The top-level packages that ``source`` imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def wrong_way(package: str, source: str) -> set[str]:
    """What ``source``, in ``package``, imports although it must not."""
    forbidden = {*ORDER[ORDER.index(package) + 1 :], "tests"}
    return imported_packages(source) & forbidden


@pytest.mark.parametrize("package", ORDER)
def test_imports_point_one_way(package):
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    for file in files:
        assert not wrong_way(package, file.read_text(encoding="utf-8")), file


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("exactssm", "def f():\n    from verify.trace import Trace"),
        ("exactssm", "import constructions.claim as c"),
        ("constructions", "if True:\n    import verify"),
        ("verify", "from tests.support import fails"),
    ],
)
def test_a_wrong_import_is_noticed(package, source):
    assert wrong_way(package, source)


def test_top_level_folders():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    folders = {Path(line).parts[0] for line in listed.stdout.splitlines() if len(Path(line).parts) > 1}
    assert {folder for folder in folders if not folder.startswith(".")} <= TOP_LEVEL


@pytest.mark.parametrize("package", ORDER)
def test_every_public_name_is_there(package):
    module = import_module(package)
    assert sorted(module.__all__) == list(dict.fromkeys(sorted(module.__all__)))
    for name in module.__all__:
        value = getattr(module, name)
        # a module of the same name would hide the object
        assert type(value) is not type(module), name
    with pytest.raises(AttributeError, match="nonsense"):
        module.nonsense  # noqa: B018


def fresh(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout


@pytest.mark.parametrize("code", ["import exactssm", f"{RUN}(['--help'])", f"{RUN}(['verify', '--help'])"])
def test_nothing_heavy_loads_early(code):
    loaded = fresh(f"{code}\nimport sys\nprint('LOADED', *[m for m in {HEAVY!r} if m in sys.modules])")
    assert loaded.splitlines()[-1].split() == ["LOADED"]


@pytest.mark.parametrize("code", ["import exactssm", f"{RUN}(['--help'])"])
def test_starting_takes_less_than_three_tenths_of_a_second(code):
    """Of processor time, as the machine may be busy; nothing waits on anything else."""
    fresh(code)  # warm
    best = 1.0
    for _ in range(10):
        before = os.times()
        fresh(code)
        after = os.times()
        best = min(best, sum(after[2:4]) - sum(before[2:4]))  # user and system time of children
        if best < 0.3:
            break
    assert 0 < best < 0.3
