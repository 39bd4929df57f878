//! Each map of a tile against plain products of the published matrices.

use pulp::Scalar;

use super::super::transform::{F2, F4, Input, InputTransposed, Output, OutputTransposed};
use super::*;
use crate::instructions::{Instructions, Kernel};
use crate::vectors::{vectors, vectors_mut};

type Matrix = Vec<Vec<f64>>;

/// Bᵀ of F(2, 3), of Lavin and Gray, section 4.1.
fn f2_input() -> Matrix {
    vec![
        vec![1.0, 0.0, -1.0, 0.0],
        vec![0.0, 1.0, 1.0, 0.0],
        vec![0.0, -1.0, 1.0, 0.0],
        vec![0.0, 1.0, 0.0, -1.0],
    ]
}

/// Aᵀ of F(2, 3).
fn f2_output() -> Matrix {
    vec![vec![1.0, 1.0, 1.0, 0.0], vec![0.0, 1.0, -1.0, -1.0]]
}

/// Bᵀ of F(4, 3), of section 4.3.
fn f4_input() -> Matrix {
    vec![
        vec![4.0, 0.0, -5.0, 0.0, 1.0, 0.0],
        vec![0.0, -4.0, -4.0, 1.0, 1.0, 0.0],
        vec![0.0, 4.0, -4.0, -1.0, 1.0, 0.0],
        vec![0.0, -2.0, -1.0, 2.0, 1.0, 0.0],
        vec![0.0, 2.0, -1.0, -2.0, 1.0, 0.0],
        vec![0.0, 4.0, 0.0, -5.0, 0.0, 1.0],
    ]
}

/// Aᵀ of F(4, 3).
fn f4_output() -> Matrix {
    vec![
        vec![1.0, 1.0, 1.0, 1.0, 1.0, 0.0],
        vec![0.0, 1.0, -1.0, 2.0, -2.0, 0.0],
        vec![0.0, 1.0, 1.0, 4.0, 4.0, 0.0],
        vec![0.0, 1.0, -1.0, 8.0, -8.0, 1.0],
    ]
}

fn transposed(matrix: &Matrix) -> Matrix {
    let columns = 0..matrix[0].len();
    columns
        .map(|column| matrix.iter().map(|row| row[column]).collect())
        .collect()
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let mut product = vec![vec![0.0; b[0].len()]; a.len()];
    for (y, row) in product.iter_mut().enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            for (k, factor) in a[y].iter().enumerate() {
                *value += factor * b[k][x];
            }
        }
    }
    product
}

/// Distances between rows and columns, in vectors: of the tile that is read, and of the one that is
/// written.
#[derive(Clone, Copy)]
struct Strides {
    from: [usize; 2],
    to: [usize; 2],
}

/// The first vector of a tile in its slice.
const FIRST: usize = 3;

/// The map of one tile, whose first value is that of vector [`FIRST`].
struct OneTile<'a, M, const ADD: bool> {
    strides: Strides,
    from: &'a [f32],
    to: &'a mut [f32],
    map: PhantomData<M>,
}

impl<M: Map, const ADD: bool> Kernel for OneTile<'_, M, ADD> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let (from, to) = (vectors::<S>(self.from), vectors_mut::<S>(self.to));
        let from = Lattice::new(&from[FIRST..], self.strides.from, M::INPUTS);
        let to = LatticeMut::new(&mut to[FIRST..], self.strides.to, M::OUTPUTS);
        apply::<S, M, ADD>(simd, from, to);
    }
}

/// Where a value of a tile lies in a slice of vectors with `lanes` lanes.
fn place([row, column]: [usize; 2], y: usize, x: usize, lanes: usize, lane: usize) -> usize {
    (FIRST + y * row + x * column) * lanes + lane
}

/// The length of a slice that ends with the last vector of a tile.
fn slice_len([row, column]: [usize; 2], size: usize, lanes: usize) -> usize {
    (FIRST + (size - 1) * (row + column) + 1) * lanes
}

