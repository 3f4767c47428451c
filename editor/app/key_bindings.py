"""Which keys each action has: those of the table, or what the user chose instead. Pure, no Qt.

No two actions ever share a key: who takes one takes it away. Kept in the settings, only what differs from the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from editor.app.actions import ACTIONS, Scope, action

Keys = tuple[str, ...]

_NEEDED = frozenset({"Esc", "Return", "Enter", "Space", "Left", "Right", "Up", "Down", "Home", "End", "PgUp", "PgDown"})
"""What fields, lists and the canvas live on; with Ctrl or Alt they are free."""


@dataclass(frozen=True, slots=True)
class KeyBindings:
    chosen: Mapping[str, Keys] = field(default_factory=dict)
    """Action id -> its keys, for actions that do not have those of the table. Ids of another version are kept."""

    def of(self, id: str) -> Keys:
        """In Qt's portable spelling; the first one is shown."""
        return self.chosen.get(id, action(id).keys)

    def is_changed(self, id: str) -> bool:
        return id in self.chosen

    def owner(self, key: str) -> str | None:
        """The id of the action that has this key."""
        return next((row.id for row in ACTIONS if key in self.of(row.id)), None)

    def give(self, id: str, key: str) -> KeyBindings:
        """The action has this key and no other; whoever had it has it no more."""
        owner = self.owner(key)
        taken = (
            self if owner in (None, id) else self._with(str(owner), tuple(k for k in self.of(str(owner)) if k != key))
        )
        return taken._with(id, (key,))

    def without_keys(self, id: str) -> KeyBindings:
        return self._with(id, ())

    def reset(self, id: str) -> KeyBindings:
        """The keys of the table again, as far as nobody else has them now."""
        others = {key for row in ACTIONS if row.id != id for key in self.of(row.id)}
        return self._with(id, tuple(key for key in action(id).keys if key not in others))

    def _with(self, id: str, keys: Keys) -> KeyBindings:
        chosen = {known: of for known, of in self.chosen.items() if known != id}
        return KeyBindings(chosen if keys == action(id).keys else {**chosen, id: keys})


def sound_bindings(chosen: Mapping[str, Keys]) -> KeyBindings:
    """What was kept, without keys that two actions would share: the table may have grown since. The user's go first."""
    bindings = KeyBindings({id: keys for id, keys in chosen.items() if id not in _IDS})
    taken: set[str] = set()
    for row in sorted(ACTIONS, key=lambda row: row.id not in chosen):
        keys = tuple(key for key in chosen.get(row.id, row.keys) if key not in taken)
        taken.update(keys)
        bindings = bindings._with(row.id, keys)
    return bindings


def why_not_key(key: str, scope: Scope) -> str:
    """Why this key cannot be given to an action, in a sentence; "" if it can."""
    held, last = (key[:-2], "+") if key.endswith("+") else key.rpartition("+")[::2]
    if "," in key.rstrip(","):
        return "One key with what is held, not one after the other."
    is_plain = not any(name in held for name in ("Ctrl", "Alt", "Meta"))
    if is_plain and (last in _NEEDED or last in ("Tab", "Backtab")):
        return f"{key} is needed to move about and to confirm. Hold Ctrl or Alt with it."
    if is_plain and scope is Scope.WINDOW and len(last) == 1:
        return f"{key} would act while you type. Hold Ctrl or Alt with it."
    return ""


_IDS = frozenset(row.id for row in ACTIONS)
