"""Makes sets of images with other programs' writers, and what mixup_data must read from them.

python3 writers.py FOLDER [scipy] writes FOLDER/NAME (a folder or an archive), FOLDER/NAME.raw and FOLDER/cases.txt.
With the word scipy it also makes MATLAB files and NumPy arrays, which need NumPy and SciPy; all else needs Python alone.
A line of cases.txt: name, a key and its value of the request (- for none), channels, height, width, training images.
NAME.raw has the training pixels, the test pixels, those of validation if there are any (planes, in rows), and all labels
in the same order, a byte each.
"""

import gzip
import io
import pathlib
import pickle
import random
import struct
import sys
import tarfile
import types
import zipfile
import zlib

OUT = pathlib.Path(sys.argv[1])
DRAW = random.Random(7)
CASES = []


def images(count, channels, side):
    """Random planes, in rows: count x channels x side x side bytes."""
    return [DRAW.randbytes(channels * side * side) for _ in range(count)]


def expect(name, key, shape, train, test, labels):
    """Writes what must be read."""
    (OUT / f"{name}.raw").write_bytes(b"".join(train + test) + bytes(labels))
    CASES.append(" ".join(map(str, [name, key, *shape, len(train)])))


def folder(name, files):
    """A folder of these files, and archives of it by Python's own writers."""
    for path, content in files.items():
        path = OUT / name / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def archives(name, files):
    """Names of a zip archive, a tar archive and a compressed one of these files."""
    with zipfile.ZipFile(OUT / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(f"set/{path}", content)
    for ending, mode in ((".tar", "w"), (".tar.gz", "w:gz")):
        with tarfile.open(OUT / f"{name}{ending}", mode) as archive:
            for path, content in files.items():
                entry = tarfile.TarInfo(f"set/{path}")
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    return [f"{name}.zip", f"{name}.tar", f"{name}.tar.gz"]


def everywhere(name, key, shape, files, train, test, labels):
    """The set in a folder and in every archive."""
    folder(name, files)
    for place in [name, *archives(name, files)]:
        expect(place, key, shape, train, test, labels)


def idx(dimensions, values):
    """An idx file of bytes."""
    return struct.pack(f">HBB{len(dimensions)}I", 0, 8, len(dimensions), *dimensions) + values


def mnist():
    """MNIST's files: plain, packed, with a dot in their names, and EMNIST's, whose planes stand in columns."""
    train, test = images(23, 1, 28), images(7, 1, 28)
    labels = [DRAW.randrange(10) for _ in range(30)]
    labels[0] = 9
    parts = {"train": (train, labels[:23]), "t10k": (test, labels[23:])}
    files = {}
    for part, (planes, of_part) in parts.items():
        files[f"{part}-images-idx3-ubyte"] = idx([len(planes), 28, 28], b"".join(planes))
        files[f"{part}-labels-idx1-ubyte"] = idx([len(planes)], bytes(of_part))
    shape = (1, 28, 28)
    everywhere("mnist", "-", shape, files, train, test, labels)
    packed = {f"{name}.gz": gzip.compress(content) for name, content in files.items()}
    everywhere("mnist-packed", "set=fashion-mnist", shape, packed, train, test, labels)
    dotted = {name.replace("-idx", ".idx"): content for name, content in files.items()}
    everywhere("mnist-dotted", "-", shape, dotted, train, test, labels)
    in_columns = lambda plane: bytes(plane[row * 28 + column] for column in range(28) for row in range(28))
    emnist = {}
    for part, (planes, of_part) in parts.items():
        name = f"emnist-digits-{part.replace('t10k', 'test')}"
        turned = b"".join(map(in_columns, planes))
        emnist[f"{name}-images-idx3-ubyte.gz"] = gzip.compress(idx([len(planes), 28, 28], turned))
        emnist[f"{name}-labels-idx1-ubyte.gz"] = gzip.compress(idx([len(planes)], bytes(of_part)))
    everywhere("emnist", "-", shape, emnist, train, test, labels)


def cifar100():
    """CIFAR-100's binary layout."""
    train, test = images(19, 3, 32), images(5, 3, 32)
    fine = [DRAW.randrange(100) for _ in range(24)]
    coarse = [DRAW.randrange(20) for _ in range(24)]
    records = [bytes([c, f]) + pixels for c, f, pixels in zip(coarse, fine, train + test)]
    files = {
        "train.bin": b"".join(records[:19]),
        "test.bin": b"".join(records[19:]),
        "fine_label_names.txt": "\n".join(f"fine {n}" for n in range(100)).encode() + b"\n\n",
        "coarse_label_names.txt": "\n".join(f"coarse {n}" for n in range(20)).encode() + b"\n",
    }
    everywhere("cifar100", "labels=fine", (3, 32, 32), files, train, test, fine)
    everywhere("cifar100-coarse", "labels=coarse", (3, 32, 32), files, train, test, coarse)
    names = {
        b"fine_label_names": [b"fine %d" % n for n in range(100)],
        b"coarse_label_names": [b"coarse %d" % n for n in range(20)],
    }
    files = {
        "train": python_two(batch(b"training batch 1 of 1", train, fine[:19], coarse[:19])),
        "test": python_two(batch(b"testing batch 1 of 1", test, fine[19:], coarse[19:])),
        "meta": python_two(names),
    }
    everywhere("cifar100-python", "labels=fine", (3, 32, 32), files, train, test, fine)
    everywhere("cifar100-python-coarse", "labels=coarse", (3, 32, 32), files, train, test, coarse)


def batch(words, planes, fine, coarse):
    """What a Python file of CIFAR-100 holds."""
    return {
        b"filenames": [b"picture_s_%06d.png" % n for n in range(len(planes))],
        b"batch_label": words,
        b"fine_labels": fine,
        b"coarse_labels": coarse,
        b"data": Array(len(planes), 3072, b"".join(planes)),
    }


class Array:
    """An array of bytes, which is pickled as NumPy's."""

    def __init__(self, rows, columns, content):
        self.state = (1, (rows, columns), Kind(), False, content)

    def __reduce__(self):
        return _reconstruct, (ndarray, (0,), b"b"), self.state


class Kind:
    """The type of a byte, which is pickled as NumPy's dtype("uint8")."""

    def __reduce__(self):
        return dtype, (b"u1", 0, 1), (3, b"|", None, None, None, -1, -1, 0)


def stand_in(module, name):
    """An object that is pickled as this name of NumPy's, which need not be there."""
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        sys.modules.setdefault(".".join(parts[:end]), types.ModuleType(".".join(parts[:end])))
    made = type(name, (), {"__module__": module})
    setattr(sys.modules[module], name, made)
    return made


def python_two(value):
    """A pickle with the strings of Python 2, as the official files have them."""

    class Pickler(pickle._Pickler):
        dispatch = dict(pickle._Pickler.dispatch)

        def save_string(self, text):
            if len(text) < 256:
                self.write(pickle.SHORT_BINSTRING + bytes([len(text)]) + text)
            else:
                self.write(pickle.BINSTRING + struct.pack("<i", len(text)) + text)
            self.memoize(text)

        dispatch[bytes] = save_string

    file = io.BytesIO()
    Pickler(file, 2).dump(value)
    return file.getvalue()


def png(plane, side=32):
    """A square picture in colour, from planes in rows."""
    area = side * side
    rows = b"".join(
        b"\0" + bytes(plane[channel * area + row * side + column] for column in range(side) for channel in range(3))
        for row in range(side)
    )

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pictures():
    """Class folders, and lists of the same pictures."""
    train, test = images(12, 3, 32), images(6, 3, 32)
    classes = ["ant", "bee", "cat"]
    folders, photos, lists = {}, {}, {"train": [], "test": []}
    labels = []
    for part, planes in (("train", train), ("test", test)):
        for number, plane in enumerate(planes):
            label = number * len(classes) // len(planes)
            labels.append(label)
            folders[f"{part}/{classes[label]}/{number:02}.png"] = png(plane)
            photos[f"photos/{part} {number:02}.png"] = png(plane)
            lists[part].append(f"photos/{part} {number:02}.png\t{classes[label]}\n")
    everywhere("class-folders", "-", (3, 32, 32), folders, train, test, labels)
    listed = photos | {f"{part}.txt": "".join(lines).encode() for part, lines in lists.items()}
    everywhere("lists", "-", (3, 32, 32), listed, train, test, labels)


def svhn():
    """SVHN's MATLAB files by SciPy: compressed or not, either order of variables."""
    import numpy
    import scipy.io

    train, test, extra = images(17, 3, 32), images(4, 3, 32), images(6, 3, 32)
    labels = [DRAW.randrange(10) for _ in range(27)]
    labels[0] = 0

    def matlab(planes, digits, compress, turned):
        x = numpy.stack([numpy.frombuffer(plane, "uint8").reshape(3, 32, 32).transpose(1, 2, 0) for plane in planes], -1)
        y = numpy.array([[digit or 10] for digit in digits], "uint8")
        variables = {"y": y, "X": x} if turned else {"X": x, "y": y}
        file = io.BytesIO()
        scipy.io.savemat(file, variables, do_compression=compress)
        return file.getvalue()

    for compress in (False, True):
        for turned in (False, True):
            files = {
                "train_32x32.mat": matlab(train, labels[:17], compress, turned),
                "test_32x32.mat": matlab(test, labels[17:21], compress, turned),
                "extra_32x32.mat": matlab(extra, labels[21:], compress, turned),
            }
            name = f"svhn-{'packed' if compress else 'plain'}-{'turned' if turned else 'straight'}"
            everywhere(name, "-", (3, 32, 32), files, train, test, labels[:21])
            all_labels = labels[:17] + labels[21:] + labels[17:21]
            everywhere(f"{name}-extra", "extra=true", (3, 32, 32), files, train + extra, test, all_labels)


def stl10():
    """STL-10's files: planes in columns, labels from 1."""
    train, test = images(4, 3, 96), images(3, 3, 96)
    labels = [DRAW.randrange(10) for _ in range(7)]
    labels[0] = 9
    plane = 96 * 96
    in_columns = lambda planes: bytes(
        planes[channel * plane + row * 96 + column] for channel in range(3) for column in range(96) for row in range(96)
    )
    one_based = lambda labels: bytes(label + 1 for label in labels)
    files = {
        "train_X.bin": b"".join(map(in_columns, train)),
        "train_y.bin": one_based(labels[:4]),
        "test_X.bin": b"".join(map(in_columns, test)),
        "test_y.bin": one_based(labels[4:]),
        "unlabeled_X.bin": DRAW.randbytes(1000),
        "fold_indices.txt": b"0 1 \n2 3 \n",
        "class_names.txt": b"airplane\nbird\ncar\ncat\ndeer\ndog\nhorse\nmonkey\nship\ntruck\n",
    }
    everywhere("stl10", "-", (3, 96, 96), files, train, test, labels)


def tiny_imagenet():
    """Tiny ImageNet's folders and texts. The pictures are PNG, which loses nothing, under the ending of JPEG."""
    wnids = ["n02124075", "n01443537", "n09256479"]
    in_order = sorted(wnids)
    train, test = images(6, 3, 64), images(4, 3, 64)
    train_labels = [0, 0, 1, 1, 2, 2]
    test_labels = [2, 0, 1, 0]
    files = {"wnids.txt": "".join(f"{wnid}\n" for wnid in wnids).encode()}
    files["words.txt"] = b"n00000001\tanother thing\n" + b"".join(
        f"{wnid}\tname {wnid}, another name\n".encode() for wnid in wnids
    )
    for number, (plane, label) in enumerate(zip(train, train_labels)):
        wnid = in_order[label]
        files[f"train/{wnid}/images/{wnid}_{number}.JPEG"] = png(plane, 64)
        files[f"train/{wnid}/{wnid}_boxes.txt"] = b"a box\n"
    lines = []
    for number, (plane, label) in enumerate(zip(test, test_labels)):
        files[f"val/images/val_{number}.JPEG"] = png(plane, 64)
        lines.append(f"val_{number}.JPEG\t{in_order[label]}\t0\t0\t63\t63\n")
        files[f"test/images/test_{number}.JPEG"] = png(plane, 64)
    files["val/val_annotations.txt"] = "".join(lines).encode()
    everywhere("tiny-imagenet", "-", (3, 64, 64), files, train, test, train_labels + test_labels)


def arrays():
    """NumPy arrays by NumPy's own writers: MedMNIST's names, Keras's names, packed or not, and several types of labels."""
    import numpy

    for channels, side, kind in ((1, 28, "uint8"), (3, 28, "uint8"), (3, 64, ">i8"), (1, 5, "int32")):
        parts = {"train": images(9, channels, side), "test": images(4, channels, side), "val": images(3, channels, side)}
        labels = {part: [DRAW.randrange(6) for _ in planes] for part, planes in parts.items()}
        labels["train"][0] = 5
        rows = [numpy.frombuffer(b"".join(planes), "uint8") for planes in parts.values()]
        rows = [values.reshape(-1, channels, side, side).transpose(0, 2, 3, 1) for values in rows]
        rows = [numpy.ascontiguousarray(values[..., 0] if channels == 1 else values) for values in rows]
        named = {}
        for (part, values), pixels in zip(labels.items(), rows):
            named[f"{part}_images"] = pixels
            named[f"{part}_labels"] = numpy.array(values, kind).reshape(-1, 1)
        expected = parts["train"], parts["test"] + parts["val"], labels["train"] + labels["test"] + labels["val"]
        name = f"arrays-{channels}-{side}"
        for ending, save in (("", numpy.savez), ("-packed", numpy.savez_compressed)):
            save(OUT / f"{name}{ending}.npz", **named)
            expect(f"{name}{ending}.npz", "-", (channels, side, side), *expected)
        keras = {f"{'x' if key.endswith('images') else 'y'}_{key.split('_')[0]}": value for key, value in named.items()}
        keras = {key: value.reshape(-1) if key[0] == "y" else value for key, value in keras.items()}
        numpy.savez(OUT / f"{name}-keras.npz", **keras)
        expect(f"{name}-keras.npz", "-", (channels, side, side), *expected)
        (OUT / name).mkdir()
        for key, value in named.items():
            with open(OUT / name / f"{key}.npy", "wb") as file:
                numpy.lib.format.write_array(file, value, version=(1 + side % 3, 0))
        expect(name, "-", (channels, side, side), *expected)


mnist()
stl10()
tiny_imagenet()
if "scipy" in sys.argv[2:]:
    svhn()
    arrays()
# Last, because these names would replace NumPy's own.
_reconstruct = stand_in("numpy.core.multiarray", "_reconstruct")
ndarray, dtype = stand_in("numpy", "ndarray"), stand_in("numpy", "dtype")
cifar100()
pictures()
(OUT / "cases.txt").write_text("\n".join(CASES) + "\n")
