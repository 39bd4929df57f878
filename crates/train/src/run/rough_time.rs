//! Spans of time in words that are no more exact than an estimate.

/// `seconds` in the unit that suits them, such as `41 s`, `12 min`, `3.5 h` or `2.1 days`.
pub(crate) fn rough_time(seconds: f64) -> String {
    match seconds {
        ..1.0 => "1 s".into(),
        ..99.5 => format!("{seconds:.0} s"),
        ..5370.0 => format!("{:.0} min", seconds / 60.0),
        ..172_800.0 => format!("{:.1} h", seconds / 3600.0),
        _ => format!("{:.1} days", seconds / 86_400.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_the_unit_that_suits_it() {
        for (seconds, words) in [
            (0.0, "1 s"),
            (20.4, "20 s"),
            (99.4, "99 s"),
            (99.6, "2 min"),
            (500.0, "8 min"),
            (5369.0, "89 min"),
            (5371.0, "1.5 h"),
            (10_800.0, "3.0 h"),
            (181_440.0, "2.1 days"),
        ] {
            assert_eq!(rough_time(seconds), words);
        }
    }
}
