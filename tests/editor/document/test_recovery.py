"""The journal of unsaved edits: what a crash leaves behind, and what comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from editor.document import commands
from editor.document.document import Document
from editor.document.module_commands import edit_module
from editor.document.recovery import Recovered, claim, dismiss, find_unsaved, read_journal
from editor.document.recovery_log import RecoveryLog
from editor.document.source_code import ProjectSources
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END
from tests.editor.document.builders import chain, plain

GRAPH = Path("/graphs/billing.graph.json")


class Session:
    """An editor with a document open and its journal."""

    def __init__(self, folder: Path) -> None:
        self.history = chain()
        self.log = RecoveryLog(folder, self.history.document, GRAPH, "hash-of-opened")
        self.history.subscribe(self.log.record)

    def edit(self, *names: str) -> Document:
        for name in names:
            self.history.do(commands.add_node(self.history.document, name, (0, 0)))
        return self.history.document

    def crash(self) -> None:
        self.log.close()


def recovered_document(recovered: Recovered) -> Document:
    history = UndoHistory(recovered.base)
    history.do(recovered.command)
    return history.document


def only_journal(folder: Path) -> Path:
    (unsaved,) = find_unsaved(folder)
    return unsaved.journal


def find_journals(folder: Path) -> list[Path]:
    return list(folder.glob("*.journal"))


def test_nothing_is_written_before_the_first_edit(tmp_path: Path) -> None:
    session = Session(tmp_path / "recovery")
    session.log.sync()

    assert not (tmp_path / "recovery").exists()


def test_every_edit_undo_and_redo_comes_back_after_a_crash(tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.edit("c", "d")
    session.history.undo()
    session.history.do(commands.connect(session.history.document, plain("a"), END))
    session.history.do(commands.add_router(session.history.document, "a", "r:f", ["yes", ("no", "c")]))
    session.history.do(commands.rename_node(session.history.document, "a", "first"))
    session.history.do(commands.change_graph(session.history.document, name="new name"))
    session.history.do(commands.change_node(session.history.document, "c", metadata={"k": [1, None]}))
    lost = session.history.document
    session.crash()

    (unsaved,) = find_unsaved(tmp_path)
    recovered = read_journal(unsaved.journal)

    assert (unsaved.path, unsaved.edits) == (GRAPH, 8)
    assert recovered.complete
    assert recovered.text_hash == "hash-of-opened"
    assert recovered.base == chain().document
    assert recovered_document(recovered) == lost


def test_recovered_edits_are_one_step_that_can_be_undone(tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.edit("c", "d")
    session.crash()
    recovered = read_journal(only_journal(tmp_path))
    history = UndoHistory(recovered.base)

    history.do(recovered.command)

    assert history.is_modified
    assert history.undo_label == "Recovered edits"
    history.undo()
    assert history.document == chain().document
    assert not history.is_modified


def test_a_journal_that_is_being_written_is_not_offered(tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.edit("c")

    assert find_unsaved(tmp_path) == ()
    session.crash()
    assert len(find_unsaved(tmp_path)) == 1


def test_a_save_removes_the_journal(tmp_path: Path) -> None:
    session = Session(tmp_path)
    saved = session.edit("c")

    session.log.saved(saved, GRAPH, "hash-of-saved")
    session.crash()

    assert list(tmp_path.iterdir()) == []


def test_edits_made_while_a_save_runs_are_kept(tmp_path: Path) -> None:
    session = Session(tmp_path)
    being_saved = session.edit("c")
    lost = session.edit("d", "e")

    session.log.saved(being_saved, GRAPH, "hash-of-saved")
    session.crash()

    recovered = read_journal(only_journal(tmp_path))
    assert recovered.base == being_saved
    assert recovered.text_hash == "hash-of-saved"
    assert recovered_document(recovered) == lost


def test_edits_made_while_an_untouched_document_is_saved_elsewhere_are_kept(tmp_path: Path) -> None:
    session = Session(tmp_path)
    untouched = session.history.document
    lost = session.edit("c")

    session.log.saved(untouched, Path("/graphs/other.graph.json"), "hash-of-other")
    session.crash()

    recovered = read_journal(only_journal(tmp_path))
    assert recovered.path == Path("/graphs/other.graph.json")
    assert recovered_document(recovered) == lost


def test_a_document_read_again_from_disk_takes_its_journal_away(tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.edit("c")

    session.history.replace(Document())
    session.crash()

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lost_bytes", [1, 2, 30])
def test_a_line_that_was_half_written_costs_only_that_edit(tmp_path: Path, lost_bytes: int) -> None:
    session = Session(tmp_path)
    kept = session.edit("c", "d")
    session.edit("e")
    session.crash()
    journal = only_journal(tmp_path)
    journal.write_bytes(journal.read_bytes()[:-lost_bytes])

    recovered = read_journal(journal)

    assert not recovered.complete
    assert recovered_document(recovered) == kept


def test_a_journal_whose_hash_does_not_fit_gives_the_last_state_that_does(tmp_path: Path) -> None:
    session = Session(tmp_path)
    certain = session.edit("c")
    session.log.sync()
    session.edit("d")
    session.log.sync()
    session.crash()
    journal = only_journal(tmp_path)
    journal.write_bytes(journal.read_bytes().replace(b'"name": "d"', b'"name": "x"'))

    recovered = read_journal(journal)

    assert not recovered.complete
    assert recovered_document(recovered) == certain


@pytest.mark.parametrize("content", [b"", b"{}\n", b"garbage\n", b'{"format": "stepgraph-journal", "version": 1}\n'])
def test_a_journal_without_a_beginning_is_passed_over(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.journal").write_bytes(content)

    assert find_unsaved(tmp_path) == ()


def test_a_crash_during_recovery_leaves_the_edits_to_the_next_start(tmp_path: Path) -> None:
    session = Session(tmp_path)
    lost = session.edit("c", "d")
    session.crash()

    first = claim(find_unsaved(tmp_path)[0])
    assert first is not None
    assert find_unsaved(tmp_path) == ()
    first.release()  # what the end of a process does to its locks
    second = claim(find_unsaved(tmp_path)[0])

    assert second is not None
    assert recovered_document(second.recovered) == lost
    second.done()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("point", ["before its edits are written", "after them"])
def test_a_crash_within_a_recovery_leaves_the_edits_to_be_offered_once(tmp_path: Path, point: str) -> None:
    session = Session(tmp_path)
    lost = session.edit("c", "d")
    session.crash()
    claimed = claim(find_unsaved(tmp_path)[0])
    assert claimed is not None
    history = UndoHistory(claimed.recovered.base)
    log = RecoveryLog(tmp_path, history.document, claimed.recovered.path, claimed.recovered.text_hash)
    history.subscribe(log.record)
    log.take_over(only(find_journals(tmp_path)))
    if point == "after them":
        history.do(claimed.recovered.command)
    log.close()
    claimed.release()

    (unsaved,) = find_unsaved(tmp_path)

    assert recovered_document(read_journal(unsaved.journal)) == lost
    assert len(find_journals(tmp_path)) == 1


def only(journals: list[Path]) -> Path:
    (journal,) = journals
    return journal


def test_edits_that_were_all_undone_before_the_crash_are_not_offered(tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.edit("c", "d")
    session.log.sync()
    session.history.undo()
    session.history.undo()
    session.crash()

    assert find_unsaved(tmp_path) == ()
    assert [file.suffix for file in tmp_path.iterdir()] == [".dismissed"]


def test_one_edit_of_two_that_was_undone_before_the_crash_leaves_the_other_to_be_offered(tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.edit("c", "d")
    session.history.undo()
    session.crash()

    assert len(find_unsaved(tmp_path)) == 1


def test_edits_of_code_that_were_all_undone_before_the_crash_are_not_offered(tmp_path: Path) -> None:
    (tmp_path / "nodes.py").write_text("a = 1\n", encoding="utf-8")
    session = Session(tmp_path / "recovery")
    session.history.do(edit_module(session.history.document, ProjectSources(tmp_path), "nodes.py", "a = 2\n"))
    session.log.sync()
    assert len(find_journals(tmp_path / "recovery")) == 1
    session.history.undo()
    session.crash()

    assert find_unsaved(tmp_path / "recovery") == ()
    assert find_journals(tmp_path / "recovery") == []


def test_a_journal_with_a_broken_end_is_offered_though_what_is_left_of_it_changes_nothing(tmp_path: Path) -> None:
    """What is lost of it may have been an edit: the user is told."""
    session = Session(tmp_path)
    session.edit("c")
    session.history.undo()
    session.log._file.write(b'{"do": [{"kind": ')  # type: ignore[union-attr]  # begun by the first edit
    session.crash()

    assert len(find_unsaved(tmp_path)) == 1


def test_a_journal_that_was_turned_down_is_not_offered_again(tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.edit("c")
    session.crash()

    dismiss(find_unsaved(tmp_path)[0])

    assert find_unsaved(tmp_path) == ()
    assert [file.suffix for file in tmp_path.iterdir()] == [".dismissed"]


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_a_journal_is_for_its_owner_only(tmp_path: Path) -> None:
    session = Session(tmp_path / "recovery")
    session.edit("c")
    session.crash()

    assert only_journal(tmp_path / "recovery").stat().st_mode & 0o077 == 0
    assert (tmp_path / "recovery").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the platform has no kill -9")
def test_after_kill_9_every_acknowledged_edit_is_there(tmp_path: Path) -> None:
    program = f"""
import sys
sys.path.insert(0, {str(Path(__file__).resolve().parents[3])!r})
from pathlib import Path
from tests.editor.document.test_recovery import Session
session = Session(Path({str(tmp_path)!r}))
for i in range(100_000):
    session.edit(f"n{{i}}")
    print(i, flush=True)
"""
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    acknowledged = [int(child.stdout.readline()) for _ in range(200)][-1]

    child.kill()
    rest = child.stdout.read().split()
    child.stdout.close()
    child.wait()

    acknowledged = int(rest[-1]) if rest and rest[-1].isdigit() else acknowledged
    document = recovered_document(read_journal(only_journal(tmp_path)))
    assert all(document.has_node(f"n{i}") for i in range(acknowledged + 1))
