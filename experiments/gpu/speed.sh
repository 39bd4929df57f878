#!/usr/bin/env bash
# Measures the speed of each back end and of PyTorch, and the kernels of a step, into OUT/speed.jsonl.
# Called again it goes on with what is missing.
#
#   bash speed.sh OUT [flags of bench_gpu.py]
set -euo pipefail
. "$(dirname "$0")/env.sh"
shift
if [ -f "$out/build.json" ] && ! cmp -s "$kit/build.json" "$out/build.json"; then
    echo "error: $out: expected figures of this build, found those of another" >&2
    echo "hint: name another folder" >&2
    exit 2
fi
cp "$kit/build.json" "$out"
# Tunings of its own, so that the time they take is seen.
export CUBECL_ENVIRONMENT=speed
exec python3 "$kit/bench_gpu.py" "$out" "$@"
