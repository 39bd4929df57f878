use std::fs::{self, File};
use std::path::PathBuf;

use safetensors::tensor::{Dtype, TensorView, serialize};
use tempfile::TempDir;

use super::*;
use crate::{CIFAR10_CLASSES, ImageSet, LabelKind, Normalisation, Resize, TableRequest, TestSplit};

const SHAPE: ImageShape = ImageShape {
    channels: 3,
    height: 4,
    width: 5,
};

fn images(count: usize, first: u8) -> Images {
    let pixels = (0..count * SHAPE.values()).map(|at| (at * 7) as u8 ^ first);
    let labels = (0..count).map(|at| (at % 10) as u16);
    Images::from_parts(SHAPE, pixels.collect(), labels.collect())
}

fn set(validation: Option<Images>) -> ImageSet {
    ImageSet {
        train: images(23, 1),
        validation,
        test: images(11, 2),
        classes: CIFAR10_CLASSES.map(String::from).to_vec(),
    }
}

/// The set as a packed file in a folder.
fn packed(set: &ImageSet) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set.safetensors");
    let mut options = File::options();
    let options = options.read(true).write(true).create(true).truncate(true);
    let file = options.open(&path).unwrap();
    let names = ("built-in images", "synthetic");
    let request = ImageRequest::default();
    let source = SourceSet::from(set.clone());
    let counts = pack_set(&source, names, &request, (&file, &path), &|_, _| {}).unwrap();
    assert_eq!(counts.fingerprint, set.fingerprint());
    (folder, path)
}

fn in_memory_again(set: SourceSet) -> ImageSet {
    let images = |part| match part {
        SourceSamples::Memory(images) => images,
        other => panic!("expected images in memory, found {other:?}"),
    };
    ImageSet {
        train: images(set.train),
        validation: set.validation.map(images),
        test: images(set.test),
        classes: set.classes,
    }
}

fn said(error: &DataError) -> String {
    error
        .to_string()
        .rsplit("safetensors: ")
        .next()
        .unwrap()
        .to_owned()
}

/// What opening the file at `path` says.
fn refused(path: &Path) -> String {
    said(&PackedSet::open(path).expect_err("a damaged set"))
}

/// Replaces text in the header, which keeps its length.
fn in_header(path: &Path, from: &str, to: &str) {
    let bytes = fs::read(path).unwrap();
    let at = bytes
        .windows(from.len())
        .position(|part| part == from.as_bytes());
    let at = at.unwrap_or_else(|| panic!("{from} in the header"));
    let mut changed = bytes;
    changed[at..at + from.len()].copy_from_slice(to.as_bytes());
    fs::write(path, changed).unwrap();
}

/// A file of these tensors, as another program writes it.
fn foreign(
    tensors: &[(&str, Dtype, &[usize], &[u8])],
    classes: Option<&str>,
) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set.safetensors");
    let views = tensors.iter().map(|(name, dtype, shape, bytes)| {
        (
            *name,
            TensorView::new(*dtype, shape.to_vec(), bytes).unwrap(),
        )
    });
    let metadata = classes.map(|names| [("classes".to_owned(), names.to_owned())].into());
    fs::write(&path, serialize(views, metadata).unwrap()).unwrap();
    (folder, path)
}

/// Four grey images of two pixels, two of them for the test.
fn small(labels: Dtype, label_bytes: &[u8], classes: Option<&str>) -> (TempDir, PathBuf) {
    let count = label_bytes.len() * 8 / labels.bitsize();
    let tensors: [(&str, Dtype, &[usize], &[u8]); 4] = [
        ("train_images", Dtype::U8, &[2, 1, 1, 2], &[1, 2, 3, 4]),
        ("train_labels", labels, &[count], label_bytes),
        ("test_images", Dtype::U8, &[2, 1, 1, 2], &[5, 6, 7, 8]),
        ("test_labels", Dtype::U16, &[2], &[0, 0, 1, 0]),
    ];
    foreign(&tensors, classes)
}

#[test]
fn a_packed_set_is_the_set_that_was_packed() {
    for validation in [None, Some(images(6, 3))] {
        let set = set(validation);
        let (_folder, path) = packed(&set);
        assert!(PackedSet::is_at(&path));
        let opened = PackedSet::open(&path).unwrap();
        assert_eq!(opened.about().classes, set.classes);
        assert_eq!(
            opened.about().layout_name(),
            "packed set of built-in images"
        );
        let streamed = opened.clone().in_file();
        assert_eq!(streamed.fingerprint().unwrap(), set.fingerprint());
        assert_eq!(
            streamed.fingerprint_origin(),
            Some(FingerprintOrigin::Stated)
        );
        // Bit for bit, also through the text of the header.
        assert_eq!(
            streamed.channel_statistics().unwrap(),
            set.train.channel_statistics()
        );
        let verified = opened.verified(&|_, _| {}).unwrap();
        assert_eq!(
            verified.set.fingerprint_origin(),
            Some(FingerprintOrigin::Hashed)
        );
        assert_eq!(in_memory_again(verified.in_memory().unwrap()), set);
    }
}

