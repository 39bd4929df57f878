#!/usr/bin/env python3
"""Tables of what `bench_gpu.py` measured, into experiments/results/speed-gpu.md."""

import argparse
import json
import pathlib

import measurement
import roofline
from measurement import ROOT, Refused

HEADING = """# Speed on a GPU

Measured by [bench_gpu.py](../speed/bench_gpu.py), as [experiments/gpu](../gpu) says; the tables are `report_gpu.py`'s.
"""
NAMES = {"cuda": "CUDA", "vulkan": "Vulkan"}
# Kernels of a step that get a row of their own.
ROWS = 25


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("measured", type=pathlib.Path, help="the folder with speed.jsonl and build.json")
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "experiments/results/speed-gpu.md", help="the Markdown file to write to")
    measurement.main(run, parser)


def run(options):
    """Writes both sections."""
    lines = read(options.measured / "speed.jsonl", json_lines)
    build = read(options.measured / "build.json", json.loads)
    measurement.write_section(options.results, "speed", speed(lines, build), HEADING)
    for line in kind(lines, "kernels"):
        if "kernels" in line:
            name = NAMES[line["back_end"]]
            measurement.write_section(options.results, f"kernels, {name}", kernels(line, lines), HEADING)


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


def kind(lines, name):
    """The lines of this kind."""
    return [line for line in lines if line["kind"] == name]


def speed(lines, build):
    """The section of rates."""
    (machine,) = kind(lines, "machine")
    ceilings = {line["name"]: line["tera_per_second"] for line in kind(lines, "ceiling") if "error" not in line}
    measured = kind(lines, "mixup") + kind(lines, "peer")
    rows = [row(line, ceilings) for line in sorted(measured, key=lambda line: line["batch"])]
    versions = sorted({line["version"] for line in kind(lines, "mixup") if "version" in line})
    facts = [
        f"machine: {machine['gpu']}, {machine['cores']} CPU cores",
        f"versions: mixup {', '.join(versions)} ({build['commit']}), {build['rustc']}, PyTorch {machine['torch']}",
        f"date: {machine['date']}",
        "ceilings, by PyTorch: a product of two 8192x8192 matrices reaches "
        + ", ".join(f"{ceilings[name]:.0f} TFLOP/s in {name}" for name in ("f32", "tf32", "bf16") if name in ceilings)
        + (f"; a copy {ceilings['copy']:.2f} TB/s, read and written" if "copy" in ceilings else ""),
    ]
    heads = ["program", "batch", "precision", "images/s", "ms a step", "roofline, ms", "of roofline", "before, s"]
    return "\n\n".join([
        "## Beside PyTorch",
        "The article's network in training, images resident on the GPU but for `tutorial`. PyTorch's f32 takes TF32 for"
        " convolutions, and CUDA may take it for every product; Vulkan has no TF32. The roofline is that of"
        " [roofline.py](../speed/roofline.py) at the ceilings below: of TF32 where it may be taken. Before the rates are"
        " measured kernels are compiled and tuned.",
        "\n".join(f"- {fact}" for fact in facts),
        measurement.table(heads, rows),
    ])


def row(line, ceilings):
    """The row of one program."""
    if line["kind"] == "mixup":
        program = f"mixup, {NAMES[line['back_end']]}"
        precision = line["precision"]
        arithmetic = "f32" if (line["back_end"], precision) == ("vulkan", "f32") else "tf32" if precision == "f32" else "bf16"
    else:
        program = f"PyTorch, `{line['mode']}`"
        precision = "bf16" if line["mode"].endswith("bf16") else "f32"
        arithmetic = "bf16" if precision == "bf16" else "tf32"
    if "error" in line:
        return [program, line["batch"], precision, " ".join(line["error"].replace("|", "/").split())[:100], *[""] * 4]
    rate = line["images_per_second"]
    step = 1e3 * line["batch"] / rate
    found = [program, line["batch"], precision, f"{rate:,.0f}", f"{step:.3f}"]
    before = f"{line['warm_up_seconds']:.0f}" if "warm_up_seconds" in line else ""
    if arithmetic not in ceilings or "copy" not in ceilings:
        return [*found, "", "", before]
    value_bytes = 2 if arithmetic == "bf16" else 4
    least = 1e3 * roofline.seconds(line["batch"], value_bytes, 1e12 * ceilings[arithmetic], 1e12 * ceilings["copy"])
    return [*found, f"{least:.3f}", f"{least / step:.0%}", before]


def kernels(line, lines):
    """The section of one back end's kernels."""
    name = NAMES[line["back_end"]]
    steps = [
        1e3 * other["batch"] / other["images_per_second"]
        for other in kind(lines, "mixup")
        if "error" not in other and all(other[key] == line[key] for key in ("back_end", "batch")) and other["precision"] == "f32"
    ]
    every = line["kernels"]
    total = sum(kernel["microseconds"] for kernel in every)
    cells = lambda title, some: [
        title,
        f"{sum(kernel['launches'] for kernel in some):.2f}",
        f"{sum(kernel['microseconds'] for kernel in some):.1f}",
        f"{sum(kernel['microseconds'] for kernel in some) / max(total, 1e-9):.0%}",
    ]
    rows = [cells(f"`{kernel['name'][:100]}`", [kernel]) for kernel in every[:ROWS]]
    if every[ROWS:]:
        rows.append(cells(f"{len(every[ROWS:])} more kernels", every[ROWS:]))
    rows.append(cells("**all**", every))
    words = f"A step of {line['batch']} images in f32 launches the kernels below; their times are CubeCL's own, of launches that wait for one another."
    if steps:
        words += f" Together they take {total / 1e3:.3f} ms; the step takes {steps[0]:.3f} ms where they do not wait."
    return "\n\n".join([
        f"## The kernels of a step on {name}",
        words,
        measurement.table(["kernel", "launches a step", "µs a step", "share"], rows),
    ])


if __name__ == "__main__":
    main()
