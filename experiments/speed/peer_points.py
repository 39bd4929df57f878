#!/usr/bin/env python3
"""Trains PointNet in PyTorch on generated clouds, and prints clouds a second as a line of JSON.

The network is that of assets/mixup_torch.py, the step that of experiments/points/baseline.toml without its looks: Adam,
cross-entropy on soft labels. Only the step is timed; the batch stays the same.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import time

import torch


def main():
    """Measures for some seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", default="pointnet")
    parser.add_argument("--widths", default="64,128,256", help="outputs of the layers of points, with commas")
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--points", type=int, default=256)
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--mode", choices=("f32", "compiled"), default="f32")
    options = parser.parse_args()
    rates = measured(options)
    print(json.dumps({"mode": options.mode, "images_per_second": statistics.median(rates), "version": torch.__version__}))


def measured(options):
    """Clouds a second of windows of ten steps."""
    sys.dont_write_bytecode = True
    sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "assets"))
    import mixup_torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())))
    torch.manual_seed(1)
    widths = [int(width) for width in options.widths.split(",")]
    network = mixup_torch.build(options.network, widths, 10, options.hidden, (3, options.points, 1)).train()
    compute = torch.compile(network) if options.mode == "compiled" else network
    optimizer = torch.optim.Adam(network.parameters(), 1e-3, weight_decay=1e-5)
    clouds = torch.randn(options.batch, 3, options.points, 1)
    targets = torch.eye(10)[torch.randint(10, (options.batch,))]

    def step():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(compute(clouds), targets)
        loss.backward()
        optimizer.step()

    for _ in range(5):
        step()
    rates, start = [], time.perf_counter()
    while len(rates) < 3 or time.perf_counter() - start < options.seconds:
        begin = time.perf_counter()
        for _ in range(10):
            step()
        rates.append(10 * options.batch / (time.perf_counter() - begin))
    return rates


if __name__ == "__main__":
    main()
