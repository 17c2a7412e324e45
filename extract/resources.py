"""
Every fact about Visual Practice's API that a deployment may do differently, as one table.

Change data here, not code. Each resource's columns are the sources yml's (`schema`).
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from apis.visual_practice import Dialect
from common.declared import schema_of

SOURCE = "visual_practice"
OTHER = "other_records"

DIALECT = Dialect(
    base="/api/v1",
    metadata="/metadata",
    content="/attachments/{id}/content",
    authorization="Bearer {token}",
    page="page",
    per_page="per_page",
    since="modified_since",  # inclusive
    before="modified_before",  # exclusive
    always={"include_deleted": "true"},
    rows_key="data",
    total_key="total",
    error_key="error",
)


@dataclass(frozen=True)
class Resource:
    """One listing: where it is, what identifies and dates its records, where they land."""

    name: str
    path: str
    table: str
    key: str = "id"
    cursor: str = "modified_at"
    page_size: int = 200

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of its raw table, from the sources yml."""
        return schema_of(SOURCE, self.table)


RESOURCES: dict[str, Resource] = {
    resource.name: resource
    for resource in (
        Resource("users", "/users", "users"),
        Resource("organizations", "/organizations", "organizations"),
        Resource("people", "/people", "people"),
        Resource("leads", "/leads", "leads"),
        Resource("deals", "/deals", "deals"),
        Resource("activities", "/activities", "activities"),
        Resource("attachments", "/attachments", "attachments"),
    )
}


def resource_of(name: str) -> Resource:
    """Return an object's resource; objects that the table does not know go to other_records."""
    return RESOURCES.get(name) or Resource(name, f"/{name}", OTHER)
