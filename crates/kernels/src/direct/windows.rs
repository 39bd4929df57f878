//! The values under the kernel, as the rows of a matrix.

use std::ops::Range;

use pulp::Simd;

use super::geometry::Geometry;
use crate::product::Left;
use crate::scratch::Scratch;
use crate::vectors::{load, store};

/// The windows of some rows of outputs of some images.
pub(super) struct Windows {
    geometry: Geometry,
    /// Copies of the windows, if they are copied.
    copies: Scratch,
    bordered: Scratch,
}

/// A part of the matrix of windows.
pub(super) struct Part<'a> {
    /// The outputs, counted over the images and rows that were asked for.
    pub(super) outputs: Range<usize>,
    /// The values of the windows.
    pub(super) values: Range<usize>,
    /// The part, a row for each output.
    pub(super) matrix: Left<'a>,
}

impl Windows {
    /// Memory for `images` images.
    pub(super) fn new(geometry: Geometry, images: usize) -> Self {
        let copied = if geometry.copies_windows() {
            let rows = geometry.bands().map(|rows| rows.len()).max().unwrap_or(0);
            images * rows * geometry.shape.output_size()[1] * geometry.windows.columns
        } else {
            0
        };
        Self {
            geometry,
            copies: Scratch::uncleared(copied),
            bordered: Scratch::uncleared(geometry.border.padded_len()),
        }
    }

    /// The windows of `rows` of every image.
    ///
    /// `rows` are all rows unless there is one image.
    #[inline(always)]
    pub(super) fn of<'a, S: Simd>(
        &'a mut self,
        simd: S,
        images: &'a [f32],
        rows: Range<usize>,
    ) -> Parts<'a> {
        let geometry = self.geometry;
        let image_len = geometry.shape.input_image_len();
        if !geometry.copies_windows() {
            return Parts {
                geometry,
                images: images.len() / image_len,
                values: geometry.border.padded(images, &mut self.bordered),
                rows,
            };
        }
        let columns = geometry.windows.columns;
        let width = geometry.shape.output_size()[1];
        let targets = self.copies.chunks_exact_mut(rows.len() * width * columns);
        for (image, target) in images.chunks_exact(image_len).zip(targets) {
            let image = geometry.border.padded(image, &mut self.bordered);
            for (index, window) in target.chunks_exact_mut(columns).enumerate() {
                let pixel = [rows.start + index / width, index % width];
                let kernel_rows = window.chunks_exact_mut(geometry.window_row);
                for (kernel_row, values) in kernel_rows.enumerate() {
                    let start = geometry.window_start(pixel, kernel_row);
                    copy(simd, &image[start..start + geometry.window_row], values);
                }
            }
        }
        Parts {
            geometry,
            images: images.len() / image_len,
            values: &self.copies,
            rows,
        }
    }
}

/// The matrix of windows in parts that a product can read.
pub(super) struct Parts<'a> {
    geometry: Geometry,
    images: usize,
    /// The copies, or the image with its border.
    values: &'a [f32],
    rows: Range<usize>,
}

impl<'a> Parts<'a> {
    /// Number of parts. Those of the same outputs follow each other, in the order of their values.
    #[inline(always)]
    pub(super) fn count(&self) -> usize {
        if self.whole() {
            1
        } else {
            self.rows.len() * self.geometry.shape.kernel[0]
        }
    }

    /// Whether there is one part.
    #[inline(always)]
    fn whole(&self) -> bool {
        self.geometry.copies_windows() || self.geometry.windows_are_pixels()
    }

    /// A part by its number.
    #[inline(always)]
    pub(super) fn part(&self, index: usize) -> Part<'a> {
        let geometry = &self.geometry;
        let width = geometry.shape.output_size()[1];
        let columns = geometry.windows.columns;
        if self.whole() {
            let first = if geometry.copies_windows() {
                0
            } else {
                self.rows.start * width * columns
            };
            return Part {
                outputs: 0..self.images * self.rows.len() * width,
                values: 0..columns,
                matrix: Left {
                    values: &self.values[first..],
                    row_step: columns,
                    depth_step: 1,
                },
            };
        }
        let (row, kernel_row) = (
            index / geometry.shape.kernel[0],
            index % geometry.shape.kernel[0],
        );
        let start = geometry.window_start([self.rows.start + row, 0], kernel_row);
        Part {
            outputs: row * width..(row + 1) * width,
            values: kernel_row * geometry.window_row..(kernel_row + 1) * geometry.window_row,
            matrix: Left {
                values: &self.values[start..],
                row_step: geometry.shape.stride[1] * geometry.shape.inputs,
                depth_step: 1,
            },
        }
    }
}

/// Copies a few values without a call.
#[inline(always)]
fn copy<S: Simd>(_simd: S, from: &[f32], to: &mut [f32]) {
    let mut at = 0;
    while at + S::F32_LANES <= from.len() {
        store::<S>(to, at, load::<S>(from, at));
        at += S::F32_LANES;
    }
    for (to, from) in to[at..].iter_mut().zip(&from[at..]) {
        *to = *from;
    }
}
