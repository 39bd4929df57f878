//! The exact sign-flip test: in how many of all ways to swap the arms within pairs the mean
//! difference is at least as far from 0.

/// Up to here all 2ⁿ ways are gone through.
const ENUMERATED: usize = 20;
/// Steps of the grid for more pairs, over the sum of all magnitudes.
const GRID: f64 = (1 << 20) as f64;
/// How near two sums count as equal, as a share of the sum of all magnitudes.
const TIE: f64 = 1e-12;

/// The exact two-sided p, P(|Σ ± k| ≥ |Σ k|), of differences that are whole numbers.
///
/// Fair coins choose the signs. The distribution of the sum is built up pair by pair, in time and
/// memory that grow with Σ |k|, so any number of pairs will do. A difference of 0 has no sign: it
/// changes nothing. Where all are 0, or there are none, p is 1.
pub fn sign_flip_p_of_counts(differences: &[i64]) -> f64 {
    let magnitudes: Vec<usize> = differences
        .iter()
        .map(|count| count.unsigned_abs() as usize)
        .collect();
    let observed: i64 = differences.iter().sum();
    share_at_least(&magnitudes, observed.unsigned_abs() as usize)
}

/// The exact two-sided p of differences that are no whole numbers.
///
/// Sums that differ by less than 1e-12 of Σ |d| count as equal, for rounding must not break a tie.
/// Up to 20 pairs all ways are gone through. For more, magnitudes are rounded to a grid of Σ |d| /
/// 2²⁰, and a sum counts as far as the observed one also where rounding alone, up to n / 2 steps,
/// might have kept it from that: p is never too small.
pub fn sign_flip_p(differences: &[f64]) -> f64 {
    let total: f64 = differences.iter().map(|difference| difference.abs()).sum();
    if total == 0.0 {
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

/// The number of ways to choose the signs of `rest` that bring `sum` at least `threshold` away from 0.
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
    // Only the part with a plus sign is followed: the sum is twice that part less the total.
    let mut share = vec![0.0; total + 1];
    share[0] = 1.0;
    let mut reached = 0;
    for &magnitude in magnitudes {
        reached += magnitude;
        // From above, so that what is read has not been written yet.
        for plus in (0..=reached).rev() {
            let with = plus.checked_sub(magnitude).map_or(0.0, |rest| share[rest]);
            share[plus] = f64::midpoint(share[plus], with);
        }
    }
    let far = (0_usize..)
        .zip(&share)
        .filter(|(plus, _)| (2 * plus).abs_diff(total) >= threshold);
    // Sums of dyadic fractions are exact up to 53 pairs; beyond, rounding may pass 1.
    far.map(|(_, share)| share).sum::<f64>().min(1.0)
}
