"""Circuit breaker, rate limit and fallback of a node, on a clock that is turned by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine import (
    CircuitBreakerPolicy,
    CircuitOpenError,
    Command,
    FallbackPolicy,
    NodeError,
    RateLimitExceededError,
    RateLimitPolicy,
    RetryPolicy,
    interrupt,
)
from engine.resilience import CircuitBreaker, RateLimiter
from tests.engine.graphs import START, State, StateGraph, chain, on_a_loop, saved, thread

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


class HandClock:
    """Stands still until somebody waits or ``passes`` is called. Remembers the waits."""

    def __init__(self) -> None:
        self.passed_s = 0.0
        self.waits: list[float] = []

    def monotonic_s(self) -> float:
        return self.passed_s

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.passed_s)

    def passes(self, seconds: float) -> None:
        self.passed_s += seconds

    def wait(self, seconds: float) -> None:
        self.waits.append(round(seconds, 6))
        self.passes(seconds)

    async def wait_async(self, seconds: float) -> None:
        self.wait(seconds)


class Service:
    """Fails while it is down. Counts its calls."""

    def __init__(self, error: Exception | None = None) -> None:
        self.is_down = True
        self.calls = 0
        self._error = error or ConnectionError("no line")

    def __call__(self, _state: Any) -> dict[str, Any]:
        self.calls += 1
        if self.is_down:
            raise self._error
        return {"log": ["served"]}


def graph_of(function: Callable[..., Any], **options: Any) -> Any:
    return StateGraph(State).add_node("call", function, **options).add_edge(START, "call").compile()


def fail(graph: Any, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(ConnectionError):
            graph.invoke({})


# ------------------------------------------------------------------------------------------------------------- breaker


def test_after_so_many_failures_in_a_row_the_service_is_left_alone() -> None:
    service, clock = Service(), HandClock()
    graph = graph_of(service, circuit_breaker=CircuitBreakerPolicy(failure_threshold=2, recovery_s=30, clock=clock))
    fail(graph, times=2)

    with pytest.raises(CircuitOpenError) as caught:
        graph.invoke({})

    assert service.calls == 2
    assert (caught.value.node, caught.value.since, caught.value.failures) == ("call", NOON, 2)
    assert caught.value.until == NOON + timedelta(seconds=30)
    assert "2030-01-01 12:00:00 until 2030-01-01 12:00:30" in str(caught.value)
    assert "ConnectionError: no line" in str(caught.value)


def test_after_a_while_one_attempt_is_let_through_and_its_success_closes_the_circuit() -> None:
    service, clock = Service(), HandClock()
    graph = graph_of(service, circuit_breaker=CircuitBreakerPolicy(failure_threshold=1, recovery_s=30, clock=clock))
    fail(graph)
    service.is_down = False
    clock.passes(30)

    answers = [graph.invoke({})["log"] for _ in range(2)]

    assert answers == [["served"], ["served"]]


def test_a_failed_trial_opens_the_circuit_anew_at_once() -> None:
    service, clock = Service(), HandClock()
    graph = graph_of(service, circuit_breaker=CircuitBreakerPolicy(failure_threshold=3, recovery_s=30, clock=clock))
    fail(graph, times=3)
    clock.passes(30)
    fail(graph)
    clock.passes(29)

    with pytest.raises(CircuitOpenError) as caught:
        graph.invoke({})

    assert service.calls == 4
    assert caught.value.until == NOON + timedelta(seconds=60)


def test_while_one_attempt_is_tried_the_others_are_refused() -> None:
    clock = HandClock()
    breaker = CircuitBreaker(CircuitBreakerPolicy(failure_threshold=1, recovery_s=30, clock=clock))
    breaker.failed(ConnectionError())
    clock.passes(30)
    breaker.enter("call")

    with pytest.raises(CircuitOpenError):
        breaker.enter("call")


def test_a_success_between_failures_starts_the_count_again() -> None:
    service, clock = Service(), HandClock()
    graph = graph_of(service, circuit_breaker=CircuitBreakerPolicy(failure_threshold=2, clock=clock))
    fail(graph)
    service.is_down = False
    graph.invoke({})
    service.is_down = True

    fail(graph)

    assert service.calls == 3


def test_errors_that_are_not_the_services_fault_are_not_counted() -> None:
    service = Service(ValueError("a bad question"))
    policy = CircuitBreakerPolicy(failure_threshold=1, counts=ConnectionError, clock=HandClock())
    graph = graph_of(service, circuit_breaker=policy)

    for _ in range(3):
        with pytest.raises(ValueError, match="a bad question"):
            graph.invoke({})

    assert service.calls == 3


def test_a_question_is_neither_success_nor_failure() -> None:
    clock = HandClock()
    policy = CircuitBreakerPolicy(failure_threshold=1, recovery_s=30, clock=clock)
    service = Service()

    def call(state: Any) -> dict[str, Any]:
        return {"log": [interrupt("Sure?")]} if not service.is_down else service(state)

    graph = saved(StateGraph(State).add_node("call", call, circuit_breaker=policy).add_edge(START, "call"))
    with pytest.raises(ConnectionError):
        graph.invoke({}, thread())
    service.is_down = False
    clock.passes(30)

    asked = graph.invoke({}, thread("2"))
    answered = graph.invoke(Command(resume="yes"), thread("2"))

    assert asked["__interrupt__"][0].value == "Sure?"
    assert answered["log"] == ["yes"]


def test_nodes_with_one_policy_object_share_one_breaker_and_others_do_not() -> None:
    service = Service()
    shared = CircuitBreakerPolicy(failure_threshold=1, clock=HandClock())
    own = CircuitBreakerPolicy(failure_threshold=1, clock=HandClock())
    builder = StateGraph(State)
    for name, policy in (("one", shared), ("two", shared), ("three", own)):
        builder.add_node(name, service, circuit_breaker=policy)
    builder.add_conditional_edges(START, lambda state: state["v"], {1: "one", 2: "two", 3: "three"})
    graph = builder.compile()

    errors = []
    for v in (1, 2, 3):
        with pytest.raises((ConnectionError, CircuitOpenError)) as caught:
            graph.invoke({"v": v})
        errors.append(caught.type)

    assert errors == [ConnectionError, CircuitOpenError, ConnectionError]


def test_an_open_circuit_is_not_retried_by_default() -> None:
    service = Service()
    graph = graph_of(
        service,
        circuit_breaker=CircuitBreakerPolicy(failure_threshold=2, clock=HandClock()),
        retry_policy=RetryPolicy(max_attempts=10, initial_interval=0, jitter=False),
    )

    with pytest.raises(CircuitOpenError):
        graph.invoke({})

    assert service.calls == 2


# ---------------------------------------------------------------------------------------------------------- rate limit


def test_a_burst_begins_at_once_and_the_rest_waits_its_turn() -> None:
    clock = HandClock()
    service = Service()
    service.is_down = False
    graph = graph_of(service, rate_limit=RateLimitPolicy(calls=2, per_s=1, clock=clock))

    for _ in range(4):
        graph.invoke({})

    assert clock.waits == [0.5, 0.5]


def test_turns_are_given_in_the_order_of_coming() -> None:
    limiter = RateLimiter(RateLimitPolicy(calls=1, per_s=2, clock=HandClock()))

    waits = [limiter.reserve_s("call") for _ in range(4)]

    assert waits == [0, 2, 4, 6]


def test_the_bucket_holds_no_more_than_one_burst() -> None:
    clock = HandClock()
    limiter = RateLimiter(RateLimitPolicy(calls=2, per_s=1, clock=clock))
    clock.passes(100)

    waits = [limiter.reserve_s("call") for _ in range(3)]

    assert waits == [0, 0, 0.5]


def test_a_wait_that_is_too_long_is_an_error_and_takes_no_turn() -> None:
    limiter = RateLimiter(RateLimitPolicy(calls=1, per_s=2, max_wait_s=3, clock=HandClock()))
    waits = [limiter.reserve_s("call") for _ in range(2)]

    for _ in range(2):
        with pytest.raises(RateLimitExceededError, match="Node 'call' may begin 1 times in 2 s.*wait 4 s.*3 s allowed"):
            limiter.reserve_s("call")

    assert waits == [0, 2]


def test_each_retry_waits_for_the_limit_too() -> None:
    service, clock = Service(), HandClock()
    graph = graph_of(
        service,
        rate_limit=RateLimitPolicy(calls=1, per_s=5, clock=clock),
        retry_policy=RetryPolicy(max_attempts=3, initial_interval=0, jitter=False),
    )

    fail(graph)

    assert (service.calls, clock.waits) == (3, [5, 5])


# ------------------------------------------------------------------------------------------------------------ fallback


def test_a_fallback_answers_after_all_retries_and_the_nodes_edges_are_followed() -> None:
    service = Service()

    def remembered(_state: Any, error: NodeError) -> dict[str, Any]:
        return {"log": [f"{error.node} has failed with {error.error!r}"]}

    builder = StateGraph(State)
    builder.add_node(
        "call",
        service,
        retry_policy=RetryPolicy(max_attempts=2, initial_interval=0, jitter=False),
        fallback=remembered,
    )
    builder.add_node("next", lambda _state: {"log": ["next"]})
    builder.add_edge(START, "call").add_edge("call", "next")

    result = builder.compile().invoke({})

    assert result["log"] == ["call has failed with ConnectionError('no line')", "next"]
    assert service.calls == 2


def test_a_fallback_for_other_errors_is_left_out_and_several_are_tried_in_order() -> None:
    def breaks(_state: Any) -> Any:
        raise ConnectionError("the mirror is down too")

    graph = graph_of(
        Service(),
        fallback=[
            FallbackPolicy(lambda _state: {"log": ["for values"]}, on=ValueError),
            breaks,
            FallbackPolicy(lambda _state: {"log": ["the last resort"]}, on=lambda error: "mirror" in str(error)),
        ],
    )

    assert graph.invoke({})["log"] == ["the last resort"]


def test_if_the_fallback_fails_its_error_is_the_nodes_and_the_first_one_its_context() -> None:
    def breaks(_state: Any) -> Any:
        raise ValueError("nothing remembered")

    graph = graph_of(Service(), fallback=breaks)

    with pytest.raises(ValueError, match="nothing remembered") as caught:
        graph.invoke({})

    assert isinstance(caught.value.__context__, ConnectionError)


def test_a_fallback_answers_for_an_open_circuit() -> None:
    service = Service()
    graph = graph_of(
        service,
        circuit_breaker=CircuitBreakerPolicy(failure_threshold=1, clock=HandClock()),
        fallback=FallbackPolicy(lambda _state: {"log": ["from the cupboard"]}, on=(ConnectionError, CircuitOpenError)),
    )

    answers = [graph.invoke({})["log"] for _ in range(3)]

    assert answers == [["from the cupboard"]] * 3
    assert service.calls == 1


def test_what_the_failed_attempt_wrote_is_forgotten() -> None:
    def routed(_state: Any) -> str:
        raise ConnectionError("the router asks a service, too")

    tries: list[int] = []

    def route(state: Any) -> str:
        tries.append(1)
        return routed(state) if len(tries) == 1 else "end"

    builder = chain("call")
    builder.add_node("end", lambda _state: {"log": ["end"]})
    builder.nodes["call"].fallbacks = FallbackPolicy.coerce(lambda _state: {"log": ["fallback"]})
    builder.add_conditional_edges("call", route, ["end"])

    assert builder.compile().invoke({})["log"] == ["fallback", "end"]


def test_an_error_handler_takes_over_when_the_fallback_has_failed_too() -> None:
    def breaks(_state: Any) -> Any:
        raise ConnectionError("the mirror is down too")

    def handler(_state: Any, error: NodeError) -> dict[str, Any]:
        return {"log": [str(error.error)]}

    graph = graph_of(Service(), fallback=breaks, error_handler=handler)

    assert graph.invoke({})["log"] == ["the mirror is down too"]


# --------------------------------------------------------------------------------------------------------------- async


@on_a_loop
async def test_asynchronous_nodes_are_guarded_in_the_same_way() -> None:
    clock, service = HandClock(), Service()

    async def call(state: Any) -> dict[str, Any]:
        return service(state)

    async def fallback(_state: Any, error: NodeError) -> dict[str, Any]:
        return {"log": [type(error.error).__name__]}

    graph = graph_of(
        call,
        circuit_breaker=CircuitBreakerPolicy(failure_threshold=2, recovery_s=60, clock=clock),
        rate_limit=RateLimitPolicy(calls=1, per_s=7, clock=clock),
        fallback=fallback,
    )

    answers = [(await graph.ainvoke({}))["log"] for _ in range(3)]

    assert answers == [["ConnectionError"], ["ConnectionError"], ["CircuitOpenError"]]
    assert (service.calls, clock.waits) == (2, [7])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: CircuitBreakerPolicy(failure_threshold=0), "failure_threshold must be at least 1"),
        (lambda: CircuitBreakerPolicy(recovery_s=0), "recovery_s must be positive"),
        (lambda: RateLimitPolicy(calls=0), "calls must be at least 1"),
        (lambda: RateLimitPolicy(calls=1, per_s=0), "per_s must be positive"),
        (lambda: RateLimitPolicy(calls=1, max_wait_s=-1), "max_wait_s must not be negative"),
    ],
)
def test_policies_that_make_no_sense_are_refused(make: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        make()
