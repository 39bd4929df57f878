//! What is drawn: every random choice of training. It knows neither pixels nor tensors.

pub(crate) mod balanced;
pub(crate) mod mixing;
pub(crate) mod plan;
pub(crate) mod random;
pub(crate) mod stratified;
