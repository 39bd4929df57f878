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
