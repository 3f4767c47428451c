"""A graph is parsed once for each content, and what it names is looked for once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from editor.app import known_graphs
from editor.app.known_graphs import MOST_KEPT, known_graph, references_of
from engine.graph.graph_file import GraphFileError


def write(path: Path, fn: str) -> Path:
    graph = {
        "format": "stategraph",
        "format_version": "1.0",
        "name": "plan",
        "state": "nodes:State",
        "nodes": {"work": {"fn": fn}},
        "edges": [{"from": "__start__", "to": "work"}],
    }
    path.write_text(json.dumps(graph), encoding="utf-8")
    return path


def test_the_same_content_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "plan.graph.json", "nodes:work")
    parsed: list[Path] = []
    read = known_graphs.read_graph
    monkeypatch.setattr(known_graphs, "read_graph", lambda path: parsed.append(path) or read(path))

    first, second = known_graph(path), known_graph(path)

    assert first is second
    assert parsed == [path]
    assert references_of(first) is references_of(second) == ("nodes:State", "nodes:work")


def test_another_content_of_the_same_length_and_time_is_seen(tmp_path: Path) -> None:
    path = write(tmp_path / "plan.graph.json", "nodes:work")
    times = path.stat()
    assert "nodes:work" in references_of(known_graph(path))

    write(path, "other:work"[:10])
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    assert "other:work" in references_of(known_graph(path))


def test_a_file_that_became_no_graph_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "plan.graph.json", "nodes:work")
    known_graph(path)

    path.write_text("{")

    with pytest.raises(GraphFileError):
        known_graph(path)


def test_few_are_kept(tmp_path: Path) -> None:
    for number in range(3 * MOST_KEPT):
        references_of(known_graph(write(tmp_path / f"{number}.graph.json", f"nodes:work_{number}")))

    assert len(known_graphs._read) <= MOST_KEPT
    assert len(known_graphs._named) <= MOST_KEPT
