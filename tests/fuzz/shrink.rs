//! Makes the input of a fault shorter, as long as the fault stays the same.

use std::sync::Arc;

use crate::case::Case;
use crate::runner::attempt;
use crate::target::Target;

/// How many shorter inputs are tried.
const TRIES: usize = 500;

/// What faults with one cause have in common: the first line without digits, and not all of it.
pub(crate) fn kind(fault: &str) -> String {
    let line = fault.lines().next().unwrap_or_default();
    // The place of a panic is in its first line, with digits that matter.
    if line.contains(".rs:") {
        return line.to_owned();
    }
    let letters = line.chars().filter(|letter| !letter.is_ascii_digit());
    letters.take(40).collect()
}

/// The shortest input found that breaks the rule of `kind` as `case` does.
pub(crate) fn smallest(target: &dyn Target, case: &Case, kind: &str) -> Case {
    let mut best = Case {
        origin: format!("{}-small", case.origin),
        ..case.clone()
    };
    let mut part = best.input.len() / 2;
    let mut tries = 0;
    while part > 0 {
        let mut at = 0;
        while at < best.input.len() && tries < TRIES {
            let end = (at + part).min(best.input.len());
            let shorter = [&best.input[..at], &best.input[end..]].concat();
            let shorter = Case {
                input: Arc::new(shorter),
                ..best.clone()
            };
            tries += 1;
            match attempt(target, &shorter).0 {
                Err(fault) if self::kind(&fault) == kind => best = shorter,
                _ => at = end,
            }
        }
        part /= 2;
    }
    best
}
