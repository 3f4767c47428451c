"""Says which keys are dropped because the state has no such key. LangGraph drops them without a word."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from engine.log import log_warning


class DroppedKeys:
    """One for a compiled graph. A warning in the log, once for each place and key: a loop must not flood the log."""

    def __init__(self, silently: Collection[str] = ()) -> None:
        """``silently``: keys that the run fills in. A node that hands its whole state on hands them on, too."""
        self._silently = frozenset(silently)
        self._told: set[tuple[str, str]] = set()

    def tell(self, who: str, keys: Iterable[str], known: Iterable[str]) -> None:
        """``who`` wrote all these keys; those that are not known were dropped."""
        from difflib import get_close_matches  # here, because most runs make no mistake

        known = set(known)
        for key in keys:
            if key in known or key in self._silently or (who, key) in self._told:
                continue
            self._told.add((who, key))
            near = get_close_matches(str(key), known, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            log_warning("%s has '%s', which is no key of the state: it is dropped.%s", who, key, hint)
