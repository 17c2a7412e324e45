#!/usr/bin/env bash
# CI as a busy machine meets it: HEAD cloned into an empty folder, its .ci/run with one process a core burning beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
place=$(mktemp -d)
burning=()
trap 'kill "${burning[@]}" 2>/dev/null || true; rm -rf "$place"' EXIT
git clone --quiet . "$place/clone"
commit=$(git -C "$place/clone" rev-parse --short HEAD)
# what stands beside the project is read by some tests, which skip where it is absent
if [ -d ../shared ]; then ln -s "$(cd ../shared && pwd)" "$place/shared"; fi
for _ in $(seq "$(nproc)"); do
    (while :; do :; done) &
    burning+=($!)
done
began=$SECONDS code=0
"$place/clone/.ci/run" || code=$?
printf '.ci/run of %s, %s core(s) burning beside it: ended with %s after %s min\n' \
    "$commit" "${#burning[@]}" "$code" "$(((SECONDS - began + 30) / 60))"
exit "$code"
