//! What a gzip file holds: a tar archive, or something else.

use std::io::Read;

use tar::Header;

use super::Archive;
use super::fault::{not_whole, unreadable};
use crate::DataError;
use crate::shell::quoted;
use crate::source::guess::one_file;
use crate::source::signature::Signature;

/// A header of tar, which is also the unit of its content, in bytes.
pub(super) const BLOCK: usize = 512;

/// Reads the first block of a gzip file's content, which must be that of a tar archive, and returns it.
///
/// # Errors
/// Content that is not a tar archive, with a way out where its kind is known.
pub(super) fn first_block(
    archive: &Archive,
    content: &mut impl Read,
) -> Result<Vec<u8>, DataError> {
    let mut block = Vec::with_capacity(BLOCK);
    let mut reader = content.take(BLOCK as u64);
    reader
        .read_to_end(&mut block)
        .map_err(unreadable(archive))?;
    if is_tar(&block) {
        return Ok(block);
    }
    let path = archive.path();
    if let Some(error) = one_file(path) {
        return Err(error);
    }
    Err(match Signature::of(&block) {
        Some(Signature::Gzip) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let unpacked = path.with_file_name(format!("unpacked-{name}"));
            let command = format!("gzip -dc {} > {}", quoted(path), quoted(&unpacked));
            not_whole(archive, "a gzip file within a gzip file").hinted(format!(
                "unpack it once with: {command}; then give {}",
                quoted(&unpacked)
            ))
        }
        Some(kind) => not_whole(archive, &format!("{kind} that is packed with gzip")),
        None if block.is_empty() => not_whole(archive, "a gzip file of nothing"),
        None if block.len() < BLOCK => not_whole(archive, "one that ends early"),
        None => not_whole(archive, "a gzip file of something else"),
    })
}

/// Whether a block is a header with the right checksum, or the zeros that end an archive.
pub(super) fn is_tar(block: &[u8]) -> bool {
    let Ok(bytes) = <&[u8; BLOCK]>::try_from(block) else {
        return false;
    };
    if bytes.iter().all(|&byte| byte == 0) {
        return true;
    }
    // The checksum is computed with spaces in its place.
    let sum = bytes.iter().enumerate().map(|(at, &byte)| match at {
        148..156 => u32::from(b' '),
        _ => u32::from(byte),
    });
    Header::from_byte_slice(bytes).cksum().ok() == Some(sum.sum())
}

#[cfg(test)]
mod tests;
