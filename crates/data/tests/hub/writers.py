"""Parquet files by the Hugging Face library and by pyarrow: `writers.py FOLDER [CIFAR10]`.

Without CIFAR10, each case is a folder of files next to FOLDER/cases.txt, whose lines are: the name of the case, the
number of training images and of test images. The expected bytes (training pixels, training labels, test pixels,
test labels; planes of rows) are in FOLDER/NAME.raw.

With CIFAR10, a folder in CIFAR-10's binary layout, its images are written as the library writes them today
(FOLDER/new) and as it did before (FOLDER/old).
"""

import io
import json
import pathlib
import sys

import datasets
import numpy
import pyarrow
import pyarrow.parquet
from PIL import Image

CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def png(pixels):
    """A picture of [height, width, channels], or [height, width] if it is grey, as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png")
    return file.getvalue()


def features(image, label, classes):
    return datasets.Features({image: datasets.Image(), label: datasets.ClassLabel(names=classes)})


def new(path, pictures, labels, image="img", label="label", classes=CLASSES):
    """As the library writes today."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = {image: [{"bytes": png(picture), "path": None} for picture in pictures], label: labels.tolist()}
    datasets.Dataset.from_dict(rows, features=features(image, label, classes)).to_parquet(path)


def arrow(pictures, labels, image="img", label="label", classes=CLASSES, kinds=True):
    """A table of pyarrow with the footer's entry of the library, or without."""
    struct = pyarrow.struct([("bytes", pyarrow.binary()), ("path", pyarrow.string())])
    files = [{"bytes": png(picture), "path": f"{index}.png"} for index, picture in enumerate(pictures)]
    table = pyarrow.table({image: pyarrow.array(files, struct), label: pyarrow.array(labels)})
    if not kinds:
        return table
    info = {"info": {"features": features(image, label, classes).to_dict()}}
    return table.replace_schema_metadata({"huggingface": json.dumps(info)})


def old(path, pictures, labels):
    """As the library wrote before: Snappy and dictionaries throughout, row groups of 100."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(
        arrow(pictures, labels), path, row_group_size=100, compression="snappy", use_dictionary=True, version="1.0"
    )


def raw(*parts):
    """The bytes that are expected of parts, each pictures and labels."""
    data = b""
    for pictures, labels in parts:
        planes = pictures[..., None] if pictures.ndim == 3 else pictures
        data += planes.transpose(0, 3, 1, 2).tobytes() + bytes(labels.tolist())
    return data


def cases(folder):
    draw = numpy.random.default_rng(7)
    lines = []

    def case(name, write, size=(5, 7), classes=10, grey=False, counts=(230, 40)):
        shape = size if grey else (*size, 3)
        parts = []
        for split, count in zip(["train", "test"], counts):
            pictures = draw.integers(0, 256, (count, *shape), numpy.uint8)
            labels = draw.integers(0, classes, count)
            labels[:classes] = numpy.arange(classes)[: len(labels[:classes])]
            write(split, pictures, labels)
            parts.append((pictures, labels))
        (folder / f"{name}.raw").write_bytes(raw(*parts))
        lines.append(f"{name} {counts[0]} {counts[1]}")

    def path(name, split):
        place = folder / name / f"data/{split}-00000-of-00001.parquet"
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    case("new", lambda split, *rows: new(path("new", split), *rows))
    case("old", lambda split, *rows: old(path("old", split), *rows))
    names = [f"class {number}" for number in range(300)]
    case("image-first", lambda split, *rows: new(path("image-first", split), *rows, "image", "y", names[:4]), classes=4)
    case("grey", lambda split, *rows: new(path("grey", split), *rows), grey=True, size=(28, 28))

    def by_validation(split, *rows):
        old(path("by-validation", "validation" if split == "test" else split), *rows)

    case("by-validation", by_validation)

    def shards(split, pictures, labels):
        for index, part in enumerate(numpy.array_split(numpy.arange(len(labels)), 3)):
            place = folder / "shards" / "config" / f"{split}-{index:05}-of-00003.parquet"
            new(place, pictures[part], labels[part])

    case("shards", shards)

    def variant(name, kinds=True, **options):
        def write(split, *rows):
            pyarrow.parquet.write_table(arrow(*rows, kinds=kinds), path(name, split), **options)

        case(name, write)

    variant("plain", compression="none", use_dictionary=False)
    variant("pages-2", compression="snappy", data_page_version="2.0", data_page_size=2000)
    variant("no-kinds", kinds=False)
    variant("large", row_group_size=7, data_page_size=100, write_batch_size=3)
    (folder / "cases.txt").write_text("\n".join(lines) + "\n")


def cifar10(folder, source):
    def records(names):
        data = numpy.concatenate([numpy.fromfile(source / name, numpy.uint8) for name in names]).reshape(-1, 3073)
        return data[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), data[:, 0].astype(numpy.int64)

    train = records([f"data_batch_{number}.bin" for number in range(1, 6)])
    test = records(["test_batch.bin"])
    for split, rows in [("train", train), ("test", test)]:
        new(folder / f"new/plain_text/{split}-00000-of-00001.parquet", *rows)
        old(folder / f"old/data/{split}-00000-of-00001-a09b74b3ef9c3b56.parquet", *rows)


if __name__ == "__main__":
    place = pathlib.Path(sys.argv[1])
    if len(sys.argv) > 2:
        cifar10(place, pathlib.Path(sys.argv[2]))
    else:
        cases(place)
