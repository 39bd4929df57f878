//! The networks that can be chosen, and what is known about each before it is built.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Architecture {
    /// The article's network: four convolutions and two linear layers.
    #[default]
    #[serde(rename = "cnn")]
    Cnn,
    /// The article's network with batch normalisation after each convolution.
    #[serde(rename = "cnn-bn")]
    CnnBn,
    /// The residual network of 20 layers that He et al. designed for CIFAR-10.
    #[serde(rename = "resnet20")]
    ResNet20,
    /// The pre-activation residual network of 18 layers from the mixup paper.
    #[serde(rename = "preact-resnet18")]
    PreActResNet18,
    /// torchvision's residual network of 18 layers, for large images.
    #[serde(rename = "resnet18")]
    ResNet18,
    /// torchvision's residual network of 50 layers, for large images.
    #[serde(rename = "resnet50")]
    ResNet50,
    /// A network for point clouds without networks that turn the points.
    #[serde(rename = "pointnet")]
    PointNet,
    /// A network for point clouds, as it was published.
    #[serde(rename = "pointnet-t")]
    PointNetT,
}

/// From which distribution initial weights are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InitialWeights {
    /// All uniform within ±1 / √fan_in: PyTorch's default.
    Default,
    /// Those of convolutions normal with a variance of 2 / fan_out, the others by PyTorch's default: torchvision's.
    FanOut,
}

/// What is known about a network before it is built.
pub(crate) struct ArchitectureInfo {
    /// For each width, a weight that has this many outputs, and the published width.
    pub(crate) widths: &'static [(&'static str, usize)],
    /// Whether it takes point clouds. Otherwise it takes images.
    pub(crate) takes_clouds: bool,
    /// The least height and width of its images, in pixels.
    pub(crate) smallest_side: usize,
    /// The weight that has one input per channel of the images.
    pub(crate) first: &'static str,
    /// Whether no width may be less than the one before it.
    pub(crate) widths_grow: bool,
    /// The weight with `hidden` outputs and their published number, if the network has one.
    pub(crate) hidden: Option<(&'static str, usize)>,
    /// The weight that has one output per class.
    pub(crate) classes: &'static str,
    /// The names of the stages, in order.
    pub(crate) stages: &'static [&'static str],
    /// The names of the head's parts, in order.
    pub(crate) head_parts: &'static [&'static str],
    /// How its weights are drawn.
    pub(crate) initial: InitialWeights,
}

/// Batch normalisation changes no width and no stage of the article's network.
const CNN: ArchitectureInfo = ArchitectureInfo {
    widths: &[("conv11.weight", 64), ("conv21.weight", 128)],
    takes_clouds: false,
    smallest_side: 16,
    first: "conv11.weight",
    widths_grow: false,
    hidden: Some(("fc1.weight", 256)),
    classes: "fc2.weight",
    stages: &["conv11", "conv12", "conv21", "conv22"],
    head_parts: &["fc1", "fc2"],
    initial: InitialWeights::Default,
};

const RESNET20: ArchitectureInfo = ArchitectureInfo {
    widths: &[
        ("layer1.0.conv1.weight", 16),
        ("layer2.0.conv1.weight", 32),
        ("layer3.0.conv1.weight", 64),
    ],
    takes_clouds: false,
    smallest_side: 1,
    first: "conv1.weight",
    widths_grow: true,
    hidden: None,
    classes: "linear.weight",
    stages: &["stem", "layer1", "layer2", "layer3"],
    head_parts: &["linear"],
    initial: InitialWeights::Default,
};

const PREACT_RESNET18: ArchitectureInfo = ArchitectureInfo {
    widths: &[
        ("layer1.0.conv1.weight", 64),
        ("layer2.0.conv1.weight", 128),
        ("layer3.0.conv1.weight", 256),
        ("layer4.0.conv1.weight", 512),
    ],
    takes_clouds: false,
    smallest_side: 1,
    first: "conv1.weight",
    widths_grow: false,
    hidden: None,
    classes: "linear.weight",
    stages: &["stem", "layer1", "layer2", "layer3", "layer4"],
    head_parts: &["linear"],
    initial: InitialWeights::Default,
};

/// torchvision's residual networks. The widths are those inside the blocks.
const LARGE_RESNET: ArchitectureInfo = ArchitectureInfo {
    classes: "fc.weight",
    head_parts: &["fc"],
    initial: InitialWeights::FanOut,
    ..PREACT_RESNET18
};

const POINTNET: ArchitectureInfo = ArchitectureInfo {
    widths: &[
        ("feat.conv1.weight", 64),
        ("feat.conv2.weight", 128),
        ("feat.conv3.weight", 1024),
    ],
    takes_clouds: true,
    smallest_side: 1,
    first: "feat.conv1.weight",
    widths_grow: false,
    hidden: Some(("fc1.weight", 512)),
    classes: "fc3.weight",
    stages: &["conv1", "conv2", "conv3"],
    head_parts: &["fc1", "fc2", "fc3"],
    initial: InitialWeights::Default,
};

const POINTNET_T: ArchitectureInfo = ArchitectureInfo {
    first: "feat.stn.conv1.weight",
    stages: &["stn", "conv1", "fstn", "conv2", "conv3"],
    ..POINTNET
};

impl Architecture {
    /// Every architecture, the article's first.
    pub const ALL: &[Self] = &[
        Self::Cnn,
        Self::CnnBn,
        Self::ResNet20,
        Self::PreActResNet18,
        Self::ResNet18,
        Self::ResNet50,
        Self::PointNet,
        Self::PointNetT,
    ];

    /// The name in experiment files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cnn => "cnn",
            Self::CnnBn => "cnn-bn",
            Self::ResNet20 => "resnet20",
            Self::PreActResNet18 => "preact-resnet18",
            Self::ResNet18 => "resnet18",
            Self::ResNet50 => "resnet50",
            Self::PointNet => "pointnet",
            Self::PointNetT => "pointnet-t",
        }
    }

    /// The name of the layer with one output per class, such as `fc`.
    pub fn class_layer(self) -> &'static str {
        let weight = self.info().classes;
        weight.strip_suffix(".weight").unwrap_or(weight)
    }

    /// Whether it takes point clouds. Otherwise it takes images.
    pub fn takes_clouds(self) -> bool {
        self.info().takes_clouds
    }

    pub(crate) fn info(self) -> &'static ArchitectureInfo {
        match self {
            Self::Cnn | Self::CnnBn => &CNN,
            Self::ResNet20 => &RESNET20,
            Self::PreActResNet18 => &PREACT_RESNET18,
            Self::ResNet18 | Self::ResNet50 => &LARGE_RESNET,
            Self::PointNet => &POINTNET,
            Self::PointNetT => &POINTNET_T,
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests;
