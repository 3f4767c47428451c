"""Ways between the inspector's forms and the window: the state's keys by an action, and from a key's use to its code.

``connect_inspector`` is called once by ``wiring``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from editor.panels.code_target import CodeTarget

if TYPE_CHECKING:
    from editor.app.wiring import Editor


def connect_inspector(editor: Editor) -> None:
    editor.inspector.show_code.connect(partial(_show_code, editor))


def show_state_keys(editor: Editor) -> None:
    """The inspector on the graph's page, with the keyboard where a key is added."""
    editor.window.show_dock(editor.window.inspector_dock)
    editor.inspector.show_state()


def _show_code(editor: Editor, module: str, line: int) -> None:
    code = editor.code
    code.panel.show_target(CodeTarget(module=module))
    code.show_dock()
    code.panel.section.pane.go_to_line(line)
    code.panel.section.pane.setFocus()
