//! Images that are changed to mislead a network: FGSM and PGD.
//!
//! Pixels lie in `[0, 1]`. The network normalises them afterwards, so ε does not depend on the normalisation.
//! The network is frozen: its norms use their running statistics, and only the pixels get gradients.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use mixup_data::{Normalisation, Purpose, image_stream};
use mixup_model::Network;
use rand::RngExt;

use crate::learn::classifier::Classifier;
use crate::learn::loss::Loss;

/// How images are changed. Every pixel stays within ε of what it was, and within `[0, 1]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Attack {
    /// Fast gradient sign method: one step of ε along the sign of the loss's gradient.
    ///
    /// # Source
    /// Goodfellow, Shlens and Szegedy, "Explaining and Harnessing Adversarial Examples", 2015.
    Fgsm {
        /// ε, from 0 to 1.
        epsilon: f64,
    },
    /// Projected gradient descent: steps along the sign of the gradient from a random start, each
    /// followed by a projection onto the allowed pixels. An image withstands it only if the network
    /// is right on the image itself and after every step.
    ///
    /// # Source
    /// Madry et al., "Towards Deep Learning Models Resistant to Adversarial Attacks", 2018.
    Pgd {
        /// ε, from 0 to 1.
        epsilon: f64,
        /// Steps, from 1.
        steps: usize,
        /// Size of a step, from 0 to 1.
        step_size: f64,
    },
}

impl Attack {
    /// PGD with a step size of 2.5 ε / steps, as in Madry et al. The steps can cross the whole allowed range.
    pub fn pgd(epsilon: f64, steps: usize) -> Self {
        Self::Pgd {
            epsilon,
            steps,
            step_size: 2.5 * epsilon / steps as f64,
        }
    }
}

/// A network under attack by somebody who knows its weights.
pub struct Victim {
    network: Network,
    loss: Loss,
    /// `[1, channels, 1, 1]`: 1 / std.
    scale: Tensor<4>,
    /// `[1, channels, 1, 1]`: −mean / std.
    shift: Tensor<4>,
}

impl Victim {
    /// The network of `classifier`, whose inputs are normalised by `normalisation`.
    pub fn new(classifier: &Classifier, normalisation: &Normalisation, device: &Device) -> Self {
        let [scale, shift] = normalisation.scale_and_shift(1.0, device);
        Self {
            network: classifier.network.clone().train().freeze(),
            loss: classifier.loss().unclipped(),
            scale,
            shift,
        }
    }

    /// 1 for each image whose largest output belongs to its label, else 0: `[rows]`.
    ///
    /// # Shapes
    /// `pixels` f32 `[rows, channels, height, width]` in `[0, 1]`, `targets` f32 `[rows, classes]`, one-hot.
    pub fn hits(&self, pixels: Tensor<4>, targets: &Tensor<2>) -> Tensor<1> {
        hits(self.logits(pixels), targets)
    }

    fn logits(&self, pixels: Tensor<4>) -> Tensor<2> {
        self.network
            .forward(pixels * self.scale.clone() + self.shift.clone())
    }

    /// The gradient of the summed loss on the true labels with respect to the pixels, in their shape.
    ///
    /// The loss is the network's own without its ε. With it, the gradient of a confident network would vanish.
    pub fn gradient(&self, pixels: Tensor<4>, targets: &Tensor<2>) -> Tensor<4> {
        self.probe(pixels, targets).1
    }

    /// Hits and gradient from one pass.
    fn probe(&self, pixels: Tensor<4>, targets: &Tensor<2>) -> (Tensor<1>, Tensor<4>) {
        let pixels = pixels.autodiff().require_grad();
        let rows = pixels.dims()[0] as f64;
        let logits = self.logits(pixels.clone());
        let loss = self.loss.forward(logits.clone(), targets.clone()) * rows;
        let gradients = loss.backward();
        let gradient = pixels.grad(&gradients);
        let gradient = gradient.expect("the loss depends on the pixels");
        (hits(logits, targets), gradient)
    }

    /// The images that FGSM makes.
    ///
    /// # Shapes
    /// As [`hits`](Self::hits) has them.
    pub fn fgsm(&self, pixels: &Tensor<4>, targets: &Tensor<2>, epsilon: f64) -> Tensor<4> {
        let direction = self.gradient(pixels.clone(), targets).sign();
        (pixels.clone() + direction * epsilon).clamp(0.0, 1.0)
    }

    /// 1 for each image that withstands `attack`, else 0: `[rows]`. `indices` are the indices of the images
    /// in their set. The start of PGD depends on these and on `seed` alone.
    ///
    /// # Shapes
    /// As [`hits`](Self::hits) has them; `indices` has the place of each row's image in its split.
    ///
    /// # Panics
    /// If there are not as many indices as rows.
    pub fn withstand(
        &self,
        pixels: &Tensor<4>,
        targets: &Tensor<2>,
        attack: Attack,
        seed: u64,
        indices: &[usize],
    ) -> Tensor<1> {
        match attack {
            Attack::Fgsm { epsilon } => self.hits(self.fgsm(pixels, targets, epsilon), targets),
            Attack::Pgd {
                epsilon,
                steps,
                step_size,
            } => {
                let start = pixels.clone() + noise(seed, indices, pixels) * epsilon;
                let mut changed = start.clamp(0.0, 1.0);
                let mut withstood = self.hits(pixels.clone(), targets);
                for _ in 0..steps {
                    let (hits, gradient) = self.probe(changed.clone(), targets);
                    withstood = withstood * hits;
                    changed = project(changed + gradient.sign() * step_size, pixels, epsilon);
                }
                withstood * self.hits(changed, targets)
            }
        }
    }
}

fn hits(logits: Tensor<2>, targets: &Tensor<2>) -> Tensor<1> {
    let logits = logits.without_autodiff();
    let hits = logits.argmax(1).equal(targets.clone().argmax(1));
    hits.float().flatten(0, 1)
}

/// The nearest images whose pixels are within `epsilon` of `around` and within `[0, 1]`.
fn project(changed: Tensor<4>, around: &Tensor<4>, epsilon: f64) -> Tensor<4> {
    changed
        .max_pair(around.clone() - epsilon)
        .min_pair(around.clone() + epsilon)
        .clamp(0.0, 1.0)
}

/// Uniform in `[-1, 1]`, of the shape of `pixels`; each image has the numbers of its index.
fn noise(seed: u64, indices: &[usize], pixels: &Tensor<4>) -> Tensor<4> {
    let shape @ [_, channels, height, width] = pixels.dims();
    let count = channels * height * width;
    let values: Vec<f32> = indices
        .iter()
        .flat_map(|&index| {
            let mut rng = image_stream(seed, Purpose::Attack, 0, index, count);
            (0..count).map(move |_| rng.random_range(-1.0..=1.0))
        })
        .collect();
    Tensor::from_data(TensorData::new(values, shape), &pixels.device())
}

#[cfg(test)]
#[cfg(feature = "cli")]
mod tests;
