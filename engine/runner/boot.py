"""How another Python is started with our engine in it, and with nothing else of ours.

Only the package ``engine`` is put in, by its place: a path entry would bring all that is installed beside it, built for
another Python perhaps, and modules that the project does not have would be found. Used by ``client`` and by the command
line.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.runner.interpreter import NEWEST, OLDEST, Interpreter, supported_in_words

UNFIT = 78
"""Exit code of a Python that cannot run graphs; why not stands on its stderr. EX_CONFIG of BSD's ``sysexits.h``."""

_ENGINE = Path(__file__).resolve().parents[1] / "__init__.py"
_NOT_FOR_OTHERS = ("PYTHONHOME", "__PYVENV_LAUNCHER__")  # they lead a Python to the library of this one

# It begins in words that every Python 3 reads.
_BOOT = f"""
import sys
if sys.path[:1] == [""]:
    del sys.path[0]
def unfit(why):
    sys.stderr.write(sys.executable + " " + why + "\\n")
    sys.exit({UNFIT})
if not {OLDEST} <= sys.version_info[:2] <= {NEWEST}:
    unfit("is Python %d.%d. {supported_in_words()} Choose another Python." % sys.version_info[:2])
try:
    import sqlite3
except ImportError:
    unfit("was built without SQLite, in which runs are kept. Choose another Python.")
import importlib.util
spec = importlib.util.spec_from_file_location("engine", sys.argv.pop(1))
sys.modules["engine"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sys.modules["engine"])
sys.exit(importlib.import_module(sys.argv.pop(1)).main(sys.argv[1:]))
"""


def boot_command(python: str, module: str, arguments: Sequence[str]) -> list[str]:
    """What starts that Python and calls ``main(arguments)`` of a module of the engine."""
    return [python, "-c", _BOOT, str(_ENGINE), module, *arguments]


def environment_for(interpreter: Interpreter, environment: Mapping[str, str]) -> dict[str, str]:
    """The variables for it, as its ``activate`` sets them: what the graph starts by name is found there, too."""
    if interpreter.is_own:
        return dict(environment)
    found = {name: value for name, value in environment.items() if name not in _NOT_FOR_OTHERS}
    if interpreter.environment is not None:
        found["VIRTUAL_ENV"] = str(interpreter.environment)
        found["PATH"] = os.pathsep.join(filter(None, (str(interpreter.path.parent), environment.get("PATH"))))
    return found
