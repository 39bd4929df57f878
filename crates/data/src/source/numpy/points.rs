//! Arrays of point clouds.

use super::header::{Float, Header, Kind};
use super::input::Input;
use crate::DataError;
use crate::source::clouds::MAX_STORED_POINTS;

/// An array of clouds, f32 or f64 `[N, points, 3]`, whose header was read.
#[derive(Debug)]
pub(crate) struct PointRows {
    /// N, which is at least 1.
    pub(crate) count: usize,
    /// The points of each cloud, at least 1.
    pub(crate) points: usize,
    float: Float,
}

impl PointRows {
    /// Whether a file is an array of clouds by its header.
    pub(crate) fn is_at(input: &mut Input<'_>) -> bool {
        let header = Header::read(input);
        header.is_ok_and(|header| {
            matches!(header.kind, Kind::Float(float) if float.bytes > 2)
                && matches!(header.shape[..], [_, _, 3])
        })
    }

    /// Reads the header.
    ///
    /// # Errors
    /// An array of another type, order or shape, and a file of another length than the header says.
    pub(crate) fn open(input: &mut Input<'_>) -> Result<Self, DataError> {
        let header = Header::read(input)?;
        let float = match header.kind {
            Kind::Float(float) if float.bytes > 2 => float,
            other => {
                let fault = input.fault("points of float32 or float64", other.to_string());
                return Err(fault.hinted("save them so: points.astype('float32')"));
            }
        };
        let [count, points, 3] = header.shape[..] else {
            let expected = "clouds of N x points x 3";
            let fault = input.fault(expected, header.shape_in_words());
            return Err(fault.hinted(match header.shape[..] {
                [_, 3, _] => "save them with the coordinates last: points.transpose(0, 2, 1)",
                _ => "save x, y and z of as many points for every cloud: points[..., :3]",
            }));
        };
        if header.is_in_columns {
            let fault = input.fault("clouds in rows", "an array in Fortran's order");
            return Err(fault.hinted("save it again as numpy.ascontiguousarray(points)"));
        }
        if count == 0 {
            return Err(input.fault("at least one cloud", "none"));
        }
        if !(1..=MAX_STORED_POINTS).contains(&points) {
            let expected = format!("clouds of 1 to {MAX_STORED_POINTS} points");
            return Err(input.fault(expected, points.to_string()));
        }
        let row = 3 * points * float.bytes as u64;
        let length = row.checked_mul(count);
        let length = length.and_then(|bytes| bytes.checked_add(header.length));
        match (usize::try_from(count), length == Some(input.size)) {
            (Ok(count), true) => Ok(Self {
                count,
                points: points as usize,
                float,
            }),
            _ => {
                let expected = match length {
                    Some(length) => format!("a file of {length} bytes, as its header says"),
                    None => "as many clouds as a file can hold".into(),
                };
                let fault = input.fault(expected, input.size.to_string());
                Err(fault.hinted("copy or download the file again"))
            }
        }
    }

    /// Reads the next cloud.
    ///
    /// # Errors
    /// A file that ends early or cannot be read.
    pub(crate) fn next(&self, input: &mut Input<'_>) -> Result<Vec<[f64; 3]>, DataError> {
        let width = self.float.bytes;
        let mut row = vec![0; 3 * self.points * width];
        input.fill(&mut row)?;
        let points = row.chunks_exact(3 * width).map(|point| {
            let value = |axis: usize| self.float.value(&point[axis * width..][..width]);
            [value(0), value(1), value(2)]
        });
        Ok(points.collect())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::source::content::Content;
    use crate::source::numpy::tests::npy;

    fn read(bytes: &[u8]) -> Result<Vec<Vec<[f64; 3]>>, String> {
        let path = Path::new("a.npy");
        let mut content = Content {
            path,
            size: bytes.len(),
            reader: &mut &*bytes,
            failure: &DataError::io(path),
        };
        let mut input = Input::new(&mut content);
        let mut clouds = || -> Result<_, DataError> {
            let rows = PointRows::open(&mut input)?;
            (0..rows.count).map(|_| rows.next(&mut input)).collect()
        };
        clouds().map_err(|error| error.to_string())
    }

    /// Values from 0 on.
    fn floats(count: u8) -> Vec<u8> {
        (0..count)
            .flat_map(|value| f32::from(value).to_le_bytes())
            .collect()
    }

    #[test]
    fn clouds_of_either_width_are_read() {
        let expected = vec![
            vec![[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]],
            vec![[6.0, 7.0, 8.0], [9.0, 10.0, 11.0]],
        ];
        assert_eq!(
            read(&npy("<f4", &[2, 2, 3], &floats(12))),
            Ok(expected.clone())
        );
        let doubles: Vec<u8> = (0_u8..12)
            .flat_map(|value| f64::from(value).to_be_bytes())
            .collect();
        assert_eq!(read(&npy(">f8", &[2, 2, 3], &doubles)), Ok(expected));
    }

    #[test]
    fn other_arrays_are_refused() {
        for (bytes, said) in [
            (
                npy("|u1", &[1, 2, 3], &[0; 6]),
                "expected points of float32 or float64, found uint8",
            ),
            (
                npy("<f2", &[1, 2, 3], &[0; 12]),
                "expected points of float32 or float64, found float16",
            ),
            (
                npy("<f4", &[1, 3, 2], &floats(6)),
                "expected clouds of N x points x 3, found 1 x 3 x 2",
            ),
            (
                npy("<f4", &[0, 2, 3], &[]),
                "expected at least one cloud, found none",
            ),
            (
                npy("<f4", &[1, 0, 3], &[]),
                "expected clouds of 1 to 4194304 points, found 0",
            ),
            (
                npy("<f4", &[1, 1 << 40, 3], &[]),
                "expected clouds of 1 to 4194304 points, found 1099511627776",
            ),
            (
                npy("<f4", &[2, 2, 3], &floats(11)),
                "expected a file of 176 bytes, as its header says, found 172",
            ),
            (
                npy("<f4", &[usize::MAX, 2, 3], &[]),
                "expected as many clouds as a file can hold, found 128",
            ),
        ] {
            assert_eq!(read(&bytes).unwrap_err(), format!("a.npy: {said}"));
        }
    }
}
