//! The batch composed of Burn's operations: on every device, and the reference for the kernels of the CPU.

use burn::tensor::{Int, Tensor};

use super::blend::{Shares, patch_of};
use super::{BatchPixels, Drafted, MixupBatcher};
use crate::image::mix::{erase, shrink};
use crate::image::view::look;
use crate::{BatchPlan, Draw, Patch, View};

impl MixupBatcher {
    /// The batch of `plan`. `weights` are those of the rows.
    pub(super) fn composed(
        &self,
        plan: &BatchPlan<'_>,
        weights: Option<&[f32]>,
        pixels: &BatchPixels<'_>,
    ) -> Drafted {
        let device = &self.device();
        let shares = Shares::upload(plan, weights, self.shape(), device);
        // One upload and one gather serve both images and partners.
        let positions = image_and_partner_positions(plan.draws);
        let on_device = Tensor::<1, Int>::from_data(&positions[..], device);
        let own = plan.draws.len();
        let images = match plan.stage {
            None => {
                let both = self.views_of(&positions, &on_device, plan, pixels);
                shares.mix_halves(with_shrunk_partners(both, plan))
            }
            // The network mixes.
            Some(_) => {
                let images = on_device.clone().narrow(0, 0, own);
                self.views_of(&positions[..own], &images, plan, pixels)
            }
        };
        let labels = self.labels.clone().select(0, on_device);
        Drafted {
            images: images * self.scale.clone() + self.shift.clone(),
            labels: [0, own].map(|first| labels.clone().narrow(0, first, own)),
            shares,
        }
    }

    /// The views of the images at `positions`, f32 `[images, channels, height, width]`, values 0 to 255.
    /// `on_device` holds the same positions.
    fn views_of(
        &self,
        positions: &[i32],
        on_device: &Tensor<1, Int>,
        plan: &BatchPlan<'_>,
        pixels: &BatchPixels<'_>,
    ) -> Tensor<4> {
        let images = match pixels {
            BatchPixels::Held(held) => held.gather(self.chosen(), positions, &self.device()),
            BatchPixels::Uploaded(uploaded) => uploaded.gather(match &self.rows {
                None => on_device.clone(),
                Some(rows) => rows.clone().select(0, on_device.clone()),
            }),
        };
        let images = match plan.views {
            None => images,
            Some(views) => {
                let view = |&position: &i32| views[position as usize];
                look(images, &positions.iter().map(view).collect::<Vec<View>>())
            }
        };
        let Some(holes) = plan.holes else {
            return images;
        };
        let hole = |&position: &i32| holes[position as usize];
        erase(images, &positions.iter().map(hole).collect::<Vec<Patch>>())
    }
}

/// `images` and their partners, in two halves. Partners that fill a patch as a whole are shrunk into it.
fn with_shrunk_partners(images: Tensor<4>, plan: &BatchPlan<'_>) -> Tensor<4> {
    let patches: Vec<Patch> = plan.draws.iter().map(|draw| patch_of(plan, draw)).collect();
    if !patches.iter().any(|patch| patch.resized) {
        return images;
    }
    let half = patches.len();
    let partners = shrink(images.clone().narrow(0, half, half), &patches);
    Tensor::cat(vec![images.narrow(0, 0, half), partners], 0)
}

/// The positions of all images, followed by those of their partners.
fn image_and_partner_positions(draws: &[Draw]) -> Vec<i32> {
    let images = draws.iter().map(|draw| draw.image as i32);
    let partners = draws.iter().map(|draw| draw.partner as i32);
    images.chain(partners).collect()
}
