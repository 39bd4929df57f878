//! A folder of one test: a tiny data set, a tiny experiment, and the program run inside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use image::{Rgb, RgbImage};
use tempfile::TempDir;

use crate::ended::Ended;

/// Bytes of a record of the binary layout: a label, then 3 x 32 x 32 pixels.
pub(crate) const RECORD: usize = 3073;

/// Training images of [`Scratch::new`].
pub(crate) const TRAINING: usize = 50;

/// Test images of every set here.
pub(crate) const TEST: usize = 16;

/// Learns on the tiny set within six epochs.
pub(crate) const EXPERIMENT: &str = "\
seed = 1
epochs = 6
batch_size = 8

[network]
widths = [2, 2]
hidden = 4

[mixing]
alpha = 0.2
every = 2

[normalisation]
mean = [0.5, 0.5, 0.5]
std = [0.25, 0.25, 0.25]

[loss]
epsilon = 1e-6

[optimizer]
learning_rate = 0.01
beta_1 = 0.9
beta_2 = 0.999
epsilon = 1e-8
";

/// The folder: `data` in the binary layout, and `tiny.toml`.
pub(crate) struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// A set of [`TRAINING`] images: an epoch takes a blink.
    pub(crate) fn new() -> Self {
        Self::with_batches_of(TRAINING / 5)
    }

    /// A set whose epochs are long enough to be hit by a signal.
    pub(crate) fn slow() -> Self {
        Self::with_batches_of(100)
    }

    fn with_batches_of(images: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        for batch in 1..=5 {
            let file = data.join(format!("data_batch_{batch}.bin"));
            fs::write(file, records(batch, images)).unwrap();
        }
        fs::write(data.join("test_batch.bin"), records(6, TEST)).unwrap();
        fs::write(folder.path().join("tiny.toml"), EXPERIMENT).unwrap();
        Self { folder }
    }

    /// A path inside the folder.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The bytes of a file.
    pub(crate) fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
        let path = self.path(name);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Writes a file and the folders it lies in.
    pub(crate) fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Makes class folders at `classes`, one red image in each of these places.
    pub(crate) fn class_folders(&self, places: &[&str]) {
        for place in places {
            let folder = self.path("classes").join(place);
            fs::create_dir_all(&folder).unwrap();
            let image = RgbImage::from_pixel(32, 32, Rgb([200, 0, 0]));
            image.save(folder.join("a.png")).unwrap();
        }
    }

    /// Writes the experiment with `from` replaced by `to`.
    pub(crate) fn experiment(&self, name: &str, from: &str, to: &str) {
        assert!(EXPERIMENT.contains(from), "{from}");
        self.write(name, EXPERIMENT.replacen(from, to, 1));
    }

    /// Writes an experiment whose first loss is not a number.
    pub(crate) fn diverging_experiment(&self, name: &str) {
        // So small that sums of pixels become infinite.
        let std = "std = [1.2e-38, 1.2e-38, 1.2e-38]";
        let text = EXPERIMENT.replace("std = [0.25, 0.25, 0.25]", std);
        self.write(name, text.replace("widths = [2, 2]", "widths = [64, 64]"));
    }

    /// `mixup LINE` in this folder, without the user's own environment variables and home.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mixup"));
        command
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .env("HOME", self.path("home"))
            .env("XDG_CACHE_HOME", self.path("home/cache"))
            .env("NO_COLOR", "1");
        for name in ["MIXUP_DATA", "RUST_BACKTRACE", "BURN_DEVICE"] {
            command.env_remove(name);
        }
        // A proxy would answer in place of the servers of these tests.
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            command.env_remove(name).env_remove(name.to_lowercase());
        }
        command
    }

    /// Runs `mixup LINE` to its end.
    pub(crate) fn run(&self, line: &str) -> Ended {
        Self::finish(line, self.command(line))
    }

    /// Runs a command of [`Self::command`] to its end.
    pub(crate) fn finish(line: &str, command: Command) -> Ended {
        let mut command = assert_cmd::Command::from_std(command);
        // Much longer than anything here takes, so that a program that hangs fails its test.
        command.timeout(Duration::from_secs(600));
        let Output {
            status,
            stdout,
            stderr,
        } = command.output().unwrap();
        Ended {
            line: line.into(),
            code: status.code(),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        }
    }

    /// Trains `tiny.toml` into the folder `run`.
    pub(crate) fn train(&self, run: &str, flags: &str) -> Ended {
        self.run(&format!(
            "train tiny.toml --data data --out {run} --ui none {flags}"
        ))
        .succeeded()
    }

    /// The names in a folder, sorted.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// Records whose label is the brighter of three channels: something can be learnt, but little.
fn records(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed;
    let mut below = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005);
        state = state.wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % limit) as u8
    };
    let mut bytes = Vec::with_capacity(count * RECORD);
    for _ in 0..count {
        let label = below(3);
        bytes.push(label);
        for channel in 0..3 {
            let base = if channel == label { 110 } else { 80 };
            bytes.extend((0..1024).map(|_| base + below(100)));
        }
    }
    bytes
}
