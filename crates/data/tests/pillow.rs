//! Class folders in every format, read and compared with what Pillow reads, picture by picture.
//!
//! `MIXUP_PYTHON` names a Python that has Pillow and NumPy; without it, `python3` is taken.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::process::Command;

use mixup_data::{ImageRequest, Resize, open};

/// A line of `cases.txt`.
struct Case<'a> {
    set: &'a str,
    request: ImageRequest,
    most: u8,
    mean: f64,
    expected: &'a str,
    files: Vec<&'a str>,
}

impl<'a> Case<'a> {
    fn of(line: &'a str) -> Self {
        let mut words = line.split(' ');
        let mut next = || words.next().unwrap();
        let set = next();
        let channels = next().parse().unwrap();
        let size = [next(), next()].map(|side| side.parse().unwrap());
        let resize = match next() {
            "crop" => Resize::Crop,
            "pad" => Resize::Pad,
            _ => Resize::Squash,
        };
        Self {
            set,
            request: ImageRequest {
                size: Some(size),
                resize,
                channels: Some(channels),
                ..ImageRequest::default()
            },
            most: next().parse().unwrap(),
            mean: next().parse().unwrap(),
            expected: next(),
            files: words.collect(),
        }
    }

    /// What is wrong with the pictures of the set, a line for each.
    fn faults(&self, folder: &Path) -> Vec<String> {
        let opened = open(&folder.join(self.set), &self.request, &|_, _| {}).unwrap();
        let expected = std::fs::read(folder.join(self.expected)).unwrap();
        let train = &opened.images.train;
        assert_eq!(train.len(), self.files.len(), "{}", self.set);
        assert_eq!(expected.len(), train.len() * opened.shape.values());
        let pairs = expected.chunks_exact(opened.shape.values()).enumerate();
        let faults = pairs.filter_map(|(index, expected)| {
            let found = train.image(index);
            let differences = expected.iter().zip(found).map(|(a, b)| a.abs_diff(*b));
            let most = differences.clone().max().unwrap();
            let sum: u64 = differences.map(u64::from).sum();
            let mean = sum as f64 / expected.len() as f64;
            (most > self.most || mean > self.mean).then(|| {
                let file = self.files[index];
                format!(
                    "{} {file}: differs by up to {most}, {mean:.3} in the mean",
                    self.expected
                )
            })
        });
        faults.collect()
    }
}

#[test]
#[ignore = "needs python3 with Pillow and NumPy"]
fn tool_pillow_pictures_of_every_format_are_those_that_pillow_reads() {
    let folder = tempfile::tempdir().unwrap();
    let python = std::env::var_os("MIXUP_PYTHON").unwrap_or_else(|| "python3".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pillow.py");
    let made = Command::new(&python)
        .arg(script)
        .arg(folder.path())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{}: {words}", python.display());
    let cases = std::fs::read_to_string(folder.path().join("cases.txt")).unwrap();
    assert!(cases.lines().count() > 100);
    let faults = cases
        .lines()
        .flat_map(|line| Case::of(line).faults(folder.path()));
    let faults: Vec<String> = faults.collect();
    assert!(
        faults.is_empty(),
        "{}:\n{}",
        faults.len(),
        faults.join("\n")
    );
}
