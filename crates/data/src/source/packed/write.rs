//! Writes the file of a packed set.
//!
//! The header is written last, because it states what is known of all pixels. Its room is kept at the start of the file.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use safetensors::Dtype;
use safetensors::tensor::TensorInfo;
use serde_json::{Value, json};

use super::about::fact_texts;
use super::digest::{self, digest};
use super::header::{LENGTH_BYTES, MAX_HEADER_BYTES, MAX_IMAGES, line, names_of};
use super::pack::PackedCounts;
use super::{FingerprintOrigin, PARTS, PackedAbout, PixelFacts};
use crate::file::positioned::write_all_at;
use crate::image::{FileRows, OpenFile};
use crate::{DataError, FileImages, ImageShape, SourceSamples, SourceSet, class_counts};

/// A packed set that is being written.
pub(super) struct Writer<'a> {
    file: &'a File,
    path: &'a Path,
    about: PackedAbout,
    pub(super) shape: ImageShape,
    labels: [Option<Vec<u16>>; 3],
    /// Name, type, shape and place of every tensor.
    tensors: Vec<(String, TensorInfo)>,
    /// Bytes of the header, with the spaces at its end.
    header_bytes: u64,
    /// Bytes of the whole file.
    file_size: u64,
}

impl<'a> Writer<'a> {
    /// Gives the file its size and writes all labels.
    pub(super) fn begin(
        (file, path): (&'a File, &'a Path),
        about: PackedAbout,
        shape: ImageShape,
        labels: [Option<Vec<u16>>; 3],
    ) -> Result<Self, DataError> {
        if let Some(part) = labels.iter().flatten().find(|part| part.len() > MAX_IMAGES) {
            let expected = format!("at most {MAX_IMAGES} images in a part");
            return Err(DataError::format(path, expected, part.len().to_string()));
        }
        let (tensors, data_bytes) = tensors(shape, &labels);
        let mut writer = Self {
            file,
            path,
            about,
            shape,
            labels,
            tensors,
            header_bytes: 0,
            file_size: 0,
        };
        let unknown = PixelFacts {
            origin: FingerprintOrigin::Hashed,
            fingerprint: "0".repeat(64),
            statistics: vec![(0.0, 0.0); shape.channels],
        };
        let text = writer.header(&unknown);
        // Tensors start at a multiple of 8 bytes.
        writer.header_bytes = (text.len() as u64).next_multiple_of(8);
        if writer.header_bytes > MAX_HEADER_BYTES {
            let expected =
                format!("names of classes in a header of at most {MAX_HEADER_BYTES} bytes");
            return Err(DataError::format(path, expected, text.len().to_string()));
        }
        writer.file_size = LENGTH_BYTES + writer.header_bytes + data_bytes;
        let io = DataError::io(path);
        file.set_len(writer.file_size).map_err(&io)?;
        for (labels, part) in writer.labels.iter().zip(PARTS) {
            let [_, name] = names_of(part);
            let bytes: Vec<u8> = labels
                .iter()
                .flatten()
                .flat_map(|label| label.to_le_bytes())
                .collect();
            write_all_at(file, &bytes, writer.place(&name)).map_err(&io)?;
        }
        Ok(writer)
    }

    /// Writes images of a part, from image `first` on.
    pub(super) fn write_images(
        &self,
        part: usize,
        first: usize,
        pixels: &[u8],
    ) -> Result<(), DataError> {
        let [name, _] = names_of(PARTS[part]);
        let at = self.place(&name) + first as u64 * self.shape.values() as u64;
        write_all_at(self.file, pixels, at).map_err(DataError::io(self.path))
    }

