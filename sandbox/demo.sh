#!/usr/bin/env bash
# The whole road once, with the very commands of a real run, against two systems on loopback that hold a generated
# practice. Same gates as in earnest; signatures by `demo` count on loopback only.
set -euo pipefail

SIZE=${SIZE:-300}
export DATA_DIR=${DATA_DIR:-data/demo}
export DBT_TARGET_PATH=$DATA_DIR/target DBT_LOG_PATH=$DATA_DIR/logs
# unit tests say nothing about this practice's data; CI runs the others beside the demo, once
export DBT_EXCLUDE_RESOURCE_TYPES=${DBT_EXCLUDE_RESOURCE_TYPES:-unit_test}
export ATTACHMENT_HOST_DIR=$DATA_DIR/hosted ATTACHMENT_HOST_URL=https://files.practice.example
mkdir -p data && chmod 700 data
rm -rf "$DATA_DIR"
mkdir -p -m 700 "$DATA_DIR"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

# answers 1 (some records are blocked or failed) are part of a messy practice; 2 and 3 stop the demo
run() {
    printf '$ %s\n' "$*"
    "$@" || { local code=$?; [ "$code" -eq 1 ] || exit "$code"; }
}

say "Starting the sandbox: Visual Practice and Nutshell, $SIZE people, on loopback"
sandbox serve --size "$SIZE" --state "$DATA_DIR/sandbox" --env-file "$DATA_DIR/sandbox.env" > "$DATA_DIR/sandbox.log" 2>&1 &
sandbox_pid=$!
trap 'kill $sandbox_pid 2>/dev/null || true' EXIT
until grep -q SANDBOX_READY=1 "$DATA_DIR/sandbox.env" 2>/dev/null; do
    kill -0 $sandbox_pid 2>/dev/null || { cat "$DATA_DIR/sandbox.log"; exit 3; }
    sleep 0.1
done
set -a; . "$DATA_DIR/sandbox.env"; set +a

say "1 · Extract both systems and the exchange rates"
run extract visual-practice
run extract nutshell
run extract rates

say "2 · Build: staging, mapping, preflight, plan, review"
run dbt --quiet build

say "3 · Make the custom fields that the map needs, and look again"
run load fields --create --by demo
run extract nutshell
run dbt --quiet build

say "4 · Freeze the plan, sign it, load the sample, read it back, sign that"
run load plan
run load approve --by demo
run load apply --sample
run load verify
run load approve --sample-reviewed --by demo

say "5 · Load everything, read it back"
run load apply
run load verify

say "6 · The practice worked on meanwhile: the delta"
run sandbox advance --hours 24
run extract visual-practice --delta
run extract nutshell
run dbt --quiet build
run load plan
run load apply
run load verify

say "Where things are"
cat <<END
  $DATA_DIR/review.html        what reviewers look at, in a browser
  $DATA_DIR/review.duckdb      the same for those who query: review_summary, review_field_diff, review_writes …
  $DATA_DIR/warehouse.duckdb   every model; derived, delete it and \`dbt build\` makes the same rows
  $DATA_DIR/audit.sqlite       every write, before and after: the only precious file

What to try next (. .venv/bin/activate first; the sandbox has stopped, this serves the same state again)
  sandbox serve --size $SIZE --state $DATA_DIR/sandbox --env-file $DATA_DIR/sandbox.env & sleep 5
  set -a; . $DATA_DIR/sandbox.env; DATA_DIR=$DATA_DIR; set +a
  load status
  load rollback --preview
  duckdb -readonly $DATA_DIR/review.duckdb "from review_field_diff order by severity limit 20"
END
