//! When a command is killed, and killing it then.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::chance::Chance;
use super::tree;
use crate::scratch::Scratch;

/// When a command is killed.
#[derive(Clone, Debug)]
pub(super) enum Moment {
    /// So long after its start.
    After(Duration),
    /// When the file or folder is there. The path is one from the watched folder.
    There(&'static str),
    /// When the file is another one than at the start.
    Replaced(&'static str),
    /// When something has appeared for the so-manieth time that does not stay: a file being written.
    Passing(usize),
    /// When there are two checkpoints: the older one is about to be removed.
    TwoCheckpoints,
    /// When a checkpoint lacks one of its files: it is being removed.
    HalfACheckpoint,
}

/// A folder that is watched, and what stays in it in the end.
pub(super) struct Watched<'a> {
    pub(super) folder: PathBuf,
    pub(super) stays: &'a [PathBuf],
}

impl Watched<'_> {
    fn checkpoints(&self) -> Vec<PathBuf> {
        let paths = tree::paths(&self.folder).into_iter();
        let is_checkpoint = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with("epoch-"))
        };
        paths
            .filter(is_checkpoint)
            .map(|path| self.folder.join(path))
            .collect()
    }

    fn passing(&self) -> Vec<PathBuf> {
        let mut paths = tree::paths(&self.folder);
        paths.retain(|path| !self.stays.contains(path));
        paths
    }
}

/// Whether two looks at a path found the same file.
fn version(path: &Path) -> Option<(u64, i64, i64)> {
    let about: Metadata = path.metadata().ok()?;
    Some((about.ino(), about.mtime(), about.mtime_nsec()))
}

/// Runs `mixup LINE` until `moment`, and kills it. Returns whether it was killed; else it had ended before.
pub(super) fn kill_at(
    scratch: &Scratch,
    line: &str,
    moment: &Moment,
    watched: &Watched<'_>,
) -> bool {
    let watch: Box<dyn FnMut() -> bool> = match moment.clone() {
        Moment::After(time) => {
            let start = Instant::now();
            Box::new(move || start.elapsed() >= time)
        }
        Moment::There(name) => {
            let path = watched.folder.join(name);
            Box::new(move || path.exists())
        }
        Moment::Replaced(name) => {
            let path = watched.folder.join(name);
            let before = version(&path);
            Box::new(move || version(&path) != before)
        }
        Moment::Passing(count) => {
            let (mut seen, mut before) = (0, watched.passing());
            Box::new(move || {
                let now = watched.passing();
                seen += now.iter().filter(|path| !before.contains(path)).count();
                before = now;
                seen >= count
            })
        }
        Moment::TwoCheckpoints => Box::new(|| watched.checkpoints().len() >= 2),
        Moment::HalfACheckpoint => Box::new(|| {
            let files = |folder: &PathBuf| tree::paths(folder).len();
            let counts = watched.checkpoints().iter().map(files).collect::<Vec<_>>();
            counts.len() >= 2 && counts.iter().min() < counts.iter().max()
        }),
    };
    kill_when(scratch, line, watch)
}

fn kill_when(scratch: &Scratch, line: &str, mut ready: impl FnMut() -> bool) -> bool {
    let mut command = scratch.command(line);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    // Without pauses, because the moments are short.
    while !ready() && child.try_wait().unwrap().is_none() {
        assert!(
            start.elapsed() < Duration::from_secs(300),
            "it hangs: mixup {line}"
        );
        std::thread::yield_now();
    }
    child.kill().unwrap();
    let status = child.wait().unwrap();
    match status.signal() {
        Some(signal) => {
            assert_eq!(signal, 9, "mixup {line}");
            true
        }
        None => {
            assert_eq!(status.code(), Some(0), "mixup {line}");
            false
        }
    }
}

/// A moment by chance: half of them at random, half of them aimed at one of `aims`. `whole` is how long the
/// command takes.
pub(super) fn moment(chance: &mut Chance, whole: Duration, aims: &[Moment]) -> Moment {
    if chance.below(2) == 0 {
        return Moment::After(chance.time(whole));
    }
    match &aims[chance.below(aims.len())] {
        Moment::Passing(most) => Moment::Passing(1 + chance.below(*most)),
        other => other.clone(),
    }
}
