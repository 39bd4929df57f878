#!/usr/bin/env python3
"""Trains on a GPU beside PyTorch, and looks into a step: one line of JSON a measurement, in OUT/speed.jsonl.

In this order: the machine, what its GPU reaches at best (by PyTorch), mixup on each back end, PyTorch's
modes, the kernels of a step. Batches of noise are trained on, because the speed does not depend on what
images show. What does not run is a line with its error. `report_gpu.py` makes tables of the lines.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

# Without the first, a program with both takes Vulkan.
BACK_ENDS = {"cuda": {}, "vulkan": {"CUDA_VISIBLE_DEVICES": ""}}
MODES = ("tutorial", "resident", "resident-nhwc", "resident-bf16", "compiled", "graph-bf16")
RECORD = 3073
# Written into the folder that a profiled training runs in; see `mixup`'s device log.
PROFILED = '[profiling.logger]\nlevel = "basic"\nlog = "info"\n'


def main():
    """The command line."""
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("out", type=pathlib.Path, help="the folder for what is found")
    parser.add_argument("--binary", type=pathlib.Path, default=here / "mixup", help="the program, with GPU back ends")
    parser.add_argument("--experiment", type=pathlib.Path, default=here / "experiments/mixup.toml", help="what is trained")
    parser.add_argument("--peer", type=pathlib.Path, default=here / "peer_torch.py", help="PyTorch's program")
    parser.add_argument("--back-ends", default="cuda,vulkan", help="of these two, with commas")
    parser.add_argument("--batches", default="128,1024", help="images a step, with commas")
    parser.add_argument("--images", type=int, default=12_800, help="training images of noise, a multiple of 640")
    parser.add_argument("--seconds", type=float, default=5, help="how long each thing is measured")
    parser.add_argument("--limit", type=float, default=540, help="seconds after which nothing more is begun")
    parser.add_argument("--device", default="gpu", choices=("gpu", "cpu"), help="cpu: a rehearsal")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    # A profiled training has a working folder of its own.
    options.binary = options.binary.resolve()
    with tempfile.TemporaryDirectory() as folder:
        Measurement(options, pathlib.Path(folder)).run()


class Measurement:
    """A measurement under way: where its lines go, and when it has to end."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.end = time.monotonic() + options.limit
        self.data = write_noise(folder / "noise", options.images)

    def run(self):
        """Everything, in the order of the module's description."""
        options = self.options
        batches = [int(batch) for batch in options.batches.split(",")]
        back_ends = options.back_ends.split(",")
        self.line({"kind": "machine"}, machine)
        for name in ("f32", "tf32", "bf16", "copy"):
            self.line({"kind": "ceiling", "name": name}, lambda: ceiling(name, options.device))
        for back_end in back_ends:
            for batch in batches:
                for precision in ("f32", "bf16"):
                    what = {"kind": "mixup", "back_end": back_end, "batch": batch, "precision": precision}
                    self.line(what, lambda: self.mixup(back_end, batch, precision))
        for batch in batches:
            # A window of the tutorial's is 100 steps, with large batches minutes.
            for mode in MODES if batch == batches[0] else MODES[1:]:
                self.line({"kind": "peer", "mode": mode, "batch": batch}, lambda: self.peer(mode, batch))
        for back_end in back_ends:
            self.line({"kind": "kernels", "back_end": back_end}, lambda: self.kernels(back_end))

    def line(self, what, measure):
        """Measures and writes a line, unless the time is over."""
        start = time.monotonic()
        if start > self.end:
            found = {"error": "not measured: the time was over"}
        else:
            try:
                found = measure()
            # Whatever one measurement comes to, the others are wanted.
            except Exception as error:
                found = {"error": f"{type(error).__name__}: {error}"[:500]}
        line = json.dumps({**what, **found, "seconds": round(time.monotonic() - start, 1)})
        print(line[:300], flush=True)
        with open(self.options.out / "speed.jsonl", "a") as file:
            file.write(line + "\n")

    def mixup(self, back_end, batch, precision):
        """What `mixup bench` says."""
        command = [self.options.binary, "bench", self.experiment(precision), "--data", self.data, "--json"]
        command += ["--no-phases", "--batch-size", batch, "--seconds", self.options.seconds, "--device", self.options.device]
        return json.loads(self.output(command, BACK_ENDS[back_end]).splitlines()[-1])

    def peer(self, mode, batch):
        """What PyTorch's program says."""
        device = "cuda" if self.options.device == "gpu" else "cpu"
        command = [sys.executable, self.options.peer, "--data", self.data, "--device", device, "--modes", mode]
        command += ["--seconds", self.options.seconds, "--batch", batch]
        return json.loads(self.output(command, {}).splitlines()[-1])

    def kernels(self, back_end):
        """The kernels of a step, of the second epoch of a training whose kernels wait for one another."""
        folder = self.folder / f"profiled-{back_end}"
        folder.mkdir()
        (folder / "cubecl.toml").write_text(PROFILED)
        log = folder / "device.log"
        command = [self.options.binary, "train", self.experiment("f32"), "--data", self.data, "--epochs", "3"]
        command += ["--device", self.options.device, "--ui", "none", "--out", folder / "run"]
        self.output(command, {**BACK_ENDS[back_end], "MIXUP_DEVICE_LOG": str(log)}, cwd=folder)
        steps = self.options.images // 128
        return {"batch": 128, "steps": steps, "kernels": kernels_of(log.read_text(), "epoch 2: training", steps)}

    def experiment(self, precision):
        """The experiment in this precision."""
        text, found = re.subn(r'^precision = ".*?"', f'precision = "{precision}"', self.options.experiment.read_text(), flags=re.M)
        assert found == 1, f"{self.options.experiment}: expected one line with a precision, found {found}"
        path = self.folder / f"{precision}.toml"
        path.write_text(text)
        return path

    def output(self, command, more, **where):
        """What a command prints; an error says how it ended."""
        environment = {**os.environ, **more}
        left = max(10, self.end - time.monotonic())
        ended = subprocess.run([str(part) for part in command], env=environment, capture_output=True, text=True, timeout=left, **where)
        if ended.returncode != 0:
            raise RuntimeError(f"exit code {ended.returncode}: {ended.stderr.strip()[-300:]}")
        return ended.stdout


