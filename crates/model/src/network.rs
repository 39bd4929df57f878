//! The networks under one name: which there are, and what all of them can do.
//!
//! A further network is a file in `network/` with a [`Body`], its `mod` and its line below.

use std::fmt;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use crate::precision::single;
use crate::{NetworkConfig, Precision, pytorch};

mod cnn;
mod cnn_bn;
mod layers;
mod preact_resnet18;
mod resnet20;

/// Height and width of the images that the networks take, in pixels.
const SIDE: usize = 32;

/// Makes [`Architecture`] and [`Network`], which have a variant a network, and hands each call over.
macro_rules! networks {
    ($($(#[$doc:meta])* $name:literal => $module:ident::$network:ident,)*) => {
        /// Which network.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Architecture {
            $($(#[$doc])* #[serde(rename = $name)] $network,)*
        }

        /// A network for colour images of 32x32 pixels, with its weights.
        ///
        /// It is stages of feature maps and a head that classifies. The outputs are logits, one a
        /// class: a sigmoid or softmax belongs to the loss.
        ///
        /// A clone shares the running statistics of batch normalisation until one of the two goes
        /// through `valid` or `train`.
        #[derive(Module, Debug)]
        #[expect(
            clippy::large_enum_variant,
            reason = "a program has few networks, and moves them rarely"
        )]
        pub enum Network {
            $($(#[$doc])* $network($module::$network),)*
        }

        impl Architecture {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$network,)*];

            /// The name that an experiment file gives it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$network => $name,)*
                }
            }

            pub(crate) fn outline(self) -> &'static Outline {
                match self {
                    $(Self::$network => &$module::$network::OUTLINE,)*
                }
            }

            /// The network without its weights.
            pub(crate) fn layers(
                self,
                config: &NetworkConfig,
                classes: usize,
                device: &Device,
            ) -> Network {
                match self {
                    $(Self::$network => {
                        Network::$network($module::$network::layers(config, classes, device))
                    })*
                }
            }
        }

        impl Network {
            /// Which network it is.
            pub fn architecture(&self) -> Architecture {
                match self {
                    $(Self::$network(_) => Architecture::$network,)*
                }
            }

            /// The same network, computing in `precision`.
            #[must_use]
            pub fn with_precision(self, precision: Precision) -> Self {
                match self {
                    $(Self::$network(mut body) => {
                        body.precision = precision;
                        Self::$network(body)
                    })*
                }
            }

            fn body_stage(&self, index: usize, x: Tensor<4>) -> Tensor<4> {
                match self {
                    $(Self::$network(body) => body.stage(index, x),)*
                }
            }

            fn body_head(&self, index: usize, x: Tensor<2>) -> Tensor<2> {
                match self {
                    $(Self::$network(body) => body.head_part(index, x),)*
                }
            }
        }
    };
}

networks! {
    /// The article's: four convolutions, two linear layers.
    "cnn" => cnn::Cnn,
    /// The article's, with batch normalisation after each convolution.
    "cnn-bn" => cnn_bn::CnnBn,
    /// He et al.'s residual network of 20 layers for CIFAR-10.
    "resnet20" => resnet20::ResNet20,
    /// The mixup paper's residual network of 18 layers, with pre-activation.
    "preact-resnet18" => preact_resnet18::PreActResNet18,
}

/// What a network's file says.
///
/// The network itself is a Burn module whose fields have the names of PyTorch's state dictionary, in
/// its order, and one more, `precision`.
trait Body: Module {
    /// What is known of it before there is one.
    const OUTLINE: Outline;

    /// The layers of a `config` that was checked, of which none has its weights yet.
    fn layers(config: &NetworkConfig, classes: usize, device: &Device) -> Self;

    /// One of the stages: maps to maps.
    fn stage(&self, index: usize, x: Tensor<4>) -> Tensor<4>;

    /// One of the head's parts: features to features, from the flattened maps to the logits.
    fn head_part(&self, index: usize, x: Tensor<2>) -> Tensor<2>;
}

