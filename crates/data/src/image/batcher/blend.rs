//! The weights by which a batch is mixed.

use burn::tensor::{Device, Tensor, TensorData};

use crate::image::mix::{edges, kept, mix};
use crate::{BatchPlan, ImageShape};

/// The mixing weights of a batch, on the device.
pub(super) struct Shares {
    /// λ, f32 `[rows, 1]`.
    pub(super) lambda: Tensor<2>,
    /// 1 for a pixel that stays and 0 inside the patch, f32 `[rows, 1, height, width]`. `None` without patches.
    kept: Option<Tensor<4>>,
    /// The weight of each row in the loss, f32 `[rows, 1]`.
    pub(super) weights: Option<Tensor<2>>,
}

impl Shares {
    /// Uploads the weights of a batch in one transfer. With a `count`, later rows have weight 0.
    pub(super) fn upload(
        plan: &BatchPlan<'_>,
        count: Option<usize>,
        shape: ImageShape,
        device: &Device,
    ) -> Self {
        let rows = plan.draws.len();
        let mut columns: Vec<f32> = vec![];
        for (row, draw) in plan.draws.iter().enumerate() {
            columns.push(draw.lambda as f32);
            if let Some(count) = count {
                let weight = rows as f32 / count as f32;
                columns.push(if row < count { weight } else { 0.0 });
            }
            if let Some(patches) = plan.patches {
                columns.extend(edges(patches[draw.image as usize]));
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
            kept: plan.patches.is_some().then(|| {
                let edges = columns.clone().narrow(1, width - 4, 4);
                kept(edges, shape.height, shape.width)
            }),
        }
    }

    /// Mixes the first half of the images with the second half, which are their partners.
    ///
    /// # Shapes
    /// f32 `[2 rows, channels, height, width]` to `[rows, channels, height, width]`.
    pub(super) fn mix_halves(&self, images: Tensor<4>) -> Tensor<4> {
        let half = images.dims()[0] / 2;
        let first = images.clone().narrow(0, 0, half);
        let partners = images.narrow(0, half, half);
        match &self.kept {
            None => mix(first, partners, self.lambda.clone().unsqueeze_dims(&[2, 3])),
            Some(kept) => mix(first, partners, kept.clone()),
        }
    }
}
