"""Asks what a new graph begins with, how it is called and where it goes. Writes nothing; ``wiring`` makes it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QFormLayout, QHBoxLayout, QLineEdit, QWidget

from editor.app.dialog_parts import dialog_column
from editor.app.template_cards import TemplateCards
from editor.app.templates import Template, free_name, why_not_create
from editor.widgets.buttons import set_kind, text_button
from editor.widgets.labels import role_label

COLUMNS = 4


class NewDialog(QDialog):
    """Accepted means: create ``template`` as ``folder/name``."""

    def __init__(self, parent: QWidget | None, template: Template, folder: Path) -> None:
        super().__init__(parent)
        self.setObjectName("new")
        self.setWindowTitle("New graph from a template")
        self._template = template
        self._cards = TemplateCards(COLUMNS, checkable=True)
        self._about = role_label("", "quiet", wrap=True)
        self.name_field = QLineEdit()
        self.name_field.setAccessibleName("Name")
        self.folder_field = QLineEdit(str(folder))
        self.folder_field.setAccessibleName("Folder")
        self._why_not = role_label("", "error", wrap=True)
        self._create = text_button("Create", self.accept, kind="primary")
        self._create.setDefault(True)
        self._lay_out()
        self._cards.chosen.connect(self._choose)
        self.name_field.textEdited.connect(self._check)
        self.folder_field.textChanged.connect(self._check)
        self._choose(template)
        self.name_field.setFocus()

    @property
    def template(self) -> Template:
        return self._template

    @property
    def folder(self) -> Path:
        return Path(self.folder_field.text()).expanduser()

    @property
    def name(self) -> str:
        return self.name_field.text().strip()

    def _choose(self, template: Template) -> None:
        has_own_name = self.name and self.name != free_name(self._template, self.folder)
        self._template = template
        self._cards.check(template)
        self._about.setText(template.about)
        if not has_own_name:
            self.name_field.setText(free_name(template, self.folder))
            self.name_field.selectAll()
        self._check()

    def _check(self) -> None:
        reason = why_not_create(self.folder, self.name)
        self._create.setEnabled(not reason)
        set_kind(self.name_field, "invalid", bool(reason) and self.folder.is_dir())
        set_kind(self.folder_field, "invalid", bool(reason) and not self.folder.is_dir())
        self._why_not.setText(reason or " ")  # always one line high, so that nothing jumps

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, "Folder for the new graph", str(self.folder))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.folder_field.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self.folder_field, 1)
        where.addWidget(text_button("Choose…", self._choose_folder))
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.addRow("Name", self.name_field)
        form.addRow("In folder", where)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._why_not, 1)
        buttons.addWidget(text_button("Cancel", self.reject))
        buttons.addWidget(self._create)
        whole = dialog_column(self)
        whole.addWidget(role_label("New graph from a template", "title"))
        whole.addWidget(self._cards)
        whole.addWidget(self._about)
        whole.addLayout(form)
        whole.addStretch(1)
        whole.addLayout(buttons)
