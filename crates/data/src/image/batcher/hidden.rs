//! Mixing inside the network.

use std::collections::HashMap;

use burn::tensor::{Int, Tensor, TensorData};

use crate::Draw;
use crate::image::batcher::blend::Shares;

/// Mixes the input of one stage of the network, row by row: manifold mixup.
///
/// # Source
/// Verma et al., "Manifold Mixup: Better Representations by Interpolating Hidden States", 2019.
#[derive(Clone, Debug)]
pub struct HiddenMix {
    /// The stage whose input is mixed; 0 is the first one, which takes the images.
    pub stage: usize,
    /// For each row, the row of its partner, `[rows]`.
    partners: Tensor<1, Int>,
    /// The weight of the row itself, f32 `[rows, 1, 1, 1]`.
    lambda: Tensor<4>,
}

impl HiddenMix {
    pub(super) fn new(stage: usize, partners: &[i32], shares: &Shares) -> Self {
        let data = TensorData::new(partners.to_vec(), [partners.len()]);
        let device = &shares.lambda.device();
        Self {
            stage,
            partners: Tensor::from_data(data, device),
            lambda: shares.lambda.clone().unsqueeze_dims(&[2, 3]),
        }
    }

    /// λ times each row plus 1 − λ times its partner's row.
    ///
    /// # Shapes
    /// Input and output are `[rows, channels, height, width]`.
    pub fn apply(&self, maps: Tensor<4>) -> Tensor<4> {
        let device = &maps.device();
        let lambda = self.lambda.clone().to_device(device).cast(maps.dtype());
        let partners = maps
            .clone()
            .select(0, self.partners.clone().to_device(device));
        maps * lambda.clone() + partners * (lambda.neg() + 1.0)
    }
}

/// For each draw, the row of its partner.
///
/// # Panics
/// If a partner is not an image of the batch.
pub(super) fn partner_rows(draws: &[Draw]) -> Vec<i32> {
    let row_of: HashMap<u32, i32> = draws.iter().map(|draw| draw.image).zip(0..).collect();
    let row = |draw: &Draw| row_of.get(&draw.partner).copied();
    let rows: Option<Vec<i32>> = draws.iter().map(row).collect();
    rows.expect("partners in the batch of their images")
}
