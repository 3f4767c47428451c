"""The automatic layout in a process of its own, for large graphs: JSON of boxes and links in, JSON of positions out.

Started by ``tidying`` only. Imports no Qt.
"""

from __future__ import annotations

import json
import sys

from editor.canvas.auto_layout import Link, lay_out
from editor.canvas.shapes import Rect
from editor.document.layout import Position


def main() -> None:
    boxes, links = from_json(sys.stdin.read())
    json.dump(lay_out(boxes, links), sys.stdout)


def to_json(boxes: dict[str, Rect], links: list[Link]) -> str:
    rows = [[link.source, link.target, link.out_y, link.in_y] for link in links]
    return json.dumps({"boxes": {name: list(box) for name, box in boxes.items()}, "links": rows})


def from_json(text: str) -> tuple[dict[str, Rect], list[Link]]:
    task = json.loads(text)
    return {name: Rect(*box) for name, box in task["boxes"].items()}, [Link(*row) for row in task["links"]]


def positions_from_json(text: str) -> dict[str, Position]:
    return {name: (int(x), int(y)) for name, (x, y) in json.loads(text).items()}


if __name__ == "__main__":
    main()
