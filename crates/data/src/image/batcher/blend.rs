//! The weights by which a batch is mixed.

use burn::tensor::{Device, Tensor, TensorData};

use crate::image::mix::{edges, kept, mix};
use crate::{BatchPlan, Draw, ImageShape, Patch};

/// The mixing weights of a batch, on the device.
pub(super) struct Shares {
    /// λ, f32 `[rows, 1]`.
    pub(super) lambda: Tensor<2>,
    /// The weight of each pixel: 0 inside the patch of an image that has one, 1 outside; λ for other images. F32
    /// `[rows, 1, height, width]`. `None` without patches.
    kept: Option<Tensor<4>>,
    /// The weight of each row in the loss, f32 `[rows, 1]`.
    pub(super) weights: Option<Tensor<2>>,
}

/// The rectangle that a partner fills in the image of `draw`; empty if the image is mixed in another way, or not at
/// all.
pub(super) fn patch_of(plan: &BatchPlan<'_>, draw: &Draw) -> Patch {
    match plan.patches {
        Some(patches) if draw.lambda != 1.0 => patches[draw.image as usize],
        _ => Patch::EMPTY,
    }
}

impl Shares {
    /// Uploads the weights of a batch in one transfer. `weights` are those of the rows, if they differ.
    pub(super) fn upload(
        plan: &BatchPlan<'_>,
        weights: Option<&[f32]>,
        shape: ImageShape,
        device: &Device,
    ) -> Self {
        let rows = plan.draws.len();
        let mut columns: Vec<f32> = vec![];
        for (row, draw) in plan.draws.iter().enumerate() {
            columns.push(draw.lambda as f32);
            columns.extend(weights.map(|weights| weights[row]));
            if plan.patches.is_some() {
                let patch = patch_of(plan, draw);
                let is_cut = patch != Patch::EMPTY;
                columns.push(if is_cut { 1.0 } else { draw.lambda as f32 });
                columns.extend(edges(patch));
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
            weights: weights.map(|_| column(1)),
            kept: plan.patches.is_some().then(|| {
                let edges = columns.clone().narrow(1, width - 4, 4);
                let outside = column(width - 5).unsqueeze_dims(&[2, 3]);
                kept(edges, shape.height, shape.width) * outside
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
