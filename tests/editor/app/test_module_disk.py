"""Edited modules and the disk: saved with the graph, never over another's changes; trust stays for own edits only."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit, QPushButton, QWidget

from editor.app.document_files import DocumentFiles
from editor.app.module_disk import difference
from editor.app.recovery_offer import what_to_recover
from editor.app.run_permission import RunPermission
from editor.app.trust import TrustStore, code_that_would_run
from editor.document import module_commands
from editor.document.commands import add_node
from editor.document.document import Document
from editor.document.shared_history import SharedHistory
from editor.document.source_code import ProjectSources
from editor.document.undo_history import UndoHistory
from tests.editor.app.asking import Run, answering, dialog_of, press

pytestmark = pytest.mark.usefixtures("own_data_folder")


@pytest.fixture
def files(run: Run, window: QWidget, history: UndoHistory, example_graph: Path) -> Iterator[DocumentFiles]:
    files = DocumentFiles(window, SharedHistory(history))
    run(files.open(example_graph))
    yield files
    files.close()


def edit(history: UndoHistory, folder: Path | None, text: str = "\n# ours\n", path: str = "nodes.py") -> None:
    sources = ProjectSources(folder)
    sources.see(history.document.modules)
    old = sources.text_of(path).text
    assert history.do(module_commands.edit_module(history.document, sources, path, old + text))


def replace_on_disk(module: Path, old: str, new: str) -> str:
    text = module.read_text(encoding="utf-8").replace(old, new)
    module.write_text(text, encoding="utf-8")
    return text


def test_a_save_writes_the_edited_module_only(run: Run, files, history, example_graph: Path) -> None:
    folder = example_graph.parent
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.glob("*.*")}
    edit(history, folder)

    assert run(files.save())

    changed = {file.name for file, was in before.items() if (file.read_bytes(), file.stat().st_mtime_ns) != was}
    assert changed == {"nodes.py"}
    assert (folder / "nodes.py").read_bytes() == before[folder / "nodes.py"][0] + b"\n# ours\n"
    assert not history.is_modified
    assert [written.path for written in files.written] == ["nodes.py"]


def test_undo_after_a_save_and_saving_again_brings_the_opened_bytes_back(
    run: Run, files, history, example_graph
) -> None:
    module = example_graph.parent / "nodes.py"
    opened = module.read_bytes()
    edit(history, example_graph.parent)
    run(files.save())

    history.undo()
    assert history.is_modified
    run(files.save())

    assert module.read_bytes() == opened


def test_a_module_that_was_made_here_goes_with_its_undo(run: Run, files, history, example_graph: Path) -> None:
    made = example_graph.parent / "more" / "steps.py"
    edit(history, example_graph.parent, "x = 1\n", "more/steps.py")
    run(files.save())
    assert made.read_bytes() == b"x = 1\n"

    history.undo()
    run(files.save())

    assert not made.exists()


def test_a_module_changed_elsewhere_and_not_here_is_read_again_as_an_edit(
    run: Run, files, history, example_graph
) -> None:
    module = example_graph.parent / "nodes.py"
    edit(history, example_graph.parent)
    run(files.save())
    ours = history.document.modules["nodes.py"].text
    theirs = replace_on_disk(module, "# ours", "# theirs")
    told: list[str] = []
    files.told.connect(told.append)

    run(files.look_at_disk())

    assert history.document.modules["nodes.py"].text == theirs
    assert not history.is_modified
    assert told == ["nodes.py changed on disk and was read again."]
    history.undo()
    assert history.document.modules["nodes.py"].text == ours
    assert history.is_modified


@pytest.mark.parametrize(("answer", "kept"), [("Keep mine", "# ours"), ("Take theirs", "# theirs")])
def test_where_both_sides_changed_the_user_chooses(
    run: Run, files, history, window, example_graph, answer, kept
) -> None:
    module = example_graph.parent / "nodes.py"
    edit(history, example_graph.parent)
    replace_on_disk(module, '"""', '# theirs\n"""')

    run(answering(window, files.look_at_disk(), answer))
    run(files.look_at_disk())

    assert kept in history.document.modules["nodes.py"].text
    assert run(files.save())
    text = module.read_text(encoding="utf-8")
    assert kept in text and ("# ours" in text) != ("# theirs" in text)


def test_a_save_does_not_write_over_another_program(run: Run, files, history, window, example_graph: Path) -> None:
    module = example_graph.parent / "nodes.py"
    edit(history, example_graph.parent)
    theirs = replace_on_disk(module, '"""', '# theirs\n"""')

    assert run(answering(window, files.save(), "Cancel")) is False

    assert module.read_text(encoding="utf-8") == theirs
    assert history.is_modified
    assert run(answering(window, files.save(), "Keep mine"))
    assert "# ours" in module.read_text(encoding="utf-8")


def test_the_difference_can_be_looked_at_before_deciding(run: Run, files, history, window, example_graph: Path) -> None:
    edit(history, example_graph.parent)
    replace_on_disk(example_graph.parent / "nodes.py", '"""', '# theirs\n"""')
    seen: list[str] = []

    async def look() -> None:
        task = asyncio.get_event_loop().create_task(files.look_at_disk())
        press(await dialog_of(window), "Show the difference")
        while not (shown := [each for each in window.findChildren(QDialog, "difference") if each.isVisible()]):
            await asyncio.sleep(0)
        seen.append(shown[0].findChild(QPlainTextEdit).toPlainText())
        shown[0].findChild(QPushButton).click()
        while not (again := [each for each in window.findChildren(QDialog, "question") if each.isVisible()]):
            await asyncio.sleep(0)
        press(again[0], "Keep mine")
        await task

    run(look())

    assert "-# theirs" in seen[0] and "+# ours" in seen[0]


