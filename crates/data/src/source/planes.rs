//! Pixels that files have in another order, turned into planes in rows.

use std::collections::TryReserveError;

/// Appends a plane that stands in columns of `height` values, in rows.
pub(crate) fn push_in_rows(plane: &[u8], height: usize, rows: &mut Vec<u8>) {
    for row in 0..height {
        rows.extend(plane.iter().skip(row).step_by(height));
    }
}

/// Appends an image whose channels come last, one plane after another.
pub(crate) fn push_in_planes(image: &[u8], channels: usize, planes: &mut Vec<u8>) {
    for channel in 0..channels {
        planes.extend(image.iter().skip(channel).step_by(channels));
    }
}

/// Room for pixels grows by at least so many bytes at a time.
const STEP: usize = 16 << 20;

/// Makes room for the next `values` pixels of `left` in all. The room grows with what was read, so that a file that claims
/// more than it has gets no room for it.
///
/// # Errors
/// Not enough memory.
pub(crate) fn make_room(
    pixels: &mut Vec<u8>,
    values: usize,
    left: usize,
) -> Result<(), TryReserveError> {
    if pixels.capacity() - pixels.len() >= values {
        return Ok(());
    }
    pixels.try_reserve_exact(left.min(STEP.max(pixels.len() / 4)).max(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_grows_with_what_was_read() {
        let mut pixels = vec![];
        make_room(&mut pixels, 10, usize::MAX).expect("memory");
        assert_eq!(pixels.capacity(), STEP);
        let mut few = vec![];
        make_room(&mut few, 10, 30).expect("memory");
        assert_eq!(few.capacity(), 30);
    }

    #[test]
    fn a_plane_of_columns_becomes_one_of_rows() {
        // Two rows: 1 2 3 and 4 5 6.
        let mut rows = vec![9];
        push_in_rows(&[1, 4, 2, 5, 3, 6], 2, &mut rows);
        assert_eq!(rows, [9, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn channels_that_come_last_become_planes() {
        let mut planes = vec![9];
        push_in_planes(&[1, 10, 100, 2, 20, 200], 3, &mut planes);
        assert_eq!(planes, [9, 1, 2, 10, 20, 100, 200]);
    }
}
