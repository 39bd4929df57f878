//! The Python layout: pickled dicts of a NumPy array and lists.

use std::path::Path;

use crate::source::cifar::official::{Cifar, LabelKind};
use crate::source::cifar::pickle::{Id, Pickle, Value, written_again};
use crate::{DataError, ImageShape, Images};

/// Bytes of one image.
const IMAGE_BYTES: usize = ImageShape::CIFAR10.values();

/// Reads a batch and appends its images to `images`. `data` is u8 `[N, 3072]`, and the labels are a
/// list of N numbers below the number of classes.
///
/// # Errors
/// A pickle that is not such a batch. `path` is for the message. `images` may then hold part of the batch.
pub(crate) fn read(
    path: &Path,
    bytes: &[u8],
    set: Cifar,
    kind: LabelKind,
    images: &mut Images,
) -> Result<(), DataError> {
    let file = File::open(path, bytes)?;
    let pixels = file.pixels()?;
    let labels = file.list(match (set, kind) {
        (Cifar::Ten, _) => "labels",
        (Cifar::Hundred, LabelKind::Fine) => "fine_labels",
        (Cifar::Hundred, LabelKind::Coarse) => "coarse_labels",
    })?;
    let last = set.classes(kind) - 1;
    let (batch, rest) = pixels.as_chunks::<IMAGE_BYTES>();
    debug_assert!(rest.is_empty(), "the shape was checked");
    if batch.len() != labels.len() {
        let expected = format!("as many labels as images ({})", batch.len());
        return Err(file.fault(expected, labels.len().to_string()));
    }
    images.reserve(batch.len());
    for (index, (image, &label)) in batch.iter().zip(labels).enumerate() {
        let expected = || format!("a label from 0 to {last} for image {index} (the first is 0)");
        match file.pickle.get(label) {
            Value::Int(label) => match u8::try_from(*label) {
                Ok(label) if usize::from(label) <= last => {
                    images.push(image, label.into());
                }
                _ => return Err(file.fault(expected(), label.to_string())),
            },
            other => return Err(file.fault(expected(), other.kind())),
        }
    }
    Ok(())
}

/// Reads the class names of `batches.meta` or `meta`.
///
/// # Errors
/// A pickle without such a list, or names that are not UTF-8.
pub(crate) fn class_names(
    path: &Path,
    bytes: &[u8],
    set: Cifar,
    kind: LabelKind,
) -> Result<Vec<String>, DataError> {
    let file = File::open(path, bytes)?;
    let names = file.list(match (set, kind) {
        (Cifar::Ten, _) => "label_names",
        (Cifar::Hundred, LabelKind::Fine) => "fine_label_names",
        (Cifar::Hundred, LabelKind::Coarse) => "coarse_label_names",
    })?;
    let names = names.iter();
    let names = names.map(|&name| match file.pickle.get(name) {
        Value::Bytes(name) => std::str::from_utf8(name)
            .map(|name| name.trim().to_owned())
            .map_err(|error| file.fault("class names in UTF-8", error.to_string())),
        other => Err(file.fault("class names as strings", other.kind())),
    });
    names.collect()
}

/// A pickled dict and the path of its file.
struct File<'a, 'p> {
    path: &'p Path,
    pickle: Pickle<'a>,
}

impl<'a, 'p> File<'a, 'p> {
    fn open(path: &'p Path, bytes: &'a [u8]) -> Result<Self, DataError> {
        let pickle = Pickle::parse(path, bytes)?;
        Ok(Self { path, pickle })
    }

    fn fault(&self, expected: impl Into<String>, found: impl Into<String>) -> DataError {
        DataError::format(self.path, expected, found)
    }

    fn entry(&self, key: &str) -> Result<&Value<'a>, DataError> {
        let Value::Dict(entries) = self.pickle.root() else {
            return Err(self.fault("a dict", self.pickle.root().kind()));
        };
        // Python keeps the last value that is set for a key.
        let entry = entries.iter().rev().find(
            |&&(name, _)| matches!(self.pickle.get(name), Value::Bytes(name) if *name == key.as_bytes()),
        );
        match entry {
            Some(&(_, value)) => Ok(self.pickle.get(value)),
            None => Err(self.fault(format!("a dict with `{key}`"), "no such key")),
        }
    }

    fn list(&self, key: &str) -> Result<&[Id], DataError> {
        match self.entry(key)? {
            Value::List(items) => Ok(items),
            Value::Array(_) => {
                let expected = format!("a list as `{key}`");
                Err(written_again(self.path, &expected, "a NumPy array"))
            }
            other => Err(self.fault(format!("a list as `{key}`"), other.kind())),
        }
    }

    /// The bytes of `data`: whole images.
    fn pixels(&self) -> Result<&'a [u8], DataError> {
        let Value::Array(Some(state)) = self.entry("data")? else {
            return Err(self.fault("a NumPy array as `data`", self.entry("data")?.kind()));
        };
        let &[_, shape, dtype, fortran, data] = self.tuple(*state) else {
            return Err(self.fault("an array state of five items", "another number of items"));
        };
        let code = match self.pickle.get(dtype) {
            Value::Dtype(made_from) => self.tuple(*made_from).first().copied(),
            _ => None,
        };
        match code.map(|code| self.pickle.get(code)) {
            Some(Value::Bytes(b"u1")) => {}
            Some(Value::Bytes(other)) => {
                let shown = other[..other.len().min(20)].escape_ascii();
                return Err(self.fault("`data` of dtype u1", format!("dtype {shown}")));
            }
            _ => return Err(self.fault("`data` of dtype u1", "no dtype")),
        }
        if !matches!(self.pickle.get(fortran), Value::Bool(false) | Value::Int(0)) {
            return Err(self.fault("`data` in C order", "Fortran order"));
        }
        let sides = self.tuple(shape).iter().map(|&side| self.pickle.get(side));
        let count = match sides.collect::<Vec<_>>()[..] {
            [Value::Int(count), Value::Int(width)] if *width == IMAGE_BYTES as i32 => {
                usize::try_from(*count).ok()
            }
            _ => None,
        };
        let Some(count) = count else {
            let expected = format!("`data` of shape [N, {IMAGE_BYTES}]");
            return Err(self.fault(expected, "another shape"));
        };
        let length = count.checked_mul(IMAGE_BYTES);
        match self.pickle.get(data) {
            Value::Bytes(data) if Some(data.len()) == length => Ok(data),
            Value::Bytes(data) => {
                let expected = format!("{count} images of {IMAGE_BYTES} bytes");
                Err(self.fault(expected, format!("{} bytes", data.len())))
            }
            other => Err(self.fault("the bytes of `data`", other.kind())),
        }
    }

    /// The items of a tuple; no items for any other value.
    fn tuple(&self, id: Id) -> &[Id] {
        match self.pickle.get(id) {
            Value::Tuple(items) => items,
            _ => &[],
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
