"""Everything the user can ask for: one table of ids, texts, keys, icons and conditions. Pure, no Qt.

Menus, tool bars, command palette, keys and tooltips are all made from it by ``action_registry``; what each action does
is said in ``wiring``. A row exists only if it works.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from editor.app.situation import Situation
from editor.debugger.run_state import Phase

Condition = Callable[[Situation], bool]


class Scope(Enum):
    """Where a key counts."""

    WINDOW = "window"
    CANVAS = "canvas"  # only while the canvas has the focus: single letters and digits must not fire in a text field


@dataclass(frozen=True)
class ActionRow:
    id: str
    text: str
    """As it stands in a menu. "…" at the end: it asks something first."""
    keys: tuple[str, ...] = ()
    """In Qt's portable spelling; the first one is shown. Ctrl is Cmd on macOS."""
    icon: str = ""
    tip: str = ""
    """One sentence more than the text; empty if the text says it all."""
    enabled: Condition = lambda now: True
    text_now: Callable[[Situation], str] | None = None
    """The text if it depends on the situation."""
    scope: Scope = Scope.WINDOW
    is_choice: bool = False
    """One of several that exclude each other, shown with a mark: the themes, for instance."""


def _graph(now: Situation) -> bool:
    return now.has_graph


def _file(now: Situation) -> bool:
    return now.has_file


def _editable(now: Situation) -> bool:
    return now.can_edit


def _may(verb: str) -> Condition:
    return lambda now: now.has_graph and now.may(verb)


def _run_text(now: Situation) -> str:
    if now.phase is Phase.WAITING or now.debug.asks:
        return "Answer"
    if now.phase is Phase.FAILED:
        return "Try again"
    return "Continue" if now.may("resume") else "Run"


def _retry_text(now: Situation) -> str:
    failed = now.debug.failed
    return f"Retry {failed[0]}" if len(failed) == 1 else f"Retry {len(failed)} failed" if failed else "Retry failed"


def _step_text(now: Situation) -> str:
    return f"Step ({now.due_together})" if now.due_together and now.is_live else "Step"


def _may_run(now: Situation) -> bool:
    """F5 always means: on. Start, go on, or go to the question that holds the run up."""
    is_asked = now.phase is Phase.WAITING or now.debug.asks
    return now.has_graph and (now.may("resume") or is_asked or (now.may("run") and now.has_input))


def _may_step(now: Situation) -> bool:
    return now.has_graph and (now.may("step") or (now.may("run_and_step") and now.has_input))


