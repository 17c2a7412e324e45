"""
`load rollback`: the walk over what was written, newest kinds first; a preview takes the same way.

Not the judgement on one record, which is `judgement`, nor its carrying out (`takeback`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import Any

import orjson

from common.errors import ApiError, MergedAway, NotFound
from load.apply.writer import Stop, cause_of
from load.audit.journal import Journal
from load.audit.questions import Audit, Write
from load.destination import Destination
from load.rollback.earlier import earlier_desired
from load.rollback.events import ALWAYS, Events, span_of
from load.rollback.extras import Extra, Extras
from load.rollback.foresight import Foresight
from load.rollback.holding import Holding
from load.rollback.judgement import EDITED, Link, Verdict, judge
from load.rollback.likeness import judge_extra
from load.rollback.linking import Linking
from load.rollback.notes import Kept, Notes, is_extra
from load.rollback.selection import KINDS, Place, Selection
from load.rollback.takeback import TakeBack

AT_ONCE = 48
ATTEMPTS = 4
MOST_LINKS = 5  # named of those that keep one record

Advance = Callable[[int], object]
Say = Callable[[str], object]
Job = Coroutine[Any, Any, None]


class Rollback:
    """Takes records back in one run, or says what that would do."""

    def __init__(
        self, audit: Audit, destination: Destination, *, journal: Journal | None, run_id: str
    ) -> None:
        self.audit = audit
        self.destination = destination
        self.does = TakeBack(journal, destination, run_id) if journal else None  # None: a preview
        self.notes = Notes(journal, run_id)
        self.foresight = Foresight()
        self.linking = Linking(audit, destination)
        self.holding = Holding(audit, destination)
        self.events = Events(destination.nutshell)
        self.finder = Extras(audit, destination)
        self.extras: list[Extra] = []  # found before anything goes
        self.kept_by_ours = 0  # records that nothing but others of ours keep
        self.with_later = 0  # records of a run to which later runs of ours wrote as well

    @property
    def _offset(self) -> float:
        return self.destination.clock_offset()

    async def look(self, selection: Selection) -> int:
        """Find the extras, and count what there is to take back."""
        self.extras = await self.finder.find(selection)
        return selection.count(self.audit) + len(self.extras)

    async def run(self, selection: Selection, advance: Advance, say: Say) -> None:
        """Walk: kinds one after the other, the records of a kind at once."""
        await self.events.begin()
        self.notes.earlier = earlier_desired(self.audit, self.destination.paths, selection)
        self.linking.also(self.extras)
        for kind in KINDS:
            places = list(selection.records(self.audit, kind))
            extras = [extra for extra in self.extras if extra.write.kind == kind]
            if (places or extras) and kind in ("lead", "contact", "account"):
                await self.linking.read(say)  # by now only the activities that stay are left
            # who made them never linked to them, and they may link to what goes next
            await self._at_once((self._one([e.write], e) for e in extras), advance)
            # an organization whose address another one gives waits for that other one
            for wave in self.linking.in_waves(places) if kind == "account" else [places]:
                # what lives on in a record that another one made is taken back before that one
                second = self.linking.second(wave)
                await self._together(second, selection, advance)
                first = set(wave) - set(second)
                await self._together([p for p in wave if p in first], selection, advance)
            if kind == "file" and self.does is not None:
                self.does.drop_hosted(self.audit)
            if self.does is not None and not selection.extras:
                await self._look_again(selection, kind, advance, say)

    async def _look_again(
        self, selection: Selection, kind: str, advance: Advance, say: Say
    ) -> None:
        """Take back what came meanwhile, and what was ours by a match that is no more."""
        met = {extra.me for extra in self.extras}
        late = [e for e in await self.finder.find(selection, kind) if e.me not in met]
        if late:
            self.extras += late
            self.linking = Linking(self.audit, self.destination)
            self.linking.also(self.extras)
            await self.linking.read(say)
            await self._at_once((self._one([e.write], e) for e in late), advance)

    async def _together(self, places: list[Place], selection: Selection, advance: Advance) -> None:
        def each() -> Iterable[Job]:
            for place in places:
                writes = selection.writes(self.audit, place)
                self.with_later += selection.has_later(place, writes)
                yield self._one(writes)

        await self._at_once(each(), advance)

    @staticmethod
    async def _at_once(jobs: Iterable[Job], advance: Advance) -> None:
        gate = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                task = group.create_task(job)
                task.add_done_callback(partial(_ended, gate, advance))
                await gate.acquire()

    async def _one(self, writes: list[Write], extra: Extra | None = None) -> None:
        try:
            if extra is not None:
                await self._record(writes, extra)
            elif any(write.payload is None for write in writes):
                # what we wrote is forgotten, so whether a human has edited it can not be told
                gone = Kept(None, "purged: its before-image is gone")
                await self.notes.kept(writes, [gone], let_go=False)
            elif writes[-1].kind == "file":
                await self._file(writes)
            else:
                await self._record(writes)
        except Stop:
            raise
        except ApiError as error:
            if error.exit_code in (2, 3):
                raise Stop(error) from error
            await self.notes.errored(writes, f"{cause_of(error)}: {error}"[:200])

    async def _file(self, writes: list[Write]) -> None:
        """Give a hosted copy up; uploads stay."""
        if orjson.loads(writes[-1].after or "{}").get("hosted_name"):
            await self.notes.reversed(writes, gone=False)
        else:
            stays = Kept(None, "Nutshell has no call that deletes a file")
            await self.notes.kept(writes, [stays], let_go=False)

    async def _record(self, writes: list[Write], extra: Extra | None = None) -> None:
        newest = writes[-1]
        me = (newest.kind, newest.nutshell_id or 0)
        for _ in range(ATTEMPTS):
            try:
                current = await self.destination.get(*me)
            except MergedAway as merged:
                # nothing undoes a merge: what was ours is part of a record of theirs
                self.linking.ended(me)
                stays = Kept(None, f"merged by somebody into {me[0]} {merged.into}")
                await self.notes.kept(writes, [stays], let_go=True)
                return
            except NotFound:
                self.linking.ended(me)
                await self.notes.reversed(writes, "was gone already", gone=True)
                return
            seen, types = self.foresight.as_seen(me, current), self.destination.types_of(me[0])
            others = self.linking.others(me, self.foresight.gone)
            if extra is not None:
                verdict = judge_extra(
                    extra, seen, others, self.events.us, types, offset=self._offset
                )
            else:
                ours = [*_of_this(writes), *self.foresight.undone(me, writes)]
                verdict = judge(ours, seen, others, types)
            if verdict.delete:
                verdict.keep(await self.holding.others(me, current))
            if self.does is None:
                self.foresight.foresee(me, writes, current, verdict)
            elif verdict.acts and not await self.does.carry_out(newest, current, verdict):
                continue
            await self._note(me, writes, verdict)
            return
        await self.notes.errored(writes, "changed again and again meanwhile")

    async def _note(self, me: Link, writes: list[Write], verdict: Verdict) -> None:
        if not verdict.keeps:
            self.linking.ended(me)
            await self.notes.reversed(writes, gone=verdict.delete)
            return
        kept = await self._edits(me, writes, verdict) + await self._links(writes, verdict)
        # of a record that was there before us nothing is ours any more; what we made stays ours
        created = any(write.operation == "create" for write in _of_this(writes))
        if not created:
            self.linking.ended(me)
        await self.notes.kept(writes, kept, let_go=not created)

    async def _edits(self, me: Link, writes: list[Write], verdict: Verdict) -> list[Kept]:
        if not verdict.kept:
            return []
        # when an extra came nobody knows: whatever we did to it was to make it
        ours = [ALWAYS if is_extra(write) else span_of(write, self._offset) for write in writes]
        who, when = await self.events.last_change(*me, span_of(writes[0], self._offset)[0], ours)
        return [
            Kept(name, reason, who, when) if reason == EDITED else Kept(name, reason)
            for name, reason in verdict.kept
        ]

    async def _links(self, writes: list[Write], verdict: Verdict) -> list[Kept]:
        """Name who links: by its key where it is ours, else with who last changed it."""
        kept: list[Kept] = []
        others = bool(verdict.kept)
        for link in verdict.links:
            key = self.linking.ours(link)
            others = others or key is None
            if len(kept) == MOST_LINKS:
                continue
            reason = f"linked to by {link[0]} {link[1]}"
            if key is not None:
                kept.append(Kept(None, f"{reason}, our {key}"))
            else:
                told = await self.events.last_change(*link, span_of(writes[0], self._offset)[0])
                kept.append(Kept(None, reason, *told))
        if (more := len(verdict.links) - len(kept)) > 0:
            kept.append(Kept(None, f"linked to by {more} more"))
        self.kept_by_ours += not others
        return kept


def _of_this(writes: list[Write]) -> list[Write]:
    """Leave out what was written before a merge: it went with a record that is no more."""
    return [write for write in writes if write.nutshell_id == writes[-1].nutshell_id]


def _ended(gate: asyncio.Semaphore, advance: Advance, _: asyncio.Task[None]) -> None:
    gate.release()
    advance(1)
