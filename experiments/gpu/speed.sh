#!/usr/bin/env bash
# Measures the speed of each back end beside PyTorch, and the kernels of a step, into OUT/speed.jsonl.
#
#   bash speed.sh OUT [flags of bench_gpu.py]
set -euo pipefail
kit="$(cd "$(dirname "$0")" && pwd)"
out="$(realpath -m "${1:?a folder for what is found}")"
shift
mkdir -p "$out"
cp "$kit/build.json" "$out"
# Outside any Cargo project, so that tunings are kept there.
cd /
export XDG_CACHE_HOME="$kit/cache"
exec python3 "$kit/bench_gpu.py" "$out" "$@"
