"""Makes sets of images with other programs' writers, and what mixup_data must read from them.

python3 writers.py FOLDER [scipy] writes FOLDER/NAME (a folder or an archive), FOLDER/NAME.raw and FOLDER/cases.txt.
With the word scipy it also makes MATLAB files, which need NumPy and SciPy; all else needs Python alone.
A line of cases.txt: name, a key and its value of the request (- for none), channels, height, width, training images.
NAME.raw has the training pixels, the test pixels (planes, in rows), and all labels, a byte each.
"""

import gzip
import io
import pathlib
import random
import struct
import sys
import tarfile
import zipfile

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


mnist()
cifar100()
if "scipy" in sys.argv[2:]:
    svhn()
(OUT / "cases.txt").write_text("\n".join(CASES) + "\n")
