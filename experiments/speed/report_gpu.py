#!/usr/bin/env python3
"""Tables of what `bench_gpu.py` measured, into experiments/results/speed-gpu.md."""

import argparse
import json
import pathlib

import measurement
import roofline
from bench_gpu import key_of
from measurement import ROOT, Refused

HEADING = """# Speed on a GPU

Measured by [bench_gpu.py](../speed/bench_gpu.py), as [experiments/gpu](../gpu/README.md) says; the tables are `report_gpu.py`'s.
"""
NAMES = {"cuda": "CUDA", "vulkan": "Vulkan"}
# The arithmetic that a program may take for a precision: PyTorch and CUDA take TF32 for f32.
ARITHMETIC = {("vulkan", "f32"): "f32", ("cuda", "f32"): "tf32", (None, "f32"): "tf32"}
# Kernels of a step that get a row of their own.
ROWS = 25


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("measured", type=pathlib.Path, help="the folder with speed.jsonl and build.json")
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "experiments/results/speed-gpu.md", help="the Markdown file to write to")
    measurement.main(run, parser)


def run(options):
    """Writes the section of rates, and one of kernels for each back end."""
    lines = latest(read(options.measured / "speed.jsonl", json_lines))
    build = read(options.measured / "build.json", json.loads)
    measurement.write_section(options.results, "speed", speed(lines, build), HEADING)
    for line in of_kind(lines, "kernels"):
        measurement.write_section(options.results, f"kernels, {NAMES[line['back_end']]}", kernels(line, lines), HEADING)


def read(path, parse):
    """What a file of the measurement says."""
    try:
        return parse(path.read_text())
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}", "name the folder that speed.sh wrote to") from error
    except ValueError as error:
        raise Refused(f"{path}: {error}", "measure again: the file is not whole") from error


def json_lines(text):
    """A value a line."""
    return [json.loads(line) for line in text.splitlines()]


def latest(lines):
    """The last line of each measurement, one without an error where there is one; all of one GPU."""
    gpus = {line["gpu"] for line in lines}
    if len(gpus) != 1:
        raise Refused(f"expected lines of one GPU, found {sorted(gpus)}", "measure each into a folder of its own")
    kept = {}
    for line in lines:
        if "error" not in line or "error" in kept.get(key_of(line), line):
            kept[key_of(line)] = line
    return list(kept.values())


def of_kind(lines, kind):
    """The lines of this kind."""
    return [line for line in lines if line["kind"] == kind]


def speed(lines, build):
    """The section of rates."""
    ceilings = next((line for line in of_kind(lines, "ceilings") if "error" not in line), {})
    measured = sorted(of_kind(lines, "mixup") + of_kind(lines, "peer"), key=lambda line: line["batch"])
    versions = ", ".join(sorted({line["version"] for line in of_kind(lines, "mixup") if "version" in line}))
    facts = [
        f"machine: {lines[0]['gpu']}, {lines[0]['cores']} CPU cores",
        f"versions: mixup {versions or 'not measured'} ({build['commit']}), {build['rustc']}, PyTorch {lines[0]['torch']}",
        f"date: {', '.join(sorted({line['date'] for line in lines}))}",
    ]
    if ceilings:
        rates = ", ".join(f"{ceilings[name]:.1f} in {name}" for name in ("f32", "tf32", "bf16"))
        facts.append(f"ceilings, by PyTorch: TFLOP/s of a product of two 8192x8192 matrices, {rates}; a copy, {ceilings['copy']:.2f} TB/s read and written")
    heads = ["program", "batch", "precision", "images/s", "ms a step", "roofline, ms", "of roofline", "first steps, s"]
    return "\n\n".join([
        "## Compared with PyTorch",
        "The article's network in training, images resident on the GPU but for `tutorial`. PyTorch's f32 takes TF32 for"
        " convolutions, and CUDA may take it for every product; Vulkan has no TF32. The roofline is that of"
        " [roofline.py](../speed/roofline.py) at the ceilings below: of TF32 where it may be taken. The first steps, in"
        " which kernels are compiled and tuned, are no part of the rates.",
        "\n".join(f"- {fact}" for fact in facts),
        measurement.table(heads, [rate_row(line, ceilings) for line in measured]),
    ])


