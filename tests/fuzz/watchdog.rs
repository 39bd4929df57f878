//! Watches how long a case takes, and ends the process with a report when it takes too long.

use std::sync::Once;
use std::thread;
use std::time::{Duration, Instant};

use crate::case;

/// The time that a case may take in all: long, because a busy machine lets a process wait.
const WAITING: Duration = Duration::from_secs(60);

/// Starts the watchdog, unless it runs.
pub(crate) fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| drop(thread::spawn(watch)));
}

fn watch() {
    let mut known = (None, Instant::now(), Duration::ZERO);
    loop {
        thread::sleep(Duration::from_millis(25));
        let running = case::running();
        let (wall, busy) = (Instant::now(), processor_time());
        if running.is_none() || running != known.0 {
            known = (running, wall, busy);
            continue;
        }
        if busy - known.2 > case::time() {
            case::abort("more computing than it may take");
        }
        if wall - known.1 > WAITING {
            case::abort("it does not end");
        }
    }
}

/// The processor time of this process so far.
#[cfg(target_os = "linux")]
fn processor_time() -> Duration {
    // Fields 14 and 15: hundredths of a second in user and system mode. The name before may have spaces.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
    let ticks = fields.split(' ').skip(11).take(2);
    let ticks = ticks.filter_map(|field| field.parse::<u64>().ok());
    Duration::from_millis(10 * ticks.sum::<u64>())
}

/// Elsewhere the time since the start stands for it.
#[cfg(not(target_os = "linux"))]
fn processor_time() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}
