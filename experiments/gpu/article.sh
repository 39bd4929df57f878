#!/usr/bin/env bash
# The article's experiment in pairs, on the GPU.
#
#   bash article.sh OUT
#
# Stops by itself after LIMIT seconds (480); called again it goes on, on another machine from what is
# finished in OUT/article.tar.xz. TRIALS (10) and EPOCHS (30) say how much, DEVICE where.
set -euo pipefail
. "$(dirname "$0")/env.sh"
runs="$kit/article"
[ -d "$runs" ] || [ ! -f "$out/article.tar.xz" ] || tar -xJf "$out/article.tar.xz" -C "$kit"
if [ ! -d "$kit/data" ]; then
    rm -rf "$kit/data.part"
    mkdir "$kit/data.part"
    tar -xJf "$kit/data.tar.xz" -C "$kit/data.part" --strip-components 1
    mv "$kit/data.part" "$kit/data"
fi

# Ctrl-C, for which a comparison keeps what is finished.
ended=0
timeout --foreground -k 30 -s INT "${LIMIT:-480}" \
    "$kit/mixup" compare "$kit/experiments/mixup.toml" "$kit/experiments/baseline.toml" \
    --data "$kit/data" --trials "${TRIALS:-10}" --epochs "${EPOCHS:-30}" --device "${DEVICE:-gpu}" \
    --out "$runs" --no-pictures --ui plain 2>&1 | tee -a "$out/article.log" || ended=$?

if [ -d "$runs" ]; then
    # Weights are large, and no report needs them; a run that is not finished cannot go on without them.
    left_out=(--exclude='*.safetensors' --exclude=checkpoint)
    for run in "$runs"/*/seed-*; do
        [ -f "$run/summary.json" ] || left_out+=(--exclude="article/${run#"$runs/"}")
    done
    tar -cJf "$out/article.part" -C "$kit" "${left_out[@]}" article
    mv "$out/article.part" "$out/article.tar.xz"
    grep -h '"device"' "$runs"/*/seed-*/run.json | sort | uniq -c || true
fi
if [ "$ended" -eq 124 ]; then
    echo "the time was over: call it again for the other runs"
    exit 0
fi
exit "$ended"
