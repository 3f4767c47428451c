"""Which way a step went whose node did not run: its result came from the cache, and with it what its routers decided.

The engine does not ask them again, so nobody hears the decision. It is told by what is due after the step, and only
where nothing else can have made it due. Called by ``task_log``. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from engine.graph.spec import END, RouterSpec
from engine.runner.run_events import RouteFacts, TaskFacts


def cached_routes(
    routers: Mapping[str, tuple[RouterSpec, ...]], tasks: Iterable[TaskFacts], due: Sequence[str]
) -> tuple[RouteFacts, ...]:
    """``tasks``: of the step; ``due``: the nodes after it. Nothing where several may have made them due."""
    results = {(task.node, task.result_from) for task in tasks}
    nodes = [node for node, result_from in results if result_from == "cache"]
    if len(results) != 1 or not nodes:
        return ()
    here = routers.get(nodes[0], ())
    leading = [(router, branch) for router in here for branch in router.branches if branch.target in (due or (END,))]
    times_of_router = Counter(router.name for router, _ in leading)
    times_of_target = Counter(branch.target for _, branch in leading)
    return tuple(
        RouteFacts(nodes[0], router.name, branch.label, branch.target or "")
        for router, branch in leading
        if times_of_router[router.name] == 1 and times_of_target[branch.target] == 1
    )
