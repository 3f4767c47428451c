"""A new project from a template: asks, copies, remembers where. The graph is opened by ``wiring``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from editor.app.background import in_thread
from editor.app.dialogs import answer_of
from editor.app.error_dialog import Cause, ErrorDialog, ErrorText
from editor.app.new_dialog import NewDialog
from editor.app.settings import SettingsFile
from editor.app.templates import Template, all_templates, create_project


async def new_project(window: QWidget, settings: SettingsFile, template: Template | None) -> Path | None:
    """The path of the new graph; None if the user changed their mind or it cannot be written."""
    dialog = NewDialog(window, template or all_templates()[0], _folder(settings))
    if not await answer_of(dialog):
        return None
    folder, name = dialog.folder, dialog.name
    try:
        path = await in_thread(create_project, dialog.template, folder, name)
    except OSError as error:
        text = ErrorText(
            "The graph cannot be created", str(error), "Choose another folder or name.", cause=Cause.ENVIRONMENT
        )
        await answer_of(ErrorDialog(window, text))
        return None
    settings.change(lambda now: replace(now, projects_folder=str(folder)))
    return path


def _folder(settings: SettingsFile) -> Path:
    """Where the last one went, or the user's documents."""
    chosen = Path(settings.settings.projects_folder)
    if settings.settings.projects_folder and chosen.is_dir():
        return chosen
    documents = Path.home() / "Documents"
    return documents if documents.is_dir() else Path.home()
