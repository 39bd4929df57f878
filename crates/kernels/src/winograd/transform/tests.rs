//! The transforms are Winograd's.

use super::*;

type Row = [f32; LARGEST];

/// The matrix of a linear map.
fn matrix(map: impl Fn(Row) -> Row, columns: usize) -> Vec<Row> {
    (0..columns)
        .map(|column| {
            let mut unit = [0.0; LARGEST];
            unit[column] = 1.0;
            map(unit)
        })
        .collect()
}

/// Both directions are transposes of each other, and together with G they filter.
fn check<T: Tile>() {
    let simd = pulp::Scalar;
    let (m, n) = (T::OUTPUTS, T::INPUTS);
    let input = matrix(|d| T::input(simd, d), n);
    let input_transposed = matrix(|y| T::input_transposed(simd, y), n);
    let output = matrix(|d| T::output(simd, d), n);
    let output_transposed = matrix(|y| T::output_transposed(simd, y), m);
    for row in 0..n {
        for column in 0..n {
            assert_eq!(input[row][column], input_transposed[column][row]);
        }
        for column in 0..m {
            assert_eq!(output[row][column], output_transposed[column][row]);
        }
    }
    // Σ over products of A, G and B is 1 where input = output + tap, else 0.
    for (out, tap, place) in (0..m)
        .flat_map(|out| (0..3).flat_map(move |tap| (0..n).map(move |place| (out, tap, place))))
    {
        let products = (0..n).map(|product| {
            let (a, b) = (output[product][out], input[place][product]);
            f64::from(a) * f64::from(T::WEIGHTS[product][tap]) * f64::from(b)
        });
        let expected = if place == out + tap { 1.0 } else { 0.0 };
        let found: f64 = products.sum();
        assert!(
            (found - expected).abs() < 1e-6,
            "output {out}, tap {tap}, input {place}: {found}"
        );
    }
}

#[test]
fn two_outputs_are_filtered() {
    check::<F2>();
}

#[test]
fn four_outputs_are_filtered() {
    check::<F4>();
}
