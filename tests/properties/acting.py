"""State machines that act on a real database: an action's answer, or the code that refused it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from gonghai.base.database import Conn
from gonghai.base.errors import Refusal
from gonghai.moves.results import Result
from tests.moves.world import World


class Acting(RuleBasedStateMachine):
    """`loop` outlives the examples; each example has a world of its own."""

    loop: asyncio.AbstractEventLoop
    world: World

    def _await(self, work: Awaitable[Any]) -> Any:
        return self.loop.run_until_complete(work)

    def _do(self, action: Callable[[Conn], Awaitable[Any]]) -> Any:
        """The action's answer, or the code of its refusal; of a list of one Result, its code or outcome."""

        async def in_transaction() -> Any:
            async with self.world.transaction() as conn:
                return await action(conn)

        try:
            done = self._await(in_transaction())
        except Refusal as refusal:
            return refusal.code
        if isinstance(done, list) and done and isinstance(done[0], Result):
            return done[0].code or done[0].outcome
        return done