def rate_row(line, ceilings):
    """The row of one program."""
    if line["kind"] == "mixup":
        program, precision = f"mixup, {NAMES[line['back_end']]}", line["precision"]
    else:
        program, precision = f"PyTorch, `{line['mode']}`", "bf16" if line["mode"].endswith("bf16") else "f32"
    if "error" in line:
        return [program, line["batch"], precision, one_line(line["error"]), *[""] * 4]
    rate = line["images_per_second"]
    step = line["batch"] / rate
    found = [program, line["batch"], precision, f"{rate:,.0f}", f"{1e3 * step:.3f}"]
    first = f"{line['warm_up_seconds']:.0f}" if "warm_up_seconds" in line else ""
    if not ceilings:
        return [*found, "", "", first]
    arithmetic = ARITHMETIC.get((line.get("back_end"), precision), "bf16")
    value_bytes = 2 if arithmetic == "bf16" else 4
    least = roofline.seconds(line["batch"], value_bytes, 1e12 * ceilings[arithmetic], 1e12 * ceilings["copy"])
    return [*found, f"{1e3 * least:.3f}", f"{least / step:.0%}", first]


def kernels(line, lines):
    """The section of one back end's kernels."""
    title = f"## The kernels of a step on {NAMES[line['back_end']]}"
    if "error" in line:
        return f"{title}\n\nNot measured: {one_line(line['error'])}"
    words = f"Those of a step of {line['batch']} images in f32."
    key = {"kind": "mixup", "precision": "f32", "back_end": line["back_end"], "batch": line["batch"]}
    step = next((other for other in lines if key_of(other) == key_of(key) and "error" not in other), None)
    if step:
        words += f" It takes {1e3 * step['batch'] / step['images_per_second']:.3f} ms where nothing is logged."
    parts = [title, words]
    if "ncu" in line:
        parts += ["By `ncu`, the time of the kernels alone:", kernel_table(line["ncu"])]
    if "ncu_error" in line:
        parts.append(f"`ncu` did not tell: {one_line(line['ncu_error'])}")
    latency = " On CUDA a time begins when the launch is asked for, so short kernels look longer." if line["back_end"] == "cuda" else ""
    parts += [f"By CubeCL's log, in which each launch waits for the one before.{latency}", kernel_table(line["kernels"])]
    return "\n\n".join(parts)


def kernel_table(every):
    """The slowest kernels, the others together, and all."""
    total = sum(kernel["microseconds"] for kernel in every)
    rows = [kernel_row(f"`{short(kernel['name'])}`", [kernel], total) for kernel in every[:ROWS]]
    if every[ROWS:]:
        rows.append(kernel_row(f"{len(every[ROWS:])} more", every[ROWS:], total))
    rows.append(kernel_row("**all**", every, total))
    return measurement.table(["kernel", "launches a step", "µs a step", "share"], rows)


def kernel_row(title, some, total):
    """What some kernels come to."""
    launches = sum(kernel["launches"] for kernel in some)
    microseconds = sum(kernel["microseconds"] for kernel in some)
    share = f"{microseconds / total:.0%}" if total else ""
    return [title, f"{launches:.2f}", f"{microseconds:.1f}", share]


def short(name):
    """A name without its middle where it is long: kernels differ at either end."""
    name = name.replace("|", "/")
    return name if len(name) <= 100 else f"{name[:60]}…{name[-39:]}"


def one_line(error):
    """An error as a cell of a table."""
    return " ".join(error.replace("|", "/").split())[:120]


if __name__ == "__main__":
    main()
