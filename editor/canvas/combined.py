"""Several edits as one row of the undo list, each made for the document that the one before leaves. Pure."""

from __future__ import annotations

from editor.document.module_commands import together as combined

__all__ = ["combined"]
