//! Mixing on tensors: what mixup and CutMix compute.

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::image::patch::Patch;

/// The weighted mean of samples and their partners.
///
/// # Formula
/// x = λ xᵢ + (1 − λ) xⱼ
///
/// # Shapes
/// `samples` and `partners` have one shape, whose first dimension is the batch. `lambda`, from 0 to 1, has the
/// same rank and 1 in place of each other dimension, such as `[batch, 1, 1, 1]` for images. All are on one device.
///
/// # Source
/// Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018, equation 1.
///
/// # Example
/// ```
/// use burn::tensor::{Device, Tensor};
///
/// let device = Device::flex();
/// let black = Tensor::<4>::zeros([2, 3, 4, 4], &device);
/// let white = Tensor::<4>::ones([2, 3, 4, 4], &device);
/// let lambda = Tensor::<1>::from_floats([0.75, 0.5], &device).reshape([2, 1, 1, 1]);
/// let mixed = mixup_data::mix(black, white, lambda);
/// let values: Vec<f32> = mixed.into_data().iter().collect();
/// assert_eq!((values[0], values[48]), (0.25, 0.5));
/// ```
pub fn mix<const D: usize>(
    samples: Tensor<D>,
    partners: Tensor<D>,
    lambda: Tensor<D>,
) -> Tensor<D> {
    samples * lambda.clone() + partners * (lambda.neg() + 1.0)
}

/// Images into which a rectangle of their partners is pasted, or whole partners that are shrunk.
///
/// # Shapes
/// `images` and `partners` are `[batch, channels, height, width]` on one device; `patches` has one rectangle per
/// image.
///
/// # Panics
/// If there are not as many patches as images.
///
/// # Source
/// Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features", 2019; Qin et
/// al., "ResizeMix: Mixing Data with Preserved Object Information and True Labels", 2020.
///
/// # Example
/// ```
/// use burn::tensor::{Device, Tensor};
/// use mixup_data::Patch;
///
/// let device = Device::flex();
/// let black = Tensor::<4>::zeros([1, 1, 2, 3], &device);
/// let white = Tensor::<4>::ones([1, 1, 2, 3], &device);
/// let patch = Patch { top: 0, left: 1, bottom: 1, right: 3, resized: false };
/// let cut = mixup_data::cut(black, white, &[patch]);
/// assert_eq!(cut.into_data().iter::<f32>().collect::<Vec<_>>(), [0.0, 1.0, 1.0, 0.0, 0.0, 0.0]);
/// ```
pub fn cut(images: Tensor<4>, partners: Tensor<4>, patches: &[Patch]) -> Tensor<4> {
    let [rows, _, height, width] = images.dims();
    assert_eq!(patches.len(), rows, "patches of the images");
    let edges = upload_edges(patches, &images.device());
    let partners = shrink(partners, patches);
    mix(images, partners, kept(edges, height, width))
}

/// Images with black holes: f32 `[rows, channels, height, width]`, with one hole for each.
pub(super) fn erase(images: Tensor<4>, holes: &[Patch]) -> Tensor<4> {
    let [_, _, height, width] = images.dims();
    let edges = upload_edges(holes, &images.device());
    images * kept(edges, height, width)
}

/// The edges of patches: f32 `[patches, 4]`.
fn upload_edges(patches: &[Patch], device: &Device) -> Tensor<2> {
    let edges: Vec<f32> = patches.iter().flat_map(|patch| edges(*patch)).collect();
    Tensor::from_data(TensorData::new(edges, [patches.len(), 4]), device)
}

/// Images as their patches show them: those whose patch is resized are shrunk into it by taking the nearest pixels;
/// others stay. What is outside the patch does not matter.
///
/// # Shapes
/// `images` is `[rows, channels, height, width]`, with one patch for each.
pub(super) fn shrink(images: Tensor<4>, patches: &[Patch]) -> Tensor<4> {
    if !patches.iter().any(|patch| patch.resized) {
        return images;
    }
    let [count, channels, height, width] = images.dims();
    let device = &images.device();
    let upload = |length: usize, span: &dyn Fn(&Patch) -> [u16; 2]| {
        let sources = patches.iter().flat_map(|patch| {
            let ends = Some(span(patch)).filter(|_| patch.resized);
            (0..length).map(move |place| nearest(place, length, ends) as i32)
        });
        let sources: Vec<i32> = sources.collect();
        Tensor::<2, Int>::from_data(TensorData::new(sources, [count, length]), device)
    };
    let rows = upload(height, &|patch| [patch.top, patch.bottom]);
    let columns = upload(width, &|patch| [patch.left, patch.right]);
    let plane = height * width;
    let from = rows.unsqueeze_dims::<4>(&[1, 3]) * width as i32 + columns.unsqueeze_dims(&[1, 1]);
    let from = from
        .reshape([count, 1, plane])
        .expand([count, channels, plane]);
    let pixels = images.reshape([count, channels, plane]).gather(2, from);
    pixels.reshape([count, channels, height, width])
}

