#!/usr/bin/env bash
# Holds a back end to the CPU: twenty steps of the article's network, with kernels that each process tunes
# for itself, then with tunings that it keeps, then with the kept ones; the variants, bf16, a resumed run.
#
#   bash correct.sh OUT cuda|vulkan
#
# Each part ends after EACH seconds (130). Tests of what a back end cannot do are left out: CUDA logs no
# transfers; another back end, for a rehearsal, has no bf16 and is too slow for batches of 128.
set -uo pipefail
. "$(dirname "$0")/env.sh"
back_end="${2:?cuda or vulkan}"
export MIXUP_GPU_BINARY="$kit/mixup"
case "$back_end" in
cuda)
    export MIXUP_GPU_EXPECTED="(CUDA)"
    unable=(--skip transfers)
    ;;
# The program takes Vulkan if CUDA sees no device.
vulkan)
    export MIXUP_GPU_EXPECTED="(Vulkan)" CUDA_VISIBLE_DEVICES=
    unable=()
    ;;
*) unable=(--skip bf16 --skip batches_of_128) ;;
esac
ended=0

part() { # NAME, then the tests
    local name="$1" log="$out/correct-$back_end-$1.log"
    shift
    SECONDS=0
    timeout -k 10 "${EACH:-130}" "$kit/gpu-tests" --ignored --nocapture --test-threads 1 "${unable[@]}" "$@" >"$log" 2>&1 || ended=1
    echo "== $back_end, $name: $SECONDS s"
    grep -m 1 '^gpu: ' "$log"
    grep -E '^test result|panicked' "$log" || echo "did not end"
}

CUBECL_AUTOTUNE_CACHE=0 part fresh twenty_steps
part kept twenty_steps
part warm twenty_steps
part others --skip twenty_steps
exit "$ended"
