"""Where each action stands: menus from left to right, and their sub-menus. Pure, no Qt.

The menu bar, the command palette and the page of keys are made from it; what the actions are stands in ``actions``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from editor.app.actions import action

RECENT = "recent"
MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "&File",
        (
            "file.new", "file.new_from_template", "file.open", RECENT, "file.open_example", "",
            "file.new_window", "file.second_view", "",
            "file.save", "file.save_as", "file.reload", "export", "",
            "runs.open", "runs.export", "runs.import", "",
            "file.forget_trust", "app.settings", "", "file.close_window", "file.quit",
        ),
    ),
    (
        "&Edit",
        (
            "edit.undo", "edit.redo", "", "edit.cut", "edit.copy", "edit.paste", "edit.duplicate", "",
            "edit.add_node", "edit.rename", "edit.delete", "edit.heal", "edit.connect", "edit.join", "edit.disable", "",
            "edit.frame", "edit.frame_colour", "edit.note", "",
            "edit.subgraph", "edit.dissolve", "edit.state", "edit.fix", "",
            "edit.select_all", "select", "edit.find", "edit.find_next", "edit.find_previous", "",
            "move", "resize", "align", "edit.tidy", "code",
        ),
    ),
    (
        "&View",
        (
            "view.palette", "view.go_to_node", "view.open_subgraph", "view.level_up", "",
            "view.fit", "view.fit_selection", "view.actual_size", "view.zoom_in",
            "view.zoom_out", "view.next_task", "view.previous_task",
            "", "view.outline", "view.shelf", "view.inspector", "view.code", "view.state", "view.timeline",
            "view.times", "view.watch", "view.search_run", "view.coverage", "view.output", "view.problems",
            "view.breakpoints", "view.threads", "",
            "view.next_part", "", "theme",
        ),
    ),
    (
        "&Debug",
        (
            "debug.run", "debug.step", "debug.into", "debug.out", "debug.pause", "debug.restart", "debug.stop",
            "debug.close", "", "debug.back", "debug.forward", "debug.back_to_now", "", "debug.retry", "debug.skip",
            "debug.force", "", "debug.run_to", "debug.breakpoint", "debug.edit_breakpoint", "debug.enable_breakpoint",
            "", "debug.open_last_run", "debug.python",
        ),
    ),
    ("&Help", ("help.tour", "help.keys", "help.about")),
)  # fmt: skip
"""Menus from left to right. "" is a separator, a name without a dot a sub-menu; ``RECENT`` is filled by ``wiring``."""


@dataclass(frozen=True)
class Submenu:
    text: str
    icon: str
    ids: tuple[str, ...]


SUBMENUS = {
    "code": Submenu(
        "Code",
        "code",
        (
            "code.complete", "code.explain", "code.definition", "code.comment", "code.replace", "code.module", "",
            "code.write", "code.rename",
        ),
    ),
    "theme": Submenu("Theme", "theme", ("view.theme_light", "view.theme_dark", "view.theme_system")),
    "align": Submenu(
        "Align",
        "",
        (
            "align.left", "align.centre", "align.right", "", "align.top", "align.middle", "align.bottom", "",
            "distribute.across", "distribute.down",
        ),
    ),
    "move": Submenu(
        "Move",
        "",
        (
            "move.left", "move.right", "move.up", "move.down", "",
            "move.left_far", "move.right_far", "move.up_far", "move.down_far",
        ),
    ),
    "resize": Submenu("Resize", "", ("resize.wider", "resize.narrower", "resize.higher", "resize.lower")),
    "select": Submenu(
        "Select",
        "",
        (
            "select.left", "select.right", "select.up", "select.down", "", "select.next_edge", "select.previous_edge",
        ),
    ),
    "export": Submenu("Export", "export", ("export.png", "export.svg", "export.mermaid", "", "export.copy_mermaid")),
}  # fmt: skip


def actions_in(ids: Iterable[str]) -> tuple[str, ...]:
    """The actions of a menu, those of its sub-menus in their places."""
    found: list[str] = []
    for id in ids:
        if id in SUBMENUS:
            found += actions_in(SUBMENUS[id].ids)
        elif id and id != RECENT:
            found.append(id)
    return tuple(found)


def name_of(id: str) -> str:
    """What a list of all actions calls it: "Theme: Dark"."""
    text = action(id).text.removesuffix("…")
    return next((f"{submenu.text}: {text}" for submenu in SUBMENUS.values() if id in submenu.ids), text)
