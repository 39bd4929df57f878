"""What the parity scripts share: the formula that gives every input, and the layout of a result file.

u(k, s) is value number k of stream s, in [0, 1) and exact in f32. On unsigned 32-bit integers, wrapping:
    h = k * 2654435761 + s * 40503 + 12345
    h ^= h >> 16;  h *= 2246822519;  h ^= h >> 13
    u = (h >> 8) / 2^24
A tensor takes k as its flat index in row-major order. Whatever is made of u is computed in f64.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

WORD = 0xFFFFFFFF


def u(shape, stream):
    """The f64 values of one stream, as a tensor of this shape."""
    count = int(np.prod(shape))
    h = (np.arange(count, dtype=np.uint64) * 2654435761 + (stream * 40503 + 12345)) & WORD
    h ^= h >> 16
    h = (h * 2246822519) & WORD
    h ^= h >> 13
    return torch.from_numpy((h >> 8).astype(np.float64) / 2**24).reshape(shape)


def classes(count, stream, of=10):
    """floor(of * u): class numbers."""
    return (of * u((count,), stream)).floor().long()


def nine(values):
    """Numbers at nine significant digits: all that an f32 holds."""
    if isinstance(values, torch.Tensor):
        values = values.detach().tolist()
    if isinstance(values, list):
        return [nine(value) for value in values]
    return float(f"{values:.9g}")


def layout(value, indent=0):
    """JSON where a list of plain values, or whatever fits in a line, stands on one line."""
    flat = json.dumps(value)
    plain = isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value)
    if plain or len(flat) <= 120 or not isinstance(value, (dict, list)):
        return flat
    if isinstance(value, dict):
        lines = [f"{json.dumps(key)}: {layout(item, indent + 1)}" for key, item in value.items()]
    else:
        lines = [layout(item, indent + 1) for item in value]
    first, last = "{}" if isinstance(value, dict) else "[]"
    pad = " " * indent
    return f"{first}\n" + ",\n".join(f"{pad} {line}" for line in lines) + f"\n{pad}{last}"


def write(script, make):
    """Computes the figures on one thread, and writes them to the file named on the command line.

    Without one it replaces the file next to the script.
    """
    torch.set_num_threads(1)
    case = make()
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(script).with_suffix(".json")
    check = {"stream": 1000, "first": u((4,), 1000).tolist()}
    text = layout({"torch": torch.__version__, "formula": check, **case})
    out.write_text(text + "\n")
    print(out, len(text) + 1, "bytes")

