//! Records of a TFRecord file: length, data, and a checksum of each.

/// The bytes before the data: the length and its checksum.
const HEAD: usize = 12;
/// The bytes after the data: their checksum.
const TAIL: usize = 4;

/// `data` as a record.
pub(super) fn record(data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u64).to_le_bytes();
    let mut record = Vec::with_capacity(HEAD + data.len() + TAIL);
    record.extend(length);
    record.extend(checksum(&length).to_le_bytes());
    record.extend(data);
    record.extend(checksum(data).to_le_bytes());
    record
}

/// The data of the whole records that `bytes` begin with, and how many bytes these take.
pub(super) fn whole_records(bytes: &[u8]) -> (Vec<&[u8]>, usize) {
    let mut records = vec![];
    let mut rest = bytes;
    while let Some((data, after)) = first_record(rest) {
        records.push(data);
        rest = after;
    }
    (records, bytes.len() - rest.len())
}

/// The data of the record that `bytes` begin with, and what follows it. `None` if it is cut off or damaged.
fn first_record(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let (length, length_checksum) = head.split_at(8);
    if checksum(length).to_le_bytes() != length_checksum {
        return None;
    }
    let length = usize::try_from(u64::from_le_bytes(length.try_into().ok()?)).ok()?;
    let (data, rest) = rest.split_at_checked(length)?;
    let (data_checksum, rest) = rest.split_at_checked(TAIL)?;
    (checksum(data).to_le_bytes() == data_checksum).then_some((data, rest))
}

/// The masked CRC-32C: turned by 15 bits, plus a constant, so that a checksum of data with checksums says something.
fn checksum(bytes: &[u8]) -> u32 {
    crc32c::crc32c(bytes)
        .rotate_right(15)
        .wrapping_add(0xa282_ead8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_back_up_to_the_first_that_is_not_whole() {
        let records = [record(b"one"), record(b""), record(b"three")].concat();
        let starts = [0, 19, 35, 56];
        assert_eq!(records.len(), starts[3]);
        for length in 0..=records.len() {
            let (found, whole) = whole_records(&records[..length]);
            let expected = starts.iter().rposition(|start| *start <= length).unwrap();
            assert_eq!((found.len(), whole), (expected, starts[expected]));
        }
        assert_eq!(whole_records(&records).0, [&b"one"[..], b"", b"three"]);
    }

    #[test]
    fn a_changed_byte_ends_the_records() {
        let record = record(b"one");
        for place in 0..record.len() {
            let mut damaged = record.clone();
            damaged[place] ^= 1;
            assert_eq!(whole_records(&damaged), (vec![], 0), "{place}");
        }
    }

    /// RFC 3720, B.4: the CRC-32C of 32 bytes of zeros is 8a9136aa. Masked in Python:
    /// `(((x >> 15) | (x << 17)) + 0xa282ead8) & 0xffffffff`.
    #[test]
    fn the_checksum_is_a_masked_crc_32c() {
        assert_eq!(checksum(&[0; 32]), 0x0fd7_fffa);
    }
}
