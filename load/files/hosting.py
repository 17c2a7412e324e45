"""Which store ATTACHMENT_HOST_DIR names: a folder, or a bucket of an S3-compatible store."""

from __future__ import annotations

from pathlib import Path

from common.settings import Settings
from load.files.folder import Folder
from load.files.hosted import Host


def host_of(settings: Settings) -> Host:
    """Return the store that ATTACHMENT_HOST_DIR names; raise SettingMissing or UsageError."""
    if settings.attachment_host.startswith("s3://"):
        from load.files.bucket import Bucket

        return Bucket.named(settings)
    return Folder(Path(settings.attachment_host))
