//! The prefixes that wrappers of a module give to the names of its tensors.

use std::collections::HashMap;

use safetensors::tensor::TensorInfo;

/// What `DataParallel`, `torch.compile` and a module of Lightning put before every name.
const WRAPPERS: [&str; 3] = ["module.", "_orig_mod.", "model."];

/// How many prefixes are taken off. Each of them copies all names, so that a long name of nothing but prefixes would
/// take minutes.
const MAX_WRAPPERS: usize = 8;

/// The tensors under the names without the [`WRAPPERS`] that all of them have, however these are nested.
pub(super) fn taken_off(mut tensors: HashMap<String, TensorInfo>) -> HashMap<String, TensorInfo> {
    let common = |tensors: &HashMap<String, TensorInfo>| {
        let mut wrappers = WRAPPERS.into_iter();
        wrappers.find(|wrapper| {
            !tensors.is_empty() && tensors.keys().all(|name| name.starts_with(wrapper))
        })
    };
    for _ in 0..MAX_WRAPPERS {
        let Some(wrapper) = common(&tensors) else {
            break;
        };
        let named = tensors.into_iter();
        let named = named.map(|(name, info)| (name[wrapper.len()..].to_owned(), info));
        tensors = named.collect();
    }
    tensors
}

#[cfg(test)]
mod tests {
    use super::*;
    use safetensors::tensor::Dtype;

    /// The names that are left of these, in order.
    fn left(names: &[&str]) -> Vec<String> {
        let info = || TensorInfo {
            dtype: Dtype::F32,
            shape: vec![],
            data_offsets: (0, 4),
        };
        let tensors = names.iter().map(|name| ((*name).to_owned(), info()));
        let mut left: Vec<_> = taken_off(tensors.collect()).into_keys().collect();
        left.sort();
        left
    }

    #[test]
    fn prefixes_of_all_names_are_taken_off() {
        assert_eq!(left(&["model.a", "model.b"]), ["a", "b"]);
        assert_eq!(
            left(&["model._orig_mod.a", "model._orig_mod.b"]),
            ["a", "b"]
        );
        assert_eq!(left(&["model.a", "loss.b"]), ["loss.b", "model.a"]);
    }

    #[test]
    fn at_most_eight_prefixes_are_taken_off() {
        let long = format!("{}a", "module.".repeat(140_000));
        assert_eq!(left(&[&long]), [&long[8 * "module.".len()..]]);
    }
}
