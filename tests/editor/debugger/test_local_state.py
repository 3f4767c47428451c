"""Breakpoints outlive the session, and a broken local file never stands in the way."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from editor.debugger.local_state import read_breakpoints, write_breakpoints
from engine.runner.local_files import local_state


def test_other_keys_of_the_local_file_are_kept(tmp_path: Path) -> None:
    graph = tmp_path / "support.graph.json"
    write_breakpoints(graph, frozenset({"a"}))
    path = local_state(graph)
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "zoom": 2}), encoding="utf-8")

    write_breakpoints(graph, frozenset({"b", "a"}))

    assert json.loads(path.read_text(encoding="utf-8")) == {"version": 1, "breakpoints": ["a", "b"], "zoom": 2}
    assert read_breakpoints(graph) == {"a", "b"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"breakpoints": 3}', '{"breakpoints": [1, null]}'])
def test_a_broken_local_file_means_no_breakpoints(tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    graph = tmp_path / "support.graph.json"
    write_breakpoints(graph, frozenset({"a"}))
    local_state(graph).write_text(text, encoding="utf-8")

    assert read_breakpoints(graph) == frozenset()
