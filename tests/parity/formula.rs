//! The formula that gives every input, and what the comparisons share.

use burn::tensor::{Device, Tensor, TensorData};
use serde::de::DeserializeOwned;

/// The formula's value number `k` of stream `s`, in [0, 1).
pub(crate) fn u(k: usize, s: u32) -> f64 {
    let mut h = (k as u32)
        .wrapping_mul(2_654_435_761)
        .wrapping_add(s.wrapping_mul(40_503))
        .wrapping_add(12_345);
    h ^= h >> 16;
    h = h.wrapping_mul(2_246_822_519);
    h ^= h >> 13;
    f64::from(h >> 8) / 16_777_216.0
}

/// A tensor of `value(u)` over a stream, computed in f64 and rounded to f32.
pub(crate) fn tensor<const D: usize>(
    shape: [usize; D],
    stream: u32,
    value: impl Fn(f64) -> f64,
    device: &Device,
) -> Tensor<D> {
    let count = shape.iter().product();
    let values: Vec<f32> = (0..count).map(|k| value(u(k, stream)) as f32).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// The figures of `tests/parity/FILE`.
pub(crate) fn figures<T: DeserializeOwned>(file: &str) -> T {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/parity/");
    let text = std::fs::read_to_string(format!("{folder}{file}")).unwrap();
    serde_json::from_str(&text).unwrap()
}

pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

pub(crate) fn l2(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}

#[track_caller]
pub(crate) fn assert_near(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        let gap = (found - expected).abs();
        assert!(
            gap <= tolerance,
            "{what} {place}: {found}, PyTorch {expected}, gap {gap:e}"
        );
    }
}

#[test]
fn the_formula_is_the_scripts_own() {
    #[derive(serde::Deserialize)]
    struct File {
        formula: Check,
    }
    #[derive(serde::Deserialize)]
    struct Check {
        stream: u32,
        first: Vec<f64>,
    }
    for file in ["networks.json", "optimizers.json", "losses.json"] {
        let File { formula } = figures(file);
        let found: Vec<f64> = (0..4).map(|k| u(k, formula.stream)).collect();
        assert_near(file, &found, &formula.first, 1e-12);
    }
}
