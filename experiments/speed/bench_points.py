#!/usr/bin/env python3
"""Measures PointNet against PyTorch on this CPU: mixup, peer, mixup, peer, ... and the ratio of each pair.

Both train the network of experiments/points/baseline.toml, and only the step is timed. The faster of PyTorch's modes is
the peer of the pairs. It needs PyTorch in the Python that runs this.
"""

import pathlib
import sys

import measurement

PEER = pathlib.Path(__file__).with_name("peer_points.py")
# The layers of points, outputs of the first linear layer, points of a cloud, and clouds a step.
CASES = {"small": ("64,128,256", 128, 256, 20), "published": ("64,128,1024", 512, 1024, 16)}
MODES = ("f32", "compiled")


def main():
    """The command line."""
    parser = measurement.parser(__doc__)
    parser.set_defaults(results=measurement.ROOT / "experiments/results/speed-networks.md")
    parser.add_argument("--pairs", type=int, default=5, help="pairs of each size")
    parser.add_argument("--threads", type=int, default=measurement.cores(), help="threads")
    measurement.main(run, parser)


def run(options):
    """Measures both sizes and writes the section."""
    measurement.check_binary(options)
    found = [compared(options, name, case) for name, case in CASES.items()]
    if not options.dry_run:
        version, rows = found[0][0], [row for _, row in found]
        measurement.write_section(options.results, "points", section(options, version, rows))


def compared(options, name, case):
    """The program's version and the row of one size; None in a dry run."""
    modes = {mode: peer(options, mode, case) for mode in MODES}
    if options.dry_run:
        ours(options, case)
        return None
    best = max(MODES, key=modes.get)
    pairs = [(ours(options, case), peer(options, best, case)) for _ in range(options.pairs)]
    own = [found["bare_step"]["images_per_second"]["median"] for found, _ in pairs]
    others = [other for _, other in pairs]
    ratios = [one / other for one, other in zip(own, others)]
    ratio = f"{sorted(ratios)[len(ratios) // 2]:.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    widths, _, points, batch = case
    what = f"{name}: [{widths.replace(',', ', ')}], {points} points, batches of {batch}"
    version = pairs[0][0]["version"]
    return version, [what, measurement.range_of(own), f"{measurement.range_of(others)} ({best})", ratio]


def ours(options, case):
    """What `mixup bench` measures; None in a dry run."""
    widths, hidden, points, batch = case
    settings = {"network.widths": f"[{widths}]", "network.hidden": hidden, "data.points": points}
    flags = [flag for key, value in settings.items() for flag in ("--set", f"{key}={value}")]
    flags += ["--batch-size", batch, "--no-phases", "--seconds", options.seconds]
    command = ["points/baseline", "--data", "synthetic-shapes", *flags]
    return measurement.bench(options, options.threads, *command)


def peer(options, mode, case):
    """Clouds a second of PyTorch's program; None in a dry run."""
    widths, hidden, points, batch = case
    command = [sys.executable, PEER, "--mode", mode, "--widths", widths, "--hidden", hidden, "--points", points]
    command += ["--batch", batch, "--seconds", options.seconds]
    found = measurement.run_json(command, options.threads, options.dry_run)
    return found and found["images_per_second"]


def section(options, version, rows):
    """The section's text."""
    heads = ["PointNet, training", "mixup, clouds/s", "PyTorch, clouds/s", "ratio"]
    return "\n\n".join([
        "## Point clouds",
        "The bare step: forward, backward and Adam on one batch. Medians with ranges over the pairs.",
        measurement.facts(options, version, measurement.threads_in_words(options.threads)),
        measurement.table(heads, rows),
    ])


if __name__ == "__main__":
    main()
