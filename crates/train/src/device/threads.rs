//! How many threads compute on the CPU.

use crate::failure::Failure;

/// The most threads for each core. More of them only wait for one another, and with thousands of them
/// nothing ends.
const MOST_PER_CORE: usize = 4;

/// The variables that say how many threads there are, the first that is a number counts. They are Rayon's.
const VARIABLES: [&str; 2] = ["RAYON_NUM_THREADS", "RAYON_RS_NUM_CPUS"];

/// Starts the threads that all computations share: one for each core, or as many as the environment says,
/// up to four for each core. Returns a note if it says more.
///
/// # Errors
/// [`Failure::Usage`] if the system does not start as many.
pub fn start() -> Result<Option<String>, Failure> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let asked = VARIABLES
        .iter()
        .find_map(|name| Some((*name, number(&std::env::var(name).ok()?)?)));
    let (threads, note) = bounded(asked, cores);
    // If the threads run already, they stay as they are.
    let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
    match builder.build_global() {
        Err(error) if std::error::Error::source(&error).is_some() => Err(Failure::usage(
            format!(
                "expected {threads} threads, found a system that does not start so many ({error})"
            ),
            format!("set {} to a smaller number", VARIABLES[0]),
        )),
        _ => Ok(note),
    }
}

/// The number in a variable. Rayon ignores what is none, and takes 0 as one for each core.
fn number(value: &str) -> Option<usize> {
    value.parse().ok()
}

/// How many threads to start on so many `cores` if a variable asks for some, and a note about fewer.
fn bounded(asked: Option<(&str, usize)>, cores: usize) -> (usize, Option<String>) {
    let most = MOST_PER_CORE * cores;
    match asked {
        None | Some((_, 0)) => (cores, None),
        Some((_, threads)) if threads <= most => (threads, None),
        Some((name, threads)) => {
            let note = format!(
                "note: {name} asks for {threads} threads; {most} are started, {MOST_PER_CORE} for each core"
            );
            (most, Some(note))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_four_threads_a_core_are_started_as_asked() {
        for threads in [1, 3, 8] {
            assert_eq!(bounded(Some(("A", threads)), 2), (threads, None));
        }
    }

    #[test]
    fn more_are_bounded_with_a_note() {
        let (threads, note) = bounded(Some(("A", 5000)), 2);
        assert_eq!(threads, 8);
        let note = note.unwrap();
        assert_eq!(
            note,
            "note: A asks for 5000 threads; 8 are started, 4 for each core"
        );
    }

    #[test]
    fn without_a_number_there_is_one_thread_for_each_core() {
        assert_eq!(bounded(None, 6), (6, None));
        assert_eq!(bounded(Some(("A", 0)), 6), (6, None));
        assert_eq!(number("many"), None);
    }
}
