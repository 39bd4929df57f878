"""The kernels of a training step: out of mixup's device log, and out of the profiler `ncu`."""

import csv
import io

# Steps before those that the profiler sees, so that no tuning is among them, and steps that it sees.
SKIPPED, PROFILED = 150, 4


def of_log(log, part, steps):
    """Launches and microseconds a step of each kernel in a part of a device log, the slowest first."""
    sums, inside, seen = {}, False, False
    for line in log.splitlines():
        word, _, rest = line.partition(" ")[2].partition(" ")
        if word == "part":
            inside = rest == part
            seen = seen or inside
        elif word == "kernel" and inside:
            microseconds, name = rest.split(" ", 1)
            add(sums, name, float(microseconds))
    if not seen:
        raise ValueError(f"the device log has no part {part!r}")
    return rows(sums, steps)


def of_ncu(text, launches_a_step):
    """The same of the profiler's CSV with base units, by how many launches a step has."""
    start = text.find('"ID"')
    if start < 0:
        raise ValueError(f"the profiler gave no table: {text[-300:]!r}")
    sums = {}
    for row in csv.DictReader(io.StringIO(text[start:])):
        if row["Metric Name"] == "gpu__time_duration.sum":
            add(sums, row["Kernel Name"], float(row["Metric Value"].replace(",", "")) / 1e3)
    launches = sum(count for count, _ in sums.values())
    if launches == 0:
        raise ValueError("the profiler timed no kernel")
    return rows(sums, launches / launches_a_step)


def ncu_command(log, launches_a_step):
    """The profiler's part of a command line; its table goes to the file `log`. The clocks stay as they are."""
    flags = "--csv --print-units base --clock-control none --metrics gpu__time_duration.sum --kill yes"
    skip, count = (round(steps * launches_a_step) for steps in (SKIPPED, PROFILED))
    return ["ncu", *flags.split(), "--launch-skip", skip, "--launch-count", count, "--log-file", log]


def add(sums, name, microseconds):
    """Counts a launch."""
    count, total = sums.get(name, (0, 0.0))
    sums[name] = (count + 1, total + microseconds)


def rows(sums, steps):
    """A row a kernel."""
    made = [
        {"name": name, "launches": round(count / steps, 2), "microseconds": round(total / steps, 3)}
        for name, (count, total) in sums.items()
    ]
    return sorted(made, key=lambda row: -row["microseconds"])
