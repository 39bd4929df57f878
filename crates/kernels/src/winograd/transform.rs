//! Winograd's minimal filtering for kernels of three, in one dimension.
//!
//! F(m, 3) computes m outputs from m + 2 inputs with m + 2 multiplications instead of 3 m:
//! y = Aᵀ [(G g) ⊙ (Bᵀ d)]. In two dimensions, each transform is applied to the columns and then to
//! the rows. The gradients need the transposes: A for the gradient of the output, B for the gradient
//! of the input, and Gᵀ for the gradient of the weights.
//!
//! # Source
//! Lavin and Gray, 2015 (arXiv 1509.09308), sections 4.1 and 4.3.

mod f2;
mod f4;
#[cfg(test)]
mod tests;

use pulp::Simd;

pub(crate) use f2::F2;
pub(crate) use f4::F4;

/// Inputs of the largest tile, in one dimension.
pub(crate) const LARGEST: usize = 6;

/// One F(m, 3).
///
/// Lines of a tile are arrays of [`LARGEST`] vectors. Entries after the tile's own are ignored.
pub(crate) trait Tile: Copy + Send + Sync + 'static {
    /// m.
    const OUTPUTS: usize;
    /// m + 2.
    const INPUTS: usize = Self::OUTPUTS + 2;
    /// G, with one row for each of the m + 2 products.
    const WEIGHTS: [[f32; 3]; LARGEST];
    /// Positions of a line in pairs that share sums, for [`Map::PAIRS`].
    const POSITION_PAIRS: [[usize; 2]; 4];
    /// The same for the inputs of a line.
    const INPUT_PAIRS: [[usize; 2]; 4];
    /// The same for the outputs of a line.
    const OUTPUT_PAIRS: [[usize; 2]; 4];

    /// Bᵀ d.
    fn input<S: Simd>(simd: S, d: [S::f32s; LARGEST]) -> [S::f32s; LARGEST];
    /// B y.
    fn input_transposed<S: Simd>(simd: S, y: [S::f32s; LARGEST]) -> [S::f32s; LARGEST];
    /// Aᵀ m.
    fn output<S: Simd>(simd: S, m: [S::f32s; LARGEST]) -> [S::f32s; LARGEST];
    /// A y.
    fn output_transposed<S: Simd>(simd: S, y: [S::f32s; LARGEST]) -> [S::f32s; LARGEST];
}

/// One of a [`Tile`]'s maps, as a type.
///
/// A function passed as a value would not be compiled into the vector code that calls it.
pub(crate) trait Map {
    /// Length of the lines that it takes.
    const INPUTS: usize;
    /// Length of the lines that it makes.
    const OUTPUTS: usize;
    /// The entries of a line in pairs that share sums. Those from [`Self::OUTPUTS`] onwards do not exist.
    const PAIRS: [[usize; 2]; 4];

    /// Applies the map to one column or row of a tile.
    fn apply<S: Simd>(simd: S, line: [S::f32s; LARGEST]) -> [S::f32s; LARGEST];
}

/// [`Tile::input`].
pub(crate) struct Input<T>(T);
/// [`Tile::input_transposed`].
pub(crate) struct InputTransposed<T>(T);
/// [`Tile::output`].
pub(crate) struct Output<T>(T);
/// [`Tile::output_transposed`].
pub(crate) struct OutputTransposed<T>(T);

impl<T: Tile> Map for Input<T> {
    const INPUTS: usize = T::INPUTS;
    const OUTPUTS: usize = T::INPUTS;
    const PAIRS: [[usize; 2]; 4] = T::POSITION_PAIRS;

    #[inline(always)]
    fn apply<S: Simd>(simd: S, line: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        T::input(simd, line)
    }
}

impl<T: Tile> Map for InputTransposed<T> {
    const INPUTS: usize = T::INPUTS;
    const OUTPUTS: usize = T::INPUTS;
    const PAIRS: [[usize; 2]; 4] = T::INPUT_PAIRS;

    #[inline(always)]
    fn apply<S: Simd>(simd: S, line: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        T::input_transposed(simd, line)
    }
}

impl<T: Tile> Map for Output<T> {
    const INPUTS: usize = T::INPUTS;
    const OUTPUTS: usize = T::OUTPUTS;
    const PAIRS: [[usize; 2]; 4] = T::OUTPUT_PAIRS;

    #[inline(always)]
    fn apply<S: Simd>(simd: S, line: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        T::output(simd, line)
    }
}

impl<T: Tile> Map for OutputTransposed<T> {
    const INPUTS: usize = T::OUTPUTS;
    const OUTPUTS: usize = T::INPUTS;
    const PAIRS: [[usize; 2]; 4] = T::POSITION_PAIRS;

    #[inline(always)]
    fn apply<S: Simd>(simd: S, line: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        T::output_transposed(simd, line)
    }
}

/// Σ factorᵢ vᵢ.
#[inline(always)]
pub(super) fn combine<S: Simd>(simd: S, factors: &[f32], vectors: &[S::f32s]) -> S::f32s {
    let mut sum = simd.splat_f32s(0.0);
    for (&factor, &vector) in factors.iter().zip(vectors) {
        sum = simd.mul_add_e_f32s(simd.splat_f32s(factor), vector, sum);
    }
    sum
}
