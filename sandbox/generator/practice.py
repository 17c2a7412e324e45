"""
The generated practice: its metadata, its records alone or as streams, its files.

Not a store: nothing is kept, so a million people take no more memory than fifty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.generator import modules, schema
from sandbox.generator.activities import activity
from sandbox.generator.attachments import attachment
from sandbox.generator.attachments import body as attachment_body
from sandbox.generator.dice import NOW, index_of, utc
from sandbox.generator.opportunities import deal, lead
from sandbox.generator.organizations import organization, user
from sandbox.generator.people import person
from sandbox.generator.world import World

Record = dict[str, Any]
_MAKERS: dict[str, Callable[[World, int], Record]] = {
    "users": user,
    "organizations": organization,
    "people": person,
    "leads": lead,
    "deals": deal,
    "activities": activity,
    "attachments": attachment,
    "claims": modules.claim,
    "imaging_studies": modules.imaging_study,
    "eligibility": modules.eligibility,
    "workflows": modules.workflow,
    "email_templates": modules.email_template,
    "integrations": modules.integration,
}


class Practice:
    """A practice of `size` people (at least 1), the same for the same seed."""

    def __init__(self, size: int, seed: int) -> None:
        """Fix size and seed; ValueError if size is below 1."""
        self.world = World(size, seed)
        self.now = utc(int(NOW.timestamp()))

    @property
    def objects(self) -> tuple[str, ...]:
        """Name the objects, in the order of the metadata."""
        return schema.OBJECTS

    def count(self, name: str) -> int:
        """Say how many records an object has, the deleted ones included."""
        return self.world.counts[name]

    def metadata(self) -> Record:
        """Return what GET /metadata answers."""
        return schema.metadata(self.now)

    def record(self, name: str, index: int) -> Record:
        """Make one record alone; IndexError beyond the last one."""
        if not 0 <= index < self.count(name):
            raise IndexError(f"{name}: no record number {index}")
        return _MAKERS[name](self.world, index)

    def stream(self, name: str) -> Iterator[Record]:
        """Make all records of an object, ordered by id."""
        maker = _MAKERS[name]
        return (maker(self.world, index) for index in range(self.count(name)))

    def body(self, attachment_id: str) -> bytes | None:
        """Return an attachment's bytes; None if they are lost or the id is none of ours."""
        try:
            index = index_of(attachment_id)
        except (ValueError, IndexError):
            return None
        if index >= self.count("attachments"):
            return None
        return attachment_body(self.world, index)
