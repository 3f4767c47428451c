"""All scenes of ``screens`` and the page that lists their pictures, one line each."""

from __future__ import annotations

from pathlib import Path

from editor.pictures import debugging_scenes as debugging
from editor.pictures import editing_scenes as editing
from editor.pictures import journey_scenes as journeys
from editor.pictures import look_scenes as looks
from editor.pictures import rare_look_scenes as rare
from editor.pictures.scene import Scene

EDITING = {
    "welcome": "The first page: templates, recent graphs, the tour.",
    "empty-graph": "A new graph, with a hint how to begin.",
    "support-router": "The bundled example with a node selected.",
    "node-search": "`Tab` on the canvas finds kinds, functions, templates and subgraphs.",
    "inspector-options": "The options of a node: a retry is given.",
    "router-form": "A router's branches and targets in the inspector.",
    "state-page": "The keys of the state, with types and reducers.",
    "code": "A node's code in the window, with completion.",
    "problems": "What is wrong, on the cards and as a list with fixes.",
    "subgraph": "A level further in; the breadcrumb leads back.",
    "palette": "`Ctrl+Shift+P` finds any action by its name.",
    "settings": "Theme, mouse wheel, keys, trusted folders.",
    "templates": "A new graph from a template.",
    "shortcuts": "All keys on one sheet.",
    "input": "The input of the next run: earlier and saved ones, a form.",
    "merge-conflict": "A graph that git left unmerged: open it as one side has it.",
    "trust": "Before the first run, the code that would run is shown.",
}
DEBUGGING = {
    "next": "Paused before the first node, which is next.",
    "branch-taken": "The chosen branch is bold, the others are skipped.",
    "loop": "A loop goes round a second time; cards count their visits.",
    "past": "An earlier moment, with the banner that says so.",
    "running": "A node runs; its seconds tick.",
    "stopped": "The run was stopped; its checkpoints are there.",
    "done": "A run has come to its end.",
    "times": "When each task worked.",
    "coverage": "What the runs never took, marked on the canvas.",
    "watches": "Watched expressions over all steps.",
    "find-in-run": "A text found in the states of all steps.",
    "runs": "Earlier runs of this graph.",
    "parallel": "Two nodes of one step have run together; the difference they made.",
    "state": "The whole state of a moment.",
    "writes": "What each task of the step wrote.",
    "compare": "What a moment can be compared with.",
    "waiting": "The graph asks a human.",
    "failed": "A node has failed; the failing frame and its variables.",
    "breakpoints": "All kinds of breakpoints, on the cards and as a list.",
    "changed-graph": "The graph has changed under a waiting run: the ways on.",
    "fan-out": "One card stands for the tasks of a fan-out.",
    "fork-preview": "An edited value, and the node that will be next.",
    "tokens": "Tokens between time and visits, where a node told them; a disabled node; a result from the cache.",
    "cached": "A hatched card: its result is from the cache, it did not run.",
    "stale": "The code of one node and the options of another changed since the run.",
    "retrying": "A node failed and tries again.",
    "subgraph-running": "A closed subgraph: the node inside that runs, and how many have.",
    "inside-subgraph": "A pause within a subgraph.",
    "fan-out-failed": "Two of the six tasks of a fan-out failed; the picker shows one of them.",
    "failed-inside": "A closed subgraph tells which node inside failed; jumps, and two branches to one node.",
    "times-waits": "The wait for a person is hatched and counts for nothing; idle time is folded.",
    "given": "A node that did not run: its result was given by hand.",
    "compare-forks": "A fork with a name and a note, compared with the line that it left.",
}
JOURNEYS = {
    "journey-a-1-found": "(a) A search through 5,000 steps finds the one that set a wrong value.",
    "journey-a-2-held": "(a) A data breakpoint holds at that step.",
    "journey-b-1-failed": "(b) One of two parallel branches failed, the other is kept.",
    "journey-b-2-retried": "(b) Mended: only the failed one has run again.",
    "journey-c-1-edit": "(c) An edited value leads elsewhere; the bar says where.",
    "journey-c-2-forks": "(c) Three forks from one point, each with its name and lane.",
    "journey-d-1-hung": "(d) A node never returns.",
    "journey-d-2-edit": "(d) Stopped; its code is open.",
    "journey-d-3-finished": "(d) Mended, the run went on from where it was.",
    "journey-e-1-go-to": "(e) By keyboard: a node is found by its name.",
    "journey-e-2-breakpoint": "(e) By keyboard: held at a breakpoint.",
    "journey-e-3-other-branch": "(e) By keyboard: another branch, with a preview of where it leads.",
}

