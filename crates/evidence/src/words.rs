//! Numbers as text, for sentences and tables.

/// A difference of shares in percentage points, signed: `+2.12`, `−0.60`, `0.00`.
///
/// Two decimals, or four if two would show a difference as 0.
pub fn points(share: f64) -> String {
    signed(100.0 * share, 2)
}

/// An interval of points: `−0.60 to +1.22`.
pub fn points_range((low, high): (f64, f64)) -> String {
    format!("{} to {}", points(low), points(high))
}

/// The size of a difference in points, without a sign.
pub(crate) fn distance(share: f64) -> String {
    points(share.abs()).replace('+', "")
}

/// A share in percent with two decimals, without the percent sign: `74.51`.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.2}", 100.0 * share)
}

/// A difference with a sign and `decimals`, or two decimals more if it would be shown as 0 otherwise.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    let text = |decimals: usize| format!("{:.decimals$}", value.abs());
    let shows_zero = |text: &str| text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let mut digits = text(decimals);
    if value != 0.0 && shows_zero(&digits) {
        digits = text(decimals + 2);
    }
    if shows_zero(&digits) {
        return text(decimals);
    }
    let sign = if value > 0.0 { '+' } else { '−' };
    format!("{sign}{digits}")
}

/// A p with three decimals, or four if it is below 0.1: `p = 0.0312`, `p < 0.0001`.
pub(crate) fn p(p: f64) -> String {
    if p < 1e-4 {
        "p < 0.0001".into()
    } else if p < 0.1 {
        format!("p = {p:.4}")
    } else {
        format!("p = {p:.3}")
    }
}

/// A count with commas, such as `50,000`.
pub(crate) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 pair`, `6 pairs`.
pub(crate) fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(number))
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests;
