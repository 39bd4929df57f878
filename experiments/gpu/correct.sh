#!/usr/bin/env bash
# Holds each back end to the CPU: twenty steps of the article's network, the variants, bf16, a resumed
# run, and what 200 steps send. Twice each: as a fresh machine tunes, and by what that left in its cache.
#
#   bash correct.sh OUT
#
# BACK_ENDS: of cuda and vulkan, those to test.
set -uo pipefail
kit="$(cd "$(dirname "$0")" && pwd)"
out="$(realpath -m "${1:?a folder for what is found}")"
mkdir -p "$out"
# Outside any Cargo project, so that tunings are kept there.
cd /
export XDG_CACHE_HOME="$kit/cache"
export MIXUP_GPU_BINARY="$kit/mixup"
ended=0

rm -rf "$kit/cache"
for back_end in ${BACK_ENDS:-cuda vulkan}; do
    # Vulkan is next where CUDA sees no device.
    hidden=()
    [ "$back_end" = cuda ] || hidden=(CUDA_VISIBLE_DEVICES=)
    for cache in cold warm; do
        echo "== $back_end, $cache"
        SECONDS=0
        env "${hidden[@]}" "$kit/gpu-tests" --nocapture --test-threads 1 >"$out/correct-$back_end-$cache.log" 2>&1 || ended=1
        grep -m 1 "^gpu: " "$out/correct-$back_end-$cache.log"
        grep -E '^test result|panicked|^skipped' "$out/correct-$back_end-$cache.log"
        echo "$SECONDS s"
    done
done
exit "$ended"
