//! Parquet files that other programs wrote.
//!
//! `MIXUP_PYTHON` names a Python that has the packages datasets and pyarrow; without it, `python3` is taken.

use std::path::Path;
use std::process::Command;

use mixup_data::{CIFAR10_CLASSES, ImageRequest, Layout, open};
use tempfile::TempDir;

use super::User;
use super::server::{Server, Set};

const CIFAR10: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/cifar10/subset-bin"
);

/// A folder with what the script writes.
fn written(words: &[&Path]) -> TempDir {
    let python = std::env::var_os("MIXUP_PYTHON").unwrap_or_else(|| "python3".into());
    let folder = TempDir::new().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hub/writers.py");
    let made = Command::new(python)
        .arg(script)
        .arg(folder.path())
        .args(words)
        .env("HF_HUB_OFFLINE", "1")
        .env("HF_HOME", folder.path().join("home"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{said}");
    folder
}

#[test]
#[ignore = "needs a Python with datasets and pyarrow"]
fn tool_datasets_tables_of_other_writers_are_read_image_by_image() {
    let folder = written(&[]);
    let cases = std::fs::read_to_string(folder.path().join("cases.txt")).unwrap();
    assert_eq!(cases.lines().count(), 10);
    for line in cases.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [name, train_count, test_count] = words[..] else {
            panic!("{line}");
        };
        let path = folder.path().join(name);
        let opened = open(&path, &ImageRequest::default(), &|_, _| {}).unwrap();
        let (train, test) = (&opened.images.train, &opened.images.test);
        assert_eq!(opened.layout, Layout::Parquet, "{name}");
        assert_eq!(train.len(), train_count.parse::<usize>().unwrap(), "{name}");
        assert_eq!(test.len(), test_count.parse::<usize>().unwrap(), "{name}");
        let bytes = |labels: &[u16]| -> Vec<u8> {
            let labels = labels.iter().map(|label| u8::try_from(*label).unwrap());
            labels.collect()
        };
        let found = [
            train.pixels(),
            &bytes(train.labels()),
            test.pixels(),
            &bytes(test.labels()),
        ]
        .concat();
        let expected = std::fs::read(folder.path().join(format!("{name}.raw"))).unwrap();
        assert!(found == expected, "{name}: other pixels or labels");
    }
}

/// The set of a folder, as the hub lists it.
fn hub_set(folder: &Path) -> Set {
    let mut files = vec![];
    for entry in folder.read_dir().unwrap() {
        let inner = entry.unwrap().path();
        for file in inner.read_dir().unwrap() {
            let path = file.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
            files.push((name.to_owned(), std::fs::read(&path).unwrap()));
        }
    }
    assert_eq!(files.len(), 2);
    Set {
        files,
        ..Set::new(&[])
    }
}

#[test]
#[ignore = "needs a Python with datasets and pyarrow, and ../shared/cifar10"]
fn tool_datasets_real_images_from_a_hub_have_the_fingerprint_of_the_binary_layout() {
    let binary = open(Path::new(CIFAR10), &ImageRequest::default(), &|_, _| {}).unwrap();
    let folder = written(&[Path::new(CIFAR10)]);
    for layout in ["new", "old"] {
        let set = hub_set(&folder.path().join(layout));
        let server = Server::start(move |request| set.answer(request));
        let user = User::of(&server);
        let plan = user.plan("hf:a/b").unwrap();
        plan.fetch(&|_, _| {}).unwrap();
        let opened = plan.open(&ImageRequest::default(), &|_, _| {}).unwrap();
        assert_eq!(opened.images.classes, CIFAR10_CLASSES);
        assert_eq!(
            opened.images.fingerprint(),
            binary.images.fingerprint(),
            "{layout}"
        );
    }
}
