//! Paths as text: as they are, or as a `file:` address if they are not UTF-8.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// How the address of a file begins, as in RFC 8089.
const SCHEME: &str = "file://";

/// The absolute `path` as text from which [`path_of`] makes the same path.
pub(crate) fn text_of(path: &Path) -> String {
    if let Some(text) = path.to_str() {
        return text.to_owned();
    }
    let mut text = SCHEME.to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'_' | b'-' | b'~' => text.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => text.push(char::from(*byte)),
            // Writing to a string cannot fail.
            byte => drop(write!(text, "%{byte:02X}")),
        }
    }
    text
}

/// The path that `text` names.
pub(crate) fn path_of(text: &str) -> PathBuf {
    let bytes = text.strip_prefix(SCHEME).and_then(decoded);
    bytes.and_then(from_bytes).unwrap_or_else(|| text.into())
}

/// The bytes of an address; `None` if a percent sign is not followed by two digits.
fn decoded(address: &str) -> Option<Vec<u8>> {
    let mut parts = address.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(rest.bytes());
    }
    Some(bytes)
}

#[cfg(unix)]
fn from_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(std::ffi::OsString::from_vec(bytes).into())
}

/// Paths of other systems are Unicode.
#[cfg(not(unix))]
fn from_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_utf8_is_its_own_text() {
        for text in ["/data/cifar 10", "/été/100%", "data"] {
            assert_eq!(text_of(Path::new(text)), text);
            assert_eq!(path_of(text), Path::new(text));
        }
    }

    #[cfg(unix)]
    #[test]
    fn other_bytes_are_read_back() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/d\xe9j\xe0 vu/100%\xff"));
        let text = text_of(path);
        assert_eq!(text, "file:///d%E9j%E0%20vu/100%25%FF");
        assert_eq!(path_of(&text), path);
    }

    #[test]
    fn an_address_with_a_broken_percent_sign_is_a_path() {
        for text in ["file:///a%2", "file:///a%zz"] {
            assert_eq!(path_of(text), Path::new(text));
        }
    }
}
