"""What several scenes of the pictures do, in the user's words. Called by the files of scenes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from editor.debugger.run_state import Phase
from editor.pictures.camera import Camera
from editor.widgets.segmented import Segmented
from editor.widgets.value_view import ValueView

RESTING = (Phase.PAUSED, Phase.WAITING, Phase.FINISHED, Phase.FAILED, Phase.STOPPED)


async def open_graph(camera: Camera, graph: Path) -> None:
    await camera.editor.start(graph)
    await camera.settle()
    camera.editor.canvas.fit_all()


async def trusting(camera: Camera, keys: str, *phases: Phase) -> None:
    """Starts by this key; the question about trust is answered with yes."""
    await camera.press(keys)
    camera.click_button(await camera.dialog("trust"), "Trust this folder and run")
    await camera.until_phase(*(phases or RESTING))
    await camera.settle()


async def choose_input(camera: Camera, name: str) -> None:
    camera.click(camera.editor.inputs)
    assert camera.editor.inputs.picker.choose(name), f"the example has the input {name}"
    camera.editor.inputs.close_picker()
    camera.editor.canvas.setFocus()


async def step(camera: Camera, times: int = 1) -> None:
    session = camera.editor.session
    for _ in range(times):
        before = session.run_state.head
        await camera.press("F10")
        await camera.until(
            lambda before=before: session.run_state.head != before and session.run_state.phase in RESTING,  # type: ignore[misc]  # bound now
            "the next step",
        )
        await camera.until_diff_is_shown()


async def select(camera: Camera, *nodes: str) -> None:
    camera.editor.canvas.setFocus()
    camera.editor.canvas.select(list(nodes))
    await camera.settle()


def named(root: QWidget, name: str) -> QWidget:
    """The one visible widget of this accessible name, or with these words on it."""
    found = [
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisible()
        and (widget.accessibleName() == name or (isinstance(widget, QAbstractButton) and widget.text() == name))
    ]
    assert len(found) == 1, f"{len(found)} visible widgets are called {name!r}"
    return found[0]


async def unfold(camera: Camera, *names: str) -> None:
    for name in names:
        named(camera.window, name).setFocus()
        await camera.press("Space")
        await camera.settle()


async def show_mode(camera: Camera, word: str) -> None:
    """Diff, State or Writes."""
    camera.choose(camera.part(Segmented, camera.editor.state), word)
    await camera.settle()


async def edit_value(camera: Camera, key: str, value: str) -> None:
    """In the tree of the state: double-click, type, Enter."""
    await show_mode(camera, "State")
    tree = next(view for view in camera.editor.state.findChildren(ValueView) if type(view) is ValueView)
    await camera.until(lambda: tree.isVisible() and tree.view_index((key,)).isValid(), f"the key {key}")
    camera.double_click_row(tree, tree.view_index((key,), 1))
    await camera.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit), "the field of the value")
    await camera.press("Ctrl+A")
    camera.write(value)
    await camera.press("Return")


def words_of_fork(camera: Camera) -> str:
    bar = camera.editor.state.findChild(QWidget, "fork bar")
    return str(getattr(bar, "next_text", ""))