/// The row of an image of `length` rows that is shown at `place`, if all of them are shrunk into `first..end`. The place
/// itself outside of it, and if nothing is shrunk.
fn nearest(place: usize, length: usize, ends: Option<[u16; 2]>) -> usize {
    match ends.map(|ends| ends.map(usize::from)) {
        Some([first, end]) if (first..end).contains(&place) => {
            (place - first) * length / (end - first)
        }
        _ => place,
    }
}

/// The edges of a patch, as [`kept`] takes them.
pub(super) fn edges(patch: Patch) -> [f32; 4] {
    [patch.top, patch.bottom, patch.left, patch.right].map(f32::from)
}

/// 1 for pixels that stay and 0 for those inside a patch: f32 `[rows, 4]` to `[rows, 1, height, width]`. A row
/// has top, bottom, left and right of its patch.
pub(super) fn kept(edges: Tensor<2>, height: usize, width: usize) -> Tensor<4> {
    let edge = |at| edges.clone().narrow(1, at, 1);
    let rows = within(height, edge(0), edge(1));
    let columns = within(width, edge(2), edge(3));
    let patch = rows.unsqueeze_dims::<4>(&[1, 3]) * columns.unsqueeze_dims(&[1, 1]);
    patch.neg() + 1.0
}

/// 1 for positions in `first..end`, otherwise 0: two tensors `[rows, 1]` to `[rows, length]`.
fn within(length: usize, first: Tensor<2>, end: Tensor<2>) -> Tensor<2> {
    let positions = positions(length, &first.device()).float().unsqueeze::<2>();
    let inside = positions.clone().greater_equal(first).float();
    inside * positions.lower(end).float()
}

/// The numbers 0 to `length` − 1.
pub(super) fn positions(length: usize, device: &Device) -> Tensor<1, Int> {
    Tensor::arange(0..length as i64, device)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Distribution;

    use super::*;

    const SHAPE: [usize; 4] = [3, 2, 5, 7];

    fn images() -> [Tensor<4>; 2] {
        let device = &Device::flex();
        [0, 1].map(|_| Tensor::random(SHAPE, Distribution::Default, device))
    }

    fn values(tensor: Tensor<4>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn a_weight_of_one_keeps_the_sample_and_of_zero_takes_the_partner() {
        let [first, second] = images();
        let all = |value| Tensor::full([3, 1, 1, 1], value, &Device::flex());
        let kept = mix(first.clone(), second.clone(), all(1.0));
        let taken = mix(first.clone(), second.clone(), all(0.0));
        assert_eq!(values(kept), values(first));
        assert_eq!(values(taken), values(second));
    }

    #[test]
    fn every_pixel_comes_from_the_image_or_inside_the_patch_from_the_partner() {
        let [first, second] = images();
        let patch = |top, left, bottom, right| Patch {
            top,
            left,
            bottom,
            right,
            resized: false,
        };
        let patches = [patch(0, 0, 5, 7), patch(1, 2, 4, 3), Patch::EMPTY];
        let found = values(cut(first.clone(), second.clone(), &patches));
        let (first, second) = (values(first), values(second));
        for (index, value) in found.into_iter().enumerate() {
            let (image, row, column) = (index / 70, index / 7 % 5, index % 7);
            let from = if patches[image].contains(row, column) {
                &second
            } else {
                &first
            };
            assert_eq!(
                value, from[index],
                "image {image}, row {row}, column {column}"
            );
        }
    }

    #[test]
    #[should_panic(expected = "patches of the images")]
    fn every_image_needs_a_patch() {
        let [first, second] = images();
        cut(first, second, &[Patch::EMPTY]);
    }
}
