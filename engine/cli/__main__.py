"""``python -m engine.cli`` is the ``stepgraph`` command."""

import sys

from engine.cli import main

sys.exit(main())