#[test]
fn the_same_set_has_the_same_bytes() {
    let set = set(None);
    let [one, other] = [packed(&set), packed(&set)];
    assert_eq!(fs::read(one.1).unwrap(), fs::read(other.1).unwrap());
}

#[test]
fn a_streamed_set_is_normalised_as_one_in_memory() {
    let set = set(None);
    let (_folder, path) = packed(&set);
    let device = burn::tensor::Device::flex();
    let streamed = PackedSet::open(&path).unwrap().in_file();
    let uploaded = streamed.upload(&device).unwrap();
    assert_eq!(uploaded.normalisation, Normalisation::of(&set.train));
    assert_eq!(uploaded.train.labels(), set.train.labels());
}

#[test]
fn a_changed_pixel_is_found_by_hashing_alone() {
    let (_folder, path) = packed(&set(None));
    let mut bytes = fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&path, bytes).unwrap();
    let opened = PackedSet::open(&path).unwrap();
    let error = opened.verified(&|_, _| {}).expect_err("another pixel");
    assert!(
        said(&error).starts_with("expected pixels with fingerprint "),
        "{error}"
    );
}

#[test]
fn a_changed_label_or_name_is_found_at_the_start() {
    let (_folder, path) = packed(&set(None));
    in_header(&path, "airplane", "aeroplan");
    assert!(refused(&path).starts_with("expected header and labels with digest "));
    let (_folder, path) = packed(&set(None));
    let mut bytes = fs::read(&path).unwrap();
    let header = u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    // The second label of the training images.
    bytes[8 + header + 2] ^= 2;
    fs::write(&path, bytes).unwrap();
    assert!(refused(&path).starts_with("expected header and labels with digest "));
}

