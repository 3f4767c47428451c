"""Where local things go, and that asking for a place makes nothing."""

from __future__ import annotations

from errno import ENOSPC
from pathlib import Path

import pytest

from engine.cli.surroundings import in_words
from engine.runner.local_files import local_state, prepare_folder, runs_database


def test_local_things_lie_beside_the_graph_in_a_folder_of_their_own(tmp_path: Path) -> None:
    graph = tmp_path / "support.graph.json"

    assert runs_database(graph) == tmp_path / ".stepgraph" / "support.runs.sqlite"
    assert local_state(graph) == tmp_path / ".stepgraph" / "support.local.json"
    assert list(tmp_path.iterdir()) == []


def test_the_folder_ignores_itself_once_it_is_made(tmp_path: Path) -> None:
    path = prepare_folder(runs_database(tmp_path / "support.graph.json"))

    assert (path.parent / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_a_gitignore_the_user_changed_is_left_alone(tmp_path: Path) -> None:
    path = prepare_folder(runs_database(tmp_path / "support.graph.json"))
    (path.parent / ".gitignore").write_text("*.sqlite\n", encoding="utf-8")

    prepare_folder(path)

    assert (path.parent / ".gitignore").read_text(encoding="utf-8") == "*.sqlite\n"


def test_two_graphs_that_cannot_have_a_folder_beside_them_get_two_places_of_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("XDG_DATA_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "data"))
    graphs = [tmp_path / name / "support.graph.json" for name in ("one", "two")]
    for graph in graphs:
        graph.parent.mkdir()
        (graph.parent / ".stepgraph").write_text("a file in the way", encoding="utf-8")

    places = {runs_database(graph).parent for graph in graphs}

    assert len(places) == 2
    assert all(str(place).startswith(str(tmp_path / "data")) for place in places)


def test_a_full_disk_leaves_no_empty_gitignore_and_is_told_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_text: object, **_how: object) -> None:
        path.touch()
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)

    with pytest.raises(OSError, match="No space left on device") as caught:
        prepare_folder(runs_database(tmp_path / "support.graph.json"))

    ignore = tmp_path / ".stepgraph" / ".gitignore"
    assert not ignore.exists()
    assert in_words(caught.value) == f"{ignore}: No space left on device. Make room on the disk."
