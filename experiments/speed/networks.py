"""The networks of the experiments with one recipe, and how speed and memory of each grow."""

import measurement
from measurement import ROOT

RESULTS = ROOT / "experiments/results/speed-networks.md"
HEADING = """# Speed of every network on a CPU

Measured by [experiments/speed/bench_networks.py](../speed/bench_networks.py): `just bench-networks` replaces the sections on training and inference, `just bench-networks --growth` the one on growth.
"""
# A network's published widths are in this experiment.
FILES = {
    "cnn": "mixup.toml",
    "cnn-bn": "batch-norm.toml",
    "resnet20": "resnet20.toml",
    "preact-resnet18": "paper.toml",
}
# Whose networks take images of any size with the same weights.
RESIDUAL = ("resnet20", "preact-resnet18")
# The peer's recipe.
RECIPE = """
[mixing]
alpha = 1.0
probability = 1.0

[normalisation]
mean = [0.5, 0.5, 0.5]
std = [0.25, 0.25, 0.25]

[loss]
name = "cross-entropy"

[optimizer]
name = "sgd"
learning_rate = 0.01
momentum = 0.9
nesterov = false
weight_decay = 1e-4
decayed = "all"
"""
# Images a step, and their side in pixels.
STEPS = ((8, 32), (32, 32), (128, 32), (512, 32))
LARGER = ((32, 64), (32, 96), (8, 224))
# Pixels of the images in a window: those of 512 images of 32x32.
WINDOW = 512 * 32 * 32


def experiment(folder, name, side=None):
    """Writes the network's experiment with the peer's recipe, and gives its path."""
    published = (ROOT / "experiments" / FILES[name]).read_text()
    data = f"[data]\nsize = {side}\n\n" if side else ""
    network = "[network]" + published.partition("\n[network]")[2].partition("\n[")[0]
    path = folder / f"{name}.toml"
    path.write_text(f"seed = 1\nepochs = 1\nbatch_size = 128\n\n{data}{network}\n{RECIPE}")
    return path


def bench(options, threads, file, batch, *flags):
    """The result of `mixup bench` for an experiment file."""
    kernels = ["--kernels", options.kernels] if options.kernels else []
    flags = [file, "--batch-size", batch, "--seconds", options.seconds, *kernels, *flags]
    return measurement.bench(options, threads, *flags)


def growth(options, name, folder):
    """The results for each batch and side; for what would need too much memory, the bytes that are expected."""
    steps = STEPS + (LARGER if name in RESIDUAL else ())
    found, before = {}, None
    for batch, side in sorted(steps, key=lambda step: step[0] * step[1] ** 2):
        pixels = batch * side**2
        # A part of the memory does not grow, so this is the most that can be expected.
        expected = before and before[1] * pixels / before[0]
        if expected and expected > options.most_memory * 1e9:
            found[batch, side] = {"expected": expected}
            continue
        images = max(WINDOW // side**2 // batch, 1) * batch
        file = experiment(folder, name, side)
        result = bench(options, options.threads, file, batch, "--no-phases", "--images", images)
        found[batch, side] = result
        if result and result["peak_memory_bytes"]:
            before = pixels, result["peak_memory_bytes"]
    return found


def growth_section(options, found):
    """The section's text."""
    rows = []
    for name, steps in found.items():
        for (batch, side), result in sorted(steps.items(), key=lambda step: (step[0][1], step[0][0])):
            row = [f"`{name}`", f"{side}x{side}", batch]
            if "expected" in result:
                about = f"left out: up to {result['expected'] / 1e9:.3g} GB expected"
                rows.append([*row, "", about])
                continue
            rate = measurement.spread(result["training"]["images_per_second"])
            rows.append([*row, rate, measurement.megabytes(result["peak_memory_bytes"])])
    results = [result for steps in found.values() for result in steps.values()]
    version = next(result["version"] for result in results if "version" in result)
    threads = measurement.threads_in_words(options.threads)
    return "\n\n".join([
        "## Growth of training with batch and image size",
        "The training path of mixup on built-in images: median (minimum to maximum) over windows, and the most main memory"
        f" that the process held. What would need more than {options.most_memory:g} GB is left out; the expectation is"
        " proportional to the pixels of a step.",
        measurement.facts(options, version, threads),
        measurement.table(["network", "images", "batch", "images/s", "peak memory"], rows),
    ])
