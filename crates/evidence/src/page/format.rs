//! Numbers as text for the page.

use crate::{Spread, words};

pub(crate) use crate::words::grouped;

/// A share as percent, such as `76.52%`.
pub(crate) fn percent(share: f64) -> String {
    format!("{}%", decimal(share * 100.0, 2))
}

/// A difference of shares in points, with its sign, such as `+1.84`.
pub(crate) fn points(difference: f64) -> String {
    signed(difference * 100.0, 2)
}

/// A number with this many decimals, or words if it is not finite.
pub(crate) fn decimal(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "not finite".to_owned();
    }
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        // A value that is rounded to zero has no sign.
        Some(rest) if rest.chars().all(|c| c == '0' || c == '.') => rest.to_owned(),
        Some(rest) => format!("−{rest}"),
        None => text,
    }
}

/// A difference with its sign, as in the verdict's sentences, or words if it is not finite.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    if value.is_finite() {
        words::signed(value, decimals)
    } else {
        "not finite".to_owned()
    }
}

/// Mean and deviation of shares, such as `76.52% ± 0.31`.
pub(crate) fn percent_and_deviation(spread: &Spread) -> String {
    match spread.deviation {
        Some(deviation) => format!(
            "{} ± {}",
            percent(spread.mean),
            decimal(deviation * 100.0, 2)
        ),
        None => percent(spread.mean),
    }
}

/// Mean and deviation, such as `0.812 ± 0.004`.
pub(crate) fn mean_and_deviation(spread: &Spread, decimals: usize) -> String {
    let mean = decimal(spread.mean, decimals);
    match spread.deviation {
        Some(deviation) => format!("{mean} ± {}", decimal(deviation, decimals)),
        None => mean,
    }
}

/// A probability, such as `0.0312`.
pub(crate) fn probability(p: f64) -> String {
    match p {
        p if p < 0.0001 => "below 0.0001".to_owned(),
        // Powers of two, such as 0.0625 and 0.03125, are common.
        p if p < 0.1 => decimal(p, 4),
        p => decimal(p, 3),
    }
}

/// An interval; `end` writes its two ends.
pub(crate) fn interval(ends: (f64, f64), end: impl Fn(f64) -> String) -> String {
    format!("{} to {}", end(ends.0), end(ends.1))
}

/// A count and its noun, such as `1 pair`, `5 pairs` and `2 classes`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let ending = match count {
        1 => "",
        _ if noun.ends_with('s') => "es",
        _ => "s",
    };
    format!("{} {noun}{ending}", grouped(count))
}

/// A duration in its two largest units, such as `1 h 12 min`.
pub(crate) fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 60.0 {
        return format!("{} s", decimal(seconds, 1));
    }
    let whole = seconds.round() as u64;
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 {
        format!("{hours} h {minutes} min")
    } else {
        format!("{minutes} min {rest} s")
    }
}

#[cfg(test)]
mod tests;
