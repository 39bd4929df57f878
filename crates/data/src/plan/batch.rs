//! The part of a plan that belongs to one batch.

use super::draw::Draw;
use crate::augmentation::View;
use crate::mixing::Targets;

/// The random choices and the label settings of one batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchPlan<'a> {
    /// One choice per image.
    pub draws: &'a [Draw],
    /// The views of all images of the set, by index; `None` if they stay unchanged.
    pub views: Option<&'a [View]>,
    /// The stage whose input the network mixes. `None` if the batcher mixes the images, or nothing is mixed.
    pub stage: Option<usize>,
    /// Which soft labels mixed images get.
    pub targets: Targets,
    /// Label smoothing, from 0 to 1.
    pub smoothing: f64,
}

impl<'a> From<&'a [Draw]> for BatchPlan<'a> {
    /// The images of `draws` mixed by the formula, without views or smoothing.
    fn from(draws: &'a [Draw]) -> Self {
        Self {
            draws,
            views: None,
            stage: None,
            targets: Targets::Formula,
            smoothing: 0.0,
        }
    }
}

impl BatchPlan<'_> {
    /// The view of `image`.
    pub(crate) fn view(&self, image: u32) -> View {
        self.views
            .map_or_else(View::default, |views| views[image as usize])
    }
}
