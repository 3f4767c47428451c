"""A template becomes a project: whole or not at all, under its own name, never over something that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor.app import templates
from editor.app.templates import LONGEST_NAME, all_templates, create_project, free_name, why_not_create
from editor.document.files import open_document

ROUTER = next(template for template in all_templates() if template.name == "router")


def test_a_project_is_a_copy_under_its_own_name(tmp_path: Path) -> None:
    path = create_project(ROUTER, tmp_path, "my letters")

    assert path == tmp_path / "my letters" / "my letters.graph.json"
    opened = open_document(path)
    assert opened.document.graph.name == "my letters"
    assert opened.needs_layout == ()
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "inputs",
        "my letters.graph.json",
        "my letters.layout.json",
        "nodes.py",
    ]


def test_a_project_may_have_the_name_of_the_template(tmp_path: Path) -> None:
    path = create_project(ROUTER, tmp_path, ROUTER.name)

    assert open_document(path).document == open_document(ROUTER.graph_path).document


def test_nothing_is_left_behind_if_it_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_graph: object) -> str:
        raise OSError("No space left on device")

    monkeypatch.setattr(templates, "format_graph", full)

    with pytest.raises(OSError, match="No space"):
        create_project(ROUTER, tmp_path, "mine")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_never_written_into(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")

    with pytest.raises(OSError):
        create_project(ROUTER, tmp_path, "mine")

    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]


def test_the_proposed_name_is_a_free_one(tmp_path: Path) -> None:
    assert free_name(ROUTER, tmp_path) == "router"
    (tmp_path / "router").mkdir()
    (tmp_path / "router_2").mkdir()

    assert free_name(ROUTER, tmp_path) == "router_3"


@pytest.mark.parametrize("name", ["router", "My letters", "über-2.1", "a"])
def test_usual_names_are_taken(tmp_path: Path, name: str) -> None:
    assert why_not_create(tmp_path, name) == ""


@pytest.mark.parametrize(
    "name", ["", "../up", "a/b", "a\\b", ".hidden", "con", "a.", "a:b", "x" * (LONGEST_NAME + 1), "two\nlines"]
)
def test_names_that_no_file_should_have_are_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    assert why_not_create(tmp_path, name).endswith(".")


def test_a_name_that_is_taken_and_a_folder_that_is_not_there_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()

    assert "already" in why_not_create(tmp_path, "mine")
    assert "no folder" in why_not_create(tmp_path / "nowhere", "mine")
