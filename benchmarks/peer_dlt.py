"""The peer: dlt's rest_api source on the same listings, landing Parquet. None of our code."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import dlt
from dlt.sources.rest_api import rest_api_source


def main(folder: str, tuned: str, *objects: str) -> None:
    """Land the objects below `folder`; `tuned`: in parallel, and without tables for lists."""
    fast = tuned == "tuned"
    source = rest_api_source(
        {
            "client": {
                "base_url": os.environ["VISUAL_PRACTICE_URL"] + "/api/v1/",
                "auth": {"type": "bearer", "token": os.environ["VISUAL_PRACTICE_TOKEN"]},
                "paginator": {
                    "type": "page_number",
                    "base_page": 1,
                    "page_param": "page",
                    "total_path": "pages",
                },
            },
            "resource_defaults": {"write_disposition": "append", "parallelized": fast},
            "resources": [
                {
                    "name": name,
                    "endpoint": {
                        "path": name,
                        "params": {"per_page": 200, "include_deleted": "true"},
                        "data_selector": "data",
                    },
                }
                for name in objects
            ],
        },
        max_table_nesting=0 if fast else None,
    )
    pipeline = dlt.pipeline(
        "peer",
        pipelines_dir=str(Path(folder) / "pipelines"),
        destination=dlt.destinations.filesystem(bucket_url=Path(folder, "landed").as_uri()),
        dataset_name="peer",
    )
    pipeline.run(source, loader_file_format="parquet")
    counts = pipeline.last_trace.last_normalize_info.row_counts
    print(sum(counts.get(name, 0) for name in objects))


if __name__ == "__main__":
    main(*sys.argv[1:])
