//! The batch composed of Burn's operations: on every device, and the reference for the kernels of the CPU.

use burn::tensor::{Int, Tensor};

use super::blend::Shares;
use super::{BatchPixels, Drafted, MixupBatcher};
use crate::image::view::look;
use crate::{BatchPlan, Draw, View};

impl MixupBatcher {
    /// The batch of `plan`. With a `count`, later rows have weight 0.
    pub(super) fn composed(
        &self,
        plan: &BatchPlan<'_>,
        count: Option<usize>,
        pixels: &BatchPixels<'_>,
    ) -> Drafted {
        let device = &self.device();
        let shares = Shares::upload(plan, count, self.shape(), device);
        // One upload and one gather serve both images and partners.
        let positions = image_and_partner_positions(plan.draws);
        let on_device = Tensor::<1, Int>::from_data(&positions[..], device);
        let own = plan.draws.len();
        let images = match plan.stage {
            None => shares.mix_halves(self.views_of(&positions, &on_device, plan, pixels)),
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
        let Some(views) = plan.views else {
            return images;
        };
        let view = |&position: &i32| views[position as usize];
        let views: Vec<View> = positions.iter().map(view).collect();
        look(images, &views)
    }
}

/// The positions of all images, followed by those of their partners.
fn image_and_partner_positions(draws: &[Draw]) -> Vec<i32> {
    let images = draws.iter().map(|draw| draw.image as i32);
    let partners = draws.iter().map(|draw| draw.partner as i32);
    images.chain(partners).collect()
}
