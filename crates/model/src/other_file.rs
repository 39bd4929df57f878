//! Files that people take for weights, and that hold none that are read.

use std::fmt;

/// A kind of file that is neither safetensors nor a state dict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OtherFile {
    /// What `torch.save` writes of an object, such as a whole module: its class by name, and all its attributes.
    Object {
        /// The name of the class, with that of its Python module.
        class: String,
        /// The entry of a checkpoint in which it lies; `None` if the file has nothing else.
        entry: Option<&'static str>,
    },
    /// What `torch.jit.save` writes: a program next to the weights.
    TorchScript,
    /// What `torch.save` wrote before PyTorch 1.6, or another pickle.
    Pickle,
    /// Another zip archive.
    Zip,
    /// The text that Git LFS keeps in place of a large file.
    LfsPointer,
    /// A web page, such as a server's error message.
    Html,
}

impl OtherFile {
    /// The kind of file that begins with `bytes`; `None` if it is none of these. Archives are told apart by their entries.
    ///
    /// A safetensors file can begin with the bytes of a pickle, so only a file that cannot be read as
    /// safetensors is asked for its kind.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let text = bytes.trim_ascii_start();
        let begins = |word: &str| {
            let start = text.get(..word.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
        };
        if matches!(bytes, [0x80, 2..=5, ..]) {
            return Some(Self::Pickle);
        }
        if begins("version https://git-lfs") {
            return Some(Self::LfsPointer);
        }
        let page = begins("<!doctype html") || begins("<html") || begins("<head");
        page.then_some(Self::Html)
    }
}

impl fmt::Display for OtherFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Object { class, entry } => {
                write!(formatter, "an object of {class}")?;
                return match entry {
                    Some(entry) => write!(formatter, " as {entry}"),
                    None => Ok(()),
                };
            }
            Self::TorchScript => "a TorchScript program",
            Self::Pickle => "a pickle, as torch.save wrote it before PyTorch 1.6",
            Self::Zip => "a zip archive",
            Self::LfsPointer => "a pointer of Git LFS, without the weights themselves",
            Self::Html => "a web page",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_by_its_first_bytes() {
        for (bytes, kind) in [
            (&b"\x80\x02\x8a\nl\xfc\x9c"[..], OtherFile::Pickle),
            (
                b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
                OtherFile::LfsPointer,
            ),
            (b"\n <!DOCTYPE html><html>", OtherFile::Html),
            (b"<HTML lang=en>", OtherFile::Html),
        ] {
            assert_eq!(OtherFile::of(bytes), Some(kind));
        }
    }

    #[test]
    fn other_bytes_have_no_kind() {
        for bytes in [
            &b""[..],
            b"\x80",
            b"PK",
            b"version 1",
            b"<html"[..4].as_ref(),
        ] {
            assert_eq!(OtherFile::of(bytes), None, "{bytes:?}");
        }
    }
}
