//! The CPU time of this process: what a run costs, whatever else the machine does.

/// CPU seconds that all threads of this process have used so far. `None` where the system does not tell.
#[cfg(unix)]
pub(crate) fn cpu_seconds() -> Option<f64> {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Some(time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64)
}

/// CPU seconds that all threads of this process have used so far. `None` where the system does not tell.
#[cfg(not(unix))]
pub(crate) fn cpu_seconds() -> Option<f64> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn work_takes_cpu_time_on_every_thread() {
        let before = cpu_seconds().unwrap();
        let work = || {
            let mut state = std::hint::black_box(1_u64);
            while cpu_seconds().unwrap() < before + 0.002 {
                state = std::hint::black_box(state.wrapping_mul(3));
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(work);
            scope.spawn(work);
        });
        let used = cpu_seconds().unwrap() - before;
        assert!((0.002..60.0).contains(&used), "{used}");
    }
}
