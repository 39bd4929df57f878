//! Texts of points: x, y and z in each line.

use std::path::Path;

use super::choice::StoredPoint;
use super::lines::Lines;
use crate::DataError;
use crate::file::read_regular;

/// The largest text that is read, in bytes. Those of ModelNet40 have 10,000 points in 600,000.
const MAX_BYTES: u64 = 256 << 20;

/// All points of the text at `path`. Further columns are not read.
///
/// # Errors
/// A file that is not there, is too large or cannot be read, and a line without three finite numbers.
pub(super) fn read(path: &Path) -> Result<Vec<StoredPoint>, DataError> {
    let bytes = read_regular(path, MAX_BYTES).map_err(DataError::io(path))?;
    points(path, &bytes)
}

fn points(path: &Path, bytes: &[u8]) -> Result<Vec<StoredPoint>, DataError> {
    let mut lines = Lines::new(path, bytes);
    let mut points = vec![];
    while let Some(line) = lines.next()? {
        points.push(line.point()?);
    }
    Ok(points)
}

/// Whether the start of a file is that of such a text: its first line has three numbers or more and nothing else.
pub(super) fn is_start(start: &[u8]) -> bool {
    let first = Lines::new(Path::new(""), start).next();
    let Ok(Some(line)) = first else {
        return false;
    };
    // The last word may be cut.
    let mut words = line.words().take(3);
    line.point().is_ok() && words.all(|word| word.parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_stand_one_in_a_line() {
        let text = b"# x y z nx\n0.5,1,2,0,0,1\r\n\n-1\t2 3\n";
        let found = points(Path::new("a.txt"), text).unwrap();
        assert_eq!(found, [[0.5, 1.0, 2.0], [-1.0, 2.0, 3.0]]);
        assert_eq!(points(Path::new("a.txt"), b"").unwrap().len(), 0);
    }

    #[test]
    fn a_wrong_line_is_named() {
        let error = points(Path::new("a.txt"), b"1 2 3\n4 5\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.txt: expected three finite numbers x, y, z in line 2, found 4 5"
        );
    }

    #[test]
    fn other_texts_do_not_start_so() {
        assert!(is_start(b"# made by hand\n1 2 3 4\n"));
        assert!(is_start(b"-0.1,2e-1,.3,0.000"));
        for other in [
            &b""[..],
            b"1024\n1 2 3",
            b"a photo of 3 cats",
            b"1 2\n",
            b"\xff",
        ] {
            assert!(!is_start(other), "{other:?}");
        }
    }
}
