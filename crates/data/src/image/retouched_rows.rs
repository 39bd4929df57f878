//! The images of a batch, viewed and retouched on the host.

use rayon::prelude::*;

use crate::image::held_rows::HeldRows;
use crate::{BatchPlan, ImageShape, Retouches, View};

/// The images and partners of `plan`, in their views and retouched. `image` has the bytes of the image at a position.
///
/// # Panics
/// If a view or a retouch of a position is missing.
pub(super) fn retouched<'a>(
    plan: &BatchPlan<'_>,
    retouches: &[Retouches],
    shape: ImageShape,
    image: &(dyn Fn(u32) -> &'a [u8] + Sync),
) -> HeldRows {
    let retouch = |positions: &[u32], pixels: &mut [u8]| {
        let images = pixels.par_chunks_exact_mut(shape.values().max(1));
        images
            .zip(positions)
            .for_each_init(Vec::new, |scratch, (target, &position)| {
                let view = plan
                    .views
                    .map_or(View::default(), |views| views[position as usize]);
                show(image(position), view, shape, target);
                retouches[position as usize].apply(target, shape, scratch);
            });
    };
    HeldRows::by_position(plan.draws, shape, retouch)
}

/// Writes the bytes of an image in its view, `[channels, height, width]`, into `target`.
fn show(image: &[u8], view: View, shape: ImageShape, target: &mut [u8]) {
    if view == View::default() {
        return target.copy_from_slice(image);
    }
    let ImageShape { height, width, .. } = shape;
    let (down, right) = (isize::from(view.down), isize::from(view.right));
    for (row, line) in target.chunks_exact_mut(width).enumerate() {
        let (plane, row) = (row / height, row % height);
        let from = row.wrapping_add_signed(down);
        for (column, value) in line.iter_mut().enumerate() {
            let column = match view.flipped {
                true => width - 1 - column,
                false => column,
            };
            let column = column.wrapping_add_signed(right);
            *value = match from < height && column < width {
                true => image[(plane * height + from) * width + column],
                false => 0,
            };
        }
    }
}
