#!/usr/bin/env python3
"""What a GPU reaches at best, by PyTorch: one line of JSON.

`f32`, `tf32` and `bf16` are TFLOP/s of a large matrix product in this precision, `copy` is TB/s of a copy,
bytes read and written counted; medians of ten. With the argument `cpu` small ones are rehearsed on the CPU.
"""

import json
import sys
import time

import torch


def ceiling(name, device):
    """The ceiling of this name."""
    size = 8192 if device == "cuda" else 256
    torch.backends.cuda.matmul.allow_tf32 = name == "tf32"
    dtype = torch.bfloat16 if name == "bf16" else torch.float32
    # Random numbers: products of zeros are faster.
    if name == "copy":
        one = torch.randn(16 * size * size, device=device)
        other = torch.empty_like(one)
        work, amount = (lambda: other.copy_(one)), 2 * 4 * one.numel()
    else:
        one, other = (torch.randn(size, size, device=device, dtype=dtype) for _ in range(2))
        work, amount = (lambda: one @ other), 2 * size**3
    wait = torch.cuda.synchronize if device == "cuda" else lambda: None
    times = []
    for _ in range(13):
        wait()
        start = time.perf_counter()
        work()
        wait()
        times.append(time.perf_counter() - start)
    # The first three warm up.
    return amount / sorted(times[3:])[5] / 1e12


if __name__ == "__main__":
    where = "cpu" if sys.argv[1:] == ["cpu"] else "cuda"
    print(json.dumps({name: ceiling(name, where) for name in ("f32", "tf32", "bf16", "copy")}))
