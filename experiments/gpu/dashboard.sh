#!/usr/bin/env bash
# Records the dashboard of a training on whatever device `--device auto` takes, as bytes for a terminal of
# 120 by 40 characters.
#
#   bash dashboard.sh OUT
#
# To look at it: a terminal of that size, and `head -c N OUT/dashboard.raw`.
set -euo pipefail
kit="$(cd "$(dirname "$0")" && pwd)"
out="$(realpath -m "${1:?a folder for what is found}")"
mkdir -p "$out"
# Outside any Cargo project, so that tunings are kept there.
cd /
export XDG_CACHE_HOME="$kit/cache"
rm -rf "$kit/dashboard"
data="$kit/data" # that of article.sh
[ -d "$data" ] || data=synthetic
train="$kit/mixup train $kit/experiments/mixup.toml --data $data --epochs ${EPOCHS:-20} --device ${DEVICE:-auto}"
script -qefc "stty rows 40 cols 120; TERM=xterm-256color $train --out $kit/dashboard" "$out/dashboard.raw" >/dev/null
grep '"device"' "$kit/dashboard/run.json" | tee "$out/dashboard.device"
