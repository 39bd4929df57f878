//! Text that comes from names, made safe to show.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` with every control character in a visible form, such as `\u001b` for Escape and `\n` for a line
/// break. Marks that change the direction of writing count as control characters.
///
/// A name of a file or a class could otherwise move the cursor, colour the screen or hide a part of itself.
/// The forms are those of JSON, so a line of JSON keeps its meaning.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return text.into();
    }
    let mut shown = String::new();
    for character in text.chars() {
        match character {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            character if acts(character) => {
                // Writing to a string cannot fail.
                let _ = write!(shown, "\\u{:04x}", u32::from(character));
            }
            character => shown.push(character),
        }
    }
    shown.into()
}

/// As [`printable`], but line breaks stay.
pub(crate) fn printable_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(printable).collect();
    lines.join("\n")
}

/// Whether the character acts on a screen in place of being shown.
fn acts(character: char) -> bool {
    let turns = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_as_they_are() {
        for text in ["", "épagneul 犬 'a' \\ \"b\"", "λ ~ Beta(0.2, 0.2)"] {
            assert!(matches!(printable(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn what_acts_on_a_screen_is_shown() {
        let text = "a\x1b[31mb\nc\rd\te\u{7f}\u{9b}f\u{202e}g";
        let shown = r"a\u001b[31mb\nc\rd\te\u007f\u009bf\u202eg";
        assert_eq!(printable(text), shown);
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(printable_lines("a\x07\n\tb\n"), "a\\u0007\n\\tb\n");
    }
}
