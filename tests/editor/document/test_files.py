"""Opening and saving: two files, whole or not at all, never over somebody else's changes."""

from __future__ import annotations

import errno
import os
import random
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from editor.document import atomic_file, commands
from editor.document.atomic_file import write_atomically
from editor.document.document import Document
from editor.document.files import (
    DocumentChangedOnDisk,
    DocumentError,
    backup_path,
    hash_on_disk,
    layout_path,
    open_document,
    save_document,
)
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END, START
from tests.editor.document.builders import chain

ROOT = Path(__file__).resolve().parents[3]


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_opening_and_saving_an_untouched_document_changes_no_byte(example_graph: Path) -> None:
    before = bytes_in(example_graph.parent)
    opened = open_document(example_graph)

    saved_hash = save_document(example_graph, opened.document, opened.text_hash)

    assert saved_hash == opened.text_hash
    assert bytes_in(example_graph.parent) == before
    assert not (example_graph.parent / ".stepgraph").exists()


def test_moving_a_node_touches_only_the_layout_file(example_graph: Path) -> None:
    opened = open_document(example_graph)
    history = UndoHistory(opened.document)
    history.do(commands.move(history.document, {"classify": (4, 8)}))
    graph_bytes, layout_bytes = example_graph.read_bytes(), layout_path(example_graph).read_bytes()

    save_document(example_graph, history.document, opened.text_hash)

    assert example_graph.read_bytes() == graph_bytes
    assert layout_path(example_graph).read_bytes() != layout_bytes
    assert open_document(example_graph).document == history.document


def test_a_file_formatted_otherwise_keeps_its_bytes_until_it_means_something_else(example_graph: Path) -> None:
    example_graph.write_text(example_graph.read_text(encoding="utf-8").replace("  ", "\t"), encoding="utf-8")
    before = example_graph.read_bytes()
    opened = open_document(example_graph)
    history = UndoHistory(opened.document)

    first = save_document(example_graph, history.document, opened.text_hash)
    assert example_graph.read_bytes() == before

    history.do(commands.change_graph(history.document, name="other"))
    save_document(example_graph, history.document, first)
    assert b"\t" not in example_graph.read_bytes()


def test_a_missing_layout_is_no_error_and_asks_for_one(example_graph: Path) -> None:
    layout_path(example_graph).unlink()

    opened = open_document(example_graph)

    assert opened.warnings == ()
    assert {START, END, "classify"} <= set(opened.needs_layout)


def test_a_node_that_the_layout_does_not_know_asks_for_a_place(example_graph: Path) -> None:
    opened = open_document(example_graph)
    history = UndoHistory(opened.document)
    history.do(commands.add_node(history.document, "new", (0, 0)))
    text = layout_path(example_graph).read_text(encoding="utf-8")
    save_document(example_graph, history.document)
    layout_path(example_graph).write_text(text, encoding="utf-8")

    assert open_document(example_graph).needs_layout == ("new",)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{", b"[]", b"<<<<<<< HEAD\n"])
def test_a_broken_layout_opens_with_a_warning(example_graph: Path, content: bytes) -> None:
    layout_path(example_graph).write_bytes(content)

    opened = open_document(example_graph)

    assert len(opened.warnings) == 1
    assert opened.document.layout.positions == {}


def test_unknown_nodes_in_the_layout_are_ignored_and_dropped_at_the_next_save(example_graph: Path) -> None:
    layout = layout_path(example_graph)
    layout.write_text(layout.read_text(encoding="utf-8").replace('"classify"', '"klassify"'), encoding="utf-8")
    opened = open_document(example_graph)

    save_document(example_graph, opened.document, opened.text_hash)

    assert opened.warnings == ()
    assert "klassify" not in layout.read_text(encoding="utf-8")


def test_a_graph_that_cannot_be_read_says_where(example_graph: Path) -> None:
    example_graph.write_text(example_graph.read_text(encoding="utf-8") + ">", encoding="utf-8")

    with pytest.raises(DocumentError, match=r"cannot be opened.*line \d+.*not JSON") as refused:
        open_document(example_graph)

    assert refused.value.title == "support_router.graph.json cannot be opened"
    assert refused.value.way_out


@pytest.mark.parametrize("other", [layout_path, lambda path: path])
def test_a_document_that_changed_on_disk_is_not_overwritten(example_graph: Path, other: Callable[[Path], Path]) -> None:
    opened = open_document(example_graph)
    changed = other(example_graph)
    changed.write_bytes(changed.read_bytes() + b"\n")
    history = UndoHistory(opened.document)
    history.do(commands.add_node(history.document, "new", (0, 0)))
    before = bytes_in(example_graph.parent)

    with pytest.raises(DocumentChangedOnDisk, match="Another program or window changed the file"):
        save_document(example_graph, history.document, opened.text_hash)

    assert bytes_in(example_graph.parent) == before
    save_document(example_graph, history.document)
    assert open_document(example_graph).document == history.document


def test_the_same_bytes_written_again_are_no_change(example_graph: Path) -> None:
    opened = open_document(example_graph)
    example_graph.write_bytes(example_graph.read_bytes())
    os.utime(example_graph, (1, 1))

    assert save_document(example_graph, opened.document, opened.text_hash) == opened.text_hash


def test_a_deleted_file_is_noticed_at_the_save(example_graph: Path) -> None:
    opened = open_document(example_graph)
    example_graph.unlink()

    assert hash_on_disk(example_graph) == ""
    with pytest.raises(DocumentChangedOnDisk, match="deleted or moved"):
        save_document(example_graph, opened.document, opened.text_hash)
    save_document(example_graph, opened.document, "")
    assert example_graph.exists()


def test_a_newer_format_opens_read_only_and_is_not_overwritten(example_graph: Path) -> None:
    text = example_graph.read_text(encoding="utf-8").replace('"format_version": "1.0"', '"format_version": "1.9"')
    example_graph.write_text(text, encoding="utf-8")
    opened = open_document(example_graph)

    assert "format 1.9" in opened.read_only_reason
    with pytest.raises(DocumentError, match="newer version"):
        save_document(example_graph, opened.document)
    assert example_graph.read_text(encoding="utf-8") == text


def test_save_as_writes_both_files_elsewhere(example_graph: Path, tmp_path: Path) -> None:
    document = open_document(example_graph).document
    target = tmp_path / "copy.graph.json"

    save_document(target, document)

    assert target.read_bytes() == example_graph.read_bytes()
    assert (tmp_path / "copy.layout.json").read_bytes() == layout_path(example_graph).read_bytes()


def test_one_older_version_is_kept_out_of_the_way(example_graph: Path) -> None:
    before = example_graph.read_bytes()
    history = UndoHistory(open_document(example_graph).document)
    history.do(commands.change_graph(history.document, name="other"))

    save_document(example_graph, history.document)

    assert backup_path(example_graph).read_bytes() == before
    assert backup_path(example_graph).parent == example_graph.parent / ".stepgraph"
    assert (example_graph.parent / ".stepgraph" / ".gitignore").read_text(encoding="utf-8") == "*\n"


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_an_existing_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)

    write_atomically(link, b"new")

    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.parametrize("broken", ["fsync", "replace", "open", "chmod"])
