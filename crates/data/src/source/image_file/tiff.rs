//! What the TIFF decoder takes for granted.

use std::io::Cursor;

use ::tiff::decoder::Decoder;
use ::tiff::tags::{CompressionMethod, Tag};

/// The type of an entry that is a text.
const TEXT: u64 = 2;

/// Checks that a TIFF has no JPEG in it, and no text that is longer than the file.
///
/// The decoder would make as many pixels as the JPEG says, without a limit, and fill those that are missing. Over a
/// very long text it prints a line of its own.
///
/// # Errors
/// What was found instead.
pub(super) fn check(bytes: &[u8]) -> Result<(), &'static str> {
    if longest_text(bytes) > bytes.len() as u64 {
        return Err("a TIFF image that ends early");
    }
    // What else is wrong is said when the image is decoded.
    let compression = Decoder::new(Cursor::new(bytes))
        .and_then(|mut decoder| decoder.find_tag_unsigned::<u16>(Tag::Compression));
    match compression {
        Ok(Some(method)) if method == CompressionMethod::ModernJPEG.to_u16() => {
            Err("a TIFF image that is compressed as a JPEG")
        }
        _ => Ok(()),
    }
}

/// The bytes of the longest text of the first directory; 0 if there is none.
fn longest_text(bytes: &[u8]) -> u64 {
    let number = |at: usize, width: usize| number(bytes, at, width);
    // The large form has wider numbers.
    let (wide, entry_bytes) = match number(2, 2) {
        Some(43) => (8, 20),
        _ => (4, 12),
    };
    let count_bytes = if wide == 8 { 8 } else { 2 };
    let directory = number(if wide == 8 { 8 } else { 4 }, wide);
    let Some(directory) = directory.and_then(|at| usize::try_from(at).ok()) else {
        return 0;
    };
    let entries = number(directory, count_bytes).unwrap_or(0);
    let lengths = (0..entries).map_while(|index| {
        let entry = (index as usize).checked_mul(entry_bytes)?;
        let entry = entry.checked_add(directory)?.checked_add(count_bytes)?;
        let kind = number(entry.checked_add(2)?, 2)?;
        let length = number(entry.checked_add(4)?, wide)?;
        Some(if kind == TEXT { length } else { 0 })
    });
    lengths.max().unwrap_or(0)
}

/// The number of this many bytes, in the byte order that the file's first bytes say.
fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let digits = bytes.get(at..at.checked_add(width)?)?;
    let join = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    Some(if bytes.starts_with(b"MM") {
        digits.iter().fold(0, join)
    } else {
        digits.iter().rev().fold(0, join)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_longer_than_the_file_is_refused() {
        let small = b"II*\0\x08\0\0\0\x02\0\x00\x01\x03\0\x01\0\0\0\x05\0\0\0\x03\x01\x02\0\xff\xff\xff\x7f";
        assert_eq!(longest_text(small), 0x7fff_ffff);
        assert!(check(small).is_err());
        let large = b"MM\0\x2b\0\x08\0\0\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\x01\x01\x03\0\x02\0\0\0\x01\0\0\0\0";
        assert_eq!(longest_text(large), 1 << 32);
        assert!(check(large).is_err());
    }

    #[test]
    fn damaged_directories_have_no_text() {
        for bytes in [
            &b""[..],
            b"II*\0",
            b"II*\0\xff\xff\xff\xff",
            b"MM\0\x2b\0\x08\0\0\xff\xff\xff\xff\xff\xff\xff\xff",
        ] {
            assert_eq!(longest_text(bytes), 0);
            assert!(check(bytes).is_ok());
        }
    }
}
