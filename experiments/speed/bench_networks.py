#!/usr/bin/env python3
"""Measures every network against PyTorch on this CPU: mixup, peer, mixup, peer, ... and the ratio of each pair.

Each of the peer's modes (--modes) is measured once, and the fastest of f32 is the peer of the pairs. Both programs
train with the same recipe: mixup of every image, SGD, cross-entropy, no flips and crops. Both compute on
generated images. PyTorch's program is PEER (see --peer); it needs PyTorch.
"""

import os
import pathlib
import statistics
import sys
import tempfile

import measurement
import networks
from measurement import ROOT, Refused

F32_MODES = ("f32", "f32-nhwc", "compiled", "compiled-nhwc")
# Less exact than f32, so it is measured but not compared in pairs.
BF16 = "bf16"
MODES = (*F32_MODES, BF16)
RATE = "images_per_second"


def main():
    """The command line."""
    parser = measurement.parser(__doc__)
    peer = os.environ.get("PEER", ROOT / "../shared/bench/peer_networks.py")
    parser.set_defaults(results=networks.RESULTS)
    parser.add_argument("--peer", type=pathlib.Path, default=peer, help="PyTorch's program; the variable PEER")
    parser.add_argument("--networks", default=",".join(networks.FILES), help="networks, with commas")
    parser.add_argument("--modes", default=",".join(MODES), help="the peer's modes, with commas; at least one of f32")
    parser.add_argument("--kernels", help="kernels of mixup, such as avx2")
    parser.add_argument("--pairs", type=int, default=5, help="pairs of each network")
    parser.add_argument("--batch", type=int, default=128, help="images a step in training")
    parser.add_argument("--forward-batch", type=int, default=256, help="images a step in inference")
    parser.add_argument("--threads", type=int, default=measurement.cores(), help="threads; inference also takes one")
    parser.add_argument("--most-memory", type=float, default=16, help="leave out what needs more gigabytes than this")
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--training-only", action="store_true", help="leave inference out")
    part.add_argument("--forward-only", action="store_true", help="leave training out")
    part.add_argument("--growth", action="store_true", help="measure only how mixup grows with batch and image size")
    measurement.main(run, parser)


def run(options):
    """Measures what was asked for, and writes a section for each part."""
    measurement.check_binary(options)
    names = options.networks.split(",")
    for name in names:
        if name not in networks.FILES:
            raise Refused(f"--networks: expected names of networks, found {name}", f"choose from {', '.join(networks.FILES)}")
    modes = options.modes.split(",")
    if not set(modes) <= set(MODES) or len(set(modes)) < len(modes):
        raise Refused(f"--modes: expected different modes of the peer, found {options.modes}", f"choose from {', '.join(MODES)}")
    if not set(modes) & set(F32_MODES):
        raise Refused(f"--modes: expected at least one mode of f32, found {options.modes}", f"add one of {', '.join(F32_MODES)}")
    if options.pairs < 1:
        raise Refused(f"--pairs: expected at least 1, found {options.pairs}", "leave the flag out to measure 5")
    if not options.dry_run and not options.growth:
        measurement.check_peer(options, "torch")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if options.growth:
            found = {name: networks.growth(options, name, folder) for name in names}
            write(options, "growth", networks.growth_section, found)
            return
        if not options.forward_only:
            cases = [(name, options.threads) for name in names]
            found = {case: compare(options, *case, folder, options.batch) for case in cases}
            write(options, "training", training_section, found)
        if not options.training_only:
            cases = [(name, threads) for name in names for threads in sorted({1, options.threads})]
            found = {case: compare(options, *case, folder, options.forward_batch, "--forward") for case in cases}
            write(options, "inference", inference_section, found)


def write(options, part, section, found):
    """Writes the section of a part, unless nothing was measured."""
    if not options.dry_run:
        measurement.write_section(options.results, f"networks, {part}", section(options, found), networks.HEADING)


def compare(options, name, threads, folder, batch, *passes):
    """The peer's modes, each measured once, and the pairs of mixup and the peer in its fastest f32 mode."""
    peer = lambda mode: run_peer(options, name, mode, threads, batch, *passes)
    modes = {mode: peer(mode) for mode in options.modes.split(",")}
    f32 = [mode for mode in F32_MODES if mode in modes]
    rates = {mode: modes[mode][RATE] for mode in f32 if RATE in (modes[mode] or {})}
    best = f32[0] if options.dry_run else max(rates, key=rates.get, default=None)
    flags = passes or ["--no-phases"]
    pairs = []
    for _ in range(options.pairs):
        ours = networks.bench(options, threads, networks.experiment(folder, name), batch, *flags)
        pairs.append((ours, peer(best) if best else {"error": "no f32 mode could be measured"}))
    return {"modes": modes, "best": best, "pairs": pairs}


