//! Pictures of the mistakes on test images that a trained network is surest of, for a report's page.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::RgbImage;
use image::imageops::thumbnail;
use mixup_data::{CLOUD_PICTURE, SampleShape, Split, cloud_picture, picture};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::learn::evaluation::Prediction;
use crate::run::png::encode;

/// How many mistakes a run keeps at most.
const KEPT: usize = 24;

/// The longer side of a picture, at most, in pixels.
const LARGEST: u32 = 96;

/// A test image that the network is wrong about. `predictions.csv` says how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PicturedMistake {
    /// The image's place among the test images, from 0.
    pub image: usize,
    /// A PNG in Base64.
    pub picture: String,
}

/// The images of `test` with the surest wrong predictions, the surest first.
///
/// # Errors
/// A file of images that cannot be read, or [`Failure::Png`].
pub(crate) fn surest(
    predictions: &[Prediction],
    test: &Split,
) -> Result<Vec<PicturedMistake>, Failure> {
    // One by one, because large images of a whole list may not fit into memory.
    let pictured = |image: usize| {
        let full = match (test.shape(), test.cloud(image), test.image(image)?) {
            (SampleShape::Image(shape), _, Some(pixels)) => picture(shape, &pixels),
            (_, Some(points), _) => picture(CLOUD_PICTURE, &cloud_picture(points)),
            _ => unreachable!("a sample is an image or a cloud"),
        };
        Ok(PicturedMistake {
            image,
            picture: STANDARD.encode(encode(&shrunk(full))?),
        })
    };
    wrong(predictions).into_iter().map(pictured).collect()
}

fn wrong(predictions: &[Prediction]) -> Vec<usize> {
    let lines = predictions.iter().enumerate();
    let mut wrong: Vec<(usize, f32)> = lines
        .filter(|(_, line)| line.predicted != line.label)
        .map(|(image, line)| (image, line.probability))
        .collect();
    // Equal probabilities stay in the order of the images.
    wrong.sort_by(|a, b| b.1.total_cmp(&a.1));
    wrong.truncate(KEPT);
    wrong.into_iter().map(|(image, _)| image).collect()
}

/// The picture, or a smaller one if it is large.
fn shrunk(picture: RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let largest = width.max(height);
    if largest <= LARGEST {
        return picture;
    }
    let side = |side: u32| (side * LARGEST / largest).max(1);
    thumbnail(&picture, side(width), side(height))
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use mixup_data::{ImageShape, Images};

    use super::*;

    fn line(label: u16, predicted: u16, probability: f32) -> Prediction {
        Prediction {
            label,
            predicted,
            probability,
        }
    }

    #[test]
    fn the_surest_mistakes_come_first_and_right_predictions_not_at_all() {
        let mut lines = vec![
            line(0, 1, 0.5),
            line(1, 1, 0.99),
            line(1, 0, 0.9),
            line(0, 2, 0.5),
        ];
        assert_eq!(wrong(&lines), [2, 0, 3]);
        lines.extend(vec![line(0, 1, 0.6); 30]);
        let kept = wrong(&lines);
        assert_eq!((kept.len(), kept[0], kept[1], kept[23]), (24, 2, 4, 26));
    }

    #[test]
    fn each_mistake_has_the_picture_of_its_image() {
        let images = mixup_data::synthetic(1, 10, 20).test;
        let split = Split::upload(images.clone(), &Device::flex());
        let labels = images.labels().iter();
        let mut lines: Vec<Prediction> = labels.map(|&label| line(label, label, 0.7)).collect();
        assert_eq!(surest(&lines, &split).unwrap(), []);
        for (image, probability) in [(4, 0.7), (17, 0.8)] {
            lines[image].predicted = (lines[image].label + 1) % 10;
            lines[image].probability = probability;
        }
        let kept = surest(&lines, &split).unwrap();
        let places: Vec<usize> = kept.iter().map(|mistake| mistake.image).collect();
        assert_eq!(places, [17, 4]);
        for mistake in kept {
            let file = STANDARD.decode(&mistake.picture).unwrap();
            let shown = image::load_from_memory(&file).unwrap().to_rgb8();
            let expected = picture(ImageShape::CIFAR10, images.image(mistake.image));
            assert_eq!(shown, expected, "image {}", mistake.image);
        }
    }

    #[test]
    fn a_large_picture_is_shrunk_and_keeps_its_proportions() {
        let shape = ImageShape {
            channels: 1,
            height: 300,
            width: 200,
        };
        let images = Images::from_parts(shape, vec![9; shape.values()], vec![0]);
        let split = Split::upload(images, &Device::flex());
        let kept = surest(&[line(0, 1, 0.5)], &split).unwrap();
        let file = STANDARD.decode(&kept[0].picture).unwrap();
        let shown = image::load_from_memory(&file).unwrap();
        assert_eq!((shown.width(), shown.height()), (64, 96));
    }
}
