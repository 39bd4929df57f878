"""Makes class folders with Pillow, and what mixup_data must read from them by Pillow's own decoders.

python3 pillow.py FOLDER writes FOLDER/NAME/{train,test}/CLASS/FILE, FOLDER/cases.txt and FOLDER/*.raw.
A line of cases.txt: set, channels, height, width, how it is resized ("own" if it is not), the largest difference
that is allowed, the largest mean difference, the file of expected bytes, and the files in their order.
"""

import io
import pathlib
import sys

import numpy
from PIL import Image, ImageOps

OUT = pathlib.Path(sys.argv[1])
SIZES = [(32, 32), (48, 31), (1, 17), (17, 1), (90, 140)]
TARGETS = [(24, 40), (64, 64)]


def picture(size):
    """A smooth picture of many colours with one sharp edge."""
    width, height = size
    y, x = numpy.mgrid[0:height, 0:width].astype(float)
    red = 255 * x / max(width - 1, 1)
    green = 127.5 + 127 * numpy.sin(x / 9 + y / 13)
    blue = 255 * (1 - y / max(height - 1, 1))
    rows = numpy.stack([red, green, blue], -1)
    rows[height // 3 :, : width // 4] = 250 - rows[height // 3 :, : width // 4] / 2
    return Image.fromarray(rows.round().clip(0, 255).astype("uint8"), "RGB")


def modes(size):
    colour = picture(size)
    grey = colour.convert("L")
    clear = colour.copy()
    clear.putalpha(ImageOps.invert(grey))
    grey_clear = grey.copy()
    grey_clear.putalpha(colour.getchannel(0))
    deep = numpy.asarray(grey).astype("uint16") * 257 + numpy.arange(size[0], dtype="uint16") % 200
    few = colour.quantize(37)
    clear_few = few.copy()
    clear_few.info["transparency"] = 5
    return {
        "RGB": colour,
        "L": grey,
        "RGBA": clear,
        "LA": grey_clear,
        "1": grey.convert("1"),
        "P": few,
        "P-clear": clear_few,
        "I16": Image.fromarray(deep.clip(0, 65535).astype("uint16")),
        "CMYK": colour.convert("CMYK"),
    }


def with_turn(turn):
    exif = Image.Exif()
    exif[0x112] = turn
    return exif


def exact_files(size):
    """Name, picture and options of files that keep every pixel."""
    all_modes = modes(size)

    def of(ending, names, **options):
        return [(f"{name}-{len(options)}.{ending}", all_modes[name], options) for name in names]

    return (
        of("png", ["RGB", "L", "RGBA", "LA", "1", "P", "P-clear", "I16"])
        + of("webp", ["RGB", "RGBA", "L"], lossless=True, exact=True)
        + of("bmp", ["RGB", "L", "1", "P", "RGBA"])
        + of("gif", ["P", "L", "1", "P-clear"])
        + of("tiff", ["RGB", "L", "RGBA", "1", "I16"])
        + of("tif", ["RGB", "L", "RGBA", "I16"], compression="tiff_lzw")
        + of("tif", ["RGB", "L"], compression="packbits", software="x")
        + of("tiff", ["RGB", "I16"], compression="tiff_deflate")
        + of("tiff", ["1"], compression="group4", software="x")
        + of("ppm", ["RGB"])
        + of("pgm", ["L", "I16"])
        + of("pbm", ["1"])
        + [(f"turned{turn}.png", all_modes["RGB"], {"exif": with_turn(turn)}) for turn in [3, 2]]
    )


def lossy_files(size):
    all_modes = modes(size)
    colour, grey = all_modes["RGB"], all_modes["L"]
    # Decoders interpolate the colours of so narrow pictures by rules of their own.
    fewer_colours = {"subsampling": 2 if size[0] > 2 else 0}
    return [
        ("a.jpg", colour, {"quality": 90} | fewer_colours),
        ("full.jpeg", colour, {"quality": 95, "subsampling": 0}),
        ("half.jpe", colour, {"quality": 90, "subsampling": 1}),
        ("grey.jfif", grey, {"quality": 90}),
        ("progressive.jpg", colour, {"quality": 90, "progressive": True} | fewer_colours),
        ("cmyk.jpg", all_modes["CMYK"], {"quality": 95, "subsampling": 0}),
        ("lossy.webp", colour, {"quality": 80}),
        ("clear.webp", all_modes["RGBA"], {"quality": 80, "exact": True}),
        ("cmyk.tiff", all_modes["CMYK"], {}),
    ]


def turned_files(size):
    """Each turn, of pictures that all have the same size after it."""
    colour = picture(size)
    turns = {1: colour, 2: colour, 3: colour, 4: colour}
    turns |= {turn: colour.transpose(Image.Transpose.ROTATE_90) for turn in [5, 6, 7, 8]}
    files = []
    for turn, image in turns.items():
        options = {"exif": with_turn(turn)}
        files.append((f"{turn}.jpg", image, options | {"quality": 95, "subsampling": 0}))
        files.append((f"{turn}.png", image, options))
        files.append((f"{turn}.webp", image, options | {"lossless": True}))
    return files


def pillows(path, channels):
    """A file's pixels by Pillow. What is transparent is shown as if it were not."""
    with Image.open(path) as image:
        image.load()
        if image.mode.startswith("I"):
            # Pillow has no such conversion; the nearest of 256 values.
            rows = numpy.asarray(image).astype(float)
            grey = Image.fromarray((rows / 257 + 0.5).astype("uint8"))
            return grey if channels == 1 else grey.convert("RGB")
        turned = ImageOps.exif_transpose(image)
        if channels == 1 and turned.mode not in ("L", "LA", "1"):
            return turned.convert("RGB").convert("L")
        return turned.convert("L" if channels == 1 else "RGB")


def rounded(side, by, over, most):
    return min(max((2 * side * by + over) // (2 * over), 1), most)


def inner(outer, like):
    """The largest size within one that has the proportions of another."""
    if outer[0] * like[1] >= outer[1] * like[0]:
        return rounded(outer[1], like[0], like[1], outer[0]), outer[1]
    return outer[0], rounded(outer[0], like[1], like[0], outer[1])


def fitted(image, size, resize):
    if resize == "own" or image.size == size:
        return image
    if resize == "squash":
        return image.resize(size, Image.Resampling.BILINEAR)
    if resize == "crop":
        width, height = inner(image.size, size)
        left, top = (image.width - width) // 2, (image.height - height) // 2
        cut = image.crop((left, top, left + width, top + height))
        return cut.resize(size, Image.Resampling.BILINEAR)
    small = image.resize(inner(size, image.size), Image.Resampling.BILINEAR)
    whole = Image.new(image.mode, size)
    whole.paste(small, ((size[0] - small.width) // 2, (size[1] - small.height) // 2))
    return whole


def planes(image):
    rows = numpy.asarray(image)
    return (rows if rows.ndim == 2 else rows.transpose(2, 0, 1)).tobytes()


def make(name, files, size, own, cases):
    """One set and its cases; `own` are the differences that are allowed without resizing."""
    paths = []
    for index, (file, image, options) in enumerate(files):
        folder = OUT / name / "train" / "ab"[2 * index // len(files)]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{index:03}-{file}"
        image.save(path, **options)
        paths.append(path)
    for label in "ab":
        folder = OUT / name / "test" / label
        folder.mkdir(parents=True)
        picture(size).save(folder / "any.png")
    requests = [(size, "own")] + [(to, how) for to in TARGETS for how in ["squash", "crop", "pad"]]
    for to, how in requests:
        # Pillow rounds after each of its two passes.
        most, mean = own if how == "own" else (own[0] + 1, own[1] + 0.5)
        for channels in [3, 1]:
            raw = f"{name}-{to[0]}x{to[1]}-{how}-{channels}.raw"
            expected = io.BytesIO()
            for path in paths:
                expected.write(planes(fitted(pillows(path, channels), to, how)))
            (OUT / raw).write_bytes(expected.getvalue())
            names = " ".join(path.name for path in paths)
            cases.write(f"{name} {channels} {to[1]} {to[0]} {how} {most} {mean} {raw} {names}\n")


def main():
    with open(OUT / "cases.txt", "w") as cases:
        for size in SIZES:
            text = f"{size[0]}x{size[1]}"
            make(f"exact-{text}", exact_files(size), size, (0, 0), cases)
            make(f"lossy-{text}", lossy_files(size), size, (6, 1.0), cases)
        make("turned", turned_files((40, 24)), (40, 24), (6, 1.0), cases)


if __name__ == "__main__":
    main()
