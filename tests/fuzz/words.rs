//! Changes to text: numbers, words, lines and nesting. For JSON, TOML, CSV and the names inside other formats.

use std::ops::Range;

use crate::bytes::{LONGEST, number};
use crate::dice::Dice;

/// What may stand in place of a value.
const VALUES: [&str; 38] = [
    "0",
    "-0.0",
    "1",
    "-1",
    "1.5",
    "0.5",
    "255",
    "256",
    "65536",
    "4294967295",
    "4294967296",
    "999999991",
    "9007199254740993",
    "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616",
    "1e8",
    "1e19",
    "1e-45",
    "1e-320",
    "1e308",
    "-1e308",
    "1e309",
    "nan",
    "NaN",
    "inf",
    "-inf",
    "null",
    "true",
    "[]",
    "{}",
    "[0, 0]",
    "\"\"",
    "\"a\"",
    "\"\\u0000\\u001b[2J\"",
    "\"../../../etc/passwd\"",
    "'x'",
    "1979-05-27T07:32:00Z",
];

/// Changes text in one way. `other` is another good text.
pub(crate) fn change(text: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    match dice.below(9) {
        0..=2 => {
            let value = match dice.below(8) {
                0 => number(dice).to_string(),
                1 => "9".repeat(dice.length(400)),
                _ => (*dice.pick(&VALUES)).to_owned(),
            };
            replace(text, &runs(text, is_of_number), value.as_bytes(), dice);
        }
        3 => {
            let words = runs(other, is_of_word);
            let word = words.get(dice.below(words.len()));
            let word = word.map_or(&b"word"[..], |range| &other[range.clone()]);
            replace(text, &runs(text, is_of_word), word, dice);
        }
        4 => {
            let value = *dice.pick(&VALUES);
            replace(text, &runs(text, is_of_word), value.as_bytes(), dice);
        }
        5 => change_lines(text, other, dice),
        6 => {
            let at = dice.below(text.len() + 1);
            let deep = open_brackets(dice);
            text.splice(at..at, deep);
        }
        7 => long_word(text, dice),
        _ => {
            let at = dice.below(text.len() + 1);
            let odd: &[u8] = dice.pick::<&[u8]>(&[
                b"\0",
                b"\x1b[31m",
                b"\xff\xfe",
                b"\xc3",
                b"\xe2\x80\xae",
                b"\r",
                b"\n",
                b"\"",
                b",",
                b"=",
                b"[",
                b"}",
                b"#",
                b"\\u0000",
            ]);
            text.splice(at..at, odd.iter().copied());
        }
    }
    text.truncate(LONGEST);
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || b"+-.eE".contains(&byte)
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Where bytes of a kind stand together.
fn runs(text: &[u8], belongs: fn(u8) -> bool) -> Vec<Range<usize>> {
    let mut runs = vec![];
    let mut at = 0;
    for run in text.chunk_by(|one, other| belongs(*one) == belongs(*other)) {
        if belongs(run[0]) {
            runs.push(at..at + run.len());
        }
        at += run.len();
    }
    runs
}

/// Puts `value` in place of one of `places`.
fn replace(text: &mut Vec<u8>, places: &[Range<usize>], value: &[u8], dice: &mut Dice) {
    if !places.is_empty() {
        let place = dice.pick(places).clone();
        text.splice(place, value.iter().copied());
    }
}

/// Removes, repeats or swaps lines, or takes one of `other`.
fn change_lines(text: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let mut lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let at = dice.below(lines.len());
    match dice.below(4) {
        0 if !lines.is_empty() => drop(lines.remove(at)),
        1 if !lines.is_empty() => {
            let times = dice.length_or(4, 100, 20_000);
            let line = lines[at];
            lines.splice(at..at, std::iter::repeat_n(line, times));
        }
        2 if !lines.is_empty() => {
            let to = dice.below(lines.len());
            lines.swap(at, to);
        }
        _ => {
            let others: Vec<&[u8]> = other.split_inclusive(|byte| *byte == b'\n').collect();
            if let Some(line) = others.get(dice.below(others.len())) {
                lines.insert(at, line);
            }
        }
    }
    *text = lines.concat();
}

/// Many opening brackets: a reader that calls itself for each would run out of stack.
fn open_brackets(dice: &mut Dice) -> Vec<u8> {
    let unit = *dice.pick(&["[", "{", "(", "[[", "{\"a\":", "a.", "[a."]);
    let times = dice.length_or(200, 10, 100_000);
    unit.repeat(times).into_bytes()
}

/// Makes one word very long, or fills a place with a character that takes room when it is shown.
fn long_word(text: &mut Vec<u8>, dice: &mut Dice) {
    let unit = *dice.pick(&["a", "0", "ε", "\u{1f600}", "\\u0001", " "]);
    let times = dice.length_or(2_000, 10, 100_000);
    let long = unit.repeat(times).into_bytes();
    replace(text, &runs(text, is_of_word), &long, dice);
}
