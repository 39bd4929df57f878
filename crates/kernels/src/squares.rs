//! Sums of squares, and values multiplied by a factor: what it takes to bound the norm of gradients.

use rayon::prelude::*;

use crate::buffers;
use crate::instructions::{Instructions, Kernel};

/// Values that a thread takes at a time.
const CHUNK: usize = 1 << 14;
/// Sums that are added up side by side. Their number is fixed, so that all instructions give the same bits.
const LANES: usize = 32;

/// The sum of all squares. Within a chunk it is added up in f32, over the chunks in f64.
pub(crate) fn sum_of_squares(instructions: Instructions, values: &[f32]) -> f32 {
    let of_chunk = |values: &[f32]| {
        let mut sum = 0.0;
        instructions.run(ChunkOfSquares {
            values,
            sum: &mut sum,
        });
        sum
    };
    if values.len() <= CHUNK {
        return of_chunk(values) as f32;
    }
    let sums: Vec<f64> = values.par_chunks(CHUNK).map(of_chunk).collect();
    sums.into_iter().sum::<f64>() as f32
}

/// `values` times `factor`.
pub(crate) fn scaled(values: &[f32], factor: f32) -> Vec<f32> {
    let mut products = buffers::take(values.len());
    let multiply = |(products, values): (&mut [f32], &[f32])| {
        for (product, value) in products.iter_mut().zip(values) {
            *product = value * factor;
        }
    };
    if values.len() <= CHUNK {
        multiply((&mut products, values));
    } else {
        products
            .par_chunks_mut(CHUNK)
            .zip(values.par_chunks(CHUNK))
            .for_each(multiply);
    }
    products
}

struct ChunkOfSquares<'a> {
    values: &'a [f32],
    sum: &'a mut f64,
}

impl Kernel for ChunkOfSquares<'_> {
    #[inline(always)]
    fn run<S: pulp::Simd>(self, _: S) {
        let (rows, rest) = self.values.as_chunks::<LANES>();
        let mut sums = [0.0_f32; LANES];
        for row in rows {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += value * value;
            }
        }
        for (sum, value) in sums.iter_mut().zip(rest) {
            *sum += value * value;
        }
        *self.sum = sums.iter().map(|&sum| f64::from(sum)).sum();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(len: usize) -> Vec<f32> {
        (0..len)
            .map(|index| ((index * 31) % 101) as f32 / 50.0 - 1.0)
            .collect()
    }

    proptest! {
        #[test]
        fn all_instructions_give_the_bits_of_the_scalar_sum(
            len in prop_oneof![0_usize..100, Just(CHUNK), Just(3 * CHUNK + 41)],
        ) {
            let values = numbers(len);
            let exact: f64 = values.iter().map(|&value| f64::from(value).powi(2)).sum();
            let scalar = sum_of_squares(Instructions::Scalar, &values);
            prop_assert!((f64::from(scalar) - exact).abs() <= 1e-6 * exact, "{} and {}", scalar, exact);
            for instructions in Instructions::available() {
                let sum = sum_of_squares(instructions, &values);
                prop_assert_eq!(sum.to_bits(), scalar.to_bits(), "{}", instructions);
            }
            let products = scaled(&values, 0.3);
            prop_assert!(products.iter().zip(&values).all(|(product, value)| *product == value * 0.3));
        }
    }

    #[test]
    fn a_value_that_is_no_number_reaches_the_sum() {
        let mut values = numbers(3 * CHUNK);
        values[2 * CHUNK + 7] = f32::NAN;
        assert!(sum_of_squares(Instructions::Scalar, &values).is_nan());
        values[2 * CHUNK + 7] = f32::INFINITY;
        assert_eq!(sum_of_squares(Instructions::Scalar, &values), f32::INFINITY);
    }
}
