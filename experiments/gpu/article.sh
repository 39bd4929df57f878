#!/usr/bin/env bash
# The article's experiment in pairs, on whatever device `--device auto` takes.
#
#   bash article.sh OUT
#
# Stops by itself after LIMIT seconds (540); called again on the same machine it goes on, and with
# OUT/article.tar.xz of another machine it goes on from there. TRIALS (10) and EPOCHS (30) say how much.
set -euo pipefail
kit="$(cd "$(dirname "$0")" && pwd)"
out="$(realpath -m "${1:?a folder for what is found}")"
runs="$kit/article"
mkdir -p "$out"
# Outside any Cargo project, so that tunings are kept there.
cd /
export XDG_CACHE_HOME="$kit/cache"
[ -d "$runs" ] || [ ! -f "$out/article.tar.xz" ] || tar -xJf "$out/article.tar.xz" -C "$kit"
if [ ! -d "$kit/data" ]; then
    mkdir "$kit/data"
    tar -xJf "$kit/data.tar.xz" -C "$kit/data" --strip-components 1
fi
# Ctrl-C, for which a comparison keeps what is finished.
ended=0
timeout -s INT "${LIMIT:-540}" "$kit/mixup" compare "$kit/experiments/mixup.toml" "$kit/experiments/baseline.toml" \
    --data "$kit/data" --trials "${TRIALS:-10}" --epochs "${EPOCHS:-30}" --device "${DEVICE:-auto}" \
    --out "$runs" --no-pictures --ui plain 2>&1 | tee -a "$out/article.log" || ended=$?
# Weights are large, and no report needs them.
tar -cJf "$out/article.tar.xz" -C "$kit" --exclude='*.safetensors' --exclude=checkpoint article
grep -h '"device"' "$runs"/*/*/run.json | sort | uniq -c
exit "$ended"