def run_peer(options, name, mode, threads, batch, *passes):
    """The peer's result, or what went wrong, so that one mode does not hide the others."""
    command = [sys.executable, options.peer, "--networks", name, "--modes", mode, "--threads", threads]
    command += ["--batch", batch, "--seconds", options.seconds, *passes]
    try:
        return measurement.run_json(command, threads, options.dry_run)
    except Refused as refused:
        return {"error": str(refused).removeprefix(f"{mode}: ")}


def training_section(options, found):
    """The section's text about training."""
    words = f"batches of {options.batch}, {measurement.threads_in_words(options.threads)} each"
    return section(options, found, "Training compared with PyTorch", "in training", words)


def inference_section(options, found):
    """The section's text about inference."""
    words = f"batches of {options.forward_batch}, evaluation mode, no gradients; PyTorch's program also mixes each batch"
    return section(options, found, "Inference compared with PyTorch", "in inference", words)


def section(options, found, title, where, circumstances):
    """The section's text. Measured results have a rate; others say what went wrong."""
    summary, modes, pairs, errors = [], [], [], []
    for (name, threads), case in found.items():
        head = [f"`{name}`", threads]
        best = "none" if case["best"] is None else f"`{case['best']}`"
        ours, theirs = zip(*case["pairs"])
        measured = [(one, other) for one, other in case["pairs"] if RATE in other]
        ratios = [one[RATE] / other[RATE] for one, other in measured]
        row = [*head, rates_of(ours), best, rates_of(theirs)]
        row += [f"{min(ratios):.2f} to {max(ratios):.2f}" if ratios else ""]
        row += [f"**{statistics.median(ratios):.2f}**" if ratios else "not measured"]
        summary.append([*row, memory_of(ours), memory_of(theirs)])
        modes.append([*head, *(f"{mode[RATE]:.1f}" if RATE in mode else "failed" for mode in case["modes"].values())])
        for number, (one, other) in enumerate(case["pairs"], 1):
            failed = RATE not in other
            last = ["failed", ""] if failed else [f"{other[RATE]:.1f}", f"{one[RATE] / other[RATE]:.3f}"]
            pairs.append([*head, number, f"{one[RATE]:.1f}", *last])
        tried = [*case["modes"].items(), *(("the pairs", other) for other in theirs)]
        errors += [f"- `{name}`, {threads}, {mode}: {result['error']}" for mode, result in tried if "error" in result]
    every = [result for case in found.values() for pair in case["pairs"] for result in pair]
    every += [result for case in found.values() for result in case["modes"].values()]
    torch = sorted({result["torch"] for result in every if "torch" in result})
    version = next(result["version"] for result in every if "version" in result)
    facts = measurement.facts(options, version, f"PyTorch {', '.join(torch) or 'not measured'}", circumstances)
    heads = ["mixup, median (range)", "PyTorch's mode", "PyTorch, median (range)", "ratios", "median ratio"]
    parts = [
        f"## {title}",
        f"Images a second {where}. mixup and the peer take turns, in f32; a ratio above 1 says that mixup is faster in that pair."
        " Memory is the most that either process held.",
        facts,
        table([*heads, "mixup, memory", "PyTorch, memory"], summary),
        "PyTorch's modes, one measurement each. `nhwc` is channels-last order, `compiled` is `torch.compile`,"
        " `bf16` is autocast in bfloat16. The pairs take the fastest of f32.",
        table([f"`{mode}`" for mode in options.modes.split(",")], modes),
        "The pairs:",
        table(["pair", "mixup", "PyTorch", "ratio"], pairs),
    ]
    if errors:
        parts += ["What failed, with its threads:", "\n".join(dict.fromkeys(errors))]
    return "\n\n".join(parts)


def table(heads, rows):
    """A table whose rows begin with a network and its threads."""
    return measurement.table(["network", "threads", *heads], rows)


def rates_of(results):
    """Median and range of the rates that there are."""
    rates = [result[RATE] for result in results if RATE in result]
    return measurement.range_of(rates) if rates else "not measured"


def memory_of(results):
    """The most memory of any of these processes."""
    peaks = [result["peak_memory_bytes"] for result in results if result.get("peak_memory_bytes")]
    return measurement.megabytes(max(peaks, default=None))


if __name__ == "__main__":
    main()
