"""Ways to and from the inspector's forms: to the state's keys, from a key's use to its code, to a problem's option. And
what the words at the pointer need of a run.

``connect_inspector`` is called once by ``wiring``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from editor.app.breakpoint_renames import follow_renames
from editor.app.hover_joints import connect_hover
from editor.app.router_joints import connect_routers
from editor.panels.code_target import CodeTarget

if TYPE_CHECKING:
    from editor.app.wiring import Editor


def connect_inspector(editor: Editor) -> None:
    editor.inspector.show_code.connect(partial(_show_code, editor))
    editor.problems.option_wanted.connect(partial(_show_option, editor))
    editor.problems.refused.connect(editor.window.toast.say)
    follow_renames(editor)
    editor.canvas.help_wanted.connect(editor.window.registry["help.keys"].trigger)
    connect_hover(editor)
    connect_routers(editor)


def show_state_keys(editor: Editor) -> None:
    """The inspector on the graph's page, with the keyboard where a key is added."""
    editor.window.show_dock(editor.window.inspector_dock)
    editor.inspector.show_state()


def _show_option(editor: Editor, node: str, option: str) -> None:
    editor.window.show_dock(editor.window.inspector_dock)
    editor.inspector.show_option(node, option)


def _show_code(editor: Editor, module: str, line: int) -> None:
    code = editor.code
    code.panel.show_target(CodeTarget(module=module))
    code.show_dock()
    code.panel.section.pane.go_to_line(line)
    code.panel.section.pane.setFocus()
