//! What follows the bias of a convolution.

/// What a convolution applies to its sums, after the bias.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// Nothing.
    Identity,
    /// max(x, 0).
    Relu,
    /// max(x, 0), then the maximum over windows of 2x2. An odd last row or column is left out.
    ReluMaxPool,
}

impl Activation {
    /// Height and width of the output, for a convolution whose sums have height and width `size`.
    pub fn output_size(self, size: [usize; 2]) -> [usize; 2] {
        match self {
            Self::Identity | Self::Relu => size,
            Self::ReluMaxPool => size.map(|length| length / 2),
        }
    }
}
