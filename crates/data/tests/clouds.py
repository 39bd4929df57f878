"""Makes sets of point clouds with other programs' writers, and checks what mixup_data reads from them.

python3 clouds.py write FOLDER writes FOLDER/NAME (a set) and FOLDER/cases.txt.
A line of cases.txt: the name of a set, and the points that are asked for (- for none).
What is read is then written by the Rust test: FOLDER/NAME.POINTS.PART.points (f32), .labels (u16) and
FOLDER/NAME.POINTS.classes (text).
python3 clouds.py check FOLDER compares these with the sets, and prints how many clouds were compared.
It needs NumPy, h5py and trimesh.
"""

import pathlib
import sys

STORED = 256
FEWER = 96
COUNTS = {"train": 6, "test": 4}
CLASSES = ["bed", "glass_box", "sofa"]
MESH_POINTS = 4096
# A chosen cloud shows which points were chosen: their z coordinates are multiples of this, in any order.
STEP = 0.03125


def stored_clouds(seed):
    """Clouds whose z coordinates tell one point from another, and their labels."""
    import numpy

    draw = numpy.random.default_rng(seed)
    parts = {}
    for part, count in COUNTS.items():
        points = draw.normal(size=(count, STORED, 3)) * [2.0, 0.5, 1.0] + [3.0, -7.0, 0.5]
        for cloud in points:
            cloud[:, 2] = draw.permutation(STORED) * STEP
        labels = numpy.arange(count) % len(CLASSES)
        parts[part] = (points, labels)
    return parts


def meshes():
    """Meshes with a box around them, by which a moved and scaled cloud is put back: name, vertices, faces."""
    import numpy
    import trimesh

    found = []
    for index, inner in enumerate(
        [
            trimesh.creation.icosphere(subdivisions=1, radius=0.8),
            trimesh.creation.cylinder(radius=0.5, height=1.5, sections=9),
            trimesh.creation.torus(0.6, 0.2, major_sections=9, minor_sections=5),
        ]
    ):
        box = trimesh.creation.box(extents=[2.0, 3.0 + index, 2.5])
        # Beside the middle, so that a mirrored cloud is another one.
        moved = inner.vertices + [0.05, 0.4, 0.15]
        vertices = numpy.concatenate([box.vertices, moved]) * 10.0 + [100.0, -20.0, 5.0]
        faces = numpy.concatenate([box.faces, inner.faces + len(box.vertices)])
        found.append((vertices, faces))
    return found


def write_mesh(path, vertices, faces, kind):
    """An OFF file: by trimesh, or as ModelNet and other programs write it."""
    import trimesh

    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "trimesh":
        mesh = trimesh.Trimesh(vertices, faces, process=False)
        path.write_text(trimesh.exchange.off.export_off(mesh, digits=12))
        return
    first = f"OFF{len(vertices)} {len(faces)} 0" if kind == "glued" else f"COFF\n\n{len(vertices)} {len(faces)} 0"
    end = "\r\n" if kind == "colours" else "\n"
    lines = [first.replace("\n", end)]
    for x, y, z in vertices:
        lines.append(f"{x:.12f} {y:.12f} {z:.12f}" + (" 255 0 0 255" if kind == "colours" else ""))
    for a, b, c in faces:
        lines.append(f"3 {a} {b} {c}" + (" 0.5 0.5 0.5  # grey" if kind == "colours" else ""))
    path.write_bytes((end.join(lines) + end).encode())


def write_meshes(out):
    kinds = ["trimesh", "glued", "colours"]
    for part in ("train", "test"):
        for label, (vertices, faces) in enumerate(meshes()):
            for index, kind in enumerate(kinds):
                name = f"{CLASSES[label]}_{index}.off"
                write_mesh(out / "off" / CLASSES[label] / part / name, vertices, faces, kind)
                write_mesh(out / "off_parts" / part / CLASSES[label] / name, vertices, faces, kind)


