#!/usr/bin/env python3
"""Where a training step's time goes on this CPU: the phases of a step, each measured alone."""

import measurement


def main():
    """The command line."""
    parser = measurement.parser(__doc__)
    parser.add_argument("--label", default="as shipped", help="the section's name; one that is there is replaced")
    parser.add_argument("--batch", type=int, default=128, help="images a step")
    parser.add_argument("--threads", type=int, default=measurement.cores(), help="threads")
    measurement.main(run, parser)


def run(options):
    """Measures and writes the section."""
    measurement.check_binary(options)
    flags = ["--batch-size", options.batch, "--seconds", options.seconds]
    result = measurement.bench(options, options.threads, *flags)
    if result is not None:
        measurement.write_section(options.results, f"phases, {options.label}", section(options, result))


def section(options, result):
    """The section's text."""
    rows = [phase_row(row) for row in result["phases"]]
    milliseconds = sum(row["milliseconds"]["median"] for row in result["phases"])
    gflop = sum(row["gflop"] or 0 for row in result["phases"])
    ceiling = result["gemm"]["gflop_per_second"]
    step = lambda rate: 1e3 * result["batch_size"] / rate
    for name, time in (
        ("sum of the phases", milliseconds),
        ("training step", step(result["images_per_second"])),
        ("bare step", step(result["bare_step"]["images_per_second"]["median"])),
    ):
        rate = 1e3 * gflop / time
        rows.append([f"**{name}**", "", f"{time:.2f}", f"{gflop:.3f}", f"{rate:.1f}", f"{rate / ceiling:.0%}"])
    size = result["gemm"]["size"]
    return "\n\n".join([
        f"## Phases of a step, {options.label}",
        "Each phase is measured alone, on the activations and gradients that it has in training; GFLOP count direct"
        f" convolutions. GEMM is the best rate of a {size}x{size} f32 matrix product in the same process: {ceiling:.1f} GFLOP/s.",
        measurement.facts(options, result["version"], f"batches of {result['batch_size']}, {result['threads']} threads"),
        measurement.table(["phase", "pass", "ms a step", "GFLOP", "GFLOP/s", "of GEMM"], rows),
    ])


def phase_row(row):
    """One phase."""
    words = lambda value, form: "" if value is None else form.format(value)
    return [
        row["phase"],
        row["pass"],
        f"{row['milliseconds']['median']:.2f}",
        words(row["gflop"], "{:.3f}"),
        words(row["gflop_per_second"], "{:.1f}"),
        words(row["share_of_gemm"], "{:.0%}"),
    ]


if __name__ == "__main__":
    main()
