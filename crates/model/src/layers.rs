//! The convolutions and linear layers of a network, with the sizes that decide how much they compute.
//!
//! The list is made from names and shapes of the weights. It does not depend on how a stage computes.

use crate::{Architecture, NetworkConfig};

/// A convolution or a linear layer of a network, for images of one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The stage or the part of the head that it belongs to.
    pub part: &'static str,
    /// The name of its weight, such as `layer1.0.conv1.weight`.
    pub weight: String,
    /// The weight's shape: `[out, in, height, width]`, `[out, in, 1]` of a layer of points, or `[out, in]` of a linear
    /// layer.
    pub shape: Vec<usize>,
    /// Height and width of its output, before a pool; `[1, 1]` of a linear layer.
    pub output: [usize; 2],
    /// Whether its input is the images, which need no gradient.
    pub takes_images: bool,
}

impl Layer {
    /// Products of a weight and a value that the layer adds up for one image. A product with a pixel of
    /// the padding counts too, as is usual.
    pub fn products(&self) -> u64 {
        let factors = self.shape.iter().chain(&self.output);
        factors.map(|&factor| factor as u64).product()
    }
}

impl NetworkConfig {
    /// Every convolution and linear layer, in the order of the weights, for images of `input` (channels,
    /// height, width).
    ///
    /// # Panics
    /// If [`NetworkConfig::check`] or [`NetworkConfig::check_input`] fails.
    ///
    /// # Example
    /// ```
    /// use mixup_model::NetworkConfig;
    ///
    /// let layers = NetworkConfig::article().layers([3, 32, 32], 10);
    /// assert_eq!(layers[0].weight, "conv11.weight");
    /// assert_eq!(layers[0].output, [30, 30]);
    /// assert_eq!(layers[0].products(), 64 * 3 * 3 * 3 * 30 * 30);
    /// ```
    pub fn layers(&self, input: [usize; 3], classes: usize) -> Vec<Layer> {
        let info = self.name.info();
        let [_, height, width] = input;
        let layer = |(weight, shape): (String, Vec<usize>)| {
            let takes_images = weight == info.first;
            // The layers of points have a module of their own.
            let path = weight.strip_prefix("feat.").unwrap_or(&weight);
            let module = path.split('.').next()?;
            let (part, output) = match shape.len() {
                4 => {
                    // The residual networks call their first convolution `conv1` and its stage `stem`.
                    let named = info.stages.iter().position(|stage| *stage == module);
                    let stage = named.or(takes_images.then_some(0))?;
                    let side = |side| match self.name {
                        // Only the second convolution of torchvision's bottlenecks has the stride.
                        Architecture::ResNet50 if weight.ends_with(".0.conv1.weight") => {
                            convolved_side(self.name, stage.max(2) - 1, side)
                        }
                        name => convolved_side(name, stage, side),
                    };
                    (info.stages[stage], [side(height), side(width)])
                }
                3 => {
                    let stage = info.stages.iter().find(|stage| **stage == module)?;
                    (*stage, [height, width])
                }
                2 => {
                    let mut parts = info.head_parts.iter().chain(info.stages);
                    (*parts.find(|part| **part == module)?, [1, 1])
                }
                // Biases, and what norms have.
                _ => return None,
            };
            Some(Layer {
                part,
                weight,
                shape,
                output,
                takes_images,
            })
        };
        let parameters = self.parameters(input, classes);
        parameters.into_iter().filter_map(layer).collect()
    }
}

/// Height or width of the output of every convolution in a stage, for images of `side`. A network's
/// stages have one such size each, because shortcuts have the stride of what they skip, but for the
/// first convolutions of torchvision's bottlenecks.
fn convolved_side(network: Architecture, stage: usize, side: usize) -> usize {
    match network {
        // Each convolution takes two pixels, and a pool after every second one halves the rest.
        Architecture::Cnn | Architecture::CnnBn => {
            let pooled = (0..stage / 2).fold(side, |side, _| (side - 4) / 2);
            pooled - 2 * (stage % 2 + 1)
        }
        // Padding keeps the size. Each stage after the second begins with a stride of two.
        Architecture::ResNet20 | Architecture::PreActResNet18 => {
            (1..stage).fold(side, |side, _| side.div_ceil(2))
        }
        // Every point stays.
        Architecture::PointNet | Architecture::PointNetT => side,
        // The stem's convolution and the pool after it halve, too.
        Architecture::ResNet18 | Architecture::ResNet50 => {
            (0..=stage).fold(side, |side, _| side.div_ceil(2))
        }
    }
}

#[cfg(test)]
mod tests;
