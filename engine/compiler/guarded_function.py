"""A node's function behind its circuit breaker and its rate limit. Each call is one attempt."""

from __future__ import annotations

from typing import Any

from engine.compiler.node_function import Injector, NodeFunction
from engine.resilience import CircuitBreaker, RateLimiter


class GuardedFunction(NodeFunction):
    """Asks the breaker first, then waits for the limiter, then calls, then tells the breaker what came of it."""

    __slots__ = ("_breaker", "_limiter")

    def __init__(self, source: Any, name: str, breaker: CircuitBreaker | None, limiter: RateLimiter | None) -> None:
        super().__init__(source, name)
        self._breaker = breaker
        self._limiter = limiter

    def call(self, value: Any, task: Injector) -> Any:
        """As ``NodeFunction.call``. Raises ``CircuitOpenError`` or ``RateLimitExceededError`` without calling."""
        if self._breaker is not None:
            self._breaker.enter(self.name)
        try:
            if self._limiter is not None and (wait_s := self._limiter.reserve_s(self.name)):
                self._limiter.policy.clock.wait(wait_s)
            result = super().call(value, task)
        except BaseException as error:
            self._tell(error)
            raise
        self._tell(None)
        return result

    async def acall(self, value: Any, task: Injector) -> Any:
        """As ``call``, on the event loop."""
        if self._breaker is not None:
            self._breaker.enter(self.name)
        try:
            if self._limiter is not None and (wait_s := self._limiter.reserve_s(self.name)):
                await self._limiter.policy.clock.wait_async(wait_s)
            result = await super().acall(value, task)
        except BaseException as error:
            self._tell(error)
            raise
        self._tell(None)
        return result

    def _tell(self, error: BaseException | None) -> None:
        breaker = self._breaker
        if breaker is None:
            return
        if error is None:
            breaker.succeeded()
        elif isinstance(error, Exception):
            breaker.failed(error)
        else:
            breaker.gave_up()
