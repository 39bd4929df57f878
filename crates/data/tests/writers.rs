//! Sets that other programs wrote: read, and compared image by image.
//!
//! `MIXUP_PYTHON` names a Python that has NumPy and SciPy for MATLAB files and arrays; without it, `python3` is taken.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::process::Command;

use mixup_data::{IdxSet, ImageRequest, LabelKind, open};

/// What is asked for: a key of the request and its value.
fn request(text: &str) -> ImageRequest {
    let base = ImageRequest::default();
    match text {
        "-" => base,
        "set=fashion-mnist" => ImageRequest {
            set: Some(IdxSet::FashionMnist),
            ..base
        },
        "labels=fine" => ImageRequest {
            labels: Some(LabelKind::Fine),
            ..base
        },
        "labels=coarse" => ImageRequest {
            labels: Some(LabelKind::Coarse),
            ..base
        },
        "extra=true" => ImageRequest {
            extra: true,
            ..base
        },
        other => panic!("{other}"),
    }
}

/// Makes the sets, and reads each.
fn check(program: &std::ffi::OsStr, words: &[&str]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/writers.py");
    let made = Command::new(program)
        .arg(script)
        .arg(folder.path())
        .args(words)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{said}");
    let cases = std::fs::read_to_string(folder.path().join("cases.txt")).unwrap();
    for line in cases.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [name, key, channels, height, width, count] = words[..] else {
            panic!("{line}");
        };
        let opened = open(&folder.path().join(name), &request(key), &|_, _| {}).unwrap();
        let shape = [channels, height, width].map(|side| side.parse::<usize>().unwrap());
        assert_eq!(opened.shape.dims(), shape, "{name}");
        let (train, test) = (&opened.images.train, &opened.images.test);
        let validation = opened.images.validation.as_ref();
        let validated = validation.map_or(&[][..], |images| images.pixels());
        assert_eq!(train.len(), count.parse::<usize>().unwrap(), "{name}");
        let labels = train.labels().iter().chain(test.labels());
        let labels = labels.chain(validation.map_or(&[][..], |images| images.labels()));
        let labels: Vec<u8> = labels.map(|label| u8::try_from(*label).unwrap()).collect();
        let found = [train.pixels(), test.pixels(), validated, &labels].concat();
        let expected = std::fs::read(folder.path().join(format!("{name}.raw"))).unwrap();
        assert!(found == expected, "{name}: other pixels or labels");
    }
    cases.lines().count()
}

#[test]
#[ignore = "needs python3"]
fn tool_python_sets_of_other_writers_are_read_image_by_image() {
    assert_eq!(check("python3".as_ref(), &[]), 12 * 4);
}

#[test]
#[ignore = "needs a Python with NumPy and SciPy"]
fn tool_scipy_matlab_files_and_numpy_arrays_are_read_image_by_image() {
    let python = std::env::var_os("MIXUP_PYTHON").unwrap_or_else(|| "python3".into());
    assert_eq!(check(&python, &["scipy"]), 12 * 4 + 8 * 4 + 4 * 4);
}
