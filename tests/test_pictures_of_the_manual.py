"""The pictures of the manual: each page's exist, are small, are shown, and are what the script draws."""

import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHOWN = re.compile(r"!\[[^\]]*\]\(([^):]+)\)")


def shown(page: Path) -> list[Path]:
    """The picture files that ``page`` shows."""
    return [(page.parent / target).resolve() for target in SHOWN.findall(page.read_text("utf-8"))]


def size_of(png: Path) -> tuple[int, int]:
    """Width and height in pixels, as the header says."""
    header = png.read_bytes()[:24]
    assert header.startswith(b"\x89PNG\r\n\x1a\n"), png
    width, height = struct.unpack(">II", header[16:24])
    return width, height


def drawn() -> set[str]:
    return {file.name for file in PICTURES.glob("*.png")}


def test_every_picture_that_a_page_shows_exists():
    for page in PAGES:
        for picture in shown(page):
            assert picture.is_file(), f"{page.name} shows {picture}"


def test_a_missing_picture_is_noticed(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("![a picture](pictures/none.png) and ![another](https://example.org/x.png)\n", "utf-8")
    assert shown(page) == [tmp_path / "pictures" / "none.png"]


def test_every_picture_is_shown_and_small():
    assert {picture.name for page in PAGES for picture in shown(page) if picture.parent == PICTURES} == drawn() != set()
    for name in drawn():
        assert (PICTURES / name).stat().st_size < 150_000, name


def test_the_script_draws_them(tmp_path):
    pytest.importorskip("matplotlib")
    script = [sys.executable, "-W", "error", str(PICTURES / "draw.py"), str(tmp_path)]
    ran = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert {file.name for file in tmp_path.iterdir()} == drawn()
    for name in drawn():
        assert size_of(tmp_path / name) == size_of(PICTURES / name), name
