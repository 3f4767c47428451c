"""What each action of the table does: one door each, of the session, the history, the canvas, the files or the window.

The other half of ``wiring``. No action keeps anything; what comes of it flows back up as facts.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from editor.app.action_registry import Handlers
from editor.app.breakpoint_verbs import BreakpointVerbs
from editor.app.command_palette import action_choices
from editor.app.crash_handler import versions
from editor.app.dialogs import answer_of
from editor.app.error_dialog import Cause, ErrorText
from editor.app.inspector_joints import show_state_keys
from editor.app.node_finder import find_node
from editor.app.run_files import RunFiles
from editor.app.settings_handlers import show_settings
from editor.app.shortcut_sheet import ShortcutSheet
from editor.canvas.arranging import AXES, SIDES
from editor.canvas.exporting import KINDS
from editor.canvas.keys import BIG_NUDGE
from editor.canvas.walk import DIRECTIONS

if TYPE_CHECKING:
    from editor.app.wiring import Editor
    from editor.canvas.graph_view import GraphView


def action_handlers(editor: Editor) -> Handlers:
    """By the ids of the table; the registry refuses a table and handlers that do not match."""
    return {
        **_file(editor),
        **_edit(editor),
        **_view(editor),
        **_debug(editor),
        **_help(editor),
        **editor.run_panels.handlers(),
        **editor.levels.handlers(),
        **editor.side.handlers(),
        **BreakpointVerbs(editor).handlers(),
        **editor.code.handlers(),
        **editor.python.handlers(),
        **RunFiles(editor).handlers(),
        "edit.state": partial(show_state_keys, editor),
        "edit.fix": partial(_fix, editor),
    }


def _file(editor: Editor) -> Handlers:
    files, tasks = editor.files, editor.tasks
    return {
        "file.new": editor.new,
        "file.new_from_template": editor.new_from_template,
        "file.open": editor.choose_and_open,
        "file.open_example": editor.open_example,
        "file.save": lambda: tasks.start(files.save()),
        "file.save_as": lambda: tasks.start(files.save_as()),
        "file.reload": lambda: tasks.start(files.reload()),
        "file.forget_trust": partial(_forget_trust, editor),
        **{f"export.{kind}": partial(editor.canvas.exporting.ask, kind) for kind in KINDS},
        "export.copy_mermaid": editor.canvas.exporting.copy_mermaid,
        "app.settings": partial(show_settings, editor),
        "file.new_window": partial(editor.windows.open_another, editor),
        "file.second_view": partial(editor.windows.open_same, editor),
        "file.close_window": editor.window.close,
        "file.quit": editor.windows.close_all,
    }


def _edit(editor: Editor) -> Handlers:
    history, canvas = editor.history, editor.canvas
    return {
        "edit.undo": history.undo,
        "edit.redo": history.redo,
        "edit.add_node": canvas.add_node_at,
        "edit.rename": canvas.rename_selection,
        "edit.delete": canvas.delete_selection,
        "edit.heal": canvas.delete_and_heal_selection,
        "edit.cut": canvas.copying.cut,
        "edit.copy": canvas.copying.copy,
        "edit.paste": canvas.copying.paste,
        "edit.duplicate": canvas.copying.duplicate,
        "edit.select_all": canvas.select_all,
        "edit.tidy": canvas.tidy,
        "edit.connect": canvas.connect_selection,
        "edit.join": canvas.joining.switch,
        "edit.disable": canvas.disabling.switch,
        "edit.frame": canvas.remarks.frame_selection,
        "edit.frame_colour": canvas.remarks.next_colour,
        "edit.note": canvas.remarks.add_note,
        "edit.find_next": partial(canvas.find_bar.step, 1),
        "edit.find_previous": partial(canvas.find_bar.step, -1),
        **_moving(canvas),
        **{f"resize.{how}": partial(canvas.remarks.stretch, *way) for how, way in _RESIZES.items()},
        **{f"select.{side}": partial(canvas.walking.extend, side) for side in DIRECTIONS},
        "select.next_edge": partial(canvas.walking.step_line, 1),
        "select.previous_edge": partial(canvas.walking.step_line, -1),
        **{f"align.{side}": partial(canvas.align, side) for side in SIDES},
        **{f"distribute.{axis}": partial(canvas.distribute, axis) for axis in AXES},
    }


_RESIZES = {"wider": (1, 0), "narrower": (-1, 0), "higher": (0, 1), "lower": (0, -1)}


def _moving(canvas: GraphView) -> Handlers:
    ways = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
    far = {f"{side}_far": (x * BIG_NUDGE, y * BIG_NUDGE) for side, (x, y) in ways.items()}
    return {f"move.{side}": partial(canvas.nudge, x, y) for side, (x, y) in {**ways, **far}.items()}


def _view(editor: Editor) -> Handlers:
    canvas, window = editor.canvas, editor.window
    return {
        "view.palette": partial(_find_action, editor),
        "view.go_to_node": partial(find_node, editor),
        "view.fit": canvas.fit_all,
        "view.fit_selection": canvas.fit_selection,
        "view.actual_size": canvas.zoom_reset,
        "view.zoom_in": canvas.zoom_in,
        "view.zoom_out": canvas.zoom_out,
        "view.next_task": partial(canvas.fan_outs.step_selected, 1),
        "view.previous_task": partial(canvas.fan_outs.step_selected, -1),
        "view.inspector": partial(window.toggle_dock, window.inspector_dock),
        "view.state": partial(window.toggle_dock, window.state_dock),
        "view.timeline": partial(window.toggle_dock, window.timeline_dock),
        "view.output": partial(window.toggle_dock, window.output_dock),
        "view.problems": partial(window.toggle_dock, window.problems_dock),
        "view.breakpoints": partial(window.toggle_dock, window.breakpoints_dock),
        "view.threads": partial(window.toggle_dock, window.threads_dock),
        "view.next_part": window.focus_next_part,
        "view.theme_light": partial(editor.choose_theme, "light"),
        "view.theme_dark": partial(editor.choose_theme, "dark"),
        "view.theme_system": partial(editor.choose_theme, "system"),
    }


def _debug(editor: Editor) -> Handlers:
    session, control = editor.session, editor.control
    return {
        "debug.run": control.run_or_continue,
        "debug.pause": session.pause,
        "debug.step": control.step,
        "debug.back": session.step_back,
        "debug.forward": session.step_forward,
        "debug.back_to_now": session.back_to_now,
        "debug.restart": control.restart,
        "debug.stop": control.stop,
        "debug.close": control.close_run,
        "debug.run_to": partial(_run_to_node, editor),
        "debug.into": control.step_into,
        "debug.out": session.step_out,
        "debug.retry": control.retry_failed,
        "debug.skip": editor.verbs.skip,
        "debug.force": editor.verbs.force,
        "debug.open_last_run": session.open_thread,
    }


def _help(editor: Editor) -> Handlers:
    return {
        "help.tour": editor.start_tour,
        "help.keys": lambda: editor.tasks.start(answer_of(ShortcutSheet(editor.window, editor.window.registry.keys))),
        "help.about": partial(_show_about, editor),
    }


def _fix(editor: Editor) -> None:
    """At the selected node while the keyboard is on the canvas; else the problem that is chosen in the list."""
    if not (editor.canvas.hasFocus() and editor.canvas.quick_fixes.chosen_node() and editor.canvas.open_fixes()):
        editor.problems.fix_current()


def _forget_trust(editor: Editor) -> None:
    editor.withdraw_trust()
    editor.window.toast.say("The next run in this folder asks again before any code runs.")


def _find_action(editor: Editor) -> None:
    editor.window.palette_.open_with(action_choices(editor.window.registry), "What would you like to do?")


def _run_to_node(editor: Editor) -> None:
    for node in editor.canvas.selected_nodes():
        if editor.history.document.has_node(node):
            editor.session.run_to(node, editor.history.path)
            return


def _show_about(editor: Editor) -> None:
    what = "Draw a state graph, run it, stop before any node, look, go back, fork. All on this computer."
    editor.show_error(ErrorText("Stepgraph", what, versions(), cause=Cause.NOTE))
