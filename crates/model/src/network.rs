//! The networks as one type, and what all of them can do.
//!
//! A new network needs a file in `network/`, a variant of [`Network`] and one of
//! [`Architecture`]. The compiler then points to each `match` that lacks it.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::input::article_last_pixels;
use crate::precision::to_f32;
use crate::{Architecture, NetworkConfig, Precision};

mod article_layers;
mod cnn;
mod cnn_bn;
mod pointnet;
mod preact_resnet18;
mod residual;
mod resnet20;
mod torchvision;

use cnn::Cnn;
use cnn_bn::CnnBn;
use pointnet::{AlignedEncoder, Encoder, PointNet, point_net};
use preact_resnet18::PreActResNet18;
use resnet20::ResNet20;
use torchvision::{BasicBlock, Bottleneck, LargeResNet, large_resnet};

/// A network with its weights, for images or point clouds of one shape.
///
/// The article's networks fix channels, height and width of the images. The residual networks fix only
/// the channels, because their last stage takes means of the maps. Networks for point clouds take the largest values of
/// any number of points; a cloud is `[3, points, 1]`.
///
/// A network consists of stages, which turn feature maps into feature maps, and a head, which classifies.
/// The outputs are logits, one per class. A sigmoid or a softmax belongs to the loss.
///
/// Clones share the running statistics of batch normalisation until one of them passes through
/// `valid` or `train`.
#[derive(Module, Debug)]
#[expect(clippy::large_enum_variant, reason = "rarely moved")]
pub enum Network {
    /// The article's network.
    Cnn(Cnn),
    /// The article's network with batch normalisation.
    CnnBn(CnnBn),
    /// He et al.'s residual network for CIFAR-10.
    ResNet20(ResNet20),
    /// The mixup paper's residual network.
    PreActResNet18(PreActResNet18),
    /// torchvision's residual network of 18 layers.
    ResNet18(LargeResNet<BasicBlock>),
    /// torchvision's residual network of 50 layers.
    ResNet50(LargeResNet<Bottleneck>),
    /// PointNet without networks that turn the points.
    PointNet(PointNet<Encoder>),
    /// PointNet as it was published.
    PointNetT(PointNet<AlignedEncoder>),
}

/// The computation of a network, in steps that have a name.
///
/// A network is a Burn module. Its fields have the names of PyTorch's state dictionary and stand in
/// the same order.
trait Stages {
    /// Applies one stage to feature maps; stage 0 takes the images.
    fn stage(&self, index: usize, x: Tensor<4>) -> Tensor<4>;

    /// Applies one part of the head to features; part 0 takes the flattened maps.
    fn head_part(&self, index: usize, x: Tensor<2>) -> Tensor<2>;
}

impl Network {
    /// The layers of `config` for images of `input`: channels, height, width. No memory is allocated for
    /// their weights until they are used or set.
    ///
    /// # Panics
    /// If [`NetworkConfig::check`] or [`NetworkConfig::check_input`] fails.
    pub(crate) fn without_weights(
        config: &NetworkConfig,
        input: [usize; 3],
        classes: usize,
        device: &Device,
    ) -> Self {
        if let Err(fault) = config.check_input(input) {
            panic!("{fault}");
        }
        let [channels, height, width] = input;
        let pixels = article_last_pixels(height, width);
        Self::layers(config, [channels, pixels], classes, device)
    }

