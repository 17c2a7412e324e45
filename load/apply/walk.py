"""
`load apply`: the walk through a frozen plan, level by level, many records at once.

Not the writing of one record (`load.apply.executor`), nor the leave to do it (`load.plan.approve`).
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from apis.pace import end_waiting
from common.errors import UsageError
from common.seeds import setting_of
from load.apply.executor import Executor
from load.apply.writer import Stop
from load.plan.frozen import Operation

ENDING = (
    "Ending: what is under way comes to its end, nothing more is begun. Ctrl-C again ends at once."
)
AT_ONCE = 96  # more than calls at once: most of them wait for the disk, not for Nutshell


def records_at_once(seeds: Path) -> int:
    """
    Return how many records are under way together, at most.

    So many closed leads may be open for a moment, between their making and their closing:
    `preflight_limits` counts them, from the same line of policies/settings.csv.
    """
    said = setting_of(seeds, "records_at_once") or str(AT_ONCE)
    if not said.isdecimal() or not int(said):
        raise UsageError(
            f"records_at_once in {seeds}/policies/settings.csv is no whole number above 0. Mend it."
        )
    return int(said)


class Interrupted(Exception):
    """A person asked to stop; everything that was begun was brought to its end first."""


class Walk:
    """One walk: feeds records to workers, waits at each level's end, stops when told to."""

    def __init__(
        self, executor: Executor, advance: Callable[[int], None], at_once: int = AT_ONCE
    ) -> None:
        self.executor = executor
        self.advance = advance
        self.at_once = at_once
        self.stopping: BaseException | None = None
        self._is_pressed = False

    def stop(self, cause: BaseException) -> None:
        """Begin nothing more; what is under way comes to its end."""
        if self.stopping is None:
            self.stopping = cause

    def interrupt(self, walking: asyncio.Task[None] | None) -> None:
        """Stop and let no call wait for its turn; asked once more, end at once."""
        if isinstance(self.stopping, Interrupted) and walking is not None:
            self._is_pressed = True
            walking.cancel()
            return
        self.stop(Interrupted())
        end_waiting()
        print(ENDING, file=sys.stderr, flush=True)

    async def run(self, records: Iterable[list[Operation]]) -> None:
        """Walk to the end; raise what stopped it."""
        waiting: asyncio.Queue[list[Operation]] = asyncio.Queue(maxsize=2 * self.at_once)
        workers = [asyncio.create_task(self._work(waiting)) for _ in range(self.at_once)]
        level: int | None = None
        try:
            with _interruptible(self):
                for steps in records:
                    if self.stopping is not None:
                        break
                    if steps[0].level != level:
                        await waiting.join()  # all of a lower level is settled before a higher one
                        level = steps[0].level
                    await waiting.put(steps)
                await waiting.join()
        except asyncio.CancelledError:
            if not self._is_pressed:
                raise
            # asked twice: what is under way is settled by asking when the command is run again
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        if self.stopping is not None:
            raise self.stopping

    async def _work(self, waiting: asyncio.Queue[list[Operation]]) -> None:
        while True:
            steps = await waiting.get()
            try:
                if self.stopping is None:
                    await self.executor.record(steps)
                    self.advance(1)
            except asyncio.CancelledError:
                raise
            except Stop as stop:
                self.stop(stop)
            except BaseException as error:
                self.stop(error)
            finally:
                waiting.task_done()


@contextmanager
def _interruptible(walk: Walk) -> Iterator[None]:
    """Let Ctrl-C and a terminating service manager end the walk between two writes."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    walking = asyncio.current_task()
    for number in signals:
        loop.add_signal_handler(number, walk.interrupt, walking)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
