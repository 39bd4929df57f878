#!/usr/bin/env python3
"""What torchvision makes of PIL images when it changes their colours or their geometry, and TrivialAugment's strengths.

    python3 tests/parity/retouch.py crates/data/tests/retouch.json

`images` stand in the file in hexadecimal, [channels, height, width], with 1 channel (mode "L") or 3 ("RGB"). They are
made of u (in formula.py), stream 4000 and on: noise, low contrast, a slope, few values.

`operations` lists for each of `_apply_op`'s names the magnitudes that it was given, with nearest-neighbour sampling and
fill None, and for each image (in their order) the first 12 hexadecimal digits of the SHA-256 of each result. "Hue" is
`adjust_hue`. `results` are some results whole, to look at. `strengths` are TrivialAugmentWide's tables of 31 magnitudes.

All magnitudes are f32, printed at nine digits: whoever reads them rounds to f32 and widens.
"""

import hashlib

import numpy as np
import PIL
import torchvision
from PIL import Image
from torchvision.transforms import InterpolationMode, TrivialAugmentWide
from torchvision.transforms import functional as F
from torchvision.transforms.autoaugment import _apply_op

from formula import u, write

# More than TrivialAugment draws: right angles, beyond the image, factors that only ColorJitter has.
SHEARS = [0.125, 0.25, 0.5, -0.75, 1.0, -1.0, 2.5]
SHIFTS = [0.0, 1.0, -1.0, 2.9, -2.9, 7.0, -9.0, 100.0, -100.0]
ANGLES = [0.0, 30.0, 45.0, 60.0, 90.0, 180.0, 270.0, 360.0, -90.0, -180.0, 400.0, 179.5, 1e-6, -1e-20]
FACTORS = [-1.0, -0.5, 0.0, 1e-7, 0.5, 1.0, 2.7, 10.0]
MORE = {
    "Identity": [0.0],
    "ShearX": SHEARS,
    "ShearY": SHEARS,
    "TranslateX": SHIFTS,
    "TranslateY": SHIFTS,
    "Rotate": ANGLES,
    "Brightness": FACTORS,
    "Color": FACTORS,
    "Contrast": FACTORS,
    "Sharpness": FACTORS,
    "Posterize": [1.0],
    "Solarize": [0.5, 128.0, 256.0],
    "AutoContrast": [0.0],
    "Equalize": [0.0],
    "Hue": [step / 20 for step in range(-10, 11)] + [0.001, -0.001, 0.004, -0.004, 1 / 3],
}


def images():
    def noise(shape, stream):
        return np.floor(256 * u(shape, stream).numpy())

    def slope(channels, height, width):
        channel, row, column = np.mgrid[:channels, :height, :width]
        return (40 * channel + 5 * row + 3 * column) % 256

    made = {
        "noise": noise((3, 9, 7), 4000),
        "grey noise": noise((1, 7, 9), 4001),
        "low contrast": np.floor(noise((3, 16, 16), 4002) / 8) + 90,
        "few grey values": np.floor(noise((1, 16, 16), 4003) / 86) * 37 + 11,
        "slope": slope(3, 32, 32) + np.floor(noise((3, 32, 32), 4004) / 10),
        "two rows": noise((3, 2, 5), 4005),
        "one pixel": noise((1, 1, 1), 4006),
    }
    return {name: pixels.clip(0, 255).astype(np.uint8) for name, pixels in made.items()}


def pil(pixels):
    if pixels.shape[0] == 1:
        return Image.fromarray(pixels[0])
    return Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0)))


def planes(image):
    pixels = np.asarray(image)
    return pixels[None] if pixels.ndim == 2 else np.ascontiguousarray(pixels.transpose(2, 0, 1))


def apply(operation, magnitude, pixels):
    image = pil(pixels)
    if operation == "Hue":
        changed = F.adjust_hue(image, magnitude)
    else:
        changed = _apply_op(image, operation, magnitude, InterpolationMode.NEAREST, None)
    assert changed.mode == image.mode and changed.size == image.size
    return planes(changed).tobytes()


def digest(result):
    return hashlib.sha256(result).hexdigest()[:12]


def f32(magnitude):
    """At nine digits, all that an f32 holds."""
    return float(f"{np.float32(magnitude):.9g}")


def strengths():
    space = TrivialAugmentWide()._augmentation_space(31)
    return {name: [f32(m) for m in table.reshape(-1).tolist()] for name, (table, _) in space.items()}


def magnitudes(operation, tables):
    signed = operation in TrivialAugmentWide()._augmentation_space(31) and operation not in ("Posterize", "Solarize")
    drawn = tables.get(operation, [])
    drawn = [sign * m for m in drawn for sign in ((1, -1) if signed else (1,))]
    return sorted({f32(m) for m in drawn + MORE[operation]})


def case(operation, tables, pictures):
    values = magnitudes(operation, tables)
    as_read = [float(np.float32(value)) for value in values]
    digests = [[digest(apply(operation, value, pixels)) for value in as_read] for pixels in pictures.values()]
    shown = ("noise", "grey noise")
    middle = len(values) // 2 + 3 if len(values) > 6 else 0
    results = [
        {"image": name, "magnitude": values[middle], "result": apply(operation, as_read[middle], pictures[name]).hex()}
        for name in shown
    ]
    return {"operation": operation, "magnitudes": values, "digests": digests, "results": results}


def figures():
    tables, pictures = strengths(), images()
    return {
        "torchvision": torchvision.__version__,
        "pillow": PIL.__version__,
        "strengths": tables,
        "images": [
            {"name": name, "shape": list(pixels.shape), "pixels": pixels.tobytes().hex()}
            for name, pixels in pictures.items()
        ],
        "operations": [case(operation, tables, pictures) for operation in MORE],
    }


def main():
    write(__file__, figures)


if __name__ == "__main__":
    main()
