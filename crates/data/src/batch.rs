//! One batch: what a network is given, and what it should say about it.

use burn::tensor::Tensor;

use crate::{Draw, HiddenMix};

/// One batch, ready for a network.
#[derive(Clone, Debug)]
pub struct MixupBatch {
    /// Normalised images, f32 `[rows, channels, height, width]`, or point clouds, f32 `[rows, 3, points, 1]`. They are
    /// mixed, unless `hidden` is set.
    pub inputs: Tensor<4>,
    /// Soft labels of the mixed samples, f32 `[rows, classes]`. Every row sums to 1, except with
    /// [`Targets::AsPrinted`](crate::Targets::AsPrinted).
    pub targets: Tensor<2>,
    /// The number of samples in the batch. Rows after them are padding, or the same samples mixed.
    pub count: usize,
    /// The weight of each row in a mean over all rows, f32 `[rows, 1]`: `rows / count` for samples, η times that for
    /// samples that are mixed next to others, 0 for padding. `None` if every row has the same weight.
    pub weights: Option<Tensor<2>>,
    /// What the network itself has to mix, with manifold mixup.
    pub hidden: Option<HiddenMix>,
}

/// The weights of the rows of a batch of `count` samples, which may be padded to `rows`. With a factor for `mixed` images,
/// these follow as a second half. `None` if all rows count alike.
pub(crate) fn row_weights(
    count: usize,
    rows: Option<usize>,
    mixed: Option<f64>,
) -> Option<Vec<f32>> {
    let half = rows.unwrap_or(count).max(count);
    let all = if mixed.is_some() { 2 * half } else { half };
    if rows.is_none() && mixed.is_none() {
        return None;
    }
    let weight = all as f32 / count as f32;
    let weights = (0..all).map(|row| match row % half < count {
        false => 0.0,
        true if row < half => weight,
        true => weight * mixed.unwrap_or(0.0) as f32,
    });
    Some(weights.collect())
}

/// The draws of the rows of a batch. If `rows` is given, they are padded to that many by repeating the last one. With
/// clean samples, there are twice as many: first each sample as it is.
///
/// # Panics
/// If there are no draws.
pub(crate) fn draws_of_rows(draws: &[Draw], rows: Option<usize>, with_clean: bool) -> Vec<Draw> {
    let count = draws.len();
    let mut all = draws.to_vec();
    if let Some(rows) = rows {
        all.resize(rows.max(count), draws[count - 1]);
    }
    if with_clean {
        let clean = all.iter().map(|draw| Draw::unmixed(draw.image));
        all = clean.chain(all.iter().copied()).collect();
    }
    all
}
