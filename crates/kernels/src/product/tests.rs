//! Products against three nested loops, on every set of instructions.

use super::*;
use crate::instructions::{Instructions, Kernel};
use crate::vectors::{vectors, vectors_mut};

/// A product of small integers, which f32 computes exactly.
#[derive(Clone, Copy)]
struct Case {
    rows: usize,
    depth: usize,
    /// Vectors of the panel.
    width: usize,
    /// Whether A lies by columns.
    transposed: bool,
    add: bool,
}

const CASE: Case = Case {
    rows: 5,
    depth: 7,
    width: 2,
    transposed: false,
    add: false,
};

fn integers(count: usize) -> Vec<f32> {
    (0..count)
        .map(|index| (index * 7 % 11) as f32 - 5.0)
        .collect()
}

struct Multiply<'a> {
    case: Case,
    a: &'a [f32],
    b: &'a [f32],
    c: &'a mut [f32],
}

impl Kernel for Multiply<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Case {
            rows,
            depth,
            width,
            transposed,
            add,
        } = self.case;
        let sizes = (rows, width, depth);
        let (row_step, depth_step) = if transposed { (1, rows) } else { (depth, 1) };
        let left = Left {
            values: self.a,
            row_step,
            depth_step,
        };
        let right = Right {
            values: vectors::<S>(self.b),
            depth_step: width,
        };
        let target = Target {
            values: vectors_mut::<S>(self.c),
            row_step: width,
        };
        if add {
            multiply_panel::<S, true>(simd, sizes, left, right, target);
        } else {
            multiply_panel::<S, false>(simd, sizes, left, right, target);
        }
    }
}

/// # Panics
/// If a product differs from the nested loops' on any set of instructions of this CPU.
fn check(case: Case) {
    let sets = Instructions::available().chain(Instructions::EMULATED);
    for instructions in sets.filter(|set| set.is_available()) {
        let columns = case.width * instructions.lanes();
        let (a, b) = (
            integers(case.rows * case.depth),
            integers(case.depth * columns),
        );
        let before = 3.0;
        let mut c = vec![before; case.rows * columns];
        instructions.run(Multiply {
            case,
            a: &a,
            b: &b,
            c: &mut c,
        });
        for (index, &found) in c.iter().enumerate() {
            let (row, column) = (index / columns, index % columns);
            let mut expected = if case.add { before } else { 0.0 };
            for k in 0..case.depth {
                let at = if case.transposed {
                    k * case.rows + row
                } else {
                    row * case.depth + k
                };
                expected += a[at] * b[k * columns + column];
            }
            assert_eq!(
                found, expected,
                "{instructions}: row {row}, column {column}"
            );
        }
    }
}

#[test]
fn every_height_of_a_tile_is_a_product() {
    for rows in 1..=12 {
        check(Case { rows, ..CASE });
    }
}

#[test]
fn rows_after_a_full_tile_start_another_one() {
    for rows in [13, 24, 25, 31] {
        check(Case { rows, ..CASE });
    }
}

#[test]
fn a_narrow_panel_is_a_product() {
    check(Case { width: 1, ..CASE });
}

#[test]
fn a_transposed_left_factor_is_read_by_its_steps() {
    check(Case {
        transposed: true,
        ..CASE
    });
}

#[test]
fn an_added_product_keeps_what_was_there() {
    check(Case { add: true, ..CASE });
}

#[test]
fn a_product_without_depth_is_zero() {
    check(Case { depth: 0, ..CASE });
}

#[test]
fn a_product_without_rows_writes_nothing() {
    check(Case { rows: 0, ..CASE });
}

/// The loop reads without bounds checks, so these lengths must be refused before it.
#[test]
#[should_panic(expected = "a.values.len()")]
fn a_left_factor_that_is_too_short_is_refused() {
    Instructions::Scalar.run(Multiply {
        case: CASE,
        a: &integers(CASE.rows * CASE.depth - 1),
        b: &integers(2 * CASE.depth),
        c: &mut [0.0; 10],
    });
}

#[test]
#[should_panic(expected = "b.values.len()")]
fn a_right_factor_that_is_too_short_is_refused() {
    Instructions::Scalar.run(Multiply {
        case: CASE,
        a: &integers(CASE.rows * CASE.depth),
        b: &integers(2 * CASE.depth - 1),
        c: &mut [0.0; 10],
    });
}
