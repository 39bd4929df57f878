//! Runs the cases of a target: those that were found before, then changed inputs.

use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::case::{self, Case};
use crate::dice::Dice;
use crate::target::Target;
use crate::{memory, shrink, watchdog};

/// The seed of a plain `cargo test`.
const SEED: u64 = 1;
/// How many different faults end a target early.
const ENOUGH: usize = 20;

/// Which cases are run.
enum Cases {
    /// The same every time.
    Fixed,
    /// As many as fit into this time.
    For(Duration),
    /// One file.
    File(PathBuf),
}

impl Cases {
    /// What the recipes of the Justfile ask for by environment variables.
    fn asked() -> Self {
        if let Some(file) = std::env::var_os("MIXUP_FUZZ_FILE") {
            // Tests start in the crate's folder, and the user in another.
            let folder = std::env::var_os("MIXUP_FUZZ_FOLDER").unwrap_or_default();
            return Self::File(Path::new(&folder).join(file));
        }
        match std::env::var("MIXUP_FUZZ_SECONDS") {
            Ok(text) => {
                let seconds = text.parse().expect("MIXUP_FUZZ_SECONDS is a whole number");
                Self::For(Duration::from_secs(seconds))
            }
            Err(_) => Self::Fixed,
        }
    }
}

/// The seed of a long run: that of `MIXUP_FUZZ_SEED`, else the clock's.
fn seed() -> u64 {
    match std::env::var("MIXUP_FUZZ_SEED") {
        Ok(text) => text.parse().expect("MIXUP_FUZZ_SEED is a whole number"),
        Err(_) => SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(SEED, |time| time.as_secs()),
    }
}

/// Memory and time are those of the process, so two targets may not run at once.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs the cases of `target` that are asked for.
///
/// # Panics
/// If a case broke a rule, with all that were found.
pub(crate) fn fuzz(target: &dyn Target) {
    let _alone = alone();
    let mut runner = Runner::new(target);
    match Cases::asked() {
        Cases::File(file) => {
            if !belongs(&file, target.name()) {
                return;
            }
            runner.run_file(&file);
        }
        Cases::Fixed => {
            runner.run_found();
            runner.run_known();
            runner.run_cases(SEED, |case, _| case < target.cases());
        }
        Cases::For(time) => {
            let seed = seed();
            say(&format!("{}: seed {seed}", target.name()));
            runner.run_found();
            runner.run_cases(seed, |_, start| start.elapsed() < time);
        }
    }
    runner.finish();
}

/// Whether a file is an input of the target: `target/fuzz/NAME-…` or `tests/fuzz/found/NAME/…`.
fn belongs(file: &Path, target: &str) -> bool {
    fn name(path: Option<&Path>) -> &str {
        let name = path.and_then(Path::file_name);
        name.and_then(|name| name.to_str()).unwrap_or_default()
    }
    let rest = name(Some(file)).strip_prefix(target);
    rest.is_some_and(|rest| rest.starts_with('-')) || name(file.parent()) == target
}

struct Runner<'a> {
    target: &'a dyn Target,
    run: u64,
    most_memory: usize,
    longest: Duration,
    start: Instant,
    /// The first line and the whole of each fault.
    faults: Vec<(String, String)>,
}

impl<'a> Runner<'a> {
    fn new(target: &'a dyn Target) -> Self {
        keep_panics();
        watchdog::start();
        Self {
            target,
            run: 0,
            most_memory: 0,
            longest: Duration::ZERO,
            start: Instant::now(),
            faults: vec![],
        }
    }

