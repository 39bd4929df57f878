# The commands people type. `just` alone lists them.
set positional-arguments

# The back end to compile: BACKEND=cuda|vulkan|wgpu|cpu, else what this machine seems to have.
detected := if os() == "linux" { `if nvidia-smi -L >/dev/null 2>&1; then echo cuda; elif ls /dev/dri/renderD* >/dev/null 2>&1; then echo wgpu; else echo cpu; fi` } else { "wgpu" }
asked := env("BACKEND", "")
backend := if asked == "" { detected } else { asked }
chosen_by := if asked == "" { "found here; choose with BACKEND=cuda|vulkan|wgpu|cpu" } else { "chosen with BACKEND" }
# One target folder for each back end, so that a change of back end rebuilds nothing.
build := if backend == "cpu" { "" } else if backend =~ "^(cuda|vulkan|wgpu)$" { "--features " + backend + " --target-dir target/" + backend } else { error("BACKEND: expected cuda, vulkan, wgpu or cpu, found " + backend) }

# List the recipes
default:
    @just --list --unsorted

# Train with mixup; flags go to `mixup train`, such as --data DATA --epochs 3
train-mixup *flags: say-backend
    @cargo run --release {{ build }} -- train experiments/mixup.toml "$@"

# Train without mixup: the same network, images and order
train-baseline *flags: say-backend
    @cargo run --release {{ build }} -- train experiments/baseline.toml "$@"

# Train both in pairs with the same seed, and write the report; takes flags such as --data DATA --trials 10
compare *flags: say-backend
    @cargo run --release {{ build }} -- compare experiments/mixup.toml experiments/baseline.toml "$@"

# Compare several values of a setting with no mixing, such as mixing.alpha=0.1,0.4,1; takes flags such as --data DATA --trials 10
sweep values *flags: say-backend
    @cargo run --release {{ build }} -- sweep experiments/mixup.toml --set "$@"

# Say what your own pictures show; the variable WEIGHTS names the network's file
predict *flags:
    @cargo run --release -- predict --weights "${WEIGHTS:-runs/mixup-seed1/model.safetensors}" "$@"

# Write the report of finished runs
report *flags:
    @cargo run --release -- report "$@"

# Update the tables of results in README and docs from experiments/results
results-table:
    cargo run --release -- table experiments/results/comparisons.jsonl --into README.md
    cargo run --release -- table experiments/results/training.jsonl --into docs/training.md
    cargo run --release -- table experiments/results/points.jsonl --into docs/points.md

# Compare a small network with and without mixup on built-in images, without a download
demo *flags: say-backend
    @cargo run --release {{ build }} -- demo "$@"

# Compare PointMixup, its control and PointCutMix with no mixing on built-in point clouds, without a download
points-demo *flags: say-backend
    @cargo run --release {{ build }} -- compare experiments/points/pointmixup.toml experiments/points/random-assignment.toml experiments/points/point-cutmix.toml experiments/points/baseline.toml --data synthetic-shapes --trials 6 --out runs/points "$@"

# Draw mixed pairs into assets/preview.png
preview *flags:
    cargo run --release -- data preview --data synthetic --alpha 1 --out assets/preview.png "$@"

# Measure how fast this machine trains, and where the time goes
bench *flags: say-backend
    @cargo run --release {{ build }} -- bench "$@"

# Train here and with PyTorch in turns on this CPU, into experiments/results/speed-cpu.md; PEER is its program
bench-peer *flags:
    cargo build --release --locked
    python3 experiments/speed/bench_peer.py "$@"

# Measure speed and memory over batch sizes, threads and images, into the same file
bench-growth *flags:
    cargo build --release --locked
    python3 experiments/speed/bench_growth.py "$@"

# Measure the phases of a step on this CPU, into the same file
bench-phases *flags:
    cargo build --release --locked
    python3 experiments/speed/bench_phases.py "$@"

# Measure every network here and with PyTorch in turns on this CPU, into experiments/results/speed-networks.md; PEER is its program
bench-networks *flags:
    cargo build --release --locked
    python3 experiments/speed/bench_networks.py "$@"

