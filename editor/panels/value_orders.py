"""What can be asked of one shown value beside editing it: who wrote it, break when it changes, pin it, watch it.

One for the state panel; each of its views is served.
"""

from __future__ import annotations

from editor.debugger.breakpoints import Breakpoint, Where
from editor.debugger.own_marks import OwnMarks
from editor.debugger.session import DebugSession
from editor.panels.diff_view import DiffView
from editor.panels.who_wrote import last_writer, writer_text
from editor.widgets.preview_node import Path, path_text, short_path_text
from editor.widgets.toast import Toast
from editor.widgets.value_view import ValueView


class ValueOrders:
    def __init__(self, session: DebugSession, marks: OwnMarks, toast: Toast) -> None:
        self._session = session
        self._marks = marks
        self._toast = toast

    def serve(self, view: DiffView | ValueView) -> None:
        """From now on the orders of this view are carried out."""
        view.writer_wanted.connect(self._go_to_writer)
        view.break_wanted.connect(self._break_on)
        view.pin_wanted.connect(self._pin)
        view.watch_wanted.connect(self._watch)

    def tell_of_copies(self, view: ValueView) -> None:
        """From now on a value of this view that is too large for the clipboard is told to be."""
        view.copied_in_short.connect(self._copied_in_short)

    def _copied_in_short(self, path: Path) -> None:
        why = f"{short_path_text(path)} is too large to be copied whole. The clipboard has what its row shows."
        self._toast.say(why, "copy")

    def _go_to_writer(self, path: Path) -> None:
        """Show the moment after the step that wrote the key last."""
        shown_id = self._session.focus.shown_id(self._session.run_state)
        if shown_id is None:
            return
        key = str(path[0])
        writer = last_writer(self._session.run_state, shown_id, key)
        self._toast.say(writer_text(key, writer), "past")
        if writer is not None and writer.id != shown_id:
            self._session.look_at(writer.id)

    def _break_on(self, path: Path) -> None:
        """A data breakpoint on the key; one that is there already is enough."""
        key = str(path[0])
        known = any(each.where is Where.KEY and each.key == key for each in self._session.breakpoint_list)
        if not known:
            self._session.add_breakpoint(Breakpoint("", where=Where.KEY, key=key))
        self._toast.say(f"A run {'already pauses' if known else 'pauses'} when {key} changes.", "breakpoint")

    def _pin(self, path: Path) -> None:
        is_pinned = self._marks.toggle_pin(path)
        self._toast.say(
            f"{short_path_text(path)} {'stays in sight above' if is_pinned else 'is not pinned any more'}.", "pin"
        )

    def _watch(self, path: Path) -> None:
        if not str(path[0]).isidentifier():
            self._toast.say(f"{path[0]} is no name that an expression can use. Pin it instead.", "watch")
            return
        added = self._marks.add_watch(path_text(path))
        self._toast.say(
            f"{short_path_text(path)} is watched." if added else "There are too many watches already.", "watch"
        )
