//! The header of a NumPy array: its type, order and shape.
//!
//! The file starts with `\x93NUMPY`, two bytes of a version and the length of the header: u16 in version 1, u32 in
//! versions 2 and 3, little-endian. The header is the text of a Python dictionary with three keys, such as
//! `{'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }`. Spaces and a line feed fill it up.
//! <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html> describes it.

mod dictionary;

use std::fmt;

use super::input::Input;
use crate::DataError;
use dictionary::Dictionary;

/// What every file starts with.
const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// The longest header that is read, in bytes. Only records of many fields have longer ones.
const MAX_HEADER: usize = 1 << 16;
/// The most dimensions, as in NumPy before its version 2.
const MAX_DIMENSIONS: usize = 32;

/// What the header of an array says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// The type of its values.
    pub(super) kind: Kind,
    /// Whether the first dimension changes fastest.
    pub(super) is_in_columns: bool,
    /// The length of each dimension.
    pub(super) shape: Vec<u64>,
    /// The length of the file up to the first value, in bytes.
    pub(super) length: u64,
}

/// The type of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Whole numbers.
    Integer(Integer),
    /// Numbers with a fraction.
    Float(Float),
    /// Another type, by NumPy's word for it.
    Other(String),
}

/// A type of whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Integer {
    /// 1, 2, 4 or 8.
    pub(super) bytes: usize,
    pub(super) is_signed: bool,
    pub(super) is_big_endian: bool,
}

/// A type of numbers with a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Float {
    /// 2, 4 or 8.
    pub(super) bytes: usize,
    pub(super) is_big_endian: bool,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(kind) => {
                let sign = if kind.is_signed { "" } else { "u" };
                write!(formatter, "{sign}int{}", 8 * kind.bytes)
            }
            Self::Float(kind) => write!(formatter, "float{}", 8 * kind.bytes),
            Self::Other(word) => formatter.write_str(word),
        }
    }
}

impl Kind {
    /// The type by its `descr`, such as `|u1` or `<i8`.
    fn parse(descr: &str) -> Self {
        let other = || Self::Other(descr.to_owned());
        let Some((order, rest)) = descr.split_at_checked(1) else {
            return other();
        };
        let (is_signed, size) = match rest.split_at_checked(1) {
            Some(("u", size)) => (false, size),
            Some(("i", size)) => (true, size),
            Some(("f", size @ ("2" | "4" | "8"))) if matches!(order, "<" | ">") => {
                return Self::Float(Float {
                    bytes: match size {
                        "2" => 2,
                        "4" => 4,
                        _ => 8,
                    },
                    is_big_endian: order == ">",
                });
            }
            Some(("b", "1")) => return Self::Other("bool".into()),
            Some(("O", _)) => return Self::Other("Python objects".into()),
            _ => return other(),
        };
        let bytes = match size {
            "1" => 1,
            "2" => 2,
            "4" => 4,
            "8" => 8,
            _ => return other(),
        };
        let is_big_endian = match order {
            "<" => false,
            ">" => true,
            "|" if bytes == 1 => false,
            _ => return other(),
        };
        Self::Integer(Integer {
            bytes,
            is_signed,
            is_big_endian,
        })
    }

    /// Whether values are u8.
    pub(super) fn is_byte(&self) -> bool {
        matches!(
            self,
            Self::Integer(Integer {
                bytes: 1,
                is_signed: false,
                ..
            })
        )
    }
}

impl Integer {
    /// The value of these bytes; `None` if it is negative or above 64 bits with a sign.
    pub(super) fn value(self, bytes: &[u8]) -> Option<u64> {
        let place = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        let value = match self.is_big_endian {
            true => bytes.iter().fold(0, place),
            false => bytes.iter().rev().fold(0, place),
        };
        let sign = 1_u64 << (8 * self.bytes - 1);
        (!self.is_signed || value < sign).then_some(value)
    }
}

impl Float {
    /// The value of these bytes: 4 or 8, as the type has them.
    pub(super) fn value(self, bytes: &[u8]) -> f64 {
        let mut little = [0; 8];
        let length = bytes.len().min(8);
        little[..length].copy_from_slice(&bytes[..length]);
        if self.is_big_endian {
            little[..length].reverse();
        }
        match length {
            4 => f64::from(f32::from_bits(u64::from_le_bytes(little) as u32)),
            _ => f64::from_le_bytes(little),
        }
    }
}

impl Header {
    /// Reads the header of a file of which nothing was read yet.
    ///
    /// # Errors
    /// A file that is no array, has a header that NumPy does not write, or has too many dimensions.
    pub(super) fn read(input: &mut Input<'_>) -> Result<Self, DataError> {
        let mut start = [0; 8];
        input.fill(&mut start)?;
        if !start.starts_with(MAGIC) {
            return Err(input.fault("a NumPy array (.npy)", "another file"));
        }
        let (size, words) = match start[6..] {
            [1, 0] => {
                let mut size = [0; 2];
                input.fill(&mut size)?;
                (usize::from(u16::from_le_bytes(size)), 2)
            }
            [2 | 3, 0] => {
                let mut size = [0; 4];
                input.fill(&mut size)?;
                let size = u32::from_le_bytes(size);
                (usize::try_from(size).unwrap_or(usize::MAX), 4)
            }
            _ => {
                let found = format!("{}.{}", start[6], start[7]);
                return Err(input.fault("an array of NumPy's format 1, 2 or 3", found));
            }
        };
        if size > MAX_HEADER {
            let expected = format!("a header of at most {MAX_HEADER} bytes");
            return Err(input.fault(expected, size.to_string()));
        }
        let mut text = vec![0; size];
        input.fill(&mut text)?;
        let fault = |found: String| input.fault("the header that NumPy writes", found);
        let text = str::from_utf8(&text).map_err(|_| fault("bytes that are no text".into()))?;
        let Dictionary {
            descr,
            is_in_columns,
            shape,
        } = Dictionary::parse(text).map_err(fault)?;
        if shape.len() > MAX_DIMENSIONS {
            let expected = format!("at most {MAX_DIMENSIONS} dimensions");
            return Err(input.fault(expected, shape.len().to_string()));
        }
        Ok(Self {
            kind: Kind::parse(&descr),
            is_in_columns,
            shape,
            length: (8 + words + size) as u64,
        })
    }

    /// The shape as words, such as `60000 x 28 x 28`.
    pub(super) fn shape_in_words(&self) -> String {
        if self.shape.is_empty() {
            return "a single value".into();
        }
        let sides: Vec<String> = self.shape.iter().map(u64::to_string).collect();
        sides.join(" x ")
    }
}

#[cfg(test)]
mod tests;
