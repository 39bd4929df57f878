//! The values of a stored tensor as f32.

use burn::tensor::{bf16, f16};
use safetensors::tensor::Dtype;

/// Whether values of this type can be read: f32, a shorter type that f32 contains, or f64.
pub(super) fn is_readable(dtype: Dtype) -> bool {
    matches!(dtype, Dtype::F32 | Dtype::F16 | Dtype::BF16 | Dtype::F64)
}

/// The values in `bytes`, little-endian numbers of a [readable](is_readable) type. An f64 is rounded to the nearest f32;
/// one beyond them all becomes an infinity.
pub(super) fn to_f32(dtype: Dtype, bytes: &[u8]) -> Vec<f32> {
    let pairs = || bytes.chunks_exact(2).map(|two| [two[0], two[1]]);
    match dtype {
        Dtype::F16 => pairs()
            .map(|two| f16::from_le_bytes(two).to_f32())
            .collect(),
        Dtype::BF16 => pairs()
            .map(|two| bf16::from_le_bytes(two).to_f32())
            .collect(),
        Dtype::F64 => {
            let (eights, _) = bytes.as_chunks::<8>();
            let values = eights.iter().map(|eight| f64::from_le_bytes(*eight) as f32);
            values.collect()
        }
        _ => {
            let fours = bytes.chunks_exact(4);
            let value = |four: &[u8]| f32::from_le_bytes([four[0], four[1], four[2], four[3]]);
            fours.map(value).collect()
        }
    }
}

/// What is wrong with the first value that no network can compute with; `None` if all are good.
/// `is_variance` for running variances, whose square root is taken.
pub(super) fn fault(values: &[f32], is_variance: bool) -> Option<String> {
    let is_bad = |value: &f32| !value.is_finite() || (is_variance && *value < 0.0);
    let place = values.iter().position(is_bad)?;
    Some(format!("{} at position {place}", values[place]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_a_half_is_the_same_in_every_type() {
        for (dtype, bytes) in [
            (Dtype::F32, &[0, 0, 0xc0, 0x3f][..]),
            (Dtype::F16, &[0x00, 0x3e]),
            (Dtype::BF16, &[0xc0, 0x3f]),
            (Dtype::F64, &[0, 0, 0, 0, 0, 0, 0xf8, 0x3f]),
        ] {
            assert!(is_readable(dtype));
            assert_eq!(to_f32(dtype, bytes), [1.5], "{dtype:?}");
        }
    }

    #[test]
    fn other_types_are_not_read() {
        assert!(!is_readable(Dtype::I32) && !is_readable(Dtype::I64));
    }

    #[test]
    fn the_first_bad_value_is_named_with_its_place() {
        for (values, found) in [
            ([0.0, f32::NAN, f32::INFINITY], Some("NaN at position 1")),
            ([0.0, 1.0, f32::NEG_INFINITY], Some("-inf at position 2")),
            ([0.0, -1.0, f32::MAX], None),
        ] {
            assert_eq!(fault(&values, false).as_deref(), found);
        }
    }

    #[test]
    fn a_negative_variance_is_bad() {
        assert_eq!(
            fault(&[0.0, -1.0], true).as_deref(),
            Some("-1 at position 1")
        );
    }
}
