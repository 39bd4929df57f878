//! Words of a shell's command line, for commands that the user can copy.

use std::ffi::OsStr;
use std::fmt::Write;

/// `word` as one word of a shell's command line. It is quoted only if it needs to be.
///
/// Control characters and bytes that are not UTF-8 are written as octal numbers within `$'…'`, which bash,
/// zsh and ksh read.
pub fn quoted(word: impl AsRef<OsStr>) -> String {
    let word = word.as_ref();
    match word.to_str() {
        Some(text) if !text.contains(char::is_control) => quoted_text(text),
        _ => in_octal(word.as_encoded_bytes()),
    }
}

fn quoted_text(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    if text.is_empty() || !text.chars().all(is_plain) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    // A path that begins with a dash would be read as a flag.
    let here = if text.starts_with('-') { "./" } else { "" };
    format!("{here}{text}")
}

fn in_octal(bytes: &[u8]) -> String {
    let mut word = String::from("$'");
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\'' | '\\' => word.extend(['\\', character]),
                character if character.is_control() => {
                    let mut buffer = [0; 4];
                    push_octal(&mut word, character.encode_utf8(&mut buffer).as_bytes());
                }
                character => word.push(character),
            }
        }
        push_octal(&mut word, chunk.invalid());
    }
    word.push('\'');
    word
}

fn push_octal(word: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(word, "\\{byte:03o}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_only_if_it_needs_to_be() {
        for (word, expected) in [
            ("runs/mixup-seed1", "runs/mixup-seed1"),
            ("läufe/犬", "läufe/犬"),
            ("my run", "'my run'"),
            ("it's", r"'it'\''s'"),
            ("a$b", "'a$b'"),
            ("~/run", "'~/run'"),
            ("", "''"),
            ("-x", "./-x"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }

    #[test]
    fn control_characters_become_numbers() {
        assert_eq!(quoted("a\n'b\\"), r"$'a\012\'b\\'");
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_not_utf8_become_numbers() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(
            quoted(OsStr::from_bytes(b"d\xe9j\xe0 vu")),
            r"$'d\351j\340 vu'"
        );
    }
}
