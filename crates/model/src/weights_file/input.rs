//! What a weights file says about the images of its network.

use super::WeightsFile;
use crate::input::{article_last_pixels, article_square_sides};
use crate::{ModelError, NetworkConfig, PUBLISHED_INPUT};

impl WeightsFile {
    /// The shape of the images that the network takes: channels, height, width.
    ///
    /// `noted` is the shape that the file's note states. Without it, channels come from the first
    /// convolution, and height and width are 32 if the weights fit that size. Residual networks fit every
    /// size.
    ///
    /// # Errors
    /// [`ModelError::Mismatch`] as for [`config`](Self::config), if the weights do not fit `noted`, or if
    /// nothing is noted and they do not fit 32x32.
    pub fn input(&self, noted: Option<[usize; 3]>) -> Result<[usize; 3], ModelError> {
        let (config, _) = self.config()?;
        let [channels, pixels] = self.first_and_last(&config);
        let fits = |[_, height, width]: [usize; 3]| {
            !config.name.flattens() || article_last_pixels(height, width) == pixels
        };
        let [_, height, width] = PUBLISHED_INPUT;
        let input = noted.unwrap_or([channels, height, width]);
        let [noted_channels, height, width] = input;
        if noted.is_some() {
            config.check_input(input).map_err(|invalid| {
                let expected = format!("{} in the note's shape", invalid.expected);
                self.mismatch(expected, invalid.found)
            })?;
        }
        if noted_channels != channels {
            let expected =
                format!("weights for {noted_channels} channels, as the note's shape says");
            return Err(self.mismatch(expected, format!("weights for {channels}")));
        }
        match (fits(input), noted) {
            (true, _) => Ok(input),
            (false, Some(_)) => {
                let expected =
                    format!("weights for images of {height}x{width}, as the note's shape says");
                Err(self.mismatch(expected, sizes(pixels)))
            }
            (false, None) => {
                let expected =
                    format!("a note with the shape of the images, or weights for {height}x{width}");
                Err(self.mismatch(expected, sizes(pixels)))
            }
        }
    }

    /// Channels of the images, and pixels of a map after the last stage of the article's network. They are
    /// those of the published network where a tensor is missing or has a value that none can have.
    pub(super) fn first_and_last(&self, config: &NetworkConfig) -> [usize; 2] {
        let inputs = |weight: &str| {
            let info = self.tensors.get(weight);
            info.and_then(|info| info.shape.get(1).copied())
        };
        let info = config.name.info();
        let [published, height, width] = PUBLISHED_INPUT;
        let channels = inputs(info.first).filter(|channels| matches!(channels, 1 | 3));
        let last = config.widths.last().copied().unwrap_or(1);
        let flattened = info.hidden.and_then(|(weight, _)| inputs(weight));
        let pixels = flattened.filter(|inputs| *inputs > 0 && inputs.is_multiple_of(last));
        [
            channels.unwrap_or(published),
            pixels.map_or(article_last_pixels(height, width), |inputs| inputs / last),
        ]
    }
}

/// The images for which the article's network has maps of `pixels`, in words.
fn sizes(pixels: usize) -> String {
    match article_square_sides(pixels) {
        Some([first, last]) => {
            format!("weights for another size, such as {first}x{first} to {last}x{last}")
        }
        None => format!("weights for maps of {pixels} pixels after the last stage"),
    }
}

#[cfg(test)]
mod tests;
