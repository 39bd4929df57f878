//! The batch made by the kernels of the CPU, in one pass.

use burn::tensor::{Int, Tensor};
use mixup_kernels::{ImageStore, MixedImage, Mixture, ViewedImage};

use super::blend::Shares;
use super::{Drafted, MixupBatcher};
use crate::{BatchPlan, Draw};

impl MixupBatcher {
    /// The batch of `plan`; `None` if the kernels do not read the images. With a `count`, later rows have
    /// weight 0.
    pub(super) fn in_one_pass(
        &self,
        plan: &BatchPlan<'_>,
        count: Option<usize>,
    ) -> Option<Drafted> {
        let store = ImageStore::new(&self.split.uploaded().pixels, self.shape().dims())?;
        let uploaded = self.split.rows().map(|rows| &rows[..]);
        let images = store.batch(&mixed_images(plan, uploaded), &self.constants);
        let device = &self.device();
        let label = |image: u32| i32::from(self.split.labels()[image as usize]);
        let labels = |images: Vec<i32>| Tensor::<1, Int>::from_data(&images[..], device);
        let images_and_partners = [
            plan.draws.iter().map(|draw| label(draw.image)).collect(),
            plan.draws.iter().map(|draw| label(draw.partner)).collect(),
        ];
        // Patches are in the images already.
        let without_patches = BatchPlan {
            patches: None,
            ..*plan
        };
        Some(Drafted {
            images,
            labels: images_and_partners.map(labels),
            shares: Shares::upload(&without_patches, count, self.shape(), device),
        })
    }
}

/// What each image of the batch is made of. `uploaded` has the uploaded image at each position; `None` for all
/// of them in order.
///
/// # Panics
/// If a position, a view or a patch is missing.
fn mixed_images(plan: &BatchPlan<'_>, uploaded: Option<&[u32]>) -> Vec<MixedImage> {
    let viewed = |position: u32| {
        let position = position as usize;
        let image = uploaded.map_or(position, |rows| rows[position] as usize);
        match plan.views {
            None => ViewedImage::unchanged(image),
            Some(views) => ViewedImage {
                image,
                mirrored: views[position].flipped,
                down: views[position].down.into(),
                right: views[position].right.into(),
            },
        }
    };
    let mixture = |draw: &Draw| match (plan.stage, plan.patches) {
        // The network mixes.
        (Some(_), _) => Mixture::Unmixed,
        (None, None) => Mixture::Weighted {
            partner: viewed(draw.partner),
            weight: draw.lambda as f32,
        },
        (None, Some(patches)) => {
            let patch = patches[draw.image as usize];
            Mixture::Pasted {
                partner: viewed(draw.partner),
                rows: patch.top.into()..patch.bottom.into(),
                columns: patch.left.into()..patch.right.into(),
            }
        }
    };
    let images = plan.draws.iter().map(|draw| MixedImage {
        own: viewed(draw.image),
        mixture: mixture(draw),
    });
    images.collect()
}