/// # Panics
/// If a lane of a tile is not `matrix` times tile times its transpose, added to what was there if
/// `ADD`, or if a value outside the tile has changed.
fn check<M: Map, const ADD: bool>(matrix: &Matrix, strides: Strides) {
    assert_eq!([matrix.len(), matrix[0].len()], [M::OUTPUTS, M::INPUTS]);
    let emulated = Instructions::EMULATED.into_iter();
    for set in Instructions::available().chain(emulated.filter(|set| set.is_available())) {
        let lanes = set.lanes();
        // Small integers, so that every sum is exact in any order.
        let from: Vec<f32> = (0..slice_len(strides.from, M::INPUTS, lanes))
            .map(|at| (at * 7919 % 31) as f32 - 15.0)
            .collect();
        let before: Vec<f32> = (0..slice_len(strides.to, M::OUTPUTS, lanes))
            .map(|at| (at * 104_729 % 17) as f32 - 8.0)
            .collect();
        let mut expected = before.clone();
        for lane in 0..lanes {
            let value = |y, x| f64::from(from[place(strides.from, y, x, lanes, lane)]);
            let row = |y| (0..M::INPUTS).map(|x| value(y, x)).collect();
            let tile: Matrix = (0..M::INPUTS).map(row).collect();
            let mapped = product(&product(matrix, &tile), &transposed(matrix));
            for (y, row) in mapped.iter().enumerate() {
                for (x, &value) in row.iter().enumerate() {
                    let target = &mut expected[place(strides.to, y, x, lanes, lane)];
                    *target = value as f32 + if ADD { *target } else { 0.0 };
                }
            }
        }
        let mut to = before;
        set.run(OneTile::<M, ADD> {
            strides,
            from: &from,
            to: &mut to,
            map: PhantomData,
        });
        assert_eq!(to, expected, "{set}");
    }
}

/// # Panics
/// Like [`check`], with and without addition, for tiles whose rows or columns lie next to each other,
/// and for tiles with gaps.
fn check_map<M: Map>(matrix: &Matrix) {
    for strides in [
        Strides {
            from: [M::INPUTS, 1],
            to: [M::OUTPUTS, 1],
        },
        Strides {
            from: [1, M::INPUTS],
            to: [1, M::OUTPUTS],
        },
        Strides {
            from: [29, 3],
            to: [2, 17],
        },
    ] {
        check::<M, false>(matrix, strides);
        check::<M, true>(matrix, strides);
    }
}

#[test]
fn f2_input_is_its_matrix() {
    check_map::<Input<F2>>(&f2_input());
}

#[test]
fn f2_input_transposed_is_its_matrix() {
    check_map::<InputTransposed<F2>>(&transposed(&f2_input()));
}

#[test]
fn f2_output_is_its_matrix() {
    check_map::<Output<F2>>(&f2_output());
}

#[test]
fn f2_output_transposed_is_its_matrix() {
    check_map::<OutputTransposed<F2>>(&transposed(&f2_output()));
}

#[test]
fn f4_input_is_its_matrix() {
    check_map::<Input<F4>>(&f4_input());
}

#[test]
fn f4_input_transposed_is_its_matrix() {
    check_map::<InputTransposed<F4>>(&transposed(&f4_input()));
}

#[test]
fn f4_output_is_its_matrix() {
    check_map::<Output<F4>>(&f4_output());
}

#[test]
fn f4_output_transposed_is_its_matrix() {
    check_map::<OutputTransposed<F4>>(&transposed(&f4_output()));
}

/// 6 by 6 vectors with these distances need (6 - 1) x (10 + 1) + 1 of them.
const DISTANCES: [usize; 2] = [10, 1];
const ENOUGH: usize = 56;

#[test]
fn a_slice_that_ends_with_the_last_vector_is_accepted() {
    let mut values = [0.0_f32; ENOUGH];
    Lattice::new(&values, DISTANCES, 6);
    LatticeMut::new(&mut values, DISTANCES, 6);
}

#[test]
#[should_panic(expected = "a square in the slice")]
fn a_slice_that_is_too_short_to_read_is_refused() {
    Lattice::new(&[0.0_f32; ENOUGH - 1], DISTANCES, 6);
}

#[test]
#[should_panic(expected = "a square in the slice")]
fn a_slice_that_is_too_short_to_write_is_refused() {
    LatticeMut::new(&mut [0.0_f32; ENOUGH - 1], DISTANCES, 6);
}

/// Applies the output's map of F(4, 3), 6 by 6 to 4 by 4, to squares of other sizes.
fn apply_to(from: usize, to: usize) {
    let (values, mut target) = ([0.0_f32; ENOUGH], [0.0_f32; ENOUGH]);
    apply::<Scalar, Output<F4>, false>(
        Scalar::new(),
        Lattice::new(&values, DISTANCES, from),
        LatticeMut::new(&mut target, DISTANCES, to),
    );
}

#[test]
fn squares_of_the_maps_sizes_are_accepted() {
    apply_to(6, 4);
}

#[test]
#[should_panic(expected = "sizes")]
fn a_smaller_square_to_read_is_refused() {
    apply_to(4, 4);
}

#[test]
#[should_panic(expected = "sizes")]
fn a_smaller_square_to_write_is_refused() {
    apply_to(6, 2);
}