ACTIONS: tuple[ActionRow, ...] = (
    # File
    ActionRow("file.new", "New empty graph", ("Ctrl+N",), "new", "Starts an empty graph"),
    ActionRow("file.new_from_template", "New from template…", ("Ctrl+Shift+N",), "add",
              "Begins with a chain, a router, a loop, … that runs"),
    ActionRow("file.open", "Open…", ("Ctrl+O",), "open", "Opens a graph file. Opening runs nothing."),
    ActionRow("file.open_example", "Open the example", (), "graph", "Opens the support router that comes along"),
    ActionRow("file.save", "Save", ("Ctrl+S",), "save", "Saves the graph and its layout", enabled=_graph),
    ActionRow("file.save_as", "Save as…", ("Ctrl+Shift+S",), "save_as", enabled=_graph),
    ActionRow("file.reload", "Reload from disk", (), "restart", "Reads the file again",
              enabled=lambda now: now.has_file and not now.is_live),
    *(
        ActionRow(f"export.{kind}", text, (), "export", "The whole graph, with the run that is shown", enabled=_graph)
        for kind, text in (("png", "PNG picture…"), ("svg", "SVG picture…"))
    ),
    ActionRow("export.mermaid", "Mermaid text…", (), "export", "The graph as a diagram in a text file", enabled=_graph),
    ActionRow("export.copy_mermaid", "Copy as Mermaid", (), "copy", "For a README or a chat", enabled=_graph),
    ActionRow("runs.open", "Open a run database…", (), "past",
              "Runs that somebody sent, LangGraph's files too: a copy to look at, without the code"),
    ActionRow("runs.export", "Export this run…", (), "export", "The shown run as one file; keys can be left out",
              enabled=lambda now: now.has_file and now.has_run),
    ActionRow("runs.import", "Import a run…", (), "open", "Takes an exported run into the runs of this graph",
              enabled=_file),
    ActionRow("file.forget_trust", "Withdraw trust in this folder", (), "untrusted",
              "Asks again before code of this folder runs", enabled=_file),
    ActionRow("file.new_window", "New window", ("Ctrl+Alt+N",), "new", "An empty window, beside this one"),
    ActionRow("file.second_view", "Second window on this graph", ("Ctrl+Alt+2",), "graph",
              "Edits and undo are shared; selection, view and run are each window's own", enabled=_graph),
    ActionRow("file.close_window", "Close window", ("Ctrl+W",), "close"),
    ActionRow("file.quit", "Quit", ("Ctrl+Q",), "close", "Closes all windows; each asks about its unsaved work"),
    # Edit
    ActionRow("edit.undo", "Undo", ("Ctrl+Z",), "undo", enabled=lambda now: now.can_undo,
              text_now=lambda now: f"Undo {now.undo_label}" if now.undo_label else "Undo"),
    ActionRow("edit.redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", enabled=lambda now: now.can_redo,
              text_now=lambda now: f"Redo {now.redo_label}" if now.redo_label else "Redo"),
    ActionRow("edit.add_node", "Add node", ("Tab",), "add", "Adds a node to the graph", enabled=_editable,
              scope=Scope.CANVAS),
    ActionRow("edit.rename", "Rename", ("F2",), "edit", "Renames the selected node, frame or branch; opens a note",
              enabled=lambda now: now.can_edit and now.selected_things == 1, scope=Scope.CANVAS),
    ActionRow("edit.delete", "Delete", ("Del", "Backspace"), "trash", "Deletes what is selected",
              enabled=lambda now: now.can_edit and now.selected_things > 0, scope=Scope.CANVAS),
    ActionRow("edit.heal", "Delete and reconnect", ("Ctrl+Del",), "", "Joins up what the nodes were between",
              enabled=lambda now: now.can_edit and now.selected_nodes > 0, scope=Scope.CANVAS),
    ActionRow("edit.cut", "Cut", ("Ctrl+X",), "cut", "The selected nodes and the edges between them, as text",
              enabled=lambda now: now.can_edit and now.selected_pieces > 0, scope=Scope.CANVAS),
    ActionRow("edit.copy", "Copy", ("Ctrl+C",), "copy", "The selected nodes and the edges between them, as text",
              enabled=lambda now: now.has_graph and now.selected_pieces > 0, scope=Scope.CANVAS),
    ActionRow("edit.paste", "Paste", ("Ctrl+V",), "paste", "At the pointer; also from another window",
              enabled=_editable, scope=Scope.CANVAS),
    ActionRow("edit.duplicate", "Duplicate", ("Ctrl+D",), "", "Copies beside what is selected",
              enabled=lambda now: now.can_edit and now.selected_pieces > 0, scope=Scope.CANVAS),
    ActionRow("edit.select_all", "Select all", ("Ctrl+A",), enabled=_graph, scope=Scope.CANVAS),
    ActionRow("edit.tidy", "Tidy up", ("Shift+Alt+T",), "tidy", "Lays out the selected nodes, or all; can be undone",
              enabled=_editable),
    ActionRow("edit.connect", "Connect to…", ("E",), "link", "Draws an edge from the selected node",
              enabled=lambda now: now.can_edit and now.selected_nodes == 1, scope=Scope.CANVAS),
    ActionRow("edit.join", "Wait for all", ("J",), "", "The selected node waits for all that lead to it, or for none",
              enabled=lambda now: now.can_edit and now.selected_nodes + now.selected_edges > 0, scope=Scope.CANVAS),
    ActionRow("edit.disable", "Disable", ("D", "Ctrl+B"), "disabled", "Runs pass the selected nodes by, or no longer",
              enabled=lambda now: now.can_edit and now.selected_nodes > 0, scope=Scope.CANVAS,
              text_now=lambda now: "Enable" if now.are_chosen_disabled else "Disable"),
    ActionRow("edit.frame", "Frame round the selection", ("Ctrl+G",), "",
              "A titled ground for the selected nodes; an empty one if none is selected", enabled=_editable,
              scope=Scope.CANVAS),
    ActionRow("edit.frame_colour", "Next colour of the frame", (), "", "Of the selected frames",
              enabled=lambda now: now.can_edit and now.selected_remarks > 0, scope=Scope.CANVAS),
    ActionRow("edit.note", "Add a note", ("Shift+N",), "", "A text on the ground of the canvas, at the pointer",
              enabled=_editable, scope=Scope.CANVAS),
    ActionRow("edit.subgraph", "Make a subgraph", ("Ctrl+Shift+G",), "subgraph",
              "The selected nodes become one node that holds them",
              enabled=lambda now: now.can_edit and now.selected_nodes > 0, scope=Scope.CANVAS),
    ActionRow("edit.dissolve", "Dissolve subgraph", ("Ctrl+Alt+U",), "",
              "Its nodes stand in the graph around it again",
              enabled=lambda now: now.can_edit and now.has_chosen_subgraph, scope=Scope.CANVAS),
    ActionRow("edit.state", "Edit the state's keys", ("Ctrl+Alt+K",), "state",
              "Types, reducers and defaults; edits the Python class", enabled=_graph),
    ActionRow("edit.fix", "Fix the problem", ("Ctrl+.",), "",
              "Of the selected node; else the one that is chosen in Problems, or the first one",
              enabled=_editable),
    ActionRow("edit.find", "Find", ("Ctrl+F",), "search",
              "In the graph; in the states of the run while the keyboard is at one of its panels",
              enabled=_graph),
    ActionRow("edit.find_next", "Find next", ("F3",), enabled=_graph, scope=Scope.CANVAS),
    ActionRow("edit.find_previous", "Find previous", ("Shift+F3",), enabled=_graph, scope=Scope.CANVAS),
    *(
        ActionRow(f"align.{side}", text, (key,), enabled=lambda now: now.can_edit and now.selected_nodes > 1,
                  scope=Scope.CANVAS)
        for side, text, key in (
            ("left", "Left sides", "Shift+Alt+Left"), ("centre", "Centres", "Shift+Alt+C"),
            ("right", "Right sides", "Shift+Alt+Right"), ("top", "Tops", "Shift+Alt+Up"),
            ("middle", "Middles", "Shift+Alt+M"), ("bottom", "Bottoms", "Shift+Alt+Down"),
        )
    ),
    *(
        ActionRow(f"distribute.{axis}", text, (key,), enabled=lambda now: now.can_edit and now.selected_nodes > 2,
                  scope=Scope.CANVAS)
        for axis, text, key in (
            ("across", "Equal gaps across", "Shift+Alt+H"), ("down", "Equal gaps down", "Shift+Alt+V"),
        )
    ),
    *(
        ActionRow(f"move.{side}{far}", f"{text}{', far' if far else ''}", (f"Ctrl+{'Shift+' if far else ''}{key}",),
                  tip=f"The selected nodes, by {'six steps' if far else 'one step'} of the grid",
                  enabled=_editable, scope=Scope.CANVAS)
        for far in ("", "_far")
        for side, text, key in (
            ("left", "To the left", "Left"), ("right", "To the right", "Right"), ("up", "Up", "Up"),
            ("down", "Down", "Down"),
        )
    ),
    *(
        ActionRow(f"resize.{how}", text, (f"Ctrl+Alt+{key}",), tip="The selected frames and notes, by a grid step",
                  enabled=lambda now: now.can_edit and now.selected_remarks > 0, scope=Scope.CANVAS)
        for how, text, key in (
            ("wider", "Wider", "Right"), ("narrower", "Narrower", "Left"), ("higher", "Higher", "Down"),
            ("lower", "Lower", "Up"),
        )
    ),
    *(
        ActionRow(f"select.{side}", f"Also {text}", (f"Shift+{key}",), tip="What is nearest there is selected, too",
                  enabled=_graph, scope=Scope.CANVAS)
        for side, text, key in (
            ("left", "to the left", "Left"), ("right", "to the right", "Right"), ("up", "above", "Up"),
            ("down", "below", "Down"),
        )
    ),
    ActionRow("select.next_edge", "Next edge of the node", ("L",), "",
              "Those that leave it first; then ← and → go to its ends, ↑ and ↓ to the other edges",
              enabled=lambda now: now.has_graph and now.selected_nodes + now.selected_edges > 0, scope=Scope.CANVAS),
    ActionRow("select.previous_edge", "Previous edge of the node", ("Shift+L",), "",
              enabled=lambda now: now.has_graph and now.selected_nodes + now.selected_edges > 0, scope=Scope.CANVAS),
    # Code
    ActionRow("code.complete", "Complete", ("Ctrl+Space",), "", "What could stand at the cursor", enabled=_graph),
    ActionRow("code.explain", "Signature and docstring", ("Ctrl+Shift+Space",), "",
              "Of the name at the cursor; the mouse tells the same where it rests", enabled=_graph),
    ActionRow("code.definition", "Go to the definition", ("F12",), "", "Where the name at the cursor is defined",
              enabled=_graph),
    ActionRow("code.comment", "Comment or uncomment lines", ("Ctrl+/",), "", enabled=_graph),
    ActionRow("code.replace", "Find and replace in the code", ("Ctrl+H",), "search", enabled=_graph),
    ActionRow("code.module", "Function or whole module", ("Ctrl+Alt+M",), "outline",
              "Shows all of the module that the code is part of, or only the function", enabled=_graph),
    ActionRow("code.write", "Write a function for the node", (), "add",
              "A stub in the module of the graph, for a selected node that has none",
              enabled=lambda now: now.can_edit and now.selected_nodes == 1),
    ActionRow("code.rename", "Rename the function like the node", (), "edit",
              "In its module, with its uses there and in the graph",
              enabled=lambda now: now.can_edit and now.selected_nodes == 1),
    # View
    ActionRow("view.open_subgraph", "Open subgraph", ("Alt+Down",), "subgraph",
              "Shows what is inside the selected node; Enter on the canvas does, too",
              enabled=lambda now: now.has_graph and now.has_chosen_subgraph),
    ActionRow("view.level_up", "Back to the graph around", ("Alt+Up",), "up", enabled=lambda now: now.depth > 0),
    ActionRow("view.fit", "Fit the whole graph", ("1", "Shift+1"), "fit", enabled=_graph, scope=Scope.CANVAS),
    ActionRow("view.fit_selection", "Fit the selection", (".",), enabled=lambda now: now.selected_pieces > 0,
              scope=Scope.CANVAS),
    ActionRow("view.actual_size", "Actual size", ("0", "Shift+0"), enabled=_graph, scope=Scope.CANVAS),
    ActionRow("view.zoom_in", "Zoom in", ("+", "=", "Shift++"), "zoom_in", enabled=_graph, scope=Scope.CANVAS),
    ActionRow("view.zoom_out", "Zoom out", ("-",), "zoom_out", enabled=_graph, scope=Scope.CANVAS),
    ActionRow("view.next_task", "Next task of the fan-out", ("]",), "",
              "The card of a node that ran several times at once shows one task after the other",
              enabled=lambda now: now.has_run and now.selected_nodes > 0, scope=Scope.CANVAS),
    ActionRow("view.previous_task", "Previous task of the fan-out", ("[",), "",
              enabled=lambda now: now.has_run and now.selected_nodes > 0, scope=Scope.CANVAS),
    ActionRow("view.outline", "Outline", ("Ctrl+Alt+O",), "outline", "All nodes, those of subgraphs too, as a list",
              enabled=_graph),
    ActionRow("view.shelf", "Palette", ("Ctrl+Alt+P",), "add", "What can be put on the canvas, to drag there",
              enabled=_graph),
    ActionRow("view.inspector", "Inspector", ("Ctrl+Alt+I",), "inspector", "Shows what is selected", enabled=_graph),
    ActionRow("view.code", "Code", ("Ctrl+Alt+E",), "code", "Shows the code of the selected node, large",
              enabled=_graph),
    ActionRow("view.state", "State", ("Ctrl+Alt+S",), "state", "Shows the state of the run and what changed",
              enabled=lambda now: now.has_graph and now.has_run),
    ActionRow("view.timeline", "Timeline", ("Ctrl+Alt+J",), "timeline", "Shows the checkpoints of the run",
              enabled=lambda now: now.has_graph and now.has_run),
    ActionRow("view.times", "Times", ("Ctrl+Alt+G",), "times", "Shows when each task of the run worked",
              enabled=lambda now: now.has_graph and now.has_run),
    ActionRow("view.watch", "Watch", ("Ctrl+Alt+W",), "watch", "Shows expressions over all steps of the run",
              enabled=lambda now: now.has_graph and now.has_run),
    ActionRow("view.search_run", "Find in the run", ("Ctrl+Shift+F",), "search",
              "Finds a text in the states of all steps", enabled=lambda now: now.has_graph and now.has_run),
    ActionRow("view.coverage", "Coverage", ("Ctrl+Alt+C",), "coverage", "Shows what the run never took",
              enabled=lambda now: now.has_graph and now.has_run),
    ActionRow("view.output", "Output", ("Ctrl+`",), "output", "Shows what the nodes print", enabled=_graph),
    ActionRow("view.problems", "Problems", ("Ctrl+Shift+M",), "problems", "Shows what is wrong with the graph",
              enabled=_graph),
    ActionRow("view.next_part", "Next part of the window", ("Ctrl+F6",), "",
              "Moves the keyboard from the canvas to the state, the timeline, the output and back", enabled=_graph),
    ActionRow("view.breakpoints", "Breakpoints", (), "breakpoint_off", "Shows all breakpoints of this graph",
              enabled=_graph),
    ActionRow("view.threads", "Runs", ("Ctrl+Alt+R",), "past", "Shows earlier runs of this graph", enabled=_graph),
    ActionRow("view.theme_light", "Light", (), "light", "Light theme", is_choice=True),
    ActionRow("view.theme_dark", "Dark", (), "dark", "Dark theme", is_choice=True),
    ActionRow("view.theme_system", "Follow the system", (), "theme", "Light or dark as the desktop is", is_choice=True),
    ActionRow("view.palette", "Find an action…", ("Ctrl+Shift+P", "Ctrl+K"), "search",
              "Finds anything that can be done by its name"),
    ActionRow("view.go_to_node", "Go to node…", ("Ctrl+P",), "graph", "Finds a node by its name or function",
              enabled=_graph),
    # Debug
    ActionRow("debug.run", "Run", ("F5",), "run", "Runs to the next breakpoint, question, failure or the end",
              enabled=_may_run, text_now=_run_text),
    ActionRow("debug.pause", "Pause", ("F6",), "pause", "Stops before the next step; what runs now is let finish",
              enabled=_may("pause")),
    ActionRow("debug.step", "Step", ("F10",), "step", "Runs one step. Nodes of a step run together.",
              enabled=_may_step, text_now=_step_text),
    ActionRow("debug.into", "Into", ("F11",), "step_into",
              "Stops within the subgraph that is next, before its first node", enabled=_may("step_into")),
    ActionRow("debug.out", "Out", ("Shift+F11",), "step_out",
              "Runs to the end of the subgraph and stops in the graph around it", enabled=_may("step_out")),
    ActionRow("debug.retry", "Retry failed", ("Ctrl+F5",), "restart",
              "Runs only what failed, and waits before what comes next. What finished beside it is kept.",
              enabled=lambda now: bool(now.debug.failed) and now.may("step"), text_now=_retry_text),
    ActionRow("debug.skip", "Skip by giving its result…", ("Ctrl+Shift+F10",), "step_over",
              "The node that is next does not run: you say what it returns", enabled=lambda now: bool(now.debug.skip),
              text_now=lambda now: f"Skip {now.debug.skip}…" if now.debug.skip else "Skip by giving its result…"),
    ActionRow("debug.force", "Take another branch…", ("Ctrl+Alt+B",), "branch",
              "Goes another way than the router chose; the way it chose is kept beside it",
              enabled=lambda now: bool(now.debug.branches)),
    ActionRow("debug.back", "Back", ("Alt+F10", "Alt+Left"), "back",
              "Looks at the checkpoint before. Nothing is lost.", enabled=_may("step_back")),
    ActionRow("debug.forward", "Forward", ("Alt+Right",), "following", "Looks at the checkpoint after",
              enabled=_may("step_forward")),
    ActionRow("debug.back_to_now", "Back to now", ("Alt+End",), "now", "Looks at where the run is",
              enabled=_may("back_to_now")),
    ActionRow("debug.restart", "Restart", ("Ctrl+Shift+F5",), "restart", "Runs the same input again from the start",
              enabled=_may("restart")),
    ActionRow("debug.stop", "Stop", ("Shift+F5",), "stop",
              "Ends the run and every process it started; checkpoints stay", enabled=_may("stop")),
    ActionRow("debug.close", "Close the run", (), "close", "Shows the plain graph again; the run is kept",
              enabled=lambda now: now.has_run and now.may("open_graph")),
    ActionRow("debug.breakpoint", "Toggle breakpoint", ("F9",), "breakpoint",
              "Stops before the selected node, or when the selected branch is taken",
              enabled=lambda now: now.has_graph and now.selected_nodes + now.selected_edges > 0),
    ActionRow("debug.edit_breakpoint", "Edit breakpoint…", ("Shift+F9",), "edit",
              "Condition, hit count or log of the breakpoint at the selected node or branch",
              enabled=lambda now: now.has_graph and now.selected_nodes + now.selected_edges == 1),
    ActionRow("debug.enable_breakpoint", "Enable or disable breakpoint", ("Ctrl+F9",), "breakpoint_off",
              "Keeps the breakpoint at the selected node or branch, and passes it",
              enabled=lambda now: now.has_graph and now.selected_nodes + now.selected_edges > 0),
    ActionRow("debug.run_to", "Run to the selected node", ("Ctrl+F10",), "run", "Goes on until that node is next",
              enabled=lambda now: now.selected_nodes == 1 and now.may("run_to")),
    ActionRow("debug.open_last_run", "Show the last run", (), "timeline", "Shows the newest run of this graph again",
              enabled=lambda now: now.has_file and now.may("open_thread")),
    ActionRow("debug.python", "Python of this graph…", (), "output", "Which Python runs the graphs of this folder",
              enabled=lambda now: now.has_file),
    ActionRow("app.settings", "Settings…", ("Ctrl+,",), "settings", "Theme, mouse wheel, keys, trusted folders"),
    # Help
    ActionRow("help.tour", "Two-minute tour", (), "help", "Shows the main things in the example, one after the other",
              enabled=lambda now: not now.is_live),
    ActionRow("help.keys", "Keyboard shortcuts", ("F1",), "keyboard"),
    ActionRow("help.about", "About Stepgraph", (), "info"),
)  # fmt: skip


def action(id: str) -> ActionRow:
    """The row of this id. An unknown id is a KeyError."""
    return _BY_ID[id]


def tooltip(row: ActionRow, keys: tuple[str, ...], text: str = "") -> str:
    """The text, the key and, on a second line, the sentence."""
    head = (text or row.text).removesuffix("…")
    if keys:
        head = f"{head} ({shown_key(keys[0])})"
    return f"{head}\n{row.tip}" if row.tip else head


def shown_key(key: str) -> str:
    """A key as users know it from their keyboard."""
    return key.replace("Left", "←").replace("Right", "→").replace("Up", "↑").replace("Down", "↓")


_BY_ID = {row.id: row for row in ACTIONS}
