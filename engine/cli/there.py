"""Where ``--python`` leads: the command as it arrives on the other Python. Started by ``other_python``."""

from __future__ import annotations

from engine.cli import done, parsed


def main(arguments: list[str]) -> int:
    """The command is there now, whatever it says of ``--python``."""
    return done(parsed(arguments))