# Measure PointNet here and with PyTorch in turns on this CPU, into experiments/results/speed-networks.md
bench-points *flags:
    cargo build --release --locked
    python3 experiments/speed/bench_points.py "$@"

# Run the tests
test *flags:
    cargo test "$@"

# Run the tests that read real CIFAR-10 images from ../shared/cifar10
test-shared *flags:
    cargo test --tests -- --ignored shared_ "$@"

# Run the tests that need a program or a right: Python, with Pillow, NumPy, safetensors, torch and onnxruntime in that which MIXUP_PYTHON names, the tools of the GPU kit, mount as root
test-tools *flags:
    cargo test --tests -- --ignored tool_ "$@"

# Feed a reader with damaged input for some seconds, with a new seed: just fuzz pickle 60
fuzz target seconds:
    MIXUP_FUZZ_SECONDS={{ seconds }} cargo test --test fuzz -- --exact {{ target }}::{{ target }} --nocapture

# Feed every reader with damaged input, each for some seconds
fuzz-all seconds:
    #!/usr/bin/env bash
    set -uo pipefail
    failed=()
    for target in archive binary checkpoint image packed pickle rows run_folder safetensors sources state_dict toml; do
        just fuzz "$target" "{{ seconds }}" || failed+=("$target")
    done
    [ ${#failed[@]} -eq 0 ] || { echo "error: expected no faults, found some in: ${failed[*]}" >&2; exit 1; }

# Feed a reader once more with an input that was kept: just fuzz-one target/fuzz/pickle-1-2
fuzz-one file:
    MIXUP_FUZZ_FOLDER="{{ invocation_directory() }}" MIXUP_FUZZ_FILE="{{ file }}" cargo test --test fuzz -- --nocapture

# Kill commands, fill disks and start commands together, many times: just storm 200
storm count *flags:
    MIXUP_STORM={{ count }} cargo test --test cli -- storm:: --nocapture "${@:2}"

# What this back end cannot do: CUDA logs no transfers, WGSL has no bf16
unable := if backend == "cuda" { "--skip transfers" } else if backend == "wgpu" { "--skip bf16" } else { "" }

# Compare this machine's GPU with the CPU, by the back end that is found here
test-gpu: say-backend
    @[ {{ backend }} != cpu ] || { echo "error: expected a GPU, found none here; choose with BACKEND=cuda|vulkan|wgpu" >&2; exit 2; }
    cargo build --release {{ build }}
    MIXUP_GPU_BINARY=target/{{ backend }}/release/mixup cargo test --test gpu -- --nocapture --ignored gpu_ {{ unable }}

# Compare the wgpu back end with the CPU on any adapter, such as Mesa's software Vulkan
test-wgpu:
    cargo build --release --features wgpu --target-dir target/wgpu
    MIXUP_GPU_BINARY=target/wgpu/release/mixup CUBECL_AUTOTUNE_LEVEL=minimal cargo test --test gpu -- --nocapture --ignored gpu_ --skip bf16 --skip batches_of_128

# Build and link the CUDA back end, unoptimised; needs LLVM but no GPU
check-cuda:
    cargo build --profile link-check --features cuda --target-dir target/cuda-check --bin mixup

# Check formatting and lints
lint:
    cargo fmt --all --check
    cargo clippy --all-targets -- -D warnings
    cargo clippy --workspace --no-default-features -- -D warnings

# Check that each crate can be used alone, with any of its features; builds Burn several times
lint-features:
    for features in '' files files,parquet fetch preview; do cargo clippy -p mixup-data --no-default-features --features "$features" -- -D warnings || exit 1; done
    for crate in burn-flex-kernels mixup-evidence mixup-model; do cargo clippy -p $crate -- -D warnings || exit 1; done
    cargo clippy -p mixup-train --no-default-features --example learner -- -D warnings

# Check licences, bans and sources of the dependencies; needs cargo-deny (cargo install cargo-deny --locked)
deny:
    cargo deny check licenses bans sources

# Build the documentation
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items

# Everything that a change must pass
ci:
    bash .ci/run

[private]
say-backend:
    @echo "back end: {{ backend }} ({{ chosen_by }})" >&2
