//! The header of a packed set: where its tensors lie.

use std::collections::HashMap;
use std::path::Path;

use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};

use super::PARTS;
use crate::image::OpenFile;
use crate::{DataError, ImageShape};

/// Bytes of the number at the start of a file, which is the length of the header.
pub(super) const LENGTH_BYTES: u64 = 8;
/// The longest header that is read, in bytes: 8 MiB. It holds 65,536 classes with names of 100 bytes.
pub(super) const MAX_HEADER_BYTES: u64 = 8 << 20;
/// The most images of a part. Their labels take 512 MiB.
pub(super) const MAX_IMAGES: usize = 1 << 28;
/// The longest side of an image, in pixels.
const MAX_SIDE: usize = 4096;

/// Where a part of the set lies in the file.
pub(super) struct PartPlace {
    /// The number of its images, from 1.
    pub(super) count: usize,
    /// Its first pixel, in bytes from the start of the file.
    pub(super) images_at: u64,
    /// Its first label, in bytes from the start of the file.
    pub(super) labels_at: u64,
}

impl PartPlace {
    /// Reads the labels.
    pub(super) fn labels(&self, file: &OpenFile) -> Result<Vec<u16>, DataError> {
        let mut bytes = vec![0; 2 * self.count];
        file.read(&mut bytes, self.labels_at)?;
        let (pairs, _) = bytes.as_chunks::<2>();
        Ok(pairs.iter().map(|&pair| u16::from_le_bytes(pair)).collect())
    }
}

/// The header of a packed set.
pub(super) struct Header {
    /// The parts in the order of [`PARTS`]. The training and the test part are there.
    pub(super) parts: [Option<PartPlace>; 3],
    /// Channels, height and width of every image.
    pub(super) shape: ImageShape,
    /// The texts of the metadata.
    pub(super) texts: HashMap<String, String>,
    /// Name, type, shape and place of each tensor, a line each, sorted.
    pub(super) tensor_lines: Vec<String>,
    /// Bytes of the whole file.
    pub(super) file_size: u64,
}

/// Whether a file of `size` bytes that starts with these nine can be a safetensors file.
pub(super) fn is_start(start: &[u8], size: u64) -> bool {
    let Some((length, [b'{'])) = start.split_first_chunk::<8>() else {
        return false;
    };
    u64::from_le_bytes(*length) <= size.saturating_sub(LENGTH_BYTES)
}

impl Header {
    /// Reads the header of a file of `size` bytes, and checks that its tensors are those of a packed set and fill the
    /// file.
    pub(super) fn read(file: &OpenFile, size: u64) -> Result<Self, DataError> {
        let path = file.path();
        let damaged = |found: String| {
            DataError::format(path, "a packed set (a safetensors file)", found)
                .hinted("copy the file again, or pack the images again with: mixup data pack")
        };
        if size < LENGTH_BYTES {
            return Err(damaged(format!("a file of {size} bytes")));
        }
        let mut length = [0; LENGTH_BYTES as usize];
        file.read(&mut length, 0)?;
        let length = u64::from_le_bytes(length);
        if length > MAX_HEADER_BYTES.min(size - LENGTH_BYTES) {
            return Err(damaged(format!(
                "a header of {length} bytes in a file of {size}"
            )));
        }
        let mut bytes = vec![0; length as usize];
        file.read(&mut bytes, LENGTH_BYTES)?;
        let header: Metadata = serde_json::from_slice(&bytes)
            .map_err(|error| damaged(format!("a damaged header: {error}")))?;
        check_is_packed(path, &header)?;
        let start = LENGTH_BYTES + length;
        let whole = start.saturating_add(header.data_len() as u64);
        if whole != size {
            let expected = format!("a file of {whole} bytes, as its header says");
            return Err(DataError::format(path, expected, size.to_string())
                .hinted("the file is not whole: copy it again, or pack the images again"));
        }
        let mut shape = None;
        let mut parts = [const { None }; 3];
        for (place, part) in parts.iter_mut().zip(PARTS) {
            *place = part_place(path, &header, part, start, &mut shape)?;
        }
        let (Some(shape), [Some(_), Some(_), _]) = (shape, &parts) else {
            return Err(without_part(path));
        };
        let mut tensor_lines: Vec<String> = header
            .tensors()
            .into_iter()
            .map(|(name, info)| line(&name, info))
            .collect();
        tensor_lines.sort();
        Ok(Self {
            parts,
            shape,
            texts: header.metadata().clone().unwrap_or_default(),
            tensor_lines,
            file_size: size,
        })
    }
}

