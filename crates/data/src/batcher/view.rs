//! Shifts and mirrors images on the device.

use burn::tensor::{Int, Tensor, TensorData};

use crate::{CHANNELS, SIDE, View};

/// The view of each image. Pixels from outside the image are black.
///
/// # Shapes
/// Input and output are `[images, 3072]`.
pub(super) fn apply(images: Tensor<2>, views: impl Iterator<Item = View>) -> Tensor<2> {
    let device = &images.device();
    let [count, values] = images.dims();
    // Output column x is input column `start + step x`, output row y is input row `y + down`.
    let numbers: Vec<i32> = views
        .flat_map(|view| {
            let (down, right) = (i32::from(view.down), i32::from(view.right));
            if view.flipped {
                [down, right + SIDE as i32 - 1, -1]
            } else {
                [down, right, 1]
            }
        })
        .collect();
    let numbers = Tensor::<2, Int>::from_data(TensorData::new(numbers, [count, 3]), device);
    let number = |at| numbers.clone().narrow(1, at, 1);
    let positions = Tensor::<1, Int>::arange(0..SIDE as i64, device).unsqueeze::<2>();
    let rows = positions.clone() + number(0);
    let columns = positions * number(2) + number(1);

    let visible = inside(rows.clone()).unsqueeze_dims::<4>(&[1, 3])
        * inside(columns.clone()).unsqueeze_dims(&[1, 1]);
    let last = SIDE as i32 - 1;
    let rows = rows.clamp(0, last).unsqueeze_dims::<4>(&[1, 3]);
    let columns = columns.clamp(0, last).unsqueeze_dims::<4>(&[1, 1]);
    let from = (rows * SIDE as i32 + columns)
        .reshape([count, 1, SIDE * SIDE])
        .expand([count, CHANNELS, SIDE * SIDE]);
    let pixels = images.reshape([count, CHANNELS, SIDE * SIDE]);
    let pixels = pixels.gather(2, from);
    let pixels = pixels.reshape([count, CHANNELS, SIDE, SIDE]) * visible;
    pixels.reshape([count, values])
}

/// 1 for a row or column inside the image, otherwise 0.
fn inside(positions: Tensor<2, Int>) -> Tensor<2> {
    let inside = positions.clone().greater_equal_elem(0).float();
    inside * positions.lower_elem(SIDE as i32).float()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::IMAGE_BYTES;

    /// One image in which no value occurs twice and none is black.
    fn image() -> Tensor<2> {
        let values: Vec<f32> = (1..=IMAGE_BYTES).map(|value| value as f32).collect();
        Tensor::from_data(TensorData::new(values, [1, IMAGE_BYTES]), &Device::flex())
    }

    fn view(flipped: bool, down: i8, right: i8) -> View {
        View {
            flipped,
            down,
            right,
        }
    }

    fn seen(image: Tensor<2>, view: View) -> Tensor<2> {
        apply(image, [view].into_iter())
    }

    fn values(image: Tensor<2>) -> Vec<f32> {
        image.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn the_default_view_is_the_image() {
        assert_eq!(values(seen(image(), View::default())), values(image()));
    }

    #[test]
    fn mirroring_twice_is_the_image() {
        let mirrored = seen(image(), view(true, 0, 0));
        assert_ne!(values(mirrored.clone()), values(image()));
        assert_eq!(values(seen(mirrored, view(true, 0, 0))), values(image()));
    }

    #[test]
    fn mirroring_reverses_every_row() {
        let rows = values(image());
        let reversed = rows.chunks(SIDE).flat_map(|row| row.iter().rev().copied());
        let expected: Vec<f32> = reversed.collect();
        assert_eq!(values(seen(image(), view(true, 0, 0))), expected);
    }

    #[test]
    fn a_window_moved_down_shows_black_below_the_image() {
        let plane = SIDE * SIDE;
        let (before, after) = (values(image()), values(seen(image(), view(false, 3, 0))));
        for (before, after) in before.chunks(plane).zip(after.chunks(plane)) {
            assert_eq!(after[..plane - 3 * SIDE], before[3 * SIDE..]);
            assert_eq!(after[plane - 3 * SIDE..], [0.0; 3 * SIDE]);
        }
    }

    #[test]
    fn a_window_moved_left_shows_black_left_of_the_image() {
        let (before, after) = (values(image()), values(seen(image(), view(false, 0, -2))));
        for (before, after) in before.chunks(SIDE).zip(after.chunks(SIDE)) {
            assert_eq!(after[..2], [0.0, 0.0]);
            assert_eq!(after[2..], before[..SIDE - 2]);
        }
    }

    #[test]
    fn each_image_of_a_batch_has_its_own_view() {
        let both = Tensor::cat(vec![image(), image()], 0);
        let views = [view(true, 1, 0), view(false, 0, 5)];
        let found = values(apply(both, views.into_iter()));
        let expected = views.map(|view| values(seen(image(), view))).concat();
        assert_eq!(found, expected);
    }
}
