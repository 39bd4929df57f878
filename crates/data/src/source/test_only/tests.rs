use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::source::archive::tests::{gzip, header, push, push_files, zip};
use crate::source::numpy::tests::npy;
use crate::{OpenedSource, open};

/// Images of one colour each, 2x2, whose channels come last.
fn colours(first: u8, count: usize) -> Vec<u8> {
    let values: Vec<u8> = (0..count as u8)
        .flat_map(|image| [first + image, 100 + image, 200 - image].repeat(4))
        .collect();
    npy("|u1", &[count, 2, 2, 3], &values)
}

/// Two images for each of five severities, in two corruptions.
fn corrupted() -> Vec<(String, Vec<u8>)> {
    let labels: Vec<u8> = [0, 1].repeat(5);
    vec![
        ("labels.npy".into(), npy("|u1", &[10], &labels)),
        ("fog.npy".into(), colours(0, 10)),
        ("spatter.npy".into(), colours(50, 10)),
    ]
}

fn written(files: &[(String, Vec<u8>)], inner: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a new folder");
    fs::create_dir_all(folder.path().join(inner)).expect("a new folder");
    for (name, bytes) in files {
        fs::write(folder.path().join(inner).join(name), bytes).expect("a new file");
    }
    folder
}

fn found(path: &Path) -> Result<TestOnlySet, String> {
    let set = test_only(path)
        .map_err(|error| error.to_string().replace(&path.display().to_string(), "."))?;
    set.ok_or_else(|| "none".into())
}