/// A tensor as the digest has it.
pub(super) fn line(name: &str, info: &TensorInfo) -> String {
    let TensorInfo {
        dtype,
        shape,
        data_offsets: (first, end),
    } = info;
    format!("{name} {dtype} {shape:?} {first} {end}")
}

/// The names of the two tensors of a part.
pub(super) fn names_of(part: &str) -> [String; 2] {
    [format!("{part}_images"), format!("{part}_labels")]
}

/// The error for a file without training or test images.
pub(super) fn without_part(path: &Path) -> DataError {
    let expected = "tensors train_images, train_labels, test_images and test_labels";
    DataError::format(path, expected, "only some of them").hinted(
        "a set without test images is divided when it is packed: mixup data pack --split 0.2",
    )
}

/// Refuses a file with other tensors, such as one of weights.
fn check_is_packed(path: &Path, header: &Metadata) -> Result<(), DataError> {
    let mut names: Vec<String> = header.tensors().into_keys().collect();
    names.sort();
    let known: Vec<String> = PARTS.into_iter().flat_map(names_of).collect();
    let Some(other) = names.iter().find(|name| !known.contains(name)) else {
        return Ok(());
    };
    let expected = "a packed set, with tensors such as train_images and train_labels";
    if names.iter().any(|name| known.contains(name)) {
        return Err(
            DataError::format(path, expected, format!("a tensor {other}"))
                .hinted("save the file without it"),
        );
    }
    let found = format!("a safetensors file of weights, with tensors such as {other}");
    Err(DataError::format(path, expected, found).hinted(
        "--data takes images; weights are given with --weights to mixup evaluate and mixup predict",
    ))
}

/// Where a part lies; `None` if it is not there. `shape` is that of the images of the parts before.
fn part_place(
    path: &Path,
    header: &Metadata,
    part: &str,
    start: u64,
    shape: &mut Option<ImageShape>,
) -> Result<Option<PartPlace>, DataError> {
    let [images_name, labels_name] = names_of(part);
    let (images, labels) = match (header.info(&images_name), header.info(&labels_name)) {
        (None, None) => return Ok(None),
        (Some(images), Some(labels)) => (images, labels),
        (Some(_), None) => return Err(missing(path, &labels_name)),
        (None, Some(_)) => return Err(missing(path, &images_name)),
    };
    let fault = |name: &str, expected: String, found: &TensorInfo| {
        let found = format!("{} {:?}", found.dtype, found.shape);
        DataError::format(path, format!("{name}: {expected}"), found)
    };
    let is_side = |side: &usize| (1..=MAX_SIDE).contains(side);
    let (count, own) = match (images.dtype, &images.shape[..]) {
        (Dtype::U8, &[count, channels, height, width])
            if (1..=MAX_IMAGES).contains(&count)
                && [1, 3].contains(&channels)
                && [height, width].iter().all(is_side) =>
        {
            let shape = ImageShape {
                channels,
                height,
                width,
            };
            (count, shape)
        }
        _ => {
            let expected = format!(
                "U8 [N, channels, height, width] with 1 to {MAX_IMAGES} images, 1 or 3 channels and sides of 1 to \
                 {MAX_SIDE}"
            );
            return Err(fault(&images_name, expected, images));
        }
    };
    if *shape.get_or_insert(own) != own {
        let expected = "images of the same shape as train_images";
        return Err(fault(&images_name, expected.into(), images));
    }
    if (labels.dtype, &labels.shape[..]) != (Dtype::U16, &[count]) {
        let expected = format!("U16 [{count}], a label for each image");
        return Err(fault(&labels_name, expected, labels)
            .hinted("in Python, labels become such by: labels.astype(\"uint16\")"));
    }
    let at = |info: &TensorInfo| start + info.data_offsets.0 as u64;
    Ok(Some(PartPlace {
        count,
        images_at: at(images),
        labels_at: at(labels),
    }))
}

fn missing(path: &Path, name: &str) -> DataError {
    DataError::format(path, format!("a tensor {name}"), "none")
}
