"""
Hosted files in a bucket of an S3-compatible store, over Arrow's own client.

Not the bucket's keeper: it has to be there, and who may read it is its owner's decision. The
store's words are not repeated, for they name the file.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from mimetypes import MimeTypes
from pathlib import Path
from urllib.parse import urlsplit

from pyarrow import fs

from common.errors import CredentialsRefused, Rejected, ServerFailed, UsageError
from common.settings import Settings, checked_address
from load.files.hosted import PIECE, Hosted, altered, is_ours

#: what a browser would run as a page of the store's own address: it is downloaded instead
_RUN = re.compile(r"\b(html|xml|javascript|x-shockwave-flash)\b")
_TYPES = MimeTypes()  # Python's own list: a machine's would tell one file two ways
#: Arrow's frame around what the store answered; before it stands the file's name, with its hash
_ANSWER = re.compile(r"AWS Error (\w+)(?: \(HTTP status (\d+)\))? during \w+ operation")
_REFUSED = frozenset(
    {
        *("ACCESS_DENIED", "INVALID_ACCESS_KEY_ID", "SIGNATURE_DOES_NOT_MATCH"),
        *("INVALID_CLIENT_TOKEN_ID", "UNRECOGNIZED_CLIENT", "MISSING_AUTHENTICATION_TOKEN"),
        *("401", "403"),
    }
)


class Bucket:
    """A bucket, or a prefix in one."""

    def __init__(self, place: str, endpoint: str, settings: Settings) -> None:
        """Take `bucket/prefix` and an address (empty: AWS itself); nothing is asked yet."""
        self.place = place
        self._endpoint = urlsplit(endpoint)
        self._key, self._secret = settings.need("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        self._token = settings.get("AWS_SESSION_TOKEN")
        self._region = settings.get("AWS_REGION", "us-east-1")

    @classmethod
    def named(cls, settings: Settings) -> Bucket:
        """Read `s3://bucket/prefix`; raise SettingMissing, UsageError or InsecureAddress."""
        place = settings.attachment_host.removeprefix("s3://").strip("/")
        if not place or any(part in ("", ".", "..") for part in place.split("/")):
            raise UsageError("ATTACHMENT_HOST_DIR is no s3://bucket/prefix.")
        endpoint = settings.get("AWS_ENDPOINT_URL")
        return cls(
            place, checked_address(endpoint, "AWS_ENDPOINT_URL") if endpoint else "", settings
        )

    @cached_property
    def _store(self) -> fs.FileSystem:
        # the client asks no address of its own for what is not set; and it sends plain bodies: not
        # every store takes checksums behind them, and what was kept is compared here anyway
        os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
        os.environ.setdefault("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
        return fs.S3FileSystem(
            access_key=self._key,
            secret_key=self._secret,
            session_token=self._token or None,
            region=self._region,
            endpoint_override=self._endpoint.netloc or None,
            scheme=self._endpoint.scheme or "https",
            connect_timeout=10,
            request_timeout=60,
            retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=4),
            allow_delayed_open=True,  # a small file is one call
        )

    def put(self, source: Path, name: str, sha256: str, key: str) -> None:
        """Send a file in pieces unless it is there; raise Rejected or ServerFailed."""
        if not is_ours(name):
            raise Rejected(f"{key}: its name leads out of the folder of hosted files.")
        # before, for what is sent can not be called back
        if _sha256_of(source) != sha256:
            raise altered(key)
        if self._holds(source, name, sha256):
            return
        with (
            self._answering(),
            source.open("rb") as origin,
            self._store.open_output_stream(
                self._at(name), metadata={"Content-Type": _content_type(name)}
            ) as copy,
        ):
            while piece := origin.read(PIECE):
                copy.write(piece)
        if not self._holds(source, name, sha256):
            self.remove(name)
            raise ServerFailed(f"{key}: the store of hosted files kept other bytes than were sent.")

    def remove(self, name: str) -> None:
        """Remove a file that may have gone already."""
        with self._answering():
            if self._store.get_file_info(self._at(name)).type is fs.FileType.File:
                self._store.delete_file(self._at(name))
            # the client leaves a marker of the folder, which is called by the file's hash
            folder = self._at(name.rpartition("/")[0])
            is_there = self._store.get_file_info(folder).type is fs.FileType.Directory
            if is_there and not self._store.get_file_info(fs.FileSelector(folder)):
                self._store.delete_dir(folder)

    def listed(self) -> Iterator[Hosted]:
        """Give the files below the prefix whose names are ours."""
        with self._answering():
            found = self._store.get_file_info(
                fs.FileSelector(self.place, recursive=True, allow_not_found=True)
            )
        for info in found:
            name = info.path.removeprefix(f"{self.place}/")
            if info.type is fs.FileType.File and is_ours(name):
                yield Hosted(name, info.size, info.mtime)

    def _at(self, name: str) -> str:
        return f"{self.place}/{name}"

    def _holds(self, source: Path, name: str, sha256: str) -> bool:
        with self._answering():
            info = self._store.get_file_info(self._at(name))
            if info.type is not fs.FileType.File or info.size != source.stat().st_size:
                return False
            digest = hashlib.sha256()
            with self._store.open_input_stream(self._at(name)) as copy:
                while piece := copy.read(PIECE):
                    digest.update(piece)
            return digest.hexdigest() == sha256

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if _REFUSED.intersection(_answered(error)):
                raise CredentialsRefused(
                    "The store of hosted files refuses the key. Check AWS_ACCESS_KEY_ID,"
                    " AWS_SECRET_ACCESS_KEY, and that the key may read, write and delete there."
                ) from None
            raise ServerFailed(
                "The store of hosted files does not answer as it should: is its bucket there,"
                " and AWS_ENDPOINT_URL right? Run the same command again."
            ) from None


def _answered(error: OSError) -> tuple[str, ...]:
    """Give the code and the HTTP status of a store's answer, as far as Arrow tells them."""
    said = str(error).rpartition("' in bucket '")[2]
    *_, last = [(), *(found.groups("") for found in _ANSWER.finditer(said))]
    return tuple(last)


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _content_type(name: str) -> str:
    told = _TYPES.guess_type(name)[0] or ""
    return "application/octet-stream" if not told or _RUN.search(told) else told