#[test]
fn a_damaged_header_is_refused() {
    type Change<'a> = &'a dyn Fn(Vec<u8>) -> Vec<u8>;
    let cases: [(Change<'_>, &str); 5] = [
        (&|bytes| bytes[..5].to_vec(), "found a file of 5 bytes"),
        (
            &|_| vec![0xff; 100],
            "found a header of 18446744073709551615 bytes in a file of 100",
        ),
        (&|bytes| bytes[..200].to_vec(), " bytes in a file of 200"),
        (
            &|bytes| bytes[..bytes.len() - 1].to_vec(),
            "bytes, as its header says, found ",
        ),
        (
            &|bytes| [bytes, vec![0]].concat(),
            "bytes, as its header says, found ",
        ),
    ];
    for (change, words) in cases {
        let (_folder, path) = packed(&set(None));
        fs::write(&path, change(fs::read(&path).unwrap())).unwrap();
        assert!(PackedSet::is_at(&path));
        let said = refused(&path);
        assert!(said.contains(words), "{words:?} in {said}");
    }
}

#[test]
fn tensors_that_overlap_or_overflow_are_refused() {
    for (from, to) in [
        ("\"data_offsets\":[0,46]", "\"data_offsets\":[2,48]"),
        ("\"data_offsets\":[46,68]", "\"data_offsets\":[44,66]"),
        ("[23,3,4,5]", "[99,3,4,5]"),
        ("\"shape\":[23,3,4,5]", "\"shape\":[-1,3,4,5]"),
    ] {
        let (_folder, path) = packed(&set(None));
        in_header(&path, from, to);
        let said = refused(&path);
        assert!(said.contains("a damaged header"), "{to}: {said}");
    }
    let huge = "{\"train_images\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296,4294967296,1],\
        \"data_offsets\":[0,0]}}";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set.safetensors");
    let length = (huge.len() as u64).to_le_bytes();
    fs::write(&path, [&length[..], huge.as_bytes()].concat()).unwrap();
    assert!(refused(&path).contains("a damaged header"));
}

#[test]
fn what_another_program_wrote_is_hashed_and_its_classes_have_numbers() {
    let (_folder, path) = small(Dtype::U16, &[1, 0, 2, 0], None);
    let opened = PackedSet::open(&path).unwrap();
    assert!(!opened.states_fingerprint());
    assert_eq!(opened.about().classes, ["0", "1", "2"]);
    assert_eq!(opened.about().layout_name(), "packed set");
    let set = opened.verified(&|_, _| {}).unwrap().in_memory().unwrap();
    let fingerprint = set.fingerprint().unwrap();
    assert_eq!(fingerprint, in_memory_again(set).fingerprint());
    let (_folder, path) = small(Dtype::U16, &[1, 0, 2, 0], Some("[\"a\",\"b\",\"c\"]"));
    assert_eq!(
        PackedSet::open(&path).unwrap().about().classes,
        ["a", "b", "c"]
    );
}

#[test]
fn other_types_shapes_and_labels_are_refused() {
    let (_folder, path) = small(Dtype::U8, &[1, 0], None);
    let said = refused(&path);
    let expected = "expected train_labels: U16 [2], a label for each image, found U8 [2]";
    assert_eq!(said, expected);
    let (_folder, path) = small(Dtype::U16, &[1, 0, 2, 0, 0, 0], None);
    assert!(refused(&path).contains("found U16 [3]"));
    let (_folder, path) = small(Dtype::U16, &[1, 0, 2, 0], Some("[\"a\",\"b\"]"));
    assert!(refused(&path).ends_with("expected labels below 2, the number of classes, found 2"));
    let (_folder, path) = small(Dtype::U16, &[1, 0, 2, 0], Some("\"a\""));
    assert!(refused(&path).contains("a list of names in JSON"));
    let floats: &[(&str, Dtype, &[usize], &[u8])] = &[
        ("train_images", Dtype::F32, &[1, 1, 1, 1], &[0; 4]),
        ("train_labels", Dtype::U16, &[1], &[0; 2]),
    ];
    assert!(refused(&foreign(floats, None).1).contains("found F32 [1, 1, 1, 1]"));
    let alone: &[(&str, Dtype, &[usize], &[u8])] = &[
        ("train_images", Dtype::U8, &[1, 1, 1, 1], &[0]),
        ("train_labels", Dtype::U16, &[1], &[0; 2]),
    ];
    assert!(refused(&foreign(alone, None).1).contains("only some of them"));
    assert!(
        refused(&foreign(&alone[..1], None).1)
            .ends_with("expected a tensor train_labels, found none")
    );
}

#[test]
fn weights_are_no_images() {
    let weights: &[(&str, Dtype, &[usize], &[u8])] = &[("conv1.weight", Dtype::F32, &[1], &[0; 4])];
    let (_folder, path) = foreign(weights, None);
    let error = PackedSet::open(&path).expect_err("weights");
    assert!(
        said(&error)
            .ends_with("found a safetensors file of weights, with tensors such as conv1.weight"),
        "{error}"
    );
    let DataError::Format {
        hint: Some(hint), ..
    } = error
    else {
        panic!("{error}");
    };
    assert!(hint.contains("--weights"), "{hint}");
}

#[test]
fn a_later_format_is_refused() {
    let (_folder, path) = packed(&set(None));
    in_header(&path, "\"packed_set\":\"1\"", "\"packed_set\":\"2\"");
    assert!(refused(&path).contains("packed_set: 1 in the metadata, found 2"));
}

#[test]
fn images_are_as_they_were_packed_whatever_is_asked() {
    let (_folder, path) = packed(&set(None));
    let opened = PackedSet::open(&path).unwrap();
    let check = |request: ImageRequest| opened.check(&request).map_err(|error| said(&error));
    let base = ImageRequest::default();
    let split = Some(TestSplit {
        share: 0.2,
        seed: 1,
    });
    // The set had its own test images, and all its images had one shape.
    for fine in [
        base.clone(),
        ImageRequest {
            size: Some([4, 5]),
            resize: Resize::Crop,
            split,
            ..base.clone()
        },
        ImageRequest {
            labels: Some(LabelKind::Fine),
            ..base.clone()
        },
        ImageRequest {
            labels: Some(LabelKind::Coarse),
            extra: true,
            is_remembered: true,
            ..base.clone()
        },
    ] {
        assert_eq!(check(fine.clone()), Ok(()), "{fine:?}");
    }
    for (wrong, found) in [
        (
            ImageRequest {
                size: Some([8, 8]),
                ..base.clone()
            },
            "found 3x4x5",
        ),
        (
            ImageRequest {
                channels: Some(1),
                ..base.clone()
            },
            "found 3x4x5",
        ),
        (
            ImageRequest {
                labels: Some(LabelKind::Coarse),
                ..base.clone()
            },
            "found others",
        ),
        (
            ImageRequest {
                extra: true,
                ..base.clone()
            },
            "found a set without them",
        ),
        (
            ImageRequest {
                table: TableRequest {
                    split_train: Some("others".into()),
                    ..TableRequest::default()
                },
                ..base.clone()
            },
            "found other ones",
        ),
    ] {
        let said = check(wrong).expect_err("another set");
        assert!(said.ends_with(found), "{said}");
    }
    assert!(
        check(ImageRequest {
            size: Some([0, 1]),
            ..base.clone()
        })
        .is_err()
    );
}