fn corrupted_at(path: &Path) -> CorruptedSet {
    match found(path) {
        Ok(TestOnlySet::Corrupted(set)) => set,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_rows_of_one_severity_are_read() {
    for inner in ["", "CIFAR-10-C"] {
        let folder = written(&corrupted(), inner);
        let set = corrupted_at(folder.path());
        assert_eq!(set.corruptions().collect::<Vec<_>>(), ["fog", "spatter"]);
        assert_eq!(set.images(), 2);
        for severity in 1..=SEVERITIES {
            let read = set
                .read("spatter", severity, &ImageRequest::default())
                .expect("good rows");
            let first = 50 + 2 * (severity as u8 - 1);
            assert_eq!(read.labels(), [0, 1]);
            let red = 100 + 2 * (severity as u8 - 1);
            assert_eq!(read.image(0)[..5], [first, first, first, first, red]);
            assert_eq!(read.image(1)[0], first + 1);
        }
    }
    assert!(CorruptedSet::is_extra("spatter") && !CorruptedSet::is_extra("fog"));
}

#[test]
fn a_tar_archive_is_read_where_it_lies() {
    let folder = written(&corrupted(), "");
    let mut tar = tar::Builder::new(vec![]);
    for (name, bytes) in corrupted() {
        let header = header(tar::EntryType::Regular, bytes.len() as u64);
        push(&mut tar, &format!("CIFAR-10-C/{name}"), header, &bytes);
    }
    let tar = whole(tar);
    let path = folder.path().join("CIFAR-10-C.tar");
    fs::write(&path, &tar).expect("a new file");
    let (packed, unpacked) = (corrupted_at(&path), corrupted_at(folder.path()));
    for corruption in ["fog", "spatter"] {
        for severity in 1..=SEVERITIES {
            let read = |set: &CorruptedSet| {
                set.read(corruption, severity, &ImageRequest::default())
                    .expect("good rows")
            };
            assert_eq!(read(&packed), read(&unpacked), "{corruption} {severity}");
        }
    }
    // One that is cut, and one that is compressed, are none.
    fs::write(&path, &tar[..tar.len() - 2048]).expect("a new file");
    assert!(found(&path).is_err());
    fs::write(&path, gzip(&tar)).expect("a new file");
    assert_eq!(found(&path), Err("none".into()));
}

/// The bytes of an archive without compression.
fn whole(tar: tar::Builder<Vec<u8>>) -> Vec<u8> {
    tar.into_inner().expect("memory")
}

/// Writes a tar archive of these files, and returns its path.
fn tar_of(folder: &TempDir, files: &[(String, Vec<u8>)]) -> PathBuf {
    let mut tar = tar::Builder::new(vec![]);
    push_files(&mut tar, "", files);
    let path = folder.path().join("set.tar");
    fs::write(&path, whole(tar)).expect("a new file");
    path
}

/// The files of [`corrupted`] in a folder of an archive.
fn corrupted_in(inner: &str) -> Vec<(String, Vec<u8>)> {
    let files = corrupted().into_iter();
    files
        .map(|(name, bytes)| (format!("{inner}/{name}"), bytes))
        .collect()
}

#[test]
fn hidden_files_of_an_archive_are_no_arrays() {
    let folder = written(&[], "");
    let mut files = corrupted_in("C");
    let hidden = b"\0\x05\x16\x07".to_vec();
    for name in ["C/._fog.npy", "C/._labels.npy", "__MACOSX/C/fog.npy"] {
        files.insert(0, (name.into(), hidden.clone()));
    }
    files.extend(corrupted_in(".trash"));
    let set = corrupted_at(&tar_of(&folder, &files));
    assert_eq!(set.corruptions().collect::<Vec<_>>(), ["fog", "spatter"]);
}

#[test]
fn of_two_sets_in_an_archive_none_is_taken() {
    let folder = written(&[], "");
    let two = [corrupted_in("A"), corrupted_in("B")].concat();
    assert_eq!(
        found(&tar_of(&folder, &two)).expect_err("two"),
        ".: expected one set of corrupted images, found A/labels.npy and B/labels.npy"
    );
    // Labels with nothing besides them are no set.
    let labels = ("B/labels.npy".to_owned(), npy("|u1", &[1], &[0]));
    let files = [corrupted_in("A"), vec![labels]].concat();
    assert_eq!(corrupted_at(&tar_of(&folder, &files)).images(), 2);
}

#[test]
fn a_set_in_a_compressed_archive_is_to_be_unpacked() {
    let folder = written(&[], "");
    let files = corrupted_in("CIFAR-10-C");
    let tar = fs::read(tar_of(&folder, &files)).expect("a file");
    for (name, bytes, kind) in [
        ("C.zip", zip(&files), "ZIP archive"),
        ("C.tar.gz", gzip(&tar), ".tar.gz archive"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("a new file");
        let error = open(&path, &ImageRequest::default(), &|_, _| {}).expect_err("no layout");
        let DataError::Format { found, hint, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(found, format!("corrupted test images alone, in a {kind}"));
        assert_eq!(
            hint.expect("a hint"),
            "unpack it, or pack it as .tar without compression; then: mixup evaluate --weights RUN --data PATH"
        );
    }
}

#[test]
fn an_archive_of_many_pictures_is_no_set() {
    let folder = written(&[], "");
    let path = folder.path().join("set.tar");
    let many = |name: &str| {
        let mut tar = tar::Builder::new(vec![]);
        push(&mut tar, name, header(tar::EntryType::Regular, 0), b"");
        let entry = &whole(tar)[..512];
        fs::write(&path, [&entry.repeat(100_001)[..], &[0; 1024]].concat()).expect("a new file");
        found(&path).expect_err("no set")
    };
    assert_eq!(many("train/cat/a.png"), "none");
    let said = many("a.npy");
    assert!(
        said.ends_with("expected at most 100000 such files, found more"),
        "{said}"
    );
}

#[test]
fn a_file_that_is_cut_after_it_was_found_is_an_error() {
    let folder = written(&corrupted(), "");
    let set = corrupted_at(folder.path());
    fs::write(folder.path().join("fog.npy"), colours(0, 3)).expect("a new file");
    assert!(set.read("fog", 1, &ImageRequest::default()).is_ok());
    let error = set
        .read("fog", 2, &ImageRequest::default())
        .expect_err("a cut file");
    assert!(
        error
            .to_string()
            .ends_with("expected a whole NumPy array, found one that ends early"),
        "{error}"
    );
}

#[test]
fn what_is_asked_for_must_be_there() {
    let folder = written(&corrupted(), "");
    let set = corrupted_at(folder.path());
    let refused = |corruption: &str, severity| {
        let error = set.read(corruption, severity, &ImageRequest::default());
        error.expect_err("nothing").to_string()
    };
    assert!(
        refused("frog", 1).ends_with("expected one of the corruptions fog, spatter, found frog")
    );
    assert!(refused("fog", 0).ends_with("expected a severity from 1 to 5, found 0"));
    assert!(refused("fog", 6).ends_with("found 6"));
}

#[test]
fn arrays_that_do_not_fit_together_are_refused() {
    let with = |name: &str, bytes: Vec<u8>| {
        let mut files = corrupted();
        files.retain(|(other, _)| other != name);
        files.push((name.into(), bytes));
        found(written(&files, "").path()).expect_err("a bad set")
    };
    assert_eq!(
        with("fog.npy", colours(0, 9)),
        "./fog.npy: expected 10 images of 3x2x2, found 9 of 3x2x2"
    );
    assert_eq!(
        with("labels.npy", npy("|u1", &[9], &[0; 9])),
        "./labels.npy: expected labels for 5 severities, as many for each, found 9"
    );
    // A plain pair of arrays is no set of corrupted images, whatever its number of images.
    let plain = [0, 1, 0, 1, 1, 0, 0, 1, 0, 1];
    assert_eq!(
        with("labels.npy", npy("|u1", &[10], &plain)),
        "./labels.npy: expected the same labels for each of 5 severities, found others for severity 3"
    );
    assert!(with("fog.npy", b"PK\x03\x04....".to_vec()).ends_with("found another file"));
}

/// A pair of ten images of CIFAR-10's shape, one for each class.
fn pair(version: &str) -> Vec<(String, Vec<u8>)> {
    let pixels: Vec<u8> = (0..10 * 3072).map(|at| at as u8).collect();
    let labels: Vec<u8> = (0..10).flat_map(|label: u64| label.to_le_bytes()).collect();
    vec![
        (
            format!("cifar10.1_{version}_data.npy"),
            npy("|u1", &[10, 32, 32, 3], &pixels),
        ),
        (
            format!("cifar10.1_{version}_labels.npy"),
            npy("<i8", &[10], &labels),
        ),
    ]
}

#[test]
fn a_pair_of_arrays_is_a_set() {
    let folder = written(&pair("v6"), "");
    let request = ImageRequest::default();
    let set = found(folder.path()).expect("a good set");
    let TestOnlySet::Pair(pair_of_arrays) = &set else {
        panic!("{set:?}");
    };
    let images = pair_of_arrays.read(&request).expect("good arrays");
    assert_eq!(images.labels(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(images.image(1)[..3], [0, 3, 6]);
    // Of several pairs, the user chooses one.
    for (name, bytes) in pair("v4") {
        fs::write(folder.path().join(name), bytes).expect("a new file");
    }
    assert!(
        found(folder.path())
            .expect_err("two")
            .contains("expected one pair of arrays")
    );
    let file = folder.path().join("cifar10.1_v6_data.npy");
    assert_eq!(found(&file), Ok(set));
    fs::remove_file(folder.path().join("cifar10.1_v6_labels.npy")).expect("a file");
    assert!(
        found(&file)
            .expect_err("no labels")
            .contains("expected its labels next to it")
    );
}

#[test]
fn a_set_of_test_images_alone_is_not_trained_on() {
    let opened = |path: &Path| -> Result<OpenedSource, DataError> {
        open(path, &ImageRequest::default(), &|_, _| {})
    };
    for files in [corrupted(), pair("v6")] {
        let folder = written(&files, "");
        let Err(DataError::Format { expected, hint, .. }) = opened(folder.path()) else {
            panic!("a set without training images");
        };
        assert_eq!(expected, "training and test images");
        assert!(
            hint.expect("a hint")
                .contains("mixup evaluate --weights RUN --data")
        );
    }
    // Arrays next to a set to train on change nothing.
    let folder = crate::source::folder::tests::class_folders();
    for (name, bytes) in corrupted() {
        fs::write(folder.path().join(name), bytes).expect("a new file");
    }
    assert!(opened(folder.path()).is_ok());
    assert_eq!(found(folder.path()), Err("none".into()));
}
