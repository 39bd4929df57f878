#!/usr/bin/env bash
# Records the dashboard of a training on the device that `--device auto` takes, as bytes for a terminal of
# 120 by 40 characters, for at most LIMIT seconds (120).
#
#   bash dashboard.sh OUT
#
# To look at it: a terminal of that size, and `head -c N OUT/dashboard.raw`. EPOCHS (20) and DEVICE (auto)
# say what is trained and where.
set -euo pipefail
. "$(dirname "$0")/env.sh"
data="$kit/data" # article.sh puts it there
[ -d "$data" ] || data=synthetic
rm -rf "$kit/dashboard"
train="$kit/mixup train $kit/experiments/mixup.toml --data $data --epochs ${EPOCHS:-20} --device ${DEVICE:-auto}"
ended=0
timeout --foreground -k 10 "${LIMIT:-120}" \
    script -qefc "stty rows 40 cols 120; TERM=xterm-256color $train --out $kit/dashboard" "$out/dashboard.raw" >/dev/null || ended=$?
grep '"device"' "$kit/dashboard/run.json" | tee "$out/dashboard.device"
exit "$ended"
