//! Arrays of images and of labels.

use super::header::{Header, Integer, Kind};
use super::input::Input;
use crate::source::planes::{make_room, push_in_planes};
use crate::{DataError, ImageShape, MAX_CLASSES};

/// The longest side of an image in pixels.
const MAX_SIDE: u64 = 4096;
/// How many values of labels are read at a time.
const LABELS_AT_ONCE: usize = 4096;

/// An array of images, u8 `[N, height, width]` or `[N, height, width, channels]`, whose header was read.
#[derive(Debug)]
pub(crate) struct ImageRows {
    /// N, which is at least 1.
    pub(crate) count: usize,
    /// The shape of each image.
    pub(crate) shape: ImageShape,
    /// Where the first image stands in the file, in bytes.
    pub(crate) start: u64,
}

impl ImageRows {
    /// Reads the header.
    ///
    /// # Errors
    /// An array of another type, order or shape, and a file of another length than the header says.
    pub(crate) fn open(input: &mut Input<'_>) -> Result<Self, DataError> {
        let header = Header::read(input)?;
        if !header.kind.is_byte() {
            let fault = input.fault("images of uint8, from 0 to 255", header.kind.to_string());
            return Err(fault.hinted(
                "save them as whole numbers: numpy.clip(images, 0, 255).astype('uint8'), if they are on this scale",
            ));
        }
        let (count, shape) = image_shape(input, &header)?;
        if header.is_in_columns {
            let fault = input.fault("images in rows", "an array in Fortran's order");
            return Err(fault.hinted("save it again as numpy.ascontiguousarray(images)"));
        }
        let values = (shape.values() as u64).checked_mul(count);
        let length = values.and_then(|values| values.checked_add(header.length));
        let count = usize::try_from(count)
            .ok()
            .filter(|_| length == Some(input.size));
        let Some(count) = count else {
            let expected = match length {
                Some(length) => format!("a file of {length} bytes, as its header says"),
                None => "as many images as a file can hold".into(),
            };
            let fault = input.fault(expected, input.size.to_string());
            return Err(fault.hinted("copy or download the file again"));
        };
        Ok(Self {
            count,
            shape,
            start: header.length,
        })
    }

    /// Appends the next `count` images to `pixels`, as planes in rows.
    ///
    /// # Errors
    /// A file that ends early or cannot be read, and images that do not fit into memory.
    pub(crate) fn read(
        &self,
        input: &mut Input<'_>,
        count: usize,
        pixels: &mut Vec<u8>,
    ) -> Result<(), DataError> {
        let values = self.shape.values();
        let mut image = vec![0; values];
        for index in 0..count {
            let left = (count - index).saturating_mul(values);
            if make_room(pixels, values, left).is_err() {
                let found = format!("{count} of {}", self.shape);
                return Err(input.fault("images that fit into memory", found));
            }
            input.fill(&mut image)?;
            push_in_planes(&image, self.shape.channels, pixels);
        }
        Ok(())
    }
}

/// The number and the shape of images.
fn image_shape(input: &Input<'_>, header: &Header) -> Result<(u64, ImageShape), DataError> {
    let expected = "images of N x height x width or N x height x width x 3";
    let fault = || input.fault(expected, header.shape_in_words());
    let (count, height, width, channels) = match header.shape[..] {
        [count, height, width] => (count, height, width, 1),
        [count, height, width, channels @ (1 | 3)] => (count, height, width, channels),
        [_, 1 | 3, _, _] => {
            return Err(
                fault().hinted("save them with the channels last: images.transpose(0, 2, 3, 1)")
            );
        }
        [_, _, _, channels @ (2 | 4)] => {
            let colours = channels - 1;
            return Err(fault().hinted(format!("leave out transparency: images[..., :{colours}]")));
        }
        [_, _] => {
            return Err(fault().hinted(
                "give each image its height and width: images.reshape(-1, height, width), or \
                 images.reshape(-1, height, width, 3) for colours",
            ));
        }
        [_, _, _, _] | [_, _, _, _, _] => {
            return Err(fault().hinted(
                "volumes are not read, such as the sets of MedMNIST whose names end in 3d; save slices of them as images",
            ));
        }
        _ => return Err(fault()),
    };
    if count == 0 {
        return Err(input.fault("at least one image", "none"));
    }
    let side = |side: u64| {
        usize::try_from(side)
            .ok()
            .filter(|_| (1..=MAX_SIDE).contains(&side))
    };
    match (side(height), side(width)) {
        (Some(height), Some(width)) => Ok((
            count,
            ImageShape {
                channels: channels as usize,
                height,
                width,
            },
        )),
        _ => {
            let expected = format!("images with sides of 1 to {MAX_SIDE} pixels");
            Err(input.fault(expected, format!("{height}x{width}")))
        }
    }
}

/// Reads arrays of labels.
pub(crate) struct Labels;

impl Labels {
    /// All labels of a file, `[N]` or `[N, 1]` whole numbers from 0.
    ///
    /// # Errors
    /// An array of another type or shape, a number that is no class, and a file that has other values than its header
    /// says.
    pub(crate) fn read(input: &mut Input<'_>) -> Result<Vec<u16>, DataError> {
        let header = Header::read(input)?;
        let count = match header.shape[..] {
            [count] | [count, 1] => count,
            [_, _] => {
                let expected = "one label for each image (N or N x 1)";
                let fault = input.fault(expected, header.shape_in_words());
                return Err(fault.hinted(
                    "a set with several labels for an image, such as ChestMNIST, is not read; if each row marks one class, \
                     save numpy.argmax(labels, axis=1)",
                ));
            }
            _ => {
                let expected = "labels of N or N x 1";
                return Err(input.fault(expected, header.shape_in_words()));
            }
        };
        let Kind::Integer(kind) = header.kind else {
            let fault = input.fault("labels that are whole numbers", header.kind.to_string());
            return Err(fault.hinted(
                "numbers of classes are needed, from 0; a set whose labels are measured values is no classification",
            ));
        };
        let labels = read_labels(input, kind, count)?;
        input.end()?;
        Ok(labels)
    }
}

fn read_labels(input: &mut Input<'_>, kind: Integer, count: u64) -> Result<Vec<u16>, DataError> {
    let mut labels = vec![];
    let mut buffer = vec![0; LABELS_AT_ONCE * kind.bytes];
    let mut left = count;
    while left > 0 {
        let now = left.min(LABELS_AT_ONCE as u64) as usize;
        let bytes = &mut buffer[..now * kind.bytes];
        input.fill(bytes)?;
        for value in bytes.chunks_exact(kind.bytes) {
            let label = kind
                .value(value)
                .and_then(|value| u16::try_from(value).ok());
            let Some(label) = label else {
                let image = labels.len();
                let expected = format!(
                    "a label from 0 to {} for image {image} (the first is 0)",
                    MAX_CLASSES - 1
                );
                let found = kind.value(value);
                let found = found.map_or("a negative number".into(), |value| value.to_string());
                return Err(input.fault(expected, found));
            };
            labels.push(label);
        }
        left -= now as u64;
    }
    Ok(labels)
}

#[cfg(test)]
pub(crate) mod tests;
