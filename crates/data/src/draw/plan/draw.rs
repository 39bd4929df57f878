//! What is drawn for one image.

/// What happens to one image in one epoch: λ times the image is mixed with 1 − λ times its partner.
///
/// An unmixed image is its own partner, with λ = 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    /// The index of the image.
    pub image: u32,
    /// The index of its partner.
    pub partner: u32,
    /// The weight of the image, in `[0, 1]`. With CutMix, the share of its pixels that stay.
    pub lambda: f64,
}

impl Draw {
    /// `lambda` times `image` mixed with 1 − `lambda` times `partner`.
    pub fn mixed(image: u32, partner: u32, lambda: f64) -> Self {
        Self {
            image,
            partner,
            lambda,
        }
    }

    /// The image without mixing.
    pub fn unmixed(image: u32) -> Self {
        Self::mixed(image, image, 1.0)
    }
}
