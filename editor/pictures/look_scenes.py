"""The scenes of ``screens`` with looks of cards that most runs do not have: tokens, cached, stale, tries, inside."""

from __future__ import annotations

from pathlib import Path

from editor.canvas.node_look import CardLook
from editor.debugger.run_state import Phase
from editor.document.commands import change_node
from editor.pictures import scene_steps as steps
from editor.pictures.camera import Camera
from editor.pictures.look_graphs import code_review, forecast
from editor.pictures.screen_graphs import change_nodes, from_template

SLOW, PACKS = "    import time\n    time.sleep(60)\n", "    room, count = "


async def tokens(camera: Camera, place: Path) -> None:
    """A run that told tokens and cost; then its cards after code and options were changed."""
    graph = code_review(place)
    await steps.open_graph(camera, graph)
    await steps.trusting(camera, "F5", Phase.FINISHED)
    await camera.until_diff_is_shown()
    await camera.press("Ctrl+Alt+G")
    await camera.settle()
    await camera.picture("tokens")
    for _ in range(2):
        await camera.press("Alt+Left")
    await camera.until_diff_is_shown()
    await camera.press("Ctrl+Alt+J")
    await steps.select(camera, "read_rules")
    await camera.picture("cached")
    await camera.press("Alt+End")
    change_nodes(graph, '"Rename x."', '"Rename x and path."')
    await camera.editor.files.look_at_disk()
    editor = camera.editor
    editor.whole.do(change_node(editor.whole.document, "sum_up", defer=True))
    await camera.until_phase(Phase.NO_RUN)  # a changed graph closes its finished run
    camera.window.registry["debug.open_last_run"].trigger()
    await camera.until(lambda: editor.session.run_state.checkpoints, "the run")
    await camera.until(lambda: len(editor.canvas.graph_scene.stale) == 2, "the changed nodes")
    await steps.select(camera, "review_style")
    await camera.picture("stale")


async def retrying(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, forecast(place))
    await steps.trusting(camera, "F5", Phase.RUNNING)
    await camera.until(lambda: "try 2/3" in look_of(camera, "ask_service").strip, "the second try")
    await camera.picture("retrying")
    await camera.press("Shift+F5")
    await camera.until_phase(Phase.STOPPED)


async def inside_running(camera: Camera, place: Path) -> None:
    """A closed subgraph: its card says which node inside runs, and how many have."""
    graph = from_template(place, "subgraph")
    change_nodes(graph, PACKS, SLOW + PACKS)
    await steps.open_graph(camera, graph)
    await steps.trusting(camera, "F5", Phase.RUNNING)
    await camera.until(lambda: "try_it" in look_of(camera, "pack").subtitle, "the node inside")
    await camera.picture("subgraph-running")
    await camera.press("Shift+F5")
    await camera.until_phase(Phase.STOPPED)


def look_of(camera: Camera, node: str) -> CardLook:
    return camera.editor.canvas.graph_scene.nodes[node].look