def kernels_of(log, part, steps):
    """Launches and microseconds a step of each kernel in a part of a device log, the slowest first."""
    sums, inside = {}, False
    for line in log.splitlines():
        _, word, rest = (*line.split(" ", 2), "")[:3]
        if word == "part":
            inside = rest == part
        elif word == "kernel" and inside:
            time_of_it, name = rest.split(" ", 1)
            count, total = sums.get(name, (0, 0.0))
            sums[name] = (count + 1, total + float(time_of_it))
    rows = [
        {"name": name, "launches": round(count / steps, 2), "microseconds": round(total / steps, 3)}
        for name, (count, total) in sums.items()
    ]
    return sorted(rows, key=lambda row: -row["microseconds"])


def write_noise(folder, images):
    """A folder with so many training images of noise in CIFAR-10's binary layout; few to test on."""
    folder.mkdir()
    numbers = random.Random(0)
    counts = {**{f"data_batch_{batch}.bin": images // 5 for batch in range(1, 6)}, "test_batch.bin": 10}
    for name, count in counts.items():
        records = (bytes([index % 10]) + numbers.randbytes(RECORD - 1) for index in range(count))
        (folder / name).write_bytes(b"".join(records))
    return folder


def machine():
    """The GPU, its driver, the processor's cores, PyTorch."""
    query = ["nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]
    try:
        gpu = subprocess.run(query, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        gpu = "no GPU"
    try:
        torch = importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        torch = "not there"
    return {"gpu": gpu, "cores": os.cpu_count(), "torch": torch, "date": time.strftime("%Y-%m-%d")}


def ceiling(name, device):
    """TFLOP/s of a large matrix product in this precision, or TB/s of a copy, bytes read and written counted."""
    import torch

    where = "cuda" if device == "gpu" else "cpu"
    size = 8192 if device == "gpu" else 256
    torch.backends.cuda.matmul.allow_tf32 = name == "tf32"
    dtype = torch.bfloat16 if name == "bf16" else torch.float32
    # Random numbers: products of zeros are faster.
    one, other = (torch.randn(size, size, device=where, dtype=dtype) for _ in range(2))
    if name == "copy":
        one = torch.randn(size * size * (16 if device == "gpu" else 1), device=where)
        other = torch.empty_like(one)
        work, amount = (lambda: other.copy_(one)), 2 * 4 * one.numel()
    else:
        work, amount = (lambda: one @ other), 2 * size**3
    wait = torch.cuda.synchronize if device == "gpu" else lambda: None
    times = []
    for _ in range(13):
        wait()
        start = time.perf_counter()
        work()
        wait()
        times.append(time.perf_counter() - start)
    return {"tera_per_second": amount / sorted(times[3:])[5] / 1e12}


if __name__ == "__main__":
    main()