    fn run_found(&mut self) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz/found");
        let Ok(entries) = std::fs::read_dir(folder.join(self.target.name())) else {
            return;
        };
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            self.run_file(&file);
        }
    }

    fn run_known(&mut self) {
        for (index, input) in self.target.known().into_iter().enumerate() {
            self.run_case(format!("known-{index}"), input);
        }
    }

    fn run_file(&mut self, file: &Path) {
        let input =
            std::fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        self.run_case(format!("found-{name}"), input);
    }

    /// Runs changed inputs as long as `more` says so, given the number of the case and the start.
    fn run_cases(&mut self, seed: u64, more: impl Fn(u64, Instant) -> bool) {
        let start = Instant::now();
        let seeds = self.target.seeds();
        for (index, input) in seeds.iter().enumerate() {
            self.run_case(format!("good-{index}"), input.clone());
        }
        for case in 0.. {
            if !more(case, start) || self.faults.len() >= ENOUGH {
                return;
            }
            let mut dice = Dice::of_case(seed, case);
            let mut input = dice.pick(seeds).clone();
            let changes = *dice.pick(&[1, 1, 1, 1, 2, 2, 3, 5, 8, 16]);
            for _ in 0..changes {
                let other = dice.pick(seeds);
                self.target.change(&mut input, other, &mut dice);
            }
            self.run_case(format!("{seed}-{case}"), input);
        }
    }

    fn run_case(&mut self, origin: String, input: Vec<u8>) {
        let case = Case {
            target: self.target.name(),
            origin,
            time: self.target.time(),
            input: Arc::new(input),
        };
        let (result, bytes, time) = attempt(self.target, &case);
        self.run += 1;
        self.most_memory = self.most_memory.max(bytes);
        self.longest = self.longest.max(time);
        let Err(fault) = result else {
            return;
        };
        let kind = shrink::kind(&fault);
        if self.faults.iter().any(|(known, _)| *known == kind) {
            return;
        }
        let path = case.save();
        let told = format!(
            "{} {}: {fault}\n  its input: {path}",
            case.target, case.origin
        );
        // At once, because a later case may end the process.
        let _ = writeln!(std::io::stderr(), "\nfuzz: {told}");
        let small = shrink::smallest(self.target, &case, &kind).save();
        self.faults
            .push((kind, format!("{told}\n  the shortest found: {small}")));
    }

    fn finish(self) {
        say(&format!(
            "{}: {} cases in {:.1} s, at most {} ms and {} kB",
            self.target.name(),
            self.run,
            self.start.elapsed().as_secs_f64(),
            self.longest.as_millis(),
            self.most_memory >> 10
        ));
        let faults: Vec<&str> = self.faults.iter().map(|(_, fault)| &**fault).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// Prints a line that the test harness shows on request.
#[expect(clippy::print_stdout, reason = "as a test prints")]
fn say(line: &str) {
    println!("{line}");
}

/// Whether panics are kept rather than printed.
static IN_CASE: AtomicBool = AtomicBool::new(false);
/// The last panic, with its place.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Keeps the message of a panic inside a case; those elsewhere are printed as ever.
pub(crate) fn keep_panics() {
    static SET: Once = Once::new();
    SET.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if IN_CASE.load(Ordering::Relaxed) {
                let mut last = PANIC.lock().unwrap_or_else(PoisonError::into_inner);
                last.get_or_insert_with(|| info.to_string());
            } else {
                before(info);
            }
        }));
    });
}

/// Runs one case, and returns what it broke, the bytes it took, and the time.
pub(crate) fn attempt(target: &dyn Target, case: &Case) -> (Result<(), String>, usize, Duration) {
    let start = Instant::now();
    IN_CASE.store(true, Ordering::Relaxed);
    case::begin(case);
    memory::begin(target.memory());
    let result = panic::catch_unwind(AssertUnwindSafe(|| target.check(&case.input)));
    let bytes = memory::end(target.memory());
    case::end();
    IN_CASE.store(false, Ordering::Relaxed);
    let panicked = PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
    let result = match (result, panicked) {
        (Ok(Ok(())), Some(message)) => Err(format!("a panic that was caught: {message}")),
        (Ok(result), _) => result,
        (Err(_), message) => Err(message.unwrap_or_else(|| "a panic without words".into())),
    };
    (result, bytes, start.elapsed())
}
