"""The pictures of docs/screens: the command takes one, in both themes; the page lists what the scenes take."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from editor.pictures import screen_index
from editor.pictures.screen_index import SCENES, write_page

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]


def take(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "editor.pictures.screens", str(folder), *names],
        cwd=ROOT, capture_output=True, text=True, timeout=800,
    )  # fmt: skip


def test_one_screen_is_taken_in_both_themes_and_both_scales(tmp_path: Path) -> None:
    done = take(tmp_path, "welcome")

    assert done.returncode == 0, done.stderr
    sizes = {path.name: QImage(str(path)).width() for path in tmp_path.iterdir()}
    assert sizes == {
        "welcome-light.png": 1440,
        "welcome-dark.png": 1440,
        "welcome-light-200.png": 2880,
        "welcome-dark-200.png": 2880,
    }
    light, dark = (QImage(str(tmp_path / f"welcome-{theme}.png")) for theme in ("light", "dark"))
    assert light.pixelColor(4, 400).lightness() > 200
    assert dark.pixelColor(4, 400).lightness() < 60
    assert light.colorCount() <= 64


def test_an_unknown_name_is_told(tmp_path: Path) -> None:
    done = take(tmp_path, "no-such-screen")

    assert done.returncode == 1
    assert "no-such-screen" in done.stderr


def test_the_page_tells_of_every_picture_that_is_there(tmp_path: Path) -> None:
    taken = [picture for scene in SCENES for picture in scene.pictures]
    told = [*screen_index.EDITING, *screen_index.DEBUGGING, *screen_index.JOURNEYS]
    assert sorted(taken) == sorted(told)
    assert sum(scene.is_typical for scene in SCENES) == 10

    screens = ROOT / "docs" / "screens"
    shutil.copytree(screens, tmp_path / "copy")
    write_page(tmp_path / "copy")
    assert (tmp_path / "copy" / "README.md").read_text(encoding="utf-8") == (screens / "README.md").read_text("utf-8")
    linked = re.findall(r"\]\((\S+?\.png)\)", (screens / "README.md").read_text(encoding="utf-8"))
    assert sorted(linked) == sorted(path.name for path in screens.glob("*.png"))
