//! The batch made by the kernels of the CPU, in one pass.

use burn::tensor::{Int, Tensor};
use burn_flex_kernels::{Hole, ImageStore, MixedImage, Mixture, ViewedImage};

use super::blend::{Shares, patch_of};
use super::{BatchPixels, Drafted, MixupBatcher};
use crate::{BatchPlan, Draw, Patch};

impl MixupBatcher {
    /// The batch of `plan`; `None` if the kernels do not read the images. `weights` are those of the rows.
    pub(super) fn in_one_pass(
        &self,
        plan: &BatchPlan<'_>,
        weights: Option<&[f32]>,
        pixels: &BatchPixels<'_>,
    ) -> Option<Drafted> {
        let (uploaded, place): (_, &dyn Fn(u32) -> usize) = match pixels {
            BatchPixels::Uploaded(uploaded) => (*uploaded, &|position| match self.chosen() {
                Some(rows) => rows[position as usize] as usize,
                None => position as usize,
            }),
            BatchPixels::Held(held) => (&held.uploaded, &|position| {
                held.place(self.chosen(), position)
            }),
        };
        let store = ImageStore::new(&uploaded.pixels, self.shape().dims())?;
        let images = store.batch(&mixed_images(plan, place), &self.constants);
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
            shares: Shares::upload(&without_patches, weights, self.shape(), device),
        })
    }
}

/// What each image of the batch is made of. `place` tells where the pixels of a position are stored.
///
/// # Panics
/// If a position, a view or a patch is missing.
fn mixed_images(plan: &BatchPlan<'_>, place: &dyn Fn(u32) -> usize) -> Vec<MixedImage> {
    let viewed = |position: u32| {
        let image = place(position);
        let position = position as usize;
        let hole = plan
            .holes
            .map_or(Hole::EMPTY, |holes| hole(holes[position]));
        match plan.views {
            None => ViewedImage {
                hole,
                ..ViewedImage::unchanged(image)
            },
            Some(views) => ViewedImage {
                image,
                mirrored: views[position].flipped,
                down: views[position].down.into(),
                right: views[position].right.into(),
                hole,
            },
        }
    };
    let mixture = |draw: &Draw| {
        if plan.stage.is_some() {
            // The network mixes.
            return Mixture::Unmixed;
        }
        let partner = viewed(draw.partner);
        let patch = patch_of(plan, draw);
        let rows = patch.top.into()..patch.bottom.into();
        let columns = patch.left.into()..patch.right.into();
        match patch {
            Patch::EMPTY => Mixture::Weighted {
                partner,
                weight: draw.lambda as f32,
            },
            Patch { resized: true, .. } => Mixture::Shrunk {
                partner,
                rows,
                columns,
            },
            _ => Mixture::Pasted {
                partner,
                rows,
                columns,
            },
        }
    };
    let images = plan.draws.iter().map(|draw| MixedImage {
        own: viewed(draw.image),
        mixture: mixture(draw),
    });
    images.collect()
}

fn hole(patch: Patch) -> Hole {
    Hole {
        top: patch.top.into(),
        bottom: patch.bottom.into(),
        left: patch.left.into(),
        right: patch.right.into(),
    }
}
