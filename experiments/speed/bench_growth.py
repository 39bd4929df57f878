#!/usr/bin/env python3
"""How speed and memory grow with batch size, threads and images; each figure comes from a process of its own."""

import measurement

# What is measured with one thread and with all.
BATCHES = (1, 8, 32, 128, 512, 1024)
EPOCHS = (5_000, 50_000)


def main():
    """The command line."""
    parser = measurement.parser(__doc__)
    parser.add_argument("--batches", type=numbers, default=BATCHES, help="images a step, with commas")
    parser.add_argument("--threads", type=numbers, default=(1, measurement.cores()), help="threads, with commas")
    parser.add_argument("--epochs", type=numbers, default=EPOCHS, help="images of the epochs to time, with commas")
    measurement.main(run, parser)


def numbers(text):
    """Whole numbers with commas between them."""
    return tuple(int(part) for part in text.split(","))


def run(options):
    """Measures and writes the section."""
    measurement.check_binary(options)
    options.threads = tuple(sorted(set(options.threads)))
    growth = {
        (batch, threads): measurement.bench(
            options, threads, "--no-phases", "--batch-size", batch, "--seconds", options.seconds
        )
        for batch in options.batches
        for threads in options.threads
    }
    most = max(options.threads)
    epochs = {
        images: measurement.bench(options, most, "--no-phases", "--images", images, "--windows", 1)
        for images in options.epochs
    }
    if not options.dry_run:
        measurement.write_section(options.results, "growth", section(options, growth, epochs))


def section(options, growth, epochs):
    """The section's text."""
    count = measurement.threads_in_words
    heads = ["batch", *(f"images/s, {count(threads)}" for threads in options.threads)]
    heads += [f"peak memory, {count(threads)}" for threads in options.threads]
    rows = []
    for batch in options.batches:
        each = [growth[batch, threads] for threads in options.threads]
        rates = [measurement.spread(result["training"]["images_per_second"]) for result in each]
        rows.append([batch, *rates, *(measurement.megabytes(result["peak_memory_bytes"]) for result in each)])
    epoch_rows = [
        [f"{images:,}", f"{images / rate:.1f}", f"{rate:.1f}", measurement.megabytes(result["peak_memory_bytes"])]
        for images, result in epochs.items()
        for rate in [result["images_per_second"]]
    ]
    first = next(iter(growth.values()))
    batch = next(iter(epochs.values()))["batch_size"]
    for name in ("batches", "threads", "epochs"):
        setattr(options, name, ",".join(map(str, getattr(options, name))))
    return "\n\n".join([
        "## Growth",
        "The training path on built-in images: median (minimum to maximum) over windows, and the most main memory that the process held.",
        measurement.facts(options, first["version"]),
        measurement.table(heads, rows),
        f"One whole epoch, measured, batches of {batch}, {count(first_threads(epochs))}:",
        measurement.table(["training images", "seconds", "images/s", "peak memory"], epoch_rows),
    ])


def first_threads(epochs):
    """Threads of the epochs."""
    return next(iter(epochs.values()))["threads"]


if __name__ == "__main__":
    main()
