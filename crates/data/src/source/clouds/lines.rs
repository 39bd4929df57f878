//! The lines of a text of numbers.

use std::path::Path;

use crate::DataError;

/// The most characters of a line that an error shows.
const SHOWN: usize = 60;

/// The lines that say something: without comments, which begin with `#`, and without empty ones.
pub(super) struct Lines<'a> {
    path: &'a Path,
    rest: &'a [u8],
    /// How many lines were read.
    number: usize,
}

/// One line without spaces around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    path: &'a Path,
    /// From 1.
    pub(super) number: usize,
    pub(super) text: &'a str,
}

impl<'a> Lines<'a> {
    /// The lines of the file `bytes` at `path`.
    pub(super) fn new(path: &'a Path, bytes: &'a [u8]) -> Self {
        // Some editors of Windows begin a file with a mark.
        let rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        Self {
            path,
            rest,
            number: 0,
        }
    }

    /// The next line; `None` at the end of the file.
    ///
    /// # Errors
    /// A line that is no text.
    pub(super) fn next(&mut self) -> Result<Option<Line<'a>>, DataError> {
        while !self.rest.is_empty() {
            let end = self.rest.iter().position(|&byte| byte == b'\n');
            let (line, rest) = match end {
                Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
                None => (self.rest, &[][..]),
            };
            self.rest = rest;
            self.number += 1;
            // A comment may be in any encoding.
            let line = line.split(|&byte| byte == b'#').next().unwrap_or_default();
            let line = line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            let line = Line {
                path: self.path,
                number: self.number,
                text: str::from_utf8(line).map_err(|_| {
                    let expected = format!("text in line {}", self.number);
                    DataError::format(self.path, expected, "other bytes")
                })?,
            };
            return Ok(Some(line));
        }
        Ok(None)
    }
}

impl<'a> Line<'a> {
    /// Only this part of the line.
    pub(super) fn part(self, text: &'a str) -> Self {
        Self { text, ..self }
    }

    /// The error that this line is not as `expected`.
    pub(super) fn fault(self, expected: &str) -> DataError {
        let mut found = self.text.chars().take(SHOWN).collect::<String>();
        if found.len() < self.text.len() {
            found.push('…');
        }
        self.fault_of(expected, found)
    }

    /// The error that something in this line is not as `expected`.
    pub(super) fn fault_of(self, expected: &str, found: impl Into<String>) -> DataError {
        let expected = format!("{expected} in line {}", self.number);
        DataError::format(self.path, expected, found)
    }

    /// Its words, between spaces, tabs and commas.
    pub(super) fn words(self) -> impl Iterator<Item = &'a str> {
        self.text
            .split(|c: char| c.is_ascii_whitespace() || c == ',')
            .filter(|word| !word.is_empty())
    }

    /// Its first three numbers.
    ///
    /// # Errors
    /// Fewer words, and one that is no finite number.
    pub(super) fn point(self) -> Result<[f64; 3], DataError> {
        let expected = "three finite numbers x, y, z";
        let mut point = [0.0; 3];
        let mut words = self.words();
        for value in &mut point {
            let number = words.next().and_then(|word| word.parse().ok());
            *value = number
                .filter(|number: &f64| number.is_finite())
                .ok_or_else(|| self.fault(expected))?;
        }
        Ok(point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<(usize, String)> {
        let mut lines = Lines::new(Path::new("a"), bytes);
        let mut found = vec![];
        while let Some(line) = lines.next().unwrap() {
            found.push((line.number, line.text.to_owned()));
        }
        found
    }

    #[test]
    fn comments_and_empty_lines_are_counted_and_not_seen() {
        let text = b"\xef\xbb\xbf# first \xff\r\n\r\n 1 2 3 # all\r\n\n4\t5";
        assert_eq!(lines(text), [(3, "1 2 3".into()), (5, "4\t5".into())]);
        assert_eq!(lines(b""), []);
        assert_eq!(lines(b"\n\n"), []);
    }

    #[test]
    fn a_line_that_is_no_text_is_refused() {
        let mut lines = Lines::new(Path::new("a"), b"1\n\xff\xfe 2");
        lines.next().unwrap();
        let error = lines.next().unwrap_err();
        assert_eq!(
            error.to_string(),
            "a: expected text in line 2, found other bytes"
        );
    }

    #[test]
    fn the_first_three_numbers_are_a_point() {
        let point = |text| {
            let path = Path::new("a");
            let number = 7;
            Line { path, number, text }.point()
        };
        for text in ["1 -2.5 3e1", "1,-2.5,30", "1, -2.5\t30 9 red"] {
            assert_eq!(point(text).unwrap(), [1.0, -2.5, 30.0], "{text}");
        }
        for text in ["1 2", "1 2 x", "1 NaN 2", "inf 1 2", "1;2;3"] {
            let error = point(text).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("a: expected three finite numbers x, y, z in line 7, found {text}")
            );
        }
        let long = "x".repeat(200);
        assert!(point(&long).unwrap_err().to_string().ends_with("x…"));
    }
}