    /// The layers of `config` for images of `channels`. The article's networks get maps of `pixels` after
    /// their last stage; the others take maps of any size.
    ///
    /// # Panics
    /// If [`NetworkConfig::check`] fails.
    pub(crate) fn layers(
        config: &NetworkConfig,
        [channels, pixels]: [usize; 2],
        classes: usize,
        device: &Device,
    ) -> Self {
        let fault = config.check().err();
        match (fault, config.name, &config.widths[..], config.hidden) {
            (None, Architecture::Cnn, &[first, second], Some(hidden)) => {
                let widths = [channels, first, second];
                Self::Cnn(Cnn::new(widths, pixels, [hidden, classes], device))
            }
            (None, Architecture::CnnBn, &[first, second], Some(hidden)) => {
                let widths = [channels, first, second];
                Self::CnnBn(CnnBn::new(widths, pixels, [hidden, classes], device))
            }
            (None, Architecture::ResNet20, &[first, second, third], None) => {
                let widths = [channels, first, second, third];
                Self::ResNet20(ResNet20::new(widths, classes, device))
            }
            (None, Architecture::PreActResNet18, &[first, second, third, fourth], None) => {
                let widths = [channels, first, second, third, fourth];
                Self::PreActResNet18(PreActResNet18::new(widths, classes, device))
            }
            (None, Architecture::ResNet18, &[first, second, third, fourth], None) => {
                let widths = [channels, first, second, third, fourth];
                Self::ResNet18(large_resnet(widths, [2, 2, 2, 2], classes, device))
            }
            (None, Architecture::ResNet50, &[first, second, third, fourth], None) => {
                let widths = [channels, first, second, third, fourth];
                Self::ResNet50(large_resnet(widths, [3, 4, 6, 3], classes, device))
            }
            (None, Architecture::PointNet, &[first, second, third], Some(hidden)) => {
                let widths = [first, second, third];
                Self::PointNet(point_net(widths, [hidden, classes], device))
            }
            (None, Architecture::PointNetT, &[first, second, third], Some(hidden)) => {
                let widths = [first, second, third];
                Self::PointNetT(point_net(widths, [hidden, classes], device))
            }
            // `check` has compared the number of widths and `hidden` with the architecture's.
            (Some(fault), ..) => panic!("{fault}"),
            (None, ..) => unreachable!("a checked config has the widths of its network"),
        }
    }

    /// Which network this is.
    pub fn architecture(&self) -> Architecture {
        match self {
            Self::Cnn(_) => Architecture::Cnn,
            Self::CnnBn(_) => Architecture::CnnBn,
            Self::ResNet20(_) => Architecture::ResNet20,
            Self::PreActResNet18(_) => Architecture::PreActResNet18,
            Self::ResNet18(_) => Architecture::ResNet18,
            Self::ResNet50(_) => Architecture::ResNet50,
            Self::PointNet(_) => Architecture::PointNet,
            Self::PointNetT(_) => Architecture::PointNetT,
        }
    }

    /// The same network, computing in `precision`.
    #[must_use]
    pub fn with_precision(mut self, precision: Precision) -> Self {
        match &mut self {
            Self::Cnn(network) => network.precision = precision,
            Self::CnnBn(network) => network.precision = precision,
            Self::ResNet20(network) => network.precision = precision,
            Self::PreActResNet18(network) => network.precision = precision,
            Self::ResNet18(network) => network.precision = precision,
            Self::ResNet50(network) => network.precision = precision,
            Self::PointNet(network) => network.precision = precision,
            Self::PointNetT(network) => network.precision = precision,
        }
        self
    }

    fn computation(&self) -> &dyn Stages {
        match self {
            Self::Cnn(network) => network,
            Self::CnnBn(network) => network,
            Self::ResNet20(network) => network,
            Self::PreActResNet18(network) => network,
            Self::ResNet18(network) => network,
            Self::ResNet50(network) => network,
            Self::PointNet(network) => network,
            Self::PointNetT(network) => network,
        }
    }

