//! The sum of results that were computed in parallel.

/// Writes to `target` the sum of consecutive partial results of its length, added in their order.
#[inline(always)]
pub(crate) fn add_partial_sums(target: &mut [f32], partial_sums: &[f32]) {
    target.fill(0.0);
    for partial in partial_sums.chunks_exact(target.len()) {
        for (sum, value) in target.iter_mut().zip(partial) {
            *sum += value;
        }
    }
}

#[cfg(test)]
mod tests;
