"""
Visual Practice's API: one call for the metadata, one for a page, one for a file's bytes.

It knows no path by heart: `Dialect` holds what a deployment may do differently, as data.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from apis.http import Http
from apis.http_errors import System, not_json, parse_json
from common.errors import (
    AnswerMalformed,
    CredentialsRefused,
    NotFound,
    RateLimited,
    Rejected,
    UsageError,
)
from common.json_text import BOM, JsonProblem, parts_of, read_json
from common.settings import VisualPracticeAccess

SYSTEM = System("Visual Practice", "VISUAL_PRACTICE_URL", "VISUAL_PRACTICE_TOKEN")


@dataclass(frozen=True)
class Dialect:
    """What is said on the wire; the values stand in the extractor's table of resources."""

    base: str
    metadata: str
    content: str
    authorization: str
    page: str
    per_page: str
    since: str
    before: str
    always: Mapping[str, str]
    rows_key: str
    total_key: str
    error_key: str


@dataclass(frozen=True)
class Page:
    """One page of a listing; `total` is what the other side says there is in all."""

    number: int
    rows: list[Any]
    total: int
    #: rows that asking again would not mend, as they came, each with what is wrong with it
    unreadable: tuple[tuple[str, str], ...] = ()


class VisualPractice:
    """A read-only client."""

    def __init__(self, http: Http, dialect: Dialect) -> None:
        """Use `connect` for real ones."""
        self.http, self.dialect = http, dialect
        self.answered_at: str | None = None  # the other side's clock, as it told the metadata

    @classmethod
    def connect(cls, access: VisualPracticeAccess, dialect: Dialect, **http: Any) -> VisualPractice:
        """Make a client; nothing is called yet. Further arguments go to Http."""
        headers = {"Authorization": dialect.authorization.format(token=access.token)}
        return cls(Http(access.url, SYSTEM, headers=headers, **http), dialect)

    async def __aenter__(self) -> VisualPractice:
        """Return itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self.http.client.aclose()

    async def metadata(self) -> dict[str, Any]:
        """Return what the deployment says of itself; raise UsageError where it says nothing."""
        path = self.dialect.base + self.dialect.metadata

        def parse(response: httpx.Response) -> dict[str, Any]:
            self.answered_at = response.headers.get("Date")
            return self._body(response)

        try:
            return await self.http.call("GET", path, parse, label="metadata")
        except NotFound:
            raise UsageError(
                f"There is no {SYSTEM} at this address: it has no {path}. Check {SYSTEM.address}."
            ) from None
        except JsonProblem:
            raise UsageError(
                f"{SYSTEM}'s metadata are no JSON, or say a key twice, so nobody can tell what its"
                " fields are. Nothing was landed; have whoever runs it send them again."
            ) from None

    async def page(
        self,
        path: str,
        number: int,
        size: int,
        *,
        since: str | None = None,
        before: str | None = None,
    ) -> Page:
        """Return one page (1-based) of a listing, deleted records included."""
        dialect = self.dialect
        params: dict[str, Any] = {dialect.page: number, dialect.per_page: size, **dialect.always}
        if since:
            params[dialect.since] = since
        if before:
            params[dialect.before] = before

        def parse(response: httpx.Response) -> Page:
            if response.status_code == 204 or not response.content:
                return Page(number, [], 0)  # how some say that there is nothing on it
            unreadable: tuple[tuple[str, str], ...] = ()
            try:
                body = self._body(response)
            except JsonProblem:
                body, unreadable = self._record_by_record(response.content)
            rows, total = body.get(dialect.rows_key), body.get(dialect.total_key)
            if not isinstance(rows, list):
                raise AnswerMalformed(f"{SYSTEM} answered {path} without a list of records.")
            return Page(number, rows, total if isinstance(total, int) else 0, unreadable)

        return await self.http.call(
            "GET", dialect.base + path, parse, params=params, label=f"{path} page {number}"
        )

    @asynccontextmanager
    async def content(
        self, attachment_id: str, *, start: int = 0, etag: str | None = None
    ) -> AsyncIterator[httpx.Response]:
        """Open an attachment's bytes, from `start` on if the other side can."""
        headers: dict[str, str] = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
            if etag:
                headers["If-Range"] = etag
        if not attachment_id.strip("."):  # a path would lead elsewhere
            raise NotFound(f"{SYSTEM} has nothing at attachment {attachment_id}.", status=404)
        path = self.dialect.base + self.dialect.content.format(id=quote(attachment_id, safe=""))
        async with self.http.stream(
            path, headers=headers, label=f"attachment {attachment_id}"
        ) as response:
            yield response

    def _record_by_record(
        self, content: bytes
    ) -> tuple[dict[str, Any], tuple[tuple[str, str], ...]]:
        """Return a page's body without the records that are no JSON, and those as they came."""
        body: dict[str, Any] = {}
        unreadable: list[tuple[str, str]] = []
        try:
            content = content.removeprefix(BOM).strip()
            for key, begin, end in parts_of(content):
                if key in body:
                    raise JsonProblem
                if key != self.dialect.rows_key:
                    body[key] = read_json(content[begin:end])
                    continue
                start = end - len(content[begin:end].lstrip())
                body[key] = rows = []
                for _, first, last in parts_of(content, start):
                    text = content[first:last].strip()
                    try:
                        rows.append(read_json(text))
                    except JsonProblem as problem:
                        if not problem.is_whole:
                            raise
                        unreadable.append((text.decode("utf-8", "backslashreplace"), problem.word))
        except JsonProblem:
            raise not_json(SYSTEM) from None
        return body, tuple(unreadable)

    def _body(self, response: httpx.Response) -> dict[str, Any]:
        body = parse_json(response, SYSTEM, read_json)
        if not isinstance(body, dict):
            raise AnswerMalformed(f"{SYSTEM} answered with something that is no object.")
        if (error := body.get(self.dialect.error_key)) is not None:
            raise _error_in_200(error)
        return body


def _error_in_200(error: Any) -> Exception:
    # some deployments say 200 and mean it not; what the code says decides, else it may pass
    code = str(error.get("code") if isinstance(error, dict) else error).lower()
    if "auth" in code or code in ("401", "403", "forbidden"):
        return CredentialsRefused(
            f"{SYSTEM} refuses the credentials. Check {SYSTEM.credentials}.", status=401
        )
    if "rate" in code or code in ("429", "too_many_requests"):
        return RateLimited(f"{SYSTEM} asks to slow down.", status=429)
    if code in ("400", "422", "invalid", "bad_request", "validation_error"):
        return Rejected(f"{SYSTEM} refuses the call.", status=422)
    return AnswerMalformed(f"{SYSTEM} answered 200 with an error in it.", status=200)