    /// The names of the stages, in order. A CNN's stages are its convolutions, each with the layers
    /// up to the next one.
    pub fn stages(&self) -> &'static [&'static str] {
        self.architecture().info().stages
    }

    /// Applies stage `index` to the output of the stage before it; stage 0 takes the images.
    ///
    /// # Shapes
    /// `[batch, channels, height, width]` to the same with other sizes. The input is f32 or the
    /// network's precision; the output is what the next stage takes.
    ///
    /// # Panics
    /// If there is no stage `index`.
    pub fn stage(&self, index: usize, x: Tensor<4>) -> Tensor<4> {
        self.computation().stage(index, x)
    }

    /// The names of the head's parts, in order. Each part has a weight of the same name.
    pub fn head_parts(&self) -> &'static [&'static str] {
        self.architecture().info().head_parts
    }

    /// Applies part `index` of the head to the output of the part before it. Part 0 takes the maps of
    /// the last stage, flattened to `[batch, channels * height * width]`.
    ///
    /// # Shapes
    /// `[batch, features]` to the same with another number of features. Types are as for
    /// [`Network::stage`].
    ///
    /// # Panics
    /// If there is no part `index`.
    pub fn head_part(&self, index: usize, x: Tensor<2>) -> Tensor<2> {
        self.computation().head_part(index, x)
    }

    /// The logits for the maps of the last stage.
    ///
    /// # Shapes
    /// `[batch, channels, height, width]` to f32 `[batch, classes]`.
    pub fn head(&self, maps: Tensor<4>) -> Tensor<2> {
        let parts = 0..self.head_parts().len();
        let features = maps.flatten(1, 3);
        to_f32(parts.fold(features, |x, index| self.head_part(index, x)))
    }

    /// The logits for a batch of normalised images.
    ///
    /// # Shapes
    /// f32 `[batch, channels, height, width]` to f32 `[batch, classes]`.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        self.forward_with(images, 0, |images| images)
    }

    /// The logits of training in which the first `frozen` stages compute as in inference: their norms use their
    /// running statistics and keep them, and their parameters get no gradients. `change` is applied to the input of
    /// stage `changed_stage`, as by [`forward_with`](Self::forward_with).
    ///
    /// # Shapes
    /// As for [`forward_with`](Self::forward_with).
    ///
    /// # Panics
    /// If there is no stage `changed_stage`.
    pub fn forward_frozen(
        &self,
        images: Tensor<4>,
        frozen: usize,
        changed_stage: usize,
        change: impl FnOnce(Tensor<4>) -> Tensor<4>,
    ) -> Tensor<2> {
        if frozen == 0 {
            return self.forward_with(images, changed_stage, change);
        }
        let still = self.valid();
        let stage = |x: Tensor<4>, index: usize| match index < frozen {
            // The stage after it may begin with a norm, which learns only from a tensor with autodiff.
            true => still.stage(index, x.without_autodiff()).autodiff(),
            false => self.stage(index, x),
        };
        self.through(images, changed_stage, change, stage)
    }

    /// The logits for a batch of normalised images, with `change` applied to the input of stage
    /// `changed_stage`. The input of stage 0 is the images.
    ///
    /// # Shapes
    /// f32 `[batch, channels, height, width]` to f32 `[batch, classes]`. `change` takes and returns what
    /// [`Network::stage`] takes.
    ///
    /// # Panics
    /// If there is no stage `changed_stage`.
    ///
    /// # Source
    /// Verma et al., "Manifold Mixup", 2019, mix feature maps this way.
    pub fn forward_with(
        &self,
        images: Tensor<4>,
        changed_stage: usize,
        change: impl FnOnce(Tensor<4>) -> Tensor<4>,
    ) -> Tensor<2> {
        self.through(images, changed_stage, change, |x, index| {
            self.stage(index, x)
        })
    }

    /// The logits that `stage` and the head make of `images`, with `change` applied to the input of stage `changed_stage`.
    fn through(
        &self,
        images: Tensor<4>,
        changed_stage: usize,
        change: impl FnOnce(Tensor<4>) -> Tensor<4>,
        stage: impl Fn(Tensor<4>, usize) -> Tensor<4>,
    ) -> Tensor<2> {
        let stages = self.stages().len();
        assert!(
            changed_stage < stages,
            "expected a stage below {stages}, found {changed_stage}"
        );
        let input = (0..changed_stage).fold(images, &stage);
        let maps = (changed_stage..stages).fold(change(input), &stage);
        self.head(maps)
    }
}

#[cfg(test)]
mod tests;
