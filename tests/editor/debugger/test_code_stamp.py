"""Which changes on disk make a run load its code anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.debugger.code_stamp import code_stamp


@pytest.mark.parametrize("name", ["main.graph.json", "nodes.py", "other.graph.json", "below/inner.graph.json"])
def test_what_the_graph_may_use_changes_the_stamp(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("1", encoding="utf-8")
    before = code_stamp(tmp_path / "main.graph.json")
    assert before == code_stamp(tmp_path / "main.graph.json")

    file.write_text("more", encoding="utf-8")

    assert code_stamp(tmp_path / "main.graph.json") != before


def test_other_files_do_not(tmp_path: Path) -> None:
    before = code_stamp(tmp_path / "main.graph.json")

    (tmp_path / "main.layout.json").write_text("{}", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")

    assert code_stamp(tmp_path / "main.graph.json") == before
