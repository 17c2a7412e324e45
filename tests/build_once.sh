#!/usr/bin/env bash
# dbt's own tests: models, contracts, data tests and unit tests, once, on a small generated practice from a folder.
set -euo pipefail
DATA_DIR=$(mktemp -d)
export DATA_DIR DBT_TARGET_PATH=$DATA_DIR/target DBT_LOG_PATH=$DATA_DIR/logs
unset DBT_EXCLUDE_RESOURCE_TYPES  # CI's demo leaves its tests to this build
export ATTACHMENT_HOST_URL=https://files.practice.example
trap 'rm -rf "$DATA_DIR"' EXIT
sandbox export "$DATA_DIR/export" --size 60
extract visual-practice --from "$DATA_DIR/export" || [ $? -eq 1 ]
extract rates
dbt --quiet build --selector everything
dbt --quiet docs generate --no-compile  # the build has compiled all of it
dbt --quiet source freshness
