//! The images that a network takes: which shapes fit it, and what is left of them after its stages.

use crate::{Architecture, InvalidSetting, NetworkConfig};

/// The images of the published networks, which are those of CIFAR-10: channels, height, width.
pub const PUBLISHED_INPUT: [usize; 3] = [3, 32, 32];

/// The largest height and width, in pixels.
const MAX_SIDE: usize = 4096;

/// The most points of a cloud.
const MAX_POINTS: usize = 1 << 16;

impl NetworkConfig {
    /// Checks that the network can take images of `input`: channels, height, width. For a network of point clouds: 3,
    /// points, 1.
    ///
    /// There are 1 or 3 channels. The article's network needs 16 pixels in each direction, because its
    /// convolutions have no padding; the residual networks need one.
    ///
    /// # Errors
    /// [`InvalidSetting`] of the first value that does not fit.
    pub fn check_input(&self, input: [usize; 3]) -> Result<(), InvalidSetting> {
        let [channels, height, width] = input;
        if !matches!(channels, 1 | 3) {
            return Err(InvalidSetting {
                key: "data.channels",
                expected: "1 or 3 channels".into(),
                found: channels.to_string(),
            });
        }
        if self.name.takes_clouds() && channels != 3 {
            return Err(InvalidSetting {
                key: "data.channels",
                expected: format!("3 coordinates for {}", self.name),
                found: channels.to_string(),
            });
        }
        let smallest = self.name.info().smallest_side;
        let refuse = |limit: &str, side: usize| {
            Err(InvalidSetting {
                key: "network.name",
                expected: format!("images of at {limit} {side}x{side} for {}", self.name),
                found: format!("{height}x{width}"),
            })
        };
        if height.min(width) < smallest {
            return refuse("least", smallest);
        }
        if self.name.takes_clouds() {
            let points = height.saturating_mul(width);
            return match (1..=MAX_POINTS).contains(&points) {
                true => Ok(()),
                false => Err(InvalidSetting {
                    key: "data.points",
                    expected: format!("1 to {MAX_POINTS} points for {}", self.name),
                    found: points.to_string(),
                }),
            };
        }
        if height.max(width) > MAX_SIDE {
            return refuse("most", MAX_SIDE);
        }
        Ok(())
    }
}

/// Pixels of a map after the last stage of the article's network: 25 for images of 32x32.
///
/// Images that [`NetworkConfig::check_input`] refuses have none.
pub(crate) fn article_last_pixels(height: usize, width: usize) -> usize {
    article_last_side(height) * article_last_side(width)
}

/// Two blocks, each with two 3x3 convolutions without padding and a pool that drops an odd last row.
fn article_last_side(side: usize) -> usize {
    (0..2).fold(side, |side, _| side.saturating_sub(4) / 2)
}

/// The sides of square images of which the article's network leaves maps of `pixels`, from the
/// smallest to the largest; `None` if no square does.
pub(crate) fn article_square_sides(pixels: usize) -> Option<[usize; 2]> {
    let last = pixels.isqrt();
    let is_square = last > 0 && last * last == pixels;
    // Each block halves a side after it took 4 from it.
    is_square.then(|| [4 * last + 12, 4 * last + 15])
}

impl Architecture {
    /// Whether the head depends on the size of the images. The residual networks take means instead.
    pub(crate) fn flattens(self) -> bool {
        matches!(self, Self::Cnn | Self::CnnBn)
    }
}

#[cfg(test)]
mod tests;