def test_trouble_at_any_point_of_a_save_leaves_the_old_file(
    example_graph: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    history = UndoHistory(open_document(example_graph).document)
    history.do(commands.change_graph(history.document, name="other"))
    before = bytes_in(example_graph.parent)
    monkeypatch.setattr(atomic_file.os, broken, _disk_full)

    with pytest.raises(DocumentError, match=r"The disk is full\. The file on disk is as it was before\."):
        save_document(example_graph, history.document)

    monkeypatch.undo()
    assert bytes_in(example_graph.parent) == before


def test_a_short_write_leaves_the_old_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    class Full:
        def __init__(self, descriptor: int, mode: str) -> None:
            self._file = open(descriptor, mode)  # noqa: SIM115  # closed in __exit__

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *error: object) -> None:
            self._file.close()

        def write(self, content: bytes) -> int:
            self._file.write(content[:1])
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic_file.os, "fdopen", Full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")

    monkeypatch.undo()
    assert bytes_in(tmp_path) == {"a.json": b"old"}


def test_a_new_document_that_was_never_placed_leaves_no_layout_file(tmp_path: Path) -> None:
    path = tmp_path / "new.graph.json"

    save_document(path, Document(chain().document.graph))

    assert [file.name for file in tmp_path.iterdir()] == ["new.graph.json"]


def test_documents_of_every_format_version_open_and_mean_what_they_meant(tmp_path: Path) -> None:
    """A file of each version stays in tests/data for ever; never rewrite one."""
    saved = ROOT / "tests" / "data" / "documents" / "format-1.0.graph.json"

    opened = open_document(saved)

    assert (opened.warnings, opened.read_only_reason, opened.needs_layout) == ((), "", ())
    assert opened.document.position_of("long") == (400, 120)
    assert [router.name for router in opened.document.graph.routers["b"]] == ["first", "second"]
    copy = tmp_path / "copy.graph.json"
    save_document(copy, opened.document)
    assert copy.read_bytes() == saved.read_bytes()
    assert layout_path(copy).read_bytes() == layout_path(saved).read_bytes()


SAVING = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from editor.document.document import Document
from editor.document.files import save_document
from engine.graph.spec import GraphSpec
print("ready", flush=True)
for i in range(1_000_000):
    save_document(Path(sys.argv[1]), Document(GraphSpec(str(i), extra={"x-bulk": ["text"] * 2_000})))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the platform has no kill -9")
def test_kill_9_in_the_middle_of_saves_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "killed.graph.json"
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(8):
        child = subprocess.Popen(
            [sys.executable, "-c", SAVING, str(path), str(ROOT)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        while not path.exists():
            assert child.poll() is None
        saves = chance.randrange(1, 20)
        seen = path.read_bytes()
        while saves:  # counts saves as they are seen, and ends somewhere inside one
            now = path.read_bytes()
            saves -= now != seen
            seen = now

        child.kill()
        child.stdout.close()
        child.wait()

        document = open_document(path).document
        assert len(document.graph.extra["x-bulk"]) == 2_000


def _disk_full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