def write_hdf5(out, parts, name, **options):
    import h5py
    import numpy

    folder = out / name
    folder.mkdir()
    (folder / "shape_names.txt").write_text("\n".join(CLASSES) + "\n")
    for part, (points, labels) in parts.items():
        files = []
        # Two files of a part, as ModelNet40 has several.
        for index, half in enumerate(numpy.array_split(numpy.arange(len(labels)), 2)):
            file = f"ply_data_{part}{index}.h5"
            files.append(f"data/modelnet40_ply_hdf5_2048/{file}\n")
            with h5py.File(folder / file, "w", libver=options.get("libver", "earliest")) as opened:
                packed = options.get("packed", {})
                opened.create_dataset("data", data=points[half].astype(options["kind"]), **packed)
                label = labels[half].astype("uint8")[:, None] if packed else labels[half]
                opened.create_dataset("label", data=label, **packed)
                opened.create_dataset("normal", data=points[half] * 0, **packed)
        (folder / f"{part}_files.txt").write_text("".join(files))


def write_arrays(out, parts):
    import numpy

    words = numpy.array(CLASSES)
    (train, train_labels), (test, test_labels) = parts["train"], parts["test"]
    numpy.savez(
        out / "plain.npz",
        train_points=train.astype("float32"),
        train_labels=train_labels,
        test_points=test.astype("float32"),
        test_labels=test_labels,
        classes=words,
    )
    numpy.savez_compressed(
        out / "packed.npz",
        x_train=train.astype(">f8"),
        y_train=train_labels.astype("uint8")[:, None],
        x_test=test.astype(">f8"),
        y_test=test_labels.astype("uint8")[:, None],
        classes=numpy.array([word.encode() for word in CLASSES]),
    )
    (out / "folder").mkdir()
    for name, array in {
        "train_data": train,
        "train_labels": train_labels.astype("int16"),
        "test_data": test,
        "test_labels": test_labels.astype(">i4"),
        "classes": words,
    }.items():
        numpy.save(out / "folder" / f"{name}.npy", array)


def write_texts(out, parts):
    import numpy

    lists = out / "lists"
    lists.mkdir()
    (lists / "modelnet40_shape_names.txt").write_text("\n".join(CLASSES) + "\n")
    for part, (points, labels) in parts.items():
        names = []
        for index, (cloud, label) in enumerate(zip(points, labels)):
            word = CLASSES[label]
            wide = numpy.concatenate([cloud, cloud * 0 + 0.5], axis=1)
            folder = out / "texts" / part / word
            folder.mkdir(parents=True, exist_ok=True)
            delimiter = [" ", "\t", ","][index % 3]
            numpy.savetxt(
                folder / f"{index:03}.{'xyz' if index % 2 else 'txt'}",
                wide if index % 2 else cloud,
                delimiter=delimiter,
                header="x y z",
                newline="\r\n" if index % 2 else "\n",
            )
            (lists / word).mkdir(exist_ok=True)
            names.append(f"{word}_{part == 'test':d}{index:03}")
            numpy.savetxt(lists / word / f"{names[-1]}.txt", wide, delimiter=",", fmt="%.17g")
        (lists / f"modelnet40_{part}.txt").write_text("\n".join(names) + "\n")


SETS = {
    "hdf5_packed": "float32",
    "hdf5_newer": "float32",
    "hdf5_plain": "float64",
    "plain.npz": "float32",
    "packed.npz": "float64",
    "folder": "float64",
    "texts": "float64",
    "lists": "float64",
}


def write(out):
    parts = stored_clouds(7)
    gzip = {"compression": "gzip", "shuffle": True}
    write_hdf5(out, parts, "hdf5_packed", kind="float32", packed=gzip)
    chunks = {"compression": "gzip", "shuffle": True, "fletcher32": True}
    write_hdf5(out, parts, "hdf5_newer", kind="float32", packed=chunks, libver=("v110", "v110"))
    write_hdf5(out, parts, "hdf5_plain", kind="float64")
    write_arrays(out, parts)
    write_texts(out, parts)
    write_meshes(out)
    cases = [f"{name} {points}" for name in SETS for points in (STORED, FEWER)]
    cases += [f"{name} -" for name in SETS if name not in ("texts", "lists")]
    cases += [f"{name} {MESH_POINTS}" for name in ("off", "off_parts")]
    (out / "cases.txt").write_text("\n".join(cases) + "\n")


def fitted(points):
    """The cloud, centred and scaled, in its own way: by NumPy's sums."""
    import numpy

    moved = points - points.mean(axis=0)
    return moved / numpy.linalg.norm(moved, axis=1).max()


