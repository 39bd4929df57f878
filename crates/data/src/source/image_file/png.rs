//! What the PNG decoder takes for granted.

/// The bytes before the first chunk.
const SIGNATURE: usize = 8;
/// The most colours of a palette.
const MAX_COLOURS: usize = 256;

/// Checks that the palette, if there is one, consists of whole colours: the decoder panics over a part of one.
///
/// # Errors
/// What was found instead.
pub(super) fn check(bytes: &[u8]) -> Result<(), &'static str> {
    let mut rest = bytes.get(SIGNATURE..).unwrap_or_default();
    while let Some((kind, length, next)) = chunk(rest) {
        if kind == *b"PLTE" && (length % 3 != 0 || length > 3 * MAX_COLOURS) {
            return Err("a PNG with a damaged palette");
        }
        rest = next;
    }
    Ok(())
}

/// The kind and length of the first chunk, and the bytes after it.
fn chunk(bytes: &[u8]) -> Option<([u8; 4], usize, &[u8])> {
    let length = u32::from_be_bytes(*bytes.first_chunk()?) as usize;
    let kind = *bytes.get(4..)?.first_chunk()?;
    // A checksum of 4 bytes follows.
    let next = bytes.get(length.checked_add(12)?..).unwrap_or_default();
    Some((kind, length, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of a file with one chunk of `length` bytes.
    fn file(kind: &[u8; 4], length: u32) -> Vec<u8> {
        let mut bytes = vec![0; SIGNATURE];
        bytes.extend(length.to_be_bytes());
        bytes.extend(kind);
        bytes.resize(bytes.len() + length as usize + 4, 0);
        bytes
    }

    #[test]
    fn whole_colours_pass() {
        for length in [0, 3, 768] {
            assert!(check(&file(b"PLTE", length)).is_ok(), "{length}");
        }
    }

    #[test]
    fn a_part_of_a_colour_is_refused() {
        assert!(check(&file(b"PLTE", 224)).is_err());
    }

    #[test]
    fn more_colours_than_there_are_numbers_for_are_refused() {
        assert!(check(&file(b"PLTE", 771)).is_err());
    }

    #[test]
    fn the_palette_is_found_after_other_chunks() {
        let second = file(b"PLTE", 4).split_off(SIGNATURE);
        let bytes = [file(b"IHDR", 13), second].concat();
        assert!(check(&bytes).is_err());
    }

    /// The decoder says what is wrong with it.
    #[test]
    fn a_file_that_ends_within_a_chunk_passes() {
        assert!(check(&file(b"PLTE", 6)[..14]).is_ok());
        assert!(check(b"").is_ok());
    }
}
