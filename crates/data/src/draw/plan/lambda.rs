//! Draws λ and the partner of each mixed image.

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_distr::Distribution;

use super::EpochPlan;
use crate::draw::mixing::{LambdaPer, Method, Mixing, Selection};
use crate::draw::random::{Purpose, seek, stream};

impl EpochPlan {
    /// Draws which images are mixed, with which partner and which λ.
    pub(super) fn mix(&mut self, seed: u64, epoch: u64, mixing: &Mixing) {
        let Some(distribution) = mixing.lambda(epoch) else {
            return;
        };
        let images = self.draws.len();
        let stream = |purpose| stream(seed, purpose, epoch);
        let mut selection = stream(Purpose::Selection);
        let mut partners = stream(Purpose::Partner);
        let mut permutations = stream(Purpose::BatchPartner);
        let mut lambdas = stream(Purpose::Lambda);
        for (number, batch) in self.draws.chunks_mut(self.batch_size).enumerate() {
            let batch_partners = mixing.partners_in_batch().then(|| {
                let mut members: Vec<u32> = batch.iter().map(|draw| draw.image).collect();
                members.shuffle(&mut permutations);
                members
            });
            for (row, draw) in batch.iter_mut().enumerate() {
                let index = draw.image as usize;
                let is_mixed = match mixing.selection {
                    Selection::Every(step) => index != 0 && index.is_multiple_of(step),
                    Selection::Probability(probability) => {
                        seek(&mut selection, index);
                        selection.random_bool(probability)
                    }
                };
                if !is_mixed {
                    continue;
                }
                draw.partner = match &batch_partners {
                    Some(members) => members[row],
                    None => {
                        seek(&mut partners, index);
                        // `in_order` has checked that the number of images fits.
                        partners.random_range(0..images as u32)
                    }
                };
                // Images that share a λ all draw it from the same position of the stream.
                let position = match mixing.lambda_per {
                    LambdaPer::Image => index,
                    LambdaPer::Batch => number,
                };
                seek(&mut lambdas, position);
                draw.lambda = distribution.sample(&mut lambdas);
            }
        }
        if let Method::Manifold(stages) = &mixing.method {
            let stages = stages.as_slice();
            let mut choices = stream(Purpose::Stage);
            let batches = images.div_ceil(self.batch_size);
            let choose = |_| stages[choices.random_range(0..stages.len())];
            self.stages = Some((0..batches).map(choose).collect());
        }
    }
}