SCENES = (
    Scene(editing.welcome, ("welcome",), is_typical=True),
    Scene(editing.empty_graph, ("empty-graph",), is_typical=True),
    Scene(editing.support_router_graph, ("support-router",), is_typical=True),
    Scene(editing.node_search, ("node-search",), is_typical=True),
    Scene(editing.inspector_options, ("inspector-options",), is_typical=True),
    Scene(editing.router_form, ("router-form",), is_typical=True),
    Scene(editing.state_page, ("state-page",), is_typical=True),
    Scene(editing.code, ("code",), is_typical=True),
    Scene(editing.problems, ("problems",), is_typical=True),
    Scene(editing.subgraph, ("subgraph",), is_typical=True),
    Scene(editing.palette, ("palette",)),
    Scene(editing.settings, ("settings",)),
    Scene(editing.templates, ("templates",)),
    Scene(editing.shortcuts, ("shortcuts",)),
    Scene(editing.input_picker, ("input",)),
    Scene(editing.merge_conflict, ("merge-conflict",)),
    Scene(editing.trust, ("trust",)),
    Scene(debugging.stepping, ("next", "branch-taken", "loop", "past")),
    Scene(debugging.running, ("running", "stopped")),
    Scene(debugging.done, ("done", "times", "coverage", "watches", "find-in-run", "runs")),
    Scene(debugging.state_views, ("parallel", "state", "writes", "compare")),
    Scene(debugging.waiting, ("waiting",)),
    Scene(debugging.failed, ("failed",)),
    Scene(debugging.breakpoints, ("breakpoints",)),
    Scene(debugging.changed_graph, ("changed-graph",)),
    Scene(debugging.fan_out, ("fan-out",)),
    Scene(debugging.fork_preview, ("fork-preview",)),
    Scene(looks.tokens, ("tokens", "cached", "stale")),
    Scene(looks.retrying, ("retrying",)),
    Scene(looks.inside_running, ("subgraph-running",)),
    Scene(debugging.inside, ("inside-subgraph",)),
    Scene(rare.troubles, ("fan-out-failed", "failed-inside", "times-waits", "given")),
    Scene(rare.two_lines, ("compare-forks",)),
    Scene(journeys.wrong_value, ("journey-a-1-found", "journey-a-2-held")),
    Scene(journeys.mended_branch, ("journey-b-1-failed", "journey-b-2-retried")),
    Scene(journeys.three_forks, ("journey-c-1-edit", "journey-c-2-forks")),
    Scene(journeys.hung_node, ("journey-d-1-hung", "journey-d-2-edit", "journey-d-3-finished")),
    Scene(journeys.by_keyboard, ("journey-e-1-go-to", "journey-e-2-breakpoint", "journey-e-3-other-branch")),
)

HEAD = """\
# Screens

Taken by one command, `python3 dev.py screens`, in a real window on copies of the bundled graphs; `python3 dev.py
screens NAME` takes a single one anew. Each is there in light and dark. The ten typical screens of the editor are there
at 200 %, too (`-200`): the others are made of the same parts, and the repository stays small. The pictures have at most
64 colours, for the same reason.
"""


def write_page(folder: Path) -> None:
    """README.md of the pictures' folder, with those that are there."""
    lines = [HEAD]
    for title, pictures in (("The editor", EDITING), ("The debugger", DEBUGGING), ("Whole jobs", JOURNEYS)):
        lines += [f"## {title}", ""]
        for name, words in pictures.items():
            kinds = {"light": "-light", "dark": "-dark", "light, 200 %": "-light-200", "dark, 200 %": "-dark-200"}
            links = [
                f"[{kind}]({name}{end}.png)" for kind, end in kinds.items() if (folder / f"{name}{end}.png").exists()
            ]
            if links:
                lines.append(f"- **{name}** ({', '.join(links)}): {words}")
        lines.append("")
    (folder / "README.md").write_text("\n".join(lines), encoding="utf-8")