    /// Reads all pixels back to know them, and writes the header.
    pub(super) fn finish(self, hashing: &dyn Fn(usize, usize)) -> Result<PackedCounts, DataError> {
        let io = DataError::io(self.path);
        let file = self.file.try_clone().map_err(&io)?;
        let file = Arc::new(OpenFile::new(self.path, file));
        let images = |part: usize| {
            let [name, _] = names_of(PARTS[part]);
            let rows = FileRows::new(Arc::clone(&file), self.place(&name), self.shape);
            let labels = self.labels[part].clone()?;
            Some(SourceSamples::File(FileImages::new(rows, labels)))
        };
        let (Some(train), Some(test)) = (images(0), images(1)) else {
            return Err(super::header::without_part(self.path));
        };
        let set = SourceSet {
            train,
            test,
            validation: images(2),
            classes: self.about.classes.clone(),
            facts: None,
        };
        let facts = set.computed_facts(self.shape, hashing)?;
        let mut header = self.header(&facts).into_bytes();
        header.resize(self.header_bytes as usize, b' ');
        let bytes = [&self.header_bytes.to_le_bytes()[..], &header].concat();
        write_all_at(self.file, &bytes, 0).map_err(&io)?;
        Ok(PackedCounts {
            training_images: set.train.len(),
            validation_images: set.validation.as_ref().map(SourceSamples::len),
            test_images: set.test.len(),
            classes: set.classes.len(),
            shape: self.shape,
            fingerprint: facts.fingerprint,
            layout: self.about.layout,
            source: None,
        })
    }

    /// The numbers of training and of test images of each class.
    pub(super) fn class_counts(&self) -> [Vec<usize>; 2] {
        [0, 1].map(|part| {
            let labels = self.labels[part].as_deref().unwrap_or_default();
            class_counts(labels, self.about.classes.len())
        })
    }

    /// Where a tensor lies in the file.
    fn place(&self, name: &str) -> u64 {
        let found = self.tensors.iter().find(|(other, _)| other == name);
        let offset = found.map_or(0, |(_, info)| info.data_offsets.0);
        LENGTH_BYTES + self.header_bytes + offset as u64
    }

    /// The header's text, of the same length for all `facts`.
    fn header(&self, facts: &PixelFacts) -> String {
        let mut texts: HashMap<String, String> = self.about.to_texts();
        texts.extend(fact_texts(facts));
        let mut lines: Vec<String> = self
            .tensors
            .iter()
            .map(|(name, info)| line(name, info))
            .collect();
        lines.sort();
        let labels = self.labels.iter().flatten().map(Vec::as_slice);
        let digest = digest(&lines, &texts, self.file_size, labels);
        texts.insert(digest::KEY.into(), digest);
        // Sorted, so that the same images give the same bytes.
        let texts: BTreeMap<String, String> = texts.into_iter().collect();
        let mut entries: BTreeMap<&str, Value> = self
            .tensors
            .iter()
            .map(|(name, info)| (name.as_str(), entry(info)))
            .collect();
        entries.insert("__metadata__", json!(texts));
        json!(entries).to_string()
    }
}

fn entry(info: &TensorInfo) -> Value {
    let (first, end) = info.data_offsets;
    json!({
        "dtype": info.dtype.to_string(),
        "shape": info.shape,
        "data_offsets": [first, end],
    })
}

/// The tensors of these parts, and the bytes of all: labels first, so that a start reads only the beginning of the file.
fn tensors(shape: ImageShape, labels: &[Option<Vec<u16>>; 3]) -> (Vec<(String, TensorInfo)>, u64) {
    let mut tensors = vec![];
    let mut end = 0;
    let mut add = |name: String, dtype, shape: Vec<usize>, bytes: usize| {
        let data_offsets = (end, end + bytes);
        end += bytes;
        let info = TensorInfo {
            dtype,
            shape,
            data_offsets,
        };
        tensors.push((name, info));
    };
    let parts = || PARTS.into_iter().zip(labels);
    for (part, labels) in parts() {
        if let Some(labels) = labels {
            let [_, name] = names_of(part);
            add(name, Dtype::U16, vec![labels.len()], 2 * labels.len());
        }
    }
    let [channels, height, width] = shape.dims();
    for (part, labels) in parts() {
        if let Some(labels) = labels {
            let [name, _] = names_of(part);
            let dims = vec![labels.len(), channels, height, width];
            add(name, Dtype::U8, dims, labels.len() * shape.values());
        }
    }
    (tensors, end as u64)
}
