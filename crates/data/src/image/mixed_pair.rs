//! Pairs of images as training mixes them, for display.

use crate::{BatchPlan, DataError, Draw, ImageShape, MixupBatcher, Normalisation, Split};

/// The most classes of a soft label that are shown.
const MAX_SHARES: usize = 10;

/// Two images, their mix and its soft label.
///
/// Images are u8 `[channels, height, width]`.
#[derive(Clone, Debug, PartialEq)]
pub struct MixedPair {
    /// Channels, height and width of the images.
    pub shape: ImageShape,
    /// The image with weight λ.
    pub first: Vec<u8>,
    /// The image with weight 1 − λ.
    pub partner: Vec<u8>,
    /// The mix of the two.
    pub mixed: Vec<u8>,
    /// The weight λ of the first image, from 0 to 1.
    pub lambda: f64,
    /// The soft label: class names with their shares, the largest first, without classes of share 0. At most ten,
    /// because label smoothing gives a share to every class.
    pub target: Vec<(String, f64)>,
    /// The class of the first image and the class of its partner.
    pub classes: [String; 2],
}

impl MixedPair {
    /// The pair of these pictures: first, partner and mix. `named` has every class with its share of the soft label.
    pub(crate) fn new(
        shape: ImageShape,
        [first, partner, mixed]: [Vec<u8>; 3],
        lambda: f64,
        named: impl Iterator<Item = (String, f64)>,
        classes: [String; 2],
    ) -> Self {
        let mut target: Vec<(String, f64)> = named.filter(|(_, share)| *share > 0.0).collect();
        target.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        target.truncate(MAX_SHARES);
        Self {
            shape,
            first,
            partner,
            mixed,
            lambda,
            target,
            classes,
        }
    }
}

/// The pairs of `plan`, mixed on the device of `images` by the batcher that training uses. Images are shown in
/// the plan's views.
///
/// # Errors
/// Images in a file that cannot be read.
///
/// # Panics
/// If `images` holds none, if a draw names an image that is not in it, or a label is not below the number of `classes`.
pub fn mixed_pairs(
    images: &Split,
    classes: &[String],
    plan: &BatchPlan<'_>,
) -> Result<Vec<MixedPair>, DataError> {
    let class_of = |image: u32| classes[usize::from(images.labels()[image as usize])].clone();
    let (mut draws, mut pairs) = (vec![], vec![]);
    for draw in plan.draws {
        draws.extend([
            Draw::unmixed(draw.image),
            Draw::unmixed(draw.partner),
            *draw,
        ]);
        let class_names = [class_of(draw.image), class_of(draw.partner)];
        pairs.push((draw.lambda, class_names));
    }
    let plan = BatchPlan {
        draws: &draws,
        stage: None,
        ..*plan
    };
    let shape = images.shape().image().expect("a split of images");
    let pixels = Normalisation::identity(shape.channels);
    let batcher = MixupBatcher::of(images, classes.len(), &pixels);
    let batch = batcher.make(&plan, None)?;
    let pixels: Vec<u8> = batch
        .inputs
        .into_data()
        .iter::<f32>()
        .map(|value| (value * 255.0).round() as u8)
        .collect();
    let targets: Vec<f64> = batch.targets.into_data().iter::<f64>().collect();
    let pictures = pixels.chunks_exact(3 * shape.values());
    let rows = targets.chunks_exact(classes.len()).skip(2).step_by(3);
    let rows_of_pairs = pairs.into_iter().zip(pictures.zip(rows));
    let pairs = rows_of_pairs
        .map(|((lambda, class_names), (pictures, row))| {
            let values = shape.values();
            let picture = |at: usize| pictures[at * values..(at + 1) * values].to_vec();
            let named = classes.iter().cloned().zip(row.iter().copied());
            let pictures = [picture(0), picture(1), picture(2)];
            MixedPair::new(shape, pictures, lambda, named, class_names)
        })
        .collect();
    Ok(pairs)
}

#[cfg(test)]
mod tests;
