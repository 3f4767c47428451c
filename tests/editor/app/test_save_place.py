"""A save under another name is proposed where it can succeed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from editor.app.save_place import place_for_copy


def test_a_new_graph_keeps_its_name(tmp_path: Path) -> None:
    assert place_for_copy(tmp_path / "plan.graph.json") == tmp_path / "plan.graph.json"


def test_a_file_that_is_there_is_not_proposed_again(tmp_path: Path) -> None:
    for name in ("plan.graph.json", "plan-2.graph.json"):
        (tmp_path / name).write_text("{}", encoding="utf-8")

    assert place_for_copy(tmp_path / "plan.graph.json") == tmp_path / "plan-3.graph.json"


def test_from_a_folder_that_cannot_be_written_it_goes_to_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_only, home = tmp_path / "cd", tmp_path / "home"
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != read_only)
    monkeypatch.setattr(Path, "home", lambda: home)

    assert place_for_copy(read_only / "plan.graph.json") == home / "plan.graph.json"
