//! Text that others chose, such as names of files and classes, made safe to print.

use std::fmt::Write;
use std::path::Path;

/// The longest text that is shown whole, in characters: a message stays shorter than a screen.
const LONGEST: usize = 400;
/// How much of a longer text is shown, from its start and from its end.
const ENDS: (usize, usize) = (250, 100);

/// Returns `text` as it may be printed: control characters are escaped, and the middle of a text of more
/// than 400 characters is left out.
///
/// Marks that reorder a line or break it are escaped as control characters are, in the forms of JSON.
pub fn shown(text: &str) -> String {
    let length = text.chars().count();
    if length <= LONGEST {
        return escaped(text);
    }
    let (first, last) = ENDS;
    let start: String = text.chars().take(first).collect();
    let end: String = text.chars().skip(length - last).collect();
    format!("{}…{}", escaped(&start), escaped(&end))
}

/// Returns a path as [`shown`] returns text.
pub(crate) fn shown_path(path: &Path) -> String {
    shown(&path.to_string_lossy())
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            character if character.is_control() || reorders(character) => {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{:04x}", u32::from(character));
            }
            character => safe.push(character),
        }
    }
    safe
}

/// Whether a character breaks a line or changes the direction of what follows.
fn reorders(character: char) -> bool {
    matches!(
        character,
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_without_control_characters_stays_as_it_is() {
        for text in ["", "cat", "Käse \\ 猫.png", "a\u{301}"] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn what_moves_the_cursor_or_the_line_is_escaped() {
        assert_eq!(shown("a\nb\x1b[2Jc\u{7f}"), r"a\nb\u001b[2Jc\u007f");
        assert_eq!(shown("gnp\u{202e}.exe\u{85}"), r"gnp\u202e.exe\u0085");
    }

    #[test]
    fn a_long_text_keeps_its_start_and_its_end() {
        let text = format!("start{}end", "x".repeat(100_000));
        let short = shown(&text);
        assert!(short.starts_with("startxxx") && short.ends_with("xxxend"));
        assert_eq!(short.chars().count(), 351);
        assert_eq!(shown(&"ü".repeat(400)), "ü".repeat(400));
    }
}
