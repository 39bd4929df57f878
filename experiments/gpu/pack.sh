#!/usr/bin/env bash
# Builds mixup with CUDA and Vulkan, and packs what the scripts here need on a machine that has a GPU but
# neither Rust nor a network, into target/gpu-kit.tar.xz.
#
#   DATA=cifar10-jpeg.tar.xz PEER=peer_torch.py bash experiments/gpu/pack.sh
#
# DATA: class folders in an archive, of which the first folder is taken. PEER: the PyTorch program to
# compare with. The build needs LLVM; README.md says where from.
set -euo pipefail
cd "$(dirname "$0")/../.."
kit=target/gpu-kit

cargo build --release --locked --features cuda,vulkan,persistence --target-dir target/gpu -p mixup-train --bins
# The tests need no GPU back end of their own: they call the program.
tests="$(cargo test --locked --test gpu --no-run --message-format=json |
    python3 -c 'import json, sys
for line in sys.stdin:
    made = json.loads(line)
    if made.get("executable") and made["target"]["name"] == "gpu":
        print(made["executable"])')"

rm -rf "$kit"
mkdir -p "$kit/experiments"
strip -o "$kit/mixup" target/gpu/release/mixup
strip -o "$kit/gpu-tests" "$tests"
cp experiments/gpu/{env,correct,speed,article,dashboard}.sh experiments/speed/{bench_gpu,gpu_ceilings,gpu_kernels}.py "$kit"
cp experiments/{mixup,baseline}.toml "$kit/experiments"
cp "${PEER:-../shared/bench/peer_torch.py}" "$kit/peer_torch.py"
cp "${DATA:-../shared/cifar10/cifar10-jpeg.tar.xz}" "$kit/data.tar.xz"
# For a machine whose Vulkan driver has no loader.
loader=/usr/lib/x86_64-linux-gnu/libvulkan.so.1
[ ! -f "$loader" ] || install -D "$loader" "$kit/lib/libvulkan.so.1"
changed="$(git status --porcelain -- . ':!experiments/results')"
printf '{"commit": "%s%s", "rustc": "%s"}\n' "$(git rev-parse --short HEAD)" "${changed:+ with changes}" "$(rustc --version)" >"$kit/build.json"
XZ_OPT=-9 tar -cJf "$kit.tar.xz" -C target gpu-kit
ls -l "$kit.tar.xz"
