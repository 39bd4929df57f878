//! The exact sign-flip test: of all ways to swap the arms within pairs, the share whose mean difference
//! is at least as far from 0 as the observed one.

/// Up to this number of pairs all 2ⁿ ways are enumerated.
const ENUMERATED: usize = 20;
/// Steps of the grid for more pairs; together they span the sum of all magnitudes.
const GRID: f64 = (1 << 20) as f64;
/// Sums that differ by less count as equal, as a share of the sum of all magnitudes.
const TIE: f64 = 1e-12;

/// The exact two-sided p, P(|Σ ± k| ≥ |Σ k|), of differences that are whole numbers.
///
/// Fair coins choose the signs. The distribution of the sum is built pair by pair. Time and memory grow
/// with Σ |k|, so the number of pairs has no limit. A difference of 0 has no sign and changes nothing. If
/// all differences are 0, or there are none, p is 1.
pub fn sign_flip_p_of_counts(differences: &[i64]) -> f64 {
    let magnitudes: Vec<usize> = differences
        .iter()
        .map(|count| count.unsigned_abs() as usize)
        .collect();
    let observed: i64 = differences.iter().sum();
    share_at_least(&magnitudes, observed.unsigned_abs() as usize)
}

/// The exact two-sided p of differences that are not whole numbers.
///
/// Sums that differ by less than 1e-12 of Σ |d| count as equal, because rounding must not break a tie.
/// Up to 20 pairs, all ways are enumerated. For more pairs, magnitudes are rounded to a grid with steps of
/// Σ |d| / 2²⁰. The rounding errors add up to at most n / 2 steps, and a sum counts as extreme if it is
/// within these of the observed one. So p is never too small. A difference that is no number settles nothing: p is 1.
pub fn sign_flip_p(differences: &[f64]) -> f64 {
    let total: f64 = differences.iter().map(|difference| difference.abs()).sum();
    if total == 0.0 || !total.is_finite() {
        return 1.0;
    }
    let observed = differences.iter().sum::<f64>().abs();
    if differences.len() > ENUMERATED {
        let step = total / GRID;
        let magnitudes: Vec<usize> = differences
            .iter()
            .map(|difference| (difference.abs() / step).round() as usize)
            .collect();
        // A negative threshold saturates at 0, which every sum reaches.
        let threshold = (observed / step - differences.len() as f64 / 2.0).floor() as usize;
        return share_at_least(&magnitudes, threshold);
    }
    let far = ways_at_least(differences, 0.0, observed - TIE * total);
    f64::from(far) / f64::from(1_u32 << differences.len())
}

/// The number of ways to choose the signs of `rest` that take `sum` at least `threshold` away from 0.
fn ways_at_least(rest: &[f64], sum: f64, threshold: f64) -> u32 {
    match rest.split_first() {
        None => u32::from(sum.abs() >= threshold),
        Some((first, rest)) => {
            ways_at_least(rest, sum + first, threshold)
                + ways_at_least(rest, sum - first, threshold)
        }
    }
}

/// P(|Σ ± k| ≥ `threshold`) over fair signs.
fn share_at_least(magnitudes: &[usize], threshold: usize) -> f64 {
    let total: usize = magnitudes.iter().sum();
    // Only the sum of the terms with a plus sign is followed. The signed sum is twice that minus the total.
    let mut share = vec![0.0; total + 1];
    share[0] = 1.0;
    let mut reached = 0;
    for &magnitude in magnitudes {
        reached += magnitude;
        // From above, so that no share is read after it was written.
        for plus in (0..=reached).rev() {
            let with = plus.checked_sub(magnitude).map_or(0.0, |rest| share[rest]);
            share[plus] = f64::midpoint(share[plus], with);
        }
    }
    let far = (0_usize..)
        .zip(&share)
        .filter(|(plus, _)| (2 * plus).abs_diff(total) >= threshold);
    // Sums of dyadic fractions are exact up to 53 pairs. With more, rounding may exceed 1.
    far.map(|(_, share)| share).sum::<f64>().min(1.0)
}

#[cfg(test)]
mod tests;
