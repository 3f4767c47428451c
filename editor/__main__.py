"""``python -m editor``: see ``editor.app.main``."""

from __future__ import annotations

import sys

from editor.app.main import main

if __name__ == "__main__":
    sys.exit(main())
