#!/usr/bin/env python3
"""Trains on a GPU, here and with PyTorch, and looks into a step: one line of JSON a measurement, in OUT/speed.jsonl.

In this order: what the GPU reaches at best; mixup on each back end, and the kernels of its steps; PyTorch's
modes. Batches of noise are trained on, because the speed does not depend on what images show. What does not
run is a line with its error; what the file has without one is not measured again. `report_gpu.py` makes
tables of the lines.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

import gpu_kernels

# Without the variable, a program that has both takes CUDA.
BACK_ENDS = {"cuda": {}, "vulkan": {"CUDA_VISIBLE_DEVICES": ""}}
NAMES = {"cuda": "(CUDA)", "vulkan": "(Vulkan)"}
MODES = ("resident", "resident-nhwc", "resident-bf16", "graph-bf16", "compiled", "tutorial")
RECORD = 3073
# Images a step where kernels are looked at.
BATCH = 128
# Written into the folder that a profiled training runs in; see `mixup`'s device log.
PROFILED = '[profiling.logger]\nlevel = "basic"\nlog = "info"\n'
# What tells one measurement from another.
KEYS = ("kind", "back_end", "mode", "batch", "precision")


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
    parser.add_argument("--seconds", type=float, default=4, help="how long each thing is measured")
    parser.add_argument("--each", type=float, default=150, help="seconds after which a measurement is given up")
    parser.add_argument("--limit", type=float, default=520, help="seconds after which nothing more is begun")
    parser.add_argument("--device", default="gpu", choices=("gpu", "cpu"), help="cpu: a rehearsal")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    # A profiled training has a working folder of its own.
    options.binary = options.binary.resolve()
    with tempfile.TemporaryDirectory() as folder:
        Measurement(options, pathlib.Path(folder)).run()


class Measurement:
    """A measurement under way: where its lines go, what they have already, and when it has to end."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.lines = options.out / "speed.jsonl"
        self.end = time.monotonic() + options.limit
        found = [json.loads(line) for line in self.lines.read_text().splitlines()] if self.lines.is_file() else []
        self.machine = machine()
        self.done = {key_of(line) for line in found if "error" not in line and line["gpu"] == self.machine["gpu"]}
        self.data = write_noise(folder / "noise", options.images)

    def run(self):
        """Everything, in the order of the module's description."""
        batches = [int(batch) for batch in self.options.batches.split(",")]
        self.line({"kind": "ceilings"}, self.ceilings)
        for back_end in self.options.back_ends.split(","):
            for batch in batches:
                self.line(mixup_key(back_end, batch, "f32"), lambda: self.mixup(back_end, batch, "f32"))
            self.line({"kind": "kernels", "back_end": back_end, "batch": BATCH}, lambda: self.kernels(back_end))
            for batch in batches:
                self.line(mixup_key(back_end, batch, "bf16"), lambda: self.mixup(back_end, batch, "bf16"))
        for batch in batches:
            # A window of the tutorial's is 100 steps, with large batches minutes.
            for mode in MODES if batch == batches[0] else MODES[:-1]:
                self.line({"kind": "peer", "mode": mode, "batch": batch}, lambda: self.peer(mode, batch))

    def line(self, what, measure):
        """Measures and writes a line, unless it is there or the time is over."""
        if key_of(what) in self.done:
            return
        start = time.monotonic()
        if start > self.end:
            found = {"error": "not measured: the time was over"}
        else:
            try:
                found = measure()
            # Whatever one measurement comes to, the others are wanted.
            except Exception as error:
                found = {"error": f"{type(error).__name__}: {error}"}
        line = json.dumps({**self.machine, **found, **what, "seconds": round(time.monotonic() - start, 1)})
        print(*what.values(), found.get("error") or found.get("images_per_second", ""), flush=True)
        with open(self.lines, "a") as file:
            file.write(line + "\n")

    def ceilings(self):
        """What `gpu_ceilings.py` says, in a process of its own that keeps no memory."""
        program = pathlib.Path(__file__).resolve().parent / "gpu_ceilings.py"
        return last_json(self.output([sys.executable, program, self.options.device]))

    def mixup(self, back_end, batch, precision):
        """What `mixup bench` says."""
        command = [self.options.binary, "bench", self.experiment(precision), "--data", self.data, "--json"]
        command += ["--no-phases", "--batch-size", batch, "--seconds", self.options.seconds, "--device", self.options.device]
        found = last_json(self.output(command, BACK_ENDS[back_end]))
        self.check_device(back_end, found["device"])
        return found

    def check_device(self, back_end, device):
        """Whether the back end is the one that was meant."""
        if self.options.device == "gpu" and NAMES[back_end] not in device:
            raise RuntimeError(f"expected a GPU by {NAMES[back_end]}, found {device}")

    def peer(self, mode, batch):
        """What PyTorch's program says."""
        device = "cuda" if self.options.device == "gpu" else "cpu"
        command = [sys.executable, self.options.peer, "--data", self.data, "--device", device, "--modes", mode]
        found = last_json(self.output([*command, "--seconds", self.options.seconds, "--batch", batch]))
        # In words, which the mode says already.
        found.pop("precision", None)
        return found

    def kernels(self, back_end):
        """The kernels of a step: of the second epoch's log, and by the profiler where there is one."""
        folder = self.folder / f"profiled-{back_end}"
        folder.mkdir()
        (folder / "cubecl.toml").write_text(PROFILED)
        log = folder / "device.log"
        logged = self.training(folder / "logged")
        self.output(logged, {**BACK_ENDS[back_end], "MIXUP_DEVICE_LOG": str(log)}, folder)
        shutil.copy(log, self.options.out / f"device-{back_end}.log")
        self.check_device(back_end, json.loads((folder / "logged/run.json").read_text())["device"])
        kernels = gpu_kernels.of_log(log.read_text(), "epoch 2: training", self.options.images // BATCH)
        if not kernels and self.options.device == "gpu":
            raise RuntimeError("the device log has no kernels")
        found = {"kernels": kernels}
        if back_end == "cuda" and shutil.which("ncu"):
            try:
                found["ncu"] = self.profiled(back_end, folder, sum(kernel["launches"] for kernel in kernels))
            # The log's kernels are worth something without it.
            except Exception as error:
                found["ncu_error"] = f"{type(error).__name__}: {error}"
        return found

    def profiled(self, back_end, folder, launches_a_step):
        """The kernels of some steps by the profiler, which ends the training when it has seen enough."""
        table = folder / "ncu.csv"
        command = gpu_kernels.ncu_command(table, launches_a_step) + self.training(folder / "profiled")
        self.output(command, BACK_ENDS[back_end], self.folder, check=False)
        return gpu_kernels.of_ncu(table.read_text(), launches_a_step)

    def training(self, run):
        """A command that trains three epochs into this folder."""
        command = [self.options.binary, "train", self.experiment("f32"), "--data", self.data, "--epochs", "3"]
        return command + ["--device", self.options.device, "--ui", "none", "--out", run]

    def experiment(self, precision):
        """The experiment in this precision."""
        text, found = re.subn(r'^precision = ".*?"', f'precision = "{precision}"', self.options.experiment.read_text(), flags=re.M)
        assert found == 1, f"{self.options.experiment}: expected one line with a precision, found {found}"
        path = self.folder / f"{precision}.toml"
        path.write_text(text)
        return path

    def output(self, command, variables=None, folder=None, check=True):
        """What a command prints; what it says besides goes to OUT/speed.err."""
        command = [str(part) for part in command]
        limit = max(10, min(self.options.each, self.end + 30 - time.monotonic()))
        with open(self.options.out / "speed.err", "a") as errors:
            print("$", *command, file=errors, flush=True)
            start = errors.tell()
            ended = subprocess.run(
                command, env={**os.environ, **(variables or {})}, cwd=folder, timeout=limit,
                stdout=subprocess.PIPE, stderr=errors, text=True,
            )
        if check and ended.returncode != 0:
            said = (self.options.out / "speed.err").read_bytes()[start:].decode(errors="replace")
            raise RuntimeError(f"exit code {ended.returncode}: {' '.join(said.split())[-300:]}")
        return ended.stdout


def key_of(line):
    """What tells this measurement from another."""
    return tuple(line.get(key) for key in KEYS)


def mixup_key(back_end, batch, precision):
    """The key of a measurement of mixup."""
    return {"kind": "mixup", "back_end": back_end, "batch": batch, "precision": precision}


def last_json(text):
    """The object in the last line."""
    return json.loads(text.splitlines()[-1])


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
    """The GPU, its driver and memory; the processor's cores; PyTorch; the day."""
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


if __name__ == "__main__":
    main()
