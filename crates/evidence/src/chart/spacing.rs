//! Moves labels apart that would overlap.

/// Moves positions as little as possible, so that neighbours are at least `gap` apart and all are within
/// `range`. The result has the order of the input. If there is no room for the gap, it becomes smaller.
///
/// Before the range is applied, the sum of squared moves is the least possible. This is an isotonic
/// regression: after subtracting the gaps, positions must not decrease, and those that do are pooled at
/// their mean.
pub(crate) fn apart(positions: &[f64], gap: f64, range: (f64, f64)) -> Vec<f64> {
    let neighbours = positions.len().saturating_sub(1) as f64;
    let gap = gap.min((range.1 - range.0) / neighbours.max(1.0));
    let mut order: Vec<usize> = (0..positions.len()).collect();
    order.sort_by(|&a, &b| positions[a].total_cmp(&positions[b]));
    // The sum and the number of positions of each pool.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (rank, &index) in order.iter().enumerate() {
        let mut pool = (positions[index] - rank as f64 * gap, 1);
        while let Some(&(sum, count)) = pools.last()
            && sum / count as f64 >= pool.0 / pool.1 as f64
        {
            pools.pop();
            pool = (pool.0 + sum, pool.1 + count);
        }
        pools.push(pool);
    }
    let last = range.1 - neighbours * gap;
    let means = pools.into_iter().flat_map(|(sum, count)| {
        let mean = (sum / count as f64).clamp(range.0, last.max(range.0));
        std::iter::repeat_n(mean, count)
    });
    let mut moved = positions.to_vec();
    for (rank, (index, mean)) in order.into_iter().zip(means).enumerate() {
        moved[index] = mean + rank as f64 * gap;
    }
    moved
}

#[cfg(test)]
mod tests;