def test_a_deleted_module_is_noticed_and_written_again(run: Run, files, history, example_graph: Path) -> None:
    module = example_graph.parent / "nodes.py"
    edit(history, example_graph.parent)
    run(files.save())
    saved = module.read_bytes()
    module.unlink()
    told: list[str] = []
    files.told.connect(told.append)

    run(files.look_at_disk())

    assert history.is_modified
    assert told == ["nodes.py was deleted or moved. Save to write it again."]
    run(files.save())
    assert module.read_bytes() == saved


def test_what_cannot_be_written_stops_the_save_before_anything_is(
    run: Run, files, history, window, example_graph
) -> None:
    folder = example_graph.parent
    (folder / "routing.py").write_bytes("# coding: latin-1\nx = 'é'\n".encode("latin-1"))
    nodes = (folder / "nodes.py").read_bytes()
    edit(history, folder)
    history.do(
        module_commands.edit_module(
            history.document, ProjectSources(folder), "routing.py", "# coding: latin-1\nx = 1\n"
        )
    )
    module = history.document.modules["routing.py"]
    history.replace(
        Document(
            modules={
                "nodes.py": history.document.modules["nodes.py"],
                "routing.py": module.with_text("# coding: ascii\né"),
            }
        )
    )

    assert run(answering(window, files.save(), "Close")) is False

    assert (folder / "nodes.py").read_bytes() == nodes


def test_save_as_takes_edited_modules_along_and_asks_before_replacing_others(
    run: Run, files, history, window, example_graph: Path, tmp_path: Path
) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    (target / "nodes.py").write_text("another = True\n", encoding="utf-8")
    edit(history, example_graph.parent)
    edit(history, example_graph.parent, path="routing.py")

    async def save_as() -> bool:
        task = asyncio.get_event_loop().create_task(files.save_as())
        dialog = await dialog_of(window)
        assert isinstance(dialog, QFileDialog)
        dialog.selectFile(str(target / "copy.graph.json"))
        dialog.accept()
        while not (asked := [each for each in window.findChildren(QDialog, "question") if each.isVisible()]):
            await asyncio.sleep(0)
        assert (target / "nodes.py").read_text(encoding="utf-8") == "another = True\n"
        press(asked[0], "Keep mine")
        return await task

    assert run(save_as())

    assert "# ours" in (target / "nodes.py").read_text(encoding="utf-8")
    assert "# ours" in (target / "routing.py").read_text(encoding="utf-8")
    assert not (target / "state.py").exists()


def test_a_crash_leaves_the_edits_of_modules_to_be_recovered(
    run: Run, files, history, window, example_graph: Path
) -> None:
    edit(history, example_graph.parent, "\n# saved\n")
    run(files.save())
    edit(history, example_graph.parent, "# lost\n")
    lost = history.document
    files.close()  # as a crash does, it leaves the log behind
    later_history = UndoHistory(Document())
    later = DocumentFiles(window, SharedHistory(later_history))

    (unsaved,) = run(answering(window, what_to_recover(window), "Recover"))
    assert run(later.recover(unsaved))

    assert {path: module.text for path, module in later_history.document.modules.items()} == {
        path: module.text for path, module in lost.modules.items()
    }
    assert run(later.save())
    assert (example_graph.parent / "nodes.py").read_text(encoding="utf-8").endswith("\n# saved\n# lost\n")
    later.close()


# Trust ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def permission(window: QWidget, tmp_path: Path) -> RunPermission:
    return RunPermission(window, TrustStore(tmp_path / "trusted.json"))


def trust(permission: RunPermission, graph: Path) -> None:
    permission._store.trust(graph, code_that_would_run(graph))


def test_own_edits_of_trusted_code_stay_trusted(run: Run, files, history, permission, example_graph: Path) -> None:
    trust(permission, example_graph)
    edit(history, example_graph.parent)
    run(files.save())
    assert not permission.is_given(example_graph)

    permission.keep_after_own_save(example_graph, True, files.written)

    assert permission.is_given(example_graph)


def test_what_somebody_else_wrote_is_not_trusted_with_our_edit(
    run: Run, files, history, permission, example_graph: Path
) -> None:
    trust(permission, example_graph)
    replace_on_disk(example_graph.parent / "nodes.py", '"""', '# theirs\n"""')  # before it was ever read here
    edit(history, example_graph.parent)
    run(files.save())

    permission.keep_after_own_save(example_graph, True, files.written)

    assert not permission.is_given(example_graph)


def test_a_saved_graph_need_not_be_read_again_and_one_written_over_it_is_not_trusted_for_it(
    run: Run, files, history, permission, example_graph: Path
) -> None:
    trust(permission, example_graph)
    history.do(add_node(history.document, "new", (0, 0), fn="nodes:classify"))
    run(files.save())
    saved = example_graph.read_bytes()
    replace_on_disk(example_graph, "nodes:classify", "os:abort")

    permission.keep_after_own_save(example_graph, True, files.written, files.saved_graph)

    assert not permission.is_given(example_graph)
    example_graph.write_bytes(saved)
    assert permission.is_given(example_graph)


def test_a_folder_that_was_never_asked_about_is_not_trusted_by_a_save(
    run: Run, files, history, permission, example_graph: Path
) -> None:
    edit(history, example_graph.parent)
    run(files.save())

    permission.keep_after_own_save(example_graph, True, files.written)

    assert not permission.is_given(example_graph)


def test_a_difference_shows_no_endless_line_and_no_hidden_character() -> None:
    text = difference("x" * 1_000_000, "a = '\u202e'")

    assert max(map(len, text.splitlines())) < 500
    assert "RIGHT-TO-LEFT OVERRIDE" in text