/// What is known of a network before there is one.
pub(crate) struct Outline {
    /// The weights that have as many outputs as a width says, each with the published width.
    pub(crate) widths: &'static [(&'static str, usize)],
    /// Whether a width may not be less than the one before it.
    pub(crate) widths_grow: bool,
    /// The weight that has `hidden` outputs, with their published number, where there is one.
    pub(crate) hidden: Option<(&'static str, usize)>,
    /// The weight that has as many outputs as there are classes.
    pub(crate) classes: &'static str,
    /// The stages of feature maps, in order.
    pub(crate) stages: &'static [&'static str],
    /// The parts of the head, in order.
    pub(crate) head: &'static [&'static str],
}

impl Default for Architecture {
    /// The article's.
    fn default() -> Self {
        Self::Cnn
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl Network {
    /// The names of its stages of feature maps, in order; a CNN's are its convolutions, each with
    /// what follows it.
    pub fn stages(&self) -> &'static [&'static str] {
        self.architecture().outline().stages
    }

    /// What a stage makes of the maps of the one before it; stage 0 takes the images.
    ///
    /// # Shapes
    /// `[batch, channels, height, width]` to the same with other sizes. The input is f32 or what the
    /// network computes in, the output what the next stage takes.
    ///
    /// # Panics
    /// Where there is no stage `index`.
    pub fn stage(&self, index: usize, x: Tensor<4>) -> Tensor<4> {
        self.body_stage(index, x)
    }

    /// The names of the parts of its head, in order; each has a weight of its name.
    pub fn head_parts(&self) -> &'static [&'static str] {
        self.architecture().outline().head
    }

    /// What a part of the head makes of the features of the one before it; part 0 takes the last
    /// stage's maps, flattened to `[batch, channels * height * width]`.
    ///
    /// # Shapes
    /// `[batch, features]` to the same with another number of features, types as of a stage.
    ///
    /// # Panics
    /// Where there is no part `index`.
    pub fn head_part(&self, index: usize, x: Tensor<2>) -> Tensor<2> {
        self.body_head(index, x)
    }

    /// The logits of the last stage's maps.
    ///
    /// # Shapes
    /// `[batch, channels, height, width]` to f32 `[batch, classes]`.
    pub fn head(&self, maps: Tensor<4>) -> Tensor<2> {
        let parts = 0..self.head_parts().len();
        let features = maps.flatten(1, 3);
        single(parts.fold(features, |x, index| self.head_part(index, x)))
    }

    /// The logits of a batch of normalised images.
    ///
    /// # Shapes
    /// f32 `[batch, 3, 32, 32]` to f32 `[batch, classes]`.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        self.forward_with(images, 0, |images| images)
    }

    /// The logits of a batch of normalised images where `change` is applied to what enters the stage
    /// `place`; at 0 these are the images.
    ///
    /// # Shapes
    /// f32 `[batch, 3, 32, 32]` to f32 `[batch, classes]`. `change` gets and gives what
    /// [`Network::stage`] takes.
    ///
    /// # Panics
    /// Where there is no stage `place`.
    ///
    /// # Source
    /// Verma et al., "Manifold Mixup", 2019, mix feature maps at such a place.
    pub fn forward_with(
        &self,
        images: Tensor<4>,
        place: usize,
        change: impl FnOnce(Tensor<4>) -> Tensor<4>,
    ) -> Tensor<2> {
        debug_assert_eq!(images.dims()[1..], [3, SIDE, SIDE]);
        let stages = self.stages().len();
        assert!(
            place < stages,
            "expected a stage below {stages}, found {place}"
        );
        let before = (0..place).fold(images, |x, index| self.stage(index, x));
        let maps = (place..stages).fold(change(before), |x, index| self.stage(index, x));
        self.head(maps)
    }

    /// Whether it has batch normalisation, so that in training an image's logits depend on its batch.
    pub fn has_batch_norm(&self) -> bool {
        pytorch::shapes(self)
            .iter()
            .any(|(name, _)| pytorch::is_statistic(name))
    }

    /// The number of its parameters. Burn's `num_params` counts running statistics besides.
    pub fn parameters_count(&self) -> usize {
        pytorch::shapes(self)
            .iter()
            .filter(|(name, _)| !pytorch::is_statistic(name))
            .map(|(_, shape)| shape.iter().product::<usize>())
            .sum()
    }
}

#[cfg(test)]
mod tests;
