"""A bucket in memory behind S3's HTTP: single and multipart puts, reads, lists, deletions."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

KEY, SECRET, BUCKET = "AKIDIMITATED", "imitated-secret", "practice"
MODIFIED = "2024-01-02T03:04:05.000Z"


@dataclass
class Bucket:
    """What the server holds and was asked."""

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    puts: list[str] = field(default_factory=list)
    damages: bool = False  # keeps other bytes than were sent

    @property
    def environment(self) -> dict[str, str]:
        return {
            "ATTACHMENT_HOST_DIR": f"s3://{BUCKET}/files",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }

    def names(self) -> set[str]:
        """Name the files below the prefix; markers of folders are none."""
        return {
            name.removeprefix("files/")
            for name in self.objects
            if name.startswith("files/") and not name.endswith("/")
        }

    def keep(self, name: str, body: bytes) -> None:
        self.puts.append(name)
        self.objects[name] = body[:-1] if self.damages and body else body


@contextmanager
def served() -> Iterator[Bucket]:
    """Serve an empty bucket on loopback."""
    bucket = Bucket()
    handler = type("Handler", (_Handler,), {"bucket": bucket})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    bucket.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def do_PUT(self) -> None:
        name, query = self._asked()
        body = self._body()
        if not self._allowed():
            return
        if "uploadId" in query:
            self.bucket.parts[query["uploadId"][0]][int(query["partNumber"][0])] = body
        elif name:
            self.bucket.keep(name, body)
        self._answer(200, b"", ETag=f'"{hashlib.md5(body).hexdigest()}"')  # noqa: S324

    def do_POST(self) -> None:
        name, query = self._asked()
        body = self._body()
        if not self._allowed():
            return
        if "uploads" in query:
            upload = f"upload-{len(self.bucket.parts) + 1}"
            self.bucket.parts[upload] = {}
            self._xml("InitiateMultipartUploadResult", f"<UploadId>{upload}</UploadId>")
        elif "uploadId" in query:
            parts = self.bucket.parts.pop(query["uploadId"][0])
            self.bucket.keep(name, b"".join(parts[number] for number in sorted(parts)))
            self._xml("CompleteMultipartUploadResult", '<ETag>"x"</ETag>')
        else:  # a deletion of several
            for key in re.findall(rb"<Key>(.*?)</Key>", body):
                self.bucket.objects.pop(key.decode(), None)
            self._xml("DeleteResult", "")

    def do_DELETE(self) -> None:
        name, query = self._asked()
        self._body()
        if not self._allowed():
            return
        if "uploadId" not in query:
            self.bucket.objects.pop(name, None)
        self._answer(204, b"")

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        name, query = self._asked()
        if not self._allowed():
            return
        if not name:
            self._list(query)
            return
        body = self.bucket.objects.get(name)
        if body is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        code = 200
        if wanted := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            code, body = 206, body[int(wanted[1]) : int(wanted[2] or len(body)) + 1]
        self._answer(code, body)

    def _list(self, query: dict[str, list[str]]) -> None:
        prefix, delimiter = (query.get(name, [""])[0] for name in ("prefix", "delimiter"))
        found, folders = [], set()
        for name, body in sorted(self.bucket.objects.items()):
            if not name.startswith(prefix):
                continue
            rest = name.removeprefix(prefix)
            if delimiter and delimiter in rest:
                folders.add(prefix + rest.split(delimiter)[0] + delimiter)
            else:
                found.append(
                    f"<Contents><Key>{escape(name)}</Key><Size>{len(body)}</Size>"
                    f"<LastModified>{MODIFIED}</LastModified></Contents>"
                )
        common = "".join(
            f"<CommonPrefixes><Prefix>{escape(folder)}</Prefix></CommonPrefixes>"
            for folder in sorted(folders)
        )
        self._xml(
            "ListBucketResult",
            f"<KeyCount>{len(found) + len(folders)}</KeyCount><IsTruncated>false</IsTruncated>"
            + "".join(found)
            + common,
        )

    def _asked(self) -> tuple[str, dict[str, list[str]]]:
        parts = urlsplit(self.path)
        name = unquote(parts.path).removeprefix(f"/{BUCKET}").removeprefix("/")
        return name, parse_qs(parts.query, keep_blank_values=True)

    def _allowed(self) -> bool:
        if f"Credential={KEY}/" in self.headers.get("Authorization", ""):
            return True
        self._answer(403, b"<Error><Code>InvalidAccessKeyId</Code></Error>")
        return False

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"] or 0))

    def _xml(self, name: str, inner: str) -> None:
        self._answer(200, f'<?xml version="1.0"?><{name}>{inner}</{name}>'.encode())

    def _answer(self, code: int, body: bytes, **headers: str) -> None:
        self.send_response(code)
        for header, value in headers.items():
            self.send_header(header, value)
        self.send_header("Last-Modified", "Tue, 02 Jan 2024 03:04:05 GMT")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
