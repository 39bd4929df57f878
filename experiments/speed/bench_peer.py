#!/usr/bin/env python3
"""Trains side by side with PyTorch on this CPU: mixup, peer, mixup, peer, ... and the ratio of each pair.

Both read the same images, take the same batch size and as many threads. PyTorch's program is PEER
(see --peer); it needs PyTorch and NumPy. Without --data both read generated noise, because the speed
does not depend on what the images show.
"""

import os
import pathlib
import random
import statistics
import sys
import tempfile

import measurement
from measurement import ROOT

MODES = ("tutorial", "resident", "resident-nhwc")
# A mode that is no peer's: our own program on Burn's convolutions, where it has the switch.
BURN_KERNELS = "kernels-burn"
RECORD = 3073


def main():
    """The command line."""
    parser = measurement.parser(__doc__)
    peer = os.environ.get("PEER", ROOT / "../shared/bench/peer_torch.py")
    data = os.environ.get("DATA") or None
    parser.add_argument("--peer", type=pathlib.Path, default=peer, help="PyTorch's program; the variable PEER")
    parser.add_argument("--data", type=pathlib.Path, default=data, help="CIFAR-10's binary layout; the variable DATA")
    parser.add_argument("--modes", help="modes of the peer and kernels-burn, with commas; by default all there are")
    parser.add_argument("--pairs", type=int, default=5, help="pairs of each mode")
    parser.add_argument("--batch", type=int, default=128, help="images a step")
    parser.add_argument("--threads", type=int, default=measurement.cores(), help="threads of either program")
    measurement.main(run, parser)


def run(options):
    """Measures every mode and writes the section."""
    measurement.check_binary(options)
    options.modes = options.modes or ",".join(modes_here(options))
    modes = options.modes.split(",")
    if not options.dry_run and set(modes) != {BURN_KERNELS}:
        measurement.check_peer(options, "torch", "numpy")
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or generated(pathlib.Path(folder), options.dry_run)
        results = {mode: [pair(options, mode, data) for _ in range(options.pairs)] for mode in modes}
    if not options.dry_run:
        measurement.write_section(options.results, "peer", section(options, results))


def modes_here(options):
    """The default modes; with Burn's own convolutions where the program can choose them."""
    has_switch = options.binary.is_file() and "--kernels" in measurement.output_of(options.binary, "bench", "--help")
    return (*MODES, BURN_KERNELS) if has_switch else MODES


def generated(folder, dry_run):
    """A folder with 10,000 images of noise in CIFAR-10's binary layout."""
    numbers = random.Random(0)
    for name in () if dry_run else (*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"):
        records = (bytes([index % 10]) + numbers.randbytes(RECORD - 1) for index in range(2000))
        (folder / name).write_bytes(b"".join(records))
    return folder


def pair(options, mode, data):
    """The results of mixup and of the peer, one after the other."""
    flags = ["--no-phases", "--batch-size", options.batch, "--seconds", options.seconds, "--data", data]
    ours = measurement.bench(options, options.threads, *flags)
    if mode == BURN_KERNELS:
        return ours, measurement.bench(options, options.threads, *flags, "--kernels", "burn")
    command = [sys.executable, options.peer, "--data", data, "--device", "cpu", "--modes", mode]
    command += ["--seconds", options.seconds, "--batch", options.batch]
    return ours, measurement.run_json(command, options.threads, options.dry_run)


def section(options, results):
    """The section's text."""
    rate = "images_per_second"
    summary, pairs = [], []
    for mode, measured in results.items():
        ours, theirs = ([result[rate] for result in side] for side in zip(*measured))
        ratios = [one / other for one, other in zip(ours, theirs)]
        values = (measurement.range_of(ours), measurement.range_of(theirs), f"{min(ratios):.2f} to {max(ratios):.2f}")
        summary.append([f"`{mode}`", *values, f"**{statistics.median(ratios):.2f}**"])
        for number, (one, other, ratio) in enumerate(zip(ours, theirs, ratios), 1):
            pairs.append([f"`{mode}`", number, f"{one:.1f}", f"{other:.1f}", f"{ratio:.3f}"])
    every = [result for measured in results.values() for pair in measured for result in pair]
    versions = sorted({result["torch"] for result in every if "torch" in result})
    source = "images from the given data" if options.data else "10,000 generated images"
    more = [
        f"PyTorch {', '.join(versions) or 'not measured'}",
        f"batches of {options.batch}, {options.threads} threads each (`tutorial` has 2 worker processes besides), {source}",
    ]
    return "\n\n".join([
        "## Compared with PyTorch",
        "Images a second in training. mixup and the peer take turns; a ratio above 1 says that mixup is faster in that pair.\n"
        "The peers: `tutorial` mixes one image at a time in a `DataLoader`, `resident` keeps the images on the device,"
        " `resident-nhwc` does so in channels-last order"
        + ("; `kernels-burn` is mixup itself with Burn's own convolutions." if BURN_KERNELS in results else "."),
        measurement.facts(options, every[0]["version"], *more),
        measurement.table(["peer", "mixup, median (range)", "peer, median (range)", "ratios", "median ratio"], summary),
        measurement.table(["peer", "pair", "mixup", "peer", "ratio"], pairs),
    ])


if __name__ == "__main__":
    main()
