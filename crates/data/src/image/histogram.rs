//! How often each channel has each value, from which mean and deviation follow.

use rayon::prelude::*;

use crate::ImageShape;

/// How often each channel of some images has each of the 256 values.
#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    shape: ImageShape,
    counts: Vec<[u64; 256]>,
}

impl Histogram {
    /// That of no images of this shape.
    pub(crate) fn new(shape: ImageShape) -> Self {
        Self {
            shape,
            counts: vec![[0; 256]; shape.channels],
        }
    }

    /// Adds whole images, u8 `[N, channels, height, width]`.
    pub(crate) fn add(&mut self, pixels: &[u8]) {
        let channels = self.shape.channels;
        let none = || vec![[0_u64; 256]; channels];
        let count = |mut counts: Vec<[u64; 256]>, (index, values): (usize, &[u8])| {
            let counts_of_channel = &mut counts[index % channels];
            for &value in values {
                counts_of_channel[usize::from(value)] += 1;
            }
            counts
        };
        let planes = pixels.par_chunks_exact(self.shape.plane()).enumerate();
        let counts = planes.fold(none, count).reduce(none, sum);
        self.counts = sum(std::mem::take(&mut self.counts), counts);
    }
}

fn sum(mut one: Vec<[u64; 256]>, other: Vec<[u64; 256]>) -> Vec<[u64; 256]> {
    let counts = one.as_flattened_mut().iter_mut();
    counts.zip(other.as_flattened()).for_each(|(a, b)| *a += b);
    one
}

/// Mean and standard deviation of each channel, for pixels scaled to `[0, 1]`. The deviation is the population's
/// (divided by N).
pub(crate) fn statistics(histogram: &Histogram) -> Vec<(f64, f64)> {
    let statistics = histogram.counts.iter().map(|counts| {
        let total = counts.iter().sum::<u64>() as f64;
        let moment = |power: i32| {
            let weighted = (0_u8..=255).zip(counts);
            let sum: f64 = weighted
                .map(|(value, &count)| (f64::from(value) / 255.0).powi(power) * count as f64)
                .sum();
            sum / total
        };
        let mean = moment(1);
        (mean, (moment(2) - mean * mean).max(0.0).sqrt())
    });
    statistics.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_to_the_whole() {
        let shape = ImageShape {
            channels: 3,
            height: 2,
            width: 5,
        };
        let pixels: Vec<u8> = (0..30 * 7).map(|at| (at * at % 251) as u8).collect();
        let mut whole = Histogram::new(shape);
        whole.add(&pixels);
        let mut parts = Histogram::new(shape);
        for part in [0..60, 60..90, 90..210] {
            parts.add(&pixels[part]);
        }
        assert_eq!(statistics(&whole), statistics(&parts));
    }
}
