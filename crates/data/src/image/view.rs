//! Shifts and mirrors images on the device.

use burn::tensor::{Int, Tensor, TensorData};

use crate::View;
use crate::image::mix::positions;

/// Each image in its view: shifted and mirrored. Pixels from outside the image are black.
///
/// # Shapes
/// Input and output are `[images, channels, height, width]`; `views` has one view per image.
///
/// # Panics
/// If there are not as many views as images.
///
/// # Example
/// ```
/// use burn::tensor::{Device, Tensor};
/// use mixup_data::View;
///
/// let image = Tensor::<4>::from_floats([[[[1.0, 2.0], [3.0, 4.0]]]], &Device::flex());
/// let view = View { flipped: true, down: 1, right: 0 };
/// let seen = mixup_data::look(image, &[view]);
/// assert_eq!(seen.into_data().iter::<f32>().collect::<Vec<_>>(), [4.0, 3.0, 0.0, 0.0]);
/// ```
pub fn look(images: Tensor<4>, views: &[View]) -> Tensor<4> {
    let device = &images.device();
    let [count, channels, height, width] = images.dims();
    assert_eq!(views.len(), count, "views of the images");
    // Output column x is input column `start + step x`, output row y is input row `y + down`.
    let numbers = views.iter().flat_map(|view| {
        let (down, right) = (i32::from(view.down), i32::from(view.right));
        if view.flipped {
            [down, right + width as i32 - 1, -1]
        } else {
            [down, right, 1]
        }
    });
    let numbers: Vec<i32> = numbers.collect();
    let numbers = Tensor::<2, Int>::from_data(TensorData::new(numbers, [count, 3]), device);
    let number = |at| numbers.clone().narrow(1, at, 1);
    let rows = positions(height, device).unsqueeze::<2>() + number(0);
    let columns = positions(width, device).unsqueeze::<2>() * number(2) + number(1);

    let visible = inside(rows.clone(), height).unsqueeze_dims::<4>(&[1, 3])
        * inside(columns.clone(), width).unsqueeze_dims(&[1, 1]);
    let rows = rows.clamp(0, height as i32 - 1);
    let columns = columns.clamp(0, width as i32 - 1);
    let rows = rows.unsqueeze_dims::<4>(&[1, 3]);
    let columns = columns.unsqueeze_dims::<4>(&[1, 1]);
    let plane = height * width;
    let from = (rows * width as i32 + columns)
        .reshape([count, 1, plane])
        .expand([count, channels, plane]);
    let pixels = images.reshape([count, channels, plane]).gather(2, from);
    pixels.reshape([count, channels, height, width]) * visible
}

/// 1 for a row or column inside the image, otherwise 0.
fn inside(positions: Tensor<2, Int>, length: usize) -> Tensor<2> {
    let inside = positions.clone().greater_equal_elem(0).float();
    inside * positions.lower_elem(length as i32).float()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    const HEIGHT: usize = 6;
    const WIDTH: usize = 9;
    const SHAPE: [usize; 4] = [1, 3, HEIGHT, WIDTH];

    /// One image in which no value occurs twice and none is black.
    fn image() -> Tensor<4> {
        let values: Vec<f32> = (1..=3 * HEIGHT * WIDTH).map(|value| value as f32).collect();
        Tensor::from_data(TensorData::new(values, SHAPE), &Device::flex())
    }

    fn view(flipped: bool, down: i16, right: i16) -> View {
        View {
            flipped,
            down,
            right,
        }
    }

    fn seen(image: Tensor<4>, view: View) -> Tensor<4> {
        look(image, &[view])
    }

    fn values(image: Tensor<4>) -> Vec<f32> {
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
        let reversed = rows.chunks(WIDTH).flat_map(|row| row.iter().rev().copied());
        let expected: Vec<f32> = reversed.collect();
        assert_eq!(values(seen(image(), view(true, 0, 0))), expected);
    }

    #[test]
    fn a_window_moved_down_shows_black_below_the_image() {
        let plane = HEIGHT * WIDTH;
        let (before, after) = (values(image()), values(seen(image(), view(false, 3, 0))));
        for (before, after) in before.chunks(plane).zip(after.chunks(plane)) {
            assert_eq!(after[..plane - 3 * WIDTH], before[3 * WIDTH..]);
            assert_eq!(after[plane - 3 * WIDTH..], [0.0; 3 * WIDTH]);
        }
    }

    #[test]
    fn a_window_moved_left_shows_black_left_of_the_image() {
        let (before, after) = (values(image()), values(seen(image(), view(false, 0, -2))));
        for (before, after) in before.chunks(WIDTH).zip(after.chunks(WIDTH)) {
            assert_eq!(after[..2], [0.0, 0.0]);
            assert_eq!(after[2..], before[..WIDTH - 2]);
        }
    }

    #[test]
    fn each_image_of_a_batch_has_its_own_view() {
        let both = Tensor::cat(vec![image(), image()], 0);
        let views = [view(true, 1, 0), view(false, 0, 5)];
        let found = values(look(both, &views));
        let expected = views.map(|view| values(seen(image(), view))).concat();
        assert_eq!(found, expected);
    }

    #[test]
    #[should_panic(expected = "views of the images")]
    fn every_image_needs_a_view() {
        look(image(), &[]);
    }
}