def read_cloud(stem, part, points):
    import numpy

    clouds = numpy.fromfile(f"{stem}.{part}.points", "<f4").reshape(-1, points, 3)
    labels = numpy.fromfile(f"{stem}.{part}.labels", "<u2")
    return clouds, labels


def chosen(cloud, stored):
    """Which of the stored points are in the cloud, by their z coordinates and then all of them."""
    import numpy

    z = cloud[:, 2].astype("float64")
    steps = numpy.diff(numpy.sort(z))
    # Of so many points, two are next to each other. The mean of such steps is more precise than one.
    small = steps.min()
    scale = steps.sum() / numpy.round(steps / small).sum()
    offsets = numpy.round((z - z.min()) / scale).astype(int)
    order = numpy.argsort(stored[:, 2])
    for first in range(STORED - offsets.max()):
        places = order[first + offsets]
        if numpy.abs(fitted(stored[places]) - cloud).max() < 1e-6:
            return places
    raise AssertionError("no subset of the stored points")


def check_stored(stem, name, points):
    import numpy

    compared = 0
    for part, (clouds, labels) in stored_clouds(7).items():
        if name in ("texts",):
            # Folders of classes are read class by class.
            order = numpy.argsort(labels, kind="stable")
            clouds, labels = clouds[order], labels[order]
        found, found_labels = read_cloud(stem, part, points)
        assert (found_labels == labels).all(), f"{stem}: labels {found_labels}"
        starts = []
        for cloud, stored in zip(found, clouds.astype(SETS[name]).astype("float64"), strict=True):
            if points == STORED:
                difference = numpy.abs(fitted(stored) - cloud).max()
                assert difference < 2e-7, f"{stem}: {difference}"
            else:
                places = chosen(cloud, stored)
                assert len(set(places)) == points, stem
                assert (numpy.diff(places) < 0).sum() > points / 4, f"{stem}: points in order"
                starts.append(tuple(places))
            compared += 1
        assert len(set(starts)) == len(starts), f"{stem}: the same places of several clouds"
    return compared


def check_meshes(stem):
    import numpy
    import trimesh

    compared = 0
    for part in ("train", "test"):
        found, labels = read_cloud(stem, part, MESH_POINTS)
        assert (labels == numpy.repeat(numpy.arange(3), 3)).all(), f"{stem}: labels {labels}"
        for cloud, label in zip(found, labels):
            vertices, faces = meshes()[label]
            turned = numpy.stack([vertices[:, 0], vertices[:, 2], -vertices[:, 1]], axis=1)
            cloud = cloud.astype("float64")
            # The sides of the box are where the cloud ends.
            low, high = cloud.min(axis=0), cloud.max(axis=0)
            scales = (turned.max(axis=0) - turned.min(axis=0)) / (high - low)
            assert numpy.ptp(scales) < 1e-4, f"{stem}: {scales}"
            points = turned.min(axis=0) + (cloud - low) * scales
            triangles = turned[faces]
            nearest = numpy.stack(
                [
                    numpy.linalg.norm(
                        trimesh.triangles.closest_point(
                            numpy.broadcast_to(triangle, (len(points), 3, 3)), points
                        )
                        - points,
                        axis=1,
                    )
                    for triangle in triangles
                ]
            )
            assert nearest.min(axis=0).max() < 1e-4, f"{stem}: a point beside the surface"
            areas = trimesh.triangles.area(triangles)
            expected = MESH_POINTS * areas / areas.sum()
            counts = numpy.bincount(nearest.argmin(axis=0), minlength=len(faces))
            surprise = ((counts - expected) ** 2 / expected).sum()
            free = len(faces) - 1
            assert abs(surprise - free) < 6 * (2 * free) ** 0.5, f"{stem}: {surprise} of {free}"
            assert numpy.abs(cloud.mean(axis=0)).max() < 1e-6, stem
            assert abs(numpy.linalg.norm(cloud, axis=1).max() - 1) < 1e-6, stem
            compared += 1
    return compared


def check(out):
    compared = 0
    for line in (out / "cases.txt").read_text().splitlines():
        name, points = line.split()
        stem = out / f"{name}.{points}"
        assert (out / f"{name}.{points}.classes").read_text().split() == CLASSES, line
        if name.startswith("off"):
            compared += check_meshes(stem)
        else:
            compared += check_stored(stem, name, STORED if points == "-" else int(points))
    print(compared)


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]](pathlib.Path(sys.argv[2]))
