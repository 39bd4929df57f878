//! Numbers that every reader of JSON reads alike.

/// `value` rounded to 12 decimals, which every JSON reader reads back bit for bit.
///
/// Some fast readers round a number of 16 or 17 digits twice. A resumed run reads its rows and must not change them.
pub fn to_12_decimals(value: f64) -> f64 {
    let scaled = value * 1e12;
    // A number so large has no decimals.
    if scaled.is_finite() {
        scaled.round() / 1e12
    } else {
        value
    }
}
