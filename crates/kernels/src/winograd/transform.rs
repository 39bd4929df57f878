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
    #[inline(always)]
    fn apply<S: Simd>(simd: S, line: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        T::input(simd, line)
    }
}

impl<T: Tile> Map for InputTransposed<T> {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, line: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        T::input_transposed(simd, line)
    }
}

impl<T: Tile> Map for Output<T> {
    #[inline(always)]
    fn apply<S: Simd>(simd: S, line: [S::f32s; LARGEST]) -> [S::f32s; LARGEST] {
        T::output(simd, line)
    }
}

impl<T: Tile> Map for OutputTransposed<T> {
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
