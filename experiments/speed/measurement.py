"""What the speed scripts share: running `mixup bench` and peers, the machine's facts, sections of a results file."""

import argparse
import datetime
import importlib.util
import json
import os
import pathlib
import platform
import shlex
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = ROOT / "experiments/results/speed-cpu.md"
HEADING = """# Speed on a CPU

Measured by the scripts in [experiments/speed](../speed): `just bench-peer`, `just bench-growth` and `just bench-phases` each replace their own section.
"""
# Those that decide how fast f32 and bf16 arithmetic can be.
SIMD = ("sse4_2", "avx", "avx2", "fma", "avx512f", "avx512_bf16", "avx512_vnni", "amx_tile", "asimd", "sve")


class Refused(Exception):
    """A mistake that the user can mend: what is wrong, and the way out."""

    def __init__(self, message, hint):
        super().__init__(message)
        self.hint = hint


def main(run, parser, arguments=None):
    """Parses the arguments, runs, and ends as the program does: one line, a hint, exit code 2."""
    options = parser.parse_args(arguments)
    try:
        run(options)
    except Refused as refused:
        end(2, refused, refused.hint)
    except KeyboardInterrupt:
        end(130, "stopped by the user", "nothing was written; start it again")


def end(code, message, hint):
    """Ends the process with two lines and an exit code."""
    print(f"error: {message}\nhint: {hint}", file=sys.stderr)
    sys.exit(code)


def parser(description):
    """A parser with the arguments that all scripts have."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    made.add_argument("--binary", type=pathlib.Path, default=ROOT / "target/release/mixup", help="the program")
    made.add_argument("--flags", default="", help='more arguments of `mixup bench`: --flags="experiments/baseline.toml"')
    made.add_argument("--results", type=pathlib.Path, default=RESULTS, help="the Markdown file to write to")
    made.add_argument("--seconds", type=float, default=10, help="how long each thing is measured")
    made.add_argument("--dry-run", action="store_true", help="print the commands and do nothing")
    return made


def cores():
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def run_json(command, threads, dry_run):
    """Runs a command on so many threads and gives the JSON of its last line; None in a dry run.

    A program that does not say how much memory it took at most gets the largest resident set of its process.
    """
    names = ("RAYON_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    shown = " ".join(f"{name}={threads}" for name in names[:2])
    print(f"{shown} {shlex.join(map(str, command))}", file=sys.stderr, flush=True)
    if dry_run:
        return None
    environment = {**os.environ, **{name: str(threads) for name in names}}
    words, code, peak = finished(list(map(str, command)), environment)
    if code != 0:
        raise Refused(f"the command above ended with exit code {code}", "see what it said")
    try:
        found = json.loads(words.splitlines()[-1])
    except (IndexError, ValueError):
        raise Refused("expected JSON as the last line that the command above prints, found none", "see what it said")
    if "error" in found:
        raise Refused(f"{found.get('mode')}: {found['error']}", "leave this mode out, or mend what it says")
    if found.get("peak_memory_bytes") is None:
        found["peak_memory_bytes"] = peak
    return found


def finished(command, environment):
    """What a command prints, its exit code, and the bytes of its largest resident set, if the system says."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        words = process.stdout.read()
        if not hasattr(os, "wait4"):
            return words, process.wait(), None
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    # Linux counts in KiB, macOS in bytes.
    return words, process.returncode, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def bench(options, threads, *flags):
    """The result of `mixup bench` on the CPU with these flags; None in a dry run."""
    # Without a folder, the program would be looked for in PATH.
    command = [options.binary.absolute(), "bench", "--json", "--device", "cpu", *shlex.split(options.flags), *flags]
    return run_json(command, threads, options.dry_run)


def check_binary(options):
    """Refuses to go on without the program."""
    if not options.dry_run and not options.binary.is_file():
        raise Refused(f"{options.binary}: expected the program, found nothing", "cargo build --release --locked")


def check_peer(options, *packages):
    """Refuses to go on without PyTorch's program and the packages that it needs."""
    if not options.peer.is_file():
        raise Refused(f"{options.peer}: expected PyTorch's program, found nothing", "name it with the variable PEER")
    for package in packages:
        if importlib.util.find_spec(package) is None:
            raise Refused(f"expected the Python package {package}, found none", f"pip install {package}")


def output_of(*command):
    """What a command prints, or 'unknown'."""
    try:
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return ended.stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def commit():
    """The commit that is measured, and whether the sources differ from it."""
    name = output_of("git", "rev-parse", "--short", "HEAD")
    # What these scripts write is no change of what they measure.
    changed = output_of("git", "diff", "--name-only", "HEAD", "--", ".", ":!experiments/results")
    return f"{name} with changes" if changed not in ("", "unknown") else name


def cpu():
    """The processor in words: model, cores, SIMD features."""
    fields = {}
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            key, _, value = line.partition(":")
            fields.setdefault(key.strip(), value.strip())
    except OSError:
        pass
    model = fields.get("model name") or platform.processor() or platform.machine()
    if "cpu family" in fields:
        model += f" (family {fields['cpu family']}, model {fields['model']})"
    flags = (fields.get("flags") or fields.get("Features") or "").split()
    simd = ", ".join(name for name in SIMD if name in flags) or "unknown SIMD"
    return f"{model}, {cores()} cores, {simd}"


def facts(options, version, *more):
    """The lines of a section that say under which circumstances it was measured."""
    # Paths of this machine stay out of the results.
    private = ("binary", "results", "data", "peer", "dry_run")
    given = {name.replace("_", "-"): value for name, value in vars(options).items() if name not in private}
    # A switch has no value.
    shown = {name: "" if value is True else f"={shlex.quote(str(value))}" for name, value in given.items() if value}
    flags = " ".join(f"--{name}{value}" for name, value in shown.items())
    script = pathlib.Path(sys.argv[0]).name
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    lines = [
        f"machine: {cpu()}; {platform.system()} {platform.release()}",
        f"versions: mixup {version} ({commit()}), {output_of('rustc', '--version')}, Python {platform.python_version()}",
        *more,
        f"date: {datetime.date.today().isoformat()}; load average at the end {load}",
        f"command: `python3 experiments/speed/{script} {flags}`",
    ]
    return "\n".join(f"- {line}" for line in lines)


def table(heads, rows):
    """A Markdown table; all columns but the first are right-aligned."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def spread(values, digits=1):
    """Median, minimum and maximum of a spread that `mixup bench` printed, in words."""
    return f"{values['median']:.{digits}f} ({values['min']:.{digits}f} to {values['max']:.{digits}f})"


def range_of(values):
    """Median and range of single measurements in words."""
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def threads_in_words(count):
    """So many threads."""
    return f"{count} thread{'' if count == 1 else 's'}"


def megabytes(peak):
    """Bytes in words."""
    return "unknown" if peak is None else f"{peak / 1e6:,.0f} MB"


def write_section(path, key, body, heading=HEADING):
    """Puts a section into the results file in place of the one with the same key, else at its end.

    A file that is not there begins with the heading.
    """
    start, end = f"<!-- section: {key} -->", f"<!-- end: {key} -->"
    section = f"{start}\n{body.strip()}\n{end}\n"
    text = path.read_text() if path.is_file() else heading
    before, found, rest = text.partition(start)
    if found and end in rest:
        text = before + section + rest.partition(end)[2].lstrip("\n")
        # A section that follows keeps its empty line.
        text = text.replace(f"{end}\n<!--", f"{end}\n\n<!--")
    else:
        text = f"{text.rstrip()}\n\n{section}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    print(body)
