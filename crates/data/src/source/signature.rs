//! Kinds of files, known by their first bytes.

use std::fmt;

/// What a file is by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signature {
    /// A gzip stream.
    Gzip,
    /// A tar archive without compression.
    Tar,
    /// A ZIP archive, which NumPy's `.npz` is, too.
    Zip,
    /// A compressed file or archive of another kind, by its name.
    Compressed(&'static str),
    /// NumPy's `.npy`.
    NumPy,
    /// Another format for tables and arrays, by its name.
    Table(&'static str),
    /// An image in a format that is read.
    Readable(&'static str),
    /// An image in a format that is not read.
    OtherImage(&'static str),
    /// A pickle, with its protocol.
    Pickle(u8),
    /// A web page.
    Html,
    /// What Git keeps in place of a large file.
    LfsPointer,
}

impl Signature {
    /// The kind of a file that starts with these bytes. Of a tar archive, 262 bytes are needed.
    pub(crate) fn of(start: &[u8]) -> Option<Self> {
        const FIXED: [(&[u8], Signature); 21] = [
            (b"\x1f\x8b", Signature::Gzip),
            (b"PK\x03\x04", Signature::Zip),
            (b"PK\x05\x06", Signature::Zip),
            (b"\xfd7zXZ\0", Signature::Compressed("an xz file")),
            (b"BZh", Signature::Compressed("a bzip2 file")),
            (
                b"\x28\xb5\x2f\xfd",
                Signature::Compressed("a Zstandard file"),
            ),
            (
                b"7z\xbc\xaf\x27\x1c",
                Signature::Compressed("a 7-Zip archive"),
            ),
            (b"Rar!", Signature::Compressed("a RAR archive")),
            (b"\x93NUMPY", Signature::NumPy),
            (b"\x89HDF\r\n", Signature::Table("an HDF5 file")),
            (b"PAR1", Signature::Table("a Parquet file")),
            (b"\x89PNG\r\n", Signature::Readable("a PNG image")),
            (b"\xff\xd8\xff", Signature::Readable("a JPEG image")),
            (b"GIF8", Signature::Readable("a GIF image")),
            (b"II*\0", Signature::Readable("a TIFF image")),
            (b"MM\0*", Signature::Readable("a TIFF image")),
            (b"\0\0\0\x0cJXL ", Signature::OtherImage("a JPEG XL image")),
            (b"\xff\x0a", Signature::OtherImage("a JPEG XL image")),
            (b"8BPS", Signature::OtherImage("a Photoshop image")),
            (
                b"\0\x05\x16\x07",
                Signature::OtherImage("macOS's notes on a file"),
            ),
            (b"version https://git-lfs", Signature::LfsPointer),
        ];
        if let Some((_, kind)) = FIXED.iter().find(|(bytes, _)| start.starts_with(bytes)) {
            return Some(*kind);
        }
        let at = |offset: usize, bytes: &[u8]| {
            start
                .get(offset..)
                .is_some_and(|rest| rest.starts_with(bytes))
        };
        if at(0, b"RIFF") && at(8, b"WEBP") {
            return Some(Self::Readable("a WebP image"));
        }
        if at(4, b"ftyp") {
            let avif = at(8, b"avif") || at(8, b"avis");
            let name = if avif {
                "an AVIF image"
            } else {
                "a HEIF image or a video"
            };
            return Some(Self::OtherImage(name));
        }
        // The bytes after the size are reserved, and 0.
        if at(0, b"BM") && at(6, &[0; 4]) {
            return Some(Self::Readable("a BMP image"));
        }
        if at(257, b"ustar") {
            return Some(Self::Tar);
        }
        match start {
            [0x80, protocol @ 2..=5, ..] => Some(Self::Pickle(*protocol)),
            _ => text(start),
        }
    }
}

/// The kind of a text file.
fn text(start: &[u8]) -> Option<Signature> {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let start = start.trim_ascii_start();
    let has = |tag: &[u8]| {
        let start = start.get(..tag.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(tag))
    };
    if has(b"<!doctype html") || has(b"<html") {
        Some(Signature::Html)
    } else if has(b"<svg") {
        Some(Signature::OtherImage("an SVG image"))
    } else {
        None
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Gzip => "a gzip file",
            Self::Tar => "a tar archive without compression",
            Self::Zip => "a ZIP archive",
            Self::NumPy => "a NumPy array",
            Self::Pickle(_) => "a Python pickle",
            Self::Html => "a web page (HTML)",
            Self::LfsPointer => "a pointer of Git LFS",
            Self::Compressed(name)
            | Self::Table(name)
            | Self::Readable(name)
            | Self::OtherImage(name) => name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(start: &[u8]) -> Option<String> {
        Signature::of(start).map(|kind| kind.to_string())
    }

    #[test]
    fn files_are_known_by_their_first_bytes() {
        for (start, expected) in [
            (&b"PK\x03\x04rest"[..], "a ZIP archive"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP image"),
            (b"\0\0\0\x1cftypavif", "an AVIF image"),
            (b"\0\0\0\x1cftypheic", "a HEIF image or a video"),
            (b"BM\x36\0\0\0\0\0\0\0\x36", "a BMP image"),
            (b"\n<!DOCTYPE HTML>", "a web page (HTML)"),
            (b"\xef\xbb\xbf<html>", "a web page (HTML)"),
            (b"\x80\x04\x95", "a Python pickle"),
            (b"\xfd7zXZ\0\0", "an xz file"),
        ] {
            assert_eq!(kind(start).as_deref(), Some(expected));
        }
        let tar = [&[b'a'; 257][..], b"ustar\0"].concat();
        assert_eq!(Signature::of(&tar), Some(Signature::Tar));
    }

    #[test]
    fn other_bytes_have_no_kind() {
        for start in [&b""[..], b"hello", b"BM", b"\x80", b"\x80\x09", b"<", b"PK"] {
            assert_eq!(kind(start), None, "{start:?}");
        }
    }
}
