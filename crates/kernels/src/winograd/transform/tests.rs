//! The transforms against the matrices of Lavin and Gray, and against the filter that they replace.

use super::*;

type Line = [f32; LARGEST];

/// The matrix of a linear map with `rows` results, from its values at the unit vectors.
fn matrix(map: impl Fn(Line) -> Line, rows: usize, columns: usize) -> Vec<Vec<f32>> {
    let images: Vec<Line> = (0..columns)
        .map(|column| {
            let mut unit = [0.0; LARGEST];
            unit[column] = 1.0;
            map(unit)
        })
        .collect();
    let row = |row: usize| images.iter().map(|image| image[row]).collect();
    (0..rows).map(row).collect()
}

fn transposed(matrix: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let columns = 0..matrix[0].len();
    columns
        .map(|column| matrix.iter().map(|row| row[column]).collect())
        .collect()
}

/// Bᵀ.
fn input_matrix<T: Tile>() -> Vec<Vec<f32>> {
    matrix(|d| T::input(pulp::Scalar::new(), d), T::INPUTS, T::INPUTS)
}

/// Aᵀ.
fn output_matrix<T: Tile>() -> Vec<Vec<f32>> {
    matrix(|m| T::output(pulp::Scalar::new(), m), T::OUTPUTS, T::INPUTS)
}

/// # Panics
/// If B is not the transpose of Bᵀ.
fn check_input_transpose<T: Tile>() {
    let found = matrix(
        |y| T::input_transposed(pulp::Scalar::new(), y),
        T::INPUTS,
        T::INPUTS,
    );
    assert_eq!(found, transposed(&input_matrix::<T>()));
}

/// # Panics
/// If A is not the transpose of Aᵀ.
fn check_output_transpose<T: Tile>() {
    let found = matrix(
        |y| T::output_transposed(pulp::Scalar::new(), y),
        T::INPUTS,
        T::OUTPUTS,
    );
    assert_eq!(found, transposed(&output_matrix::<T>()));
}

/// # Panics
/// If the products of A, G and B do not add up to 1 where input = output + weight, and to 0 elsewhere.
fn check_filter<T: Tile>() {
    let columns = transposed(&input_matrix::<T>());
    for (out, output) in output_matrix::<T>().iter().enumerate() {
        for weight in 0..3 {
            for (at, input) in columns.iter().enumerate() {
                let products = output.iter().zip(&T::WEIGHTS).zip(input);
                let found: f64 = products
                    .map(|((&a, weights), &b)| {
                        f64::from(a) * f64::from(weights[weight]) * f64::from(b)
                    })
                    .sum();
                let expected = if at == out + weight { 1.0 } else { 0.0 };
                assert!(
                    (found - expected).abs() < 1e-6,
                    "output {out}, weight {weight}, input {at}: {found}"
                );
            }
        }
    }
}

#[test]
fn f2_has_the_papers_input_transform() {
    let expected = [
        [1.0, 0.0, -1.0, 0.0],
        [0.0, 1.0, 1.0, 0.0],
        [0.0, -1.0, 1.0, 0.0],
        [0.0, 1.0, 0.0, -1.0],
    ];
    assert_eq!(input_matrix::<F2>(), expected);
}

#[test]
fn f2_has_the_papers_output_transform() {
    let expected = [[1.0, 1.0, 1.0, 0.0], [0.0, 1.0, -1.0, -1.0]];
    assert_eq!(output_matrix::<F2>(), expected);
}

#[test]
fn f4_has_the_papers_input_transform() {
    let expected = [
        [4.0, 0.0, -5.0, 0.0, 1.0, 0.0],
        [0.0, -4.0, -4.0, 1.0, 1.0, 0.0],
        [0.0, 4.0, -4.0, -1.0, 1.0, 0.0],
        [0.0, -2.0, -1.0, 2.0, 1.0, 0.0],
        [0.0, 2.0, -1.0, -2.0, 1.0, 0.0],
        [0.0, 4.0, 0.0, -5.0, 0.0, 1.0],
    ];
    assert_eq!(input_matrix::<F4>(), expected);
}

#[test]
fn f4_has_the_papers_output_transform() {
    let expected = [
        [1.0, 1.0, 1.0, 1.0, 1.0, 0.0],
        [0.0, 1.0, -1.0, 2.0, -2.0, 0.0],
        [0.0, 1.0, 1.0, 4.0, 4.0, 0.0],
        [0.0, 1.0, -1.0, 8.0, -8.0, 1.0],
    ];
    assert_eq!(output_matrix::<F4>(), expected);
}

#[test]
fn f2_sends_the_gradient_of_the_input_back_by_the_transpose() {
    check_input_transpose::<F2>();
}

#[test]
fn f4_sends_the_gradient_of_the_input_back_by_the_transpose() {
    check_input_transpose::<F4>();
}

#[test]
fn f2_takes_the_gradient_of_the_output_by_the_transpose() {
    check_output_transpose::<F2>();
}

#[test]
fn f4_takes_the_gradient_of_the_output_by_the_transpose() {
    check_output_transpose::<F4>();
}

#[test]
fn f2_filters_lines() {
    check_filter::<F2>();
}

#[test]
fn f4_filters_lines() {
    check_filter::<F4>();
}

#[test]
fn a_combination_is_the_weighted_sum() {
    let vectors = [2.0, 3.0, 5.0];
    assert_eq!(
        combine(pulp::Scalar::new(), &[1.0, -2.0, 0.5], &vectors),
        -1.5
    );
}
