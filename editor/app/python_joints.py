"""The Python of the graph in the window: told in the status bar, chosen in a dialog, offered where one does not fit.

A joint of ``wiring``, which makes one ``PythonJoints`` for each window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from editor.app.action_registry import Handlers
from editor.app.dialogs import answer_of, ask
from editor.app.error_dialog import Cause, ErrorText
from editor.app.project_python import name_in_words
from editor.app.python_dialog import PythonDialog
from editor.debugger.reports import UNFIT_TITLE, Trouble
from editor.debugger.run_state import Phase
from engine.runner.interpreter import packages_of, why_not

if TYPE_CHECKING:
    from editor.app.wiring import Editor

CHOOSE = "Choose Python…"


class PythonJoints(QObject):
    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        editor.permission.choose_another_python = self.choose_another
        editor.window.status.python_clicked.connect(self.choose)
        editor.files.opened.connect(self.show)
        editor.files.saved.connect(self.show)
        editor.files.looked_at_disk.connect(self.show)

    def handlers(self) -> Handlers:
        return {"debug.python": self.choose}

    def choose(self) -> None:
        self._editor.tasks.start(self._choose())

    def tell(self, trouble: Trouble) -> None:
        """A Python that cannot run the graph, with the way to another one."""
        self._editor.tasks.start(self.choose_another(trouble.text))

    async def choose_another(self, why: str) -> bool:
        """Tells why the graph cannot run on this one. Whether the user then chose another."""
        answer = await ask(self._editor.window, UNFIT_TITLE, why, (CHOOSE,), icon="warning", cancel="Close")
        return answer is not None and await self._choose()

    def show(self, _path: object = None) -> None:
        """In the status bar and to completion, as it is now: an environment may have been made or thrown away."""
        path = self._editor.files.path
        if path is None:
            self._editor.window.status.show_python("")
            return
        python = self._editor.permission.pythons.of(path)
        self._editor.inspector.code_help.packages = None if python.is_own else packages_of(python)
        whose = "Stepgraph's own Python runs this graph" if python.is_own else "Runs this graph"
        self._editor.window.status.show_python(name_in_words(python), f"{whose}: {python.path}", why_not(python))

    async def _choose(self) -> bool:
        editor, path = self._editor, self._editor.files.path
        if path is None:
            return False
        pythons = editor.permission.pythons
        dialog = PythonDialog(
            editor.window, path.parent, pythons.found(path), pythons.chosen(path), pythons.offers(path)
        )
        if await answer_of(dialog) != QDialog.DialogCode.Accepted:
            return False
        try:
            editor.permission.choose_python(path, dialog.interpreter)
        except OSError as error:
            text = ErrorText("The choice cannot be kept", str(error), "Nothing has changed.", cause=Cause.ENVIRONMENT)
            editor.show_error(text)
            return False
        editor.windows.each(lambda each: each.python.show())
        if editor.session.run_state.phase in (Phase.PAUSED, Phase.WAITING):
            editor.window.toast.say("This run goes on with the Python it has; the next one begins with the new one.")
        return True
