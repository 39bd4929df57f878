//! Slices of f32 as vectors.

use pulp::Simd;

/// A slice of whole vectors.
///
/// # Panics
/// If its length is not a multiple of the lanes.
#[inline(always)]
pub(crate) fn vectors<S: Simd>(values: &[f32]) -> &[S::f32s] {
    let (vectors, rest) = S::as_simd_f32s(values);
    assert!(rest.is_empty(), "whole vectors");
    vectors
}

/// Like [`vectors`], for writing.
///
/// # Panics
/// If its length is not a multiple of the lanes.
#[inline(always)]
pub(crate) fn vectors_mut<S: Simd>(values: &mut [f32]) -> &mut [S::f32s] {
    let (vectors, rest) = S::as_mut_simd_f32s(values);
    assert!(rest.is_empty(), "whole vectors");
    vectors
}

/// The vector that starts at `values[at]`.
#[inline(always)]
pub(crate) fn load<S: Simd>(values: &[f32], at: usize) -> S::f32s {
    vectors::<S>(&values[at..at + S::F32_LANES])[0]
}

/// Writes a vector from `values[at]` onwards.
#[inline(always)]
pub(crate) fn store<S: Simd>(values: &mut [f32], at: usize, vector: S::f32s) {
    vectors_mut::<S>(&mut values[at..at + S::F32_LANES])[0] = vector;
}
