//! Combines two rows into one: pixels and labels.

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::{BatchPlan, CHANNELS, Draw, Patch, SIDE, Targets};

/// The mixing weights of a batch, on the device.
pub(super) struct Shares {
    /// λ, f32 `[rows, 1]`.
    pub(super) lambda: Tensor<2>,
    /// 1 for a pixel that stays and 0 inside the patch, f32 `[rows, 1, 32, 32]`. `None` without patches.
    pub(super) kept: Option<Tensor<4>>,
    /// The weight of each row in the loss, f32 `[rows, 1]`.
    pub(super) weights: Option<Tensor<2>>,
}

impl Shares {
    /// Uploads the weights of `draws` in one transfer. With a `count`, later rows have weight 0.
    pub(super) fn upload(draws: &[Draw], count: Option<usize>, device: &Device) -> Self {
        let rows = draws.len();
        let is_cut = draws.iter().any(|draw| draw.patch.is_some());
        let mut columns: Vec<f32> = vec![];
        for (row, draw) in draws.iter().enumerate() {
            columns.push(draw.lambda as f32);
            if let Some(count) = count {
                let weight = rows as f32 / count as f32;
                columns.push(if row < count { weight } else { 0.0 });
            }
            if is_cut {
                let patch = draw.patch.unwrap_or(Patch::EMPTY);
                let edges = [patch.top, patch.bottom, patch.left, patch.right];
                columns.extend(edges.map(f32::from));
            }
        }
        let width = columns.len() / rows;
        let columns = Tensor::<2>::from_data(TensorData::new(columns, [rows, width]), device);
        let column = |at| columns.clone().narrow(1, at, 1);
        Self {
            lambda: if width == 1 {
                columns.clone()
            } else {
                column(0)
            },
            weights: count.map(|_| column(1)),
            kept: is_cut.then(|| {
                let first = width - 4;
                let rows = within(column(first), column(first + 1));
                let columns = within(column(first + 2), column(first + 3));
                let patch = rows.unsqueeze_dims::<4>(&[1, 3]) * columns.unsqueeze_dims(&[1, 1]);
                patch.neg() + 1.0
            }),
        }
    }
}

impl Shares {
    /// Mixes the first half of the rows with the second half: f32 `[2 rows, 3072]` to `[rows, 3072]`.
    pub(super) fn mix(&self, pixels: Tensor<2>) -> Tensor<2> {
        match &self.kept {
            None => lerp(pixels, self.lambda.clone()),
            Some(kept) => {
                let [rows, values] = pixels.dims();
                let images = pixels.reshape([rows, CHANNELS, SIDE, SIDE]);
                lerp(images, kept.clone()).reshape([rows / 2, values])
            }
        }
    }

    /// Soft labels from one-hot labels: f32 `[2 rows, classes]` to `[rows, classes]`. The first half of the
    /// input belongs to the images, the second half to their partners.
    pub(super) fn targets(&self, labels: Tensor<2>, plan: &BatchPlan<'_>) -> Tensor<2> {
        let [_, classes] = labels.dims();
        let mixed = match plan.targets {
            Targets::Formula => lerp(labels, self.lambda.clone()),
            Targets::AsPrinted => {
                let (first, partner) = halves(labels);
                first.max_pair(partner) * self.lambda.clone()
            }
        };
        if plan.smoothing == 0.0 {
            return mixed;
        }
        mixed * (1.0 - plan.smoothing) + plan.smoothing / classes as f64
    }
}

/// 1 for positions in `first..end`, otherwise 0: two tensors `[rows, 1]` to `[rows, 32]`.
fn within(first: Tensor<2>, end: Tensor<2>) -> Tensor<2> {
    let positions = Tensor::<1, Int>::arange(0..SIDE as i64, &first.device());
    let positions = positions.float().unsqueeze::<2>();
    let inside = positions.clone().greater_equal(first).float();
    inside * positions.lower(end).float()
}

/// `share` of the first half of the rows plus 1 − `share` of the second half.
fn lerp<const D: usize>(rows: Tensor<D>, share: Tensor<D>) -> Tensor<D> {
    let (first, partner) = halves(rows);
    first * share.clone() + partner * (share.neg() + 1.0)
}

fn halves<const D: usize>(rows: Tensor<D>) -> (Tensor<D>, Tensor<D>) {
    let half = rows.dims()[0] / 2;
    (rows.clone().narrow(0, 0, half), rows.narrow(0, half, half))
}
