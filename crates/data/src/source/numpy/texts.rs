//! Arrays of texts, such as the names of classes.

use super::header::{Header, Kind};
use super::input::Input;
use crate::{DataError, MAX_CLASSES};

/// The longest text, in characters.
const MAX_CHARACTERS: usize = 1 << 12;

/// All texts of a file, an array `[N]` of `<U…` or `|S…`.
///
/// # Errors
/// An array of another type or shape, too many or too long texts, characters that do not exist, and a file that has
/// other values than its header says.
pub(crate) fn read_texts(input: &mut Input<'_>) -> Result<Vec<String>, DataError> {
    let header = Header::read(input)?;
    let [count] = header.shape[..] else {
        let found = header.shape_in_words();
        return Err(input.fault("a list of texts", found));
    };
    let Some((width, is_wide)) = width(&header.kind) else {
        let fault = input.fault(
            format!("texts of at most {MAX_CHARACTERS} characters"),
            header.kind.to_string(),
        );
        return Err(fault.hinted("save them so: numpy.array(names, dtype='U')"));
    };
    if count > MAX_CLASSES as u64 {
        let expected = format!("at most {MAX_CLASSES} texts");
        return Err(input.fault(expected, count.to_string()));
    }
    let mut texts = vec![];
    let mut buffer = vec![0; width * if is_wide { 4 } else { 1 }];
    for index in 0..count {
        input.fill(&mut buffer)?;
        let text = match is_wide {
            true => of_words(&buffer),
            false => str::from_utf8(&buffer).ok().map(str::to_owned),
        };
        let Some(text) = text else {
            let expected = format!("characters in text {index} (the first is 0)");
            return Err(input.fault(expected, "bytes that are none"));
        };
        texts.push(text.trim_end_matches('\0').to_owned());
    }
    input.end()?;
    Ok(texts)
}

/// How many characters or bytes a text has, and whether each is a word of 32 bits.
fn width(kind: &Kind) -> Option<(usize, bool)> {
    let Kind::Other(descr) = kind else {
        return None;
    };
    let (size, is_wide) = match (descr.strip_prefix("<U"), descr.strip_prefix("|S")) {
        (Some(size), _) => (size, true),
        (_, Some(size)) => (size, false),
        _ => return None,
    };
    let size = size.parse().ok();
    size.filter(|size| *size <= MAX_CHARACTERS)
        .map(|size| (size, is_wide))
}

fn of_words(bytes: &[u8]) -> Option<String> {
    let words = bytes.chunks_exact(4);
    let words = words.map(|word| word.try_into().map_or(u32::MAX, u32::from_le_bytes));
    words.map(char::from_u32).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::source::content::Content;
    use crate::source::numpy::tests::npy;

    fn read(bytes: &[u8]) -> Result<Vec<String>, String> {
        let path = Path::new("a.npy");
        let mut content = Content {
            path,
            size: bytes.len(),
            reader: &mut &*bytes,
            failure: &DataError::io(path),
        };
        read_texts(&mut Input::new(&mut content)).map_err(|error| error.to_string())
    }

    fn wide(text: &str, width: usize) -> Vec<u8> {
        let words = text.chars().map(u32::from).chain(std::iter::repeat(0));
        words.take(width).flat_map(u32::to_le_bytes).collect()
    }

    #[test]
    fn texts_of_both_kinds_are_read() {
        let values = [wide("bed", 5), wide("chaîn", 5)].concat();
        let expected = Ok(vec!["bed".to_owned(), "chaîn".to_owned()]);
        assert_eq!(read(&npy("<U5", &[2], &values)), expected);
        let bytes = b"bed\0\0chair";
        let expected = Ok(vec!["bed".to_owned(), "chair".to_owned()]);
        assert_eq!(read(&npy("|S5", &[2], bytes)), expected);
    }

    #[test]
    fn what_is_no_list_of_texts_is_refused() {
        for (bytes, said) in [
            (
                npy("<U1", &[1, 1], &[65, 0, 0, 0]),
                "expected a list of texts, found 1 x 1",
            ),
            (
                npy("|O", &[1], &[0; 8]),
                "expected texts of at most 4096 characters, found Python objects",
            ),
            (
                npy("<U99999", &[1], &[]),
                "expected texts of at most 4096 characters, found <U99999",
            ),
            (
                npy("<U1", &[1 << 20], &[]),
                "expected at most 65536 texts, found 1048576",
            ),
            (
                npy("<U1", &[1], &[0, 0, 0, 255]),
                "expected characters in text 0 (the first is 0), found bytes that are none",
            ),
            (
                npy("<U1", &[2], &[65, 0, 0, 0]),
                "expected a whole NumPy array, found one that ends early",
            ),
        ] {
            assert_eq!(read(&bytes).unwrap_err(), format!("a.npy: {said}"));
        }
    }
}
