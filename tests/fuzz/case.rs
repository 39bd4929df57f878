//! The case that runs now, and how it is reported when it cannot return.

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One input of one target.
#[derive(Clone)]
pub(crate) struct Case {
    /// The target's name.
    pub(crate) target: &'static str,
    /// Where the input comes from: `SEED-CASE`, or a file's name.
    pub(crate) origin: String,
    /// The processor time that it may take.
    pub(crate) time: Duration,
    /// The input.
    pub(crate) input: Arc<Vec<u8>>,
}

static NOW: Mutex<Option<Case>> = Mutex::new(None);

/// How many cases have begun or ended; odd while one runs.
static CHANGES: AtomicU64 = AtomicU64::new(0);

fn now() -> MutexGuard<'static, Option<Case>> {
    NOW.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Names the case that begins.
pub(crate) fn begin(case: &Case) {
    *now() = Some(case.clone());
    CHANGES.fetch_add(1, Ordering::Relaxed);
}

/// Says that the case has ended.
pub(crate) fn end() {
    CHANGES.fetch_add(1, Ordering::Relaxed);
}

/// A number that stays the same while one case runs; `None` between cases.
pub(crate) fn running() -> Option<u64> {
    let changes = CHANGES.load(Ordering::Relaxed);
    (changes % 2 == 1).then_some(changes)
}

/// The processor time that the case which runs now may take.
pub(crate) fn time() -> Duration {
    now().as_ref().map_or(Duration::MAX, |case| case.time)
}

impl Case {
    /// Keeps the input as `target/fuzz/TARGET-ORIGIN` and returns the path, or what went wrong.
    pub(crate) fn save(&self) -> String {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/fuzz");
        let path = folder.join(format!("{}-{}", self.target, self.origin));
        let saved = std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(&path, &*self.input))
            .and_then(|()| path.canonicalize());
        match saved {
            Ok(path) => path.display().to_string(),
            Err(error) => format!("nowhere ({}: {error})", path.display()),
        }
    }
}

/// Reports the case that runs now as one that broke a limit, keeps its input, and ends the process.
pub(crate) fn abort(reason: &str) -> ! {
    let report = match now().take() {
        Some(case) => format!(
            "{} {}: {reason}; its input: {}",
            case.target,
            case.origin,
            case.save()
        ),
        None => format!("between two cases: {reason}"),
    };
    // The test harness would keep what `eprintln` prints. If nobody listens, the input is still kept.
    let _ = writeln!(std::io::stderr(), "\nfuzz: {report}");
    std::process::abort();
}
