"""An S3-compatible store on loopback: moto's server, which checks the signature of each call."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

from tests.waiting import STEP

BUCKET, REGION = "practice", "us-east-1"
ALLOWED = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}


@dataclass
class Store:
    """A bucket, its address and the one key that may use it."""

    url: str
    key: str
    secret: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "ATTACHMENT_HOST_DIR": f"s3://{BUCKET}/files",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
        }

    @property
    def client(self) -> Any:
        """Another client than the one under test, with the same key."""
        return _client("s3", self.url, self.key, self.secret)

    def get(self, name: str) -> tuple[bytes, str]:
        """Give a file's bytes and content type."""
        found = self.client.get_object(Bucket=BUCKET, Key=f"files/{name}")
        return found["Body"].read(), found["ContentType"]

    def put(self, name: str, body: bytes) -> None:
        """Put a file there, behind the back of who hosts."""
        self.client.put_object(Bucket=BUCKET, Key=f"files/{name}", Body=body)

    def everything(self) -> set[str]:
        """Name all keys of the bucket, markers of folders too."""
        found = self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {thing["Key"] for thing in found}

    def names(self) -> set[str]:
        """Name the files below the prefix; markers of folders are none."""
        return {
            key.removeprefix("files/")
            for key in self.everything()
            if key.startswith("files/") and not key.endswith("/")
        }

    def keep_versions(self) -> None:
        """Let the bucket keep what is written over."""
        self.client.put_bucket_versioning(
            Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
        )

    def versions(self, name: str) -> int:
        """Count how often a file was put."""
        found = self.client.list_object_versions(Bucket=BUCKET, Prefix=f"files/{name}")
        return len(found["Versions"])


@contextmanager
def served() -> Iterator[Store]:
    """Serve an empty bucket, and from then on to its key only."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    try:
        _control(url, "reset")
        iam = _client("iam", url, "nobody", "nothing")
        iam.create_user(UserName="host")
        policy = json.dumps({"Version": "2012-10-17", "Statement": [ALLOWED]})
        iam.put_user_policy(UserName="host", PolicyName="files", PolicyDocument=policy)
        made = iam.create_access_key(UserName="host")["AccessKey"]
        store = Store(url, made["AccessKeyId"], made["SecretAccessKey"])
        store.client.create_bucket(Bucket=BUCKET)
        _control(url, "reset-auth", b"0")
        yield store
    finally:
        _control(url, "reset-auth", b"inf")
        server.stop()


def _client(service: str, url: str, key: str, secret: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
    )


def _control(url: str, what: str, body: bytes = b"") -> None:
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{url}/moto-api/{what}", data=body, headers={"Content-Type": "text/plain"}
    )
    urllib.request.urlopen(request, timeout=STEP).close()  # noqa: S310
