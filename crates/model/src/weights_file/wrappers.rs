//! The prefixes that PyTorch's wrappers of a module give to the names of its tensors.

use std::collections::HashMap;

use safetensors::tensor::TensorInfo;

/// What `DataParallel` and `torch.compile` put before every name.
const WRAPPERS: [&str; 2] = ["module.", "_orig_mod."];

/// The tensors under the names without the [`WRAPPERS`] that all of them have, however these are nested.
pub(super) fn taken_off(mut tensors: HashMap<String, TensorInfo>) -> HashMap<String, TensorInfo> {
    let common = |tensors: &HashMap<String, TensorInfo>| {
        let mut wrappers = WRAPPERS.into_iter();
        wrappers.find(|wrapper| {
            !tensors.is_empty() && tensors.keys().all(|name| name.starts_with(wrapper))
        })
    };
    while let Some(wrapper) = common(&tensors) {
        let named = tensors.into_iter();
        let named = named.map(|(name, info)| (name[wrapper.len()..].to_owned(), info));
        tensors = named.collect();
    }
    tensors
}
