//! One stage of a step, measured alone: its forward pass, then its backward pass.

use burn::tensor::{Device, Tensor};
use burn_flex_kernels::Kernels;

use super::clock::timed;
use super::flop::Flop;
use crate::failure::Failure;

/// A part of the network, with a real input and the real gradient of its output.
pub(crate) struct Stage<const I: usize, const O: usize> {
    name: &'static str,
    flop: Option<Flop>,
    forward: Box<dyn Fn(Tensor<I>) -> Tensor<O>>,
    /// Without autodiff, as is the gradient.
    input: Tensor<I>,
    /// `None` for a stage that is not trained.
    output_gradient: Option<Tensor<O>>,
    /// Images need no gradient, and Burn computes none for them.
    input_needs_gradient: bool,
}

impl<const I: usize, const O: usize> Stage<I, O> {
    /// The stage that `forward` computes. `input` and `output_gradient` have no autodiff.
    pub(crate) fn new(
        name: &'static str,
        forward: impl Fn(Tensor<I>) -> Tensor<O> + 'static,
        input: Tensor<I>,
        output_gradient: Tensor<O>,
        input_needs_gradient: bool,
    ) -> Self {
        Self {
            name,
            flop: None,
            forward: Box::new(forward),
            input,
            output_gradient: Some(output_gradient),
            input_needs_gradient,
        }
    }

    /// A stage that is not trained, so that it has no backward pass.
    pub(crate) fn frozen(
        name: &'static str,
        forward: impl Fn(Tensor<I>) -> Tensor<O> + 'static,
        input: Tensor<I>,
    ) -> Self {
        Self {
            name,
            flop: None,
            forward: Box::new(forward),
            input,
            output_gradient: None,
            input_needs_gradient: false,
        }
    }

    /// The same stage with its operations.
    pub(crate) fn with_flop(mut self, flop: Flop) -> Self {
        self.flop = Some(flop);
        self
    }

    fn leaf(&self) -> Tensor<I> {
        let input = self.input.clone();
        if self.input_needs_gradient {
            input.autodiff().require_grad()
        } else {
            input
        }
    }

    /// The gradient of the input: the output gradient of the stage before.
    pub(crate) fn input_gradient(&self) -> Tensor<I> {
        let input = self.leaf();
        let output = (self.forward)(input.clone());
        let gradient = self.output_gradient.clone();
        let gradient = gradient.expect("only stages that are trained are asked for it");
        let gradients = (output * gradient).backward();
        input
            .grad(&gradients)
            .expect("only stages whose input needs a gradient are asked for it")
    }
}

/// A stage of any rank.
pub(crate) trait Timed {
    /// The stage's name.
    fn name(&self) -> &'static str;
    /// Its operations for one batch, if they are counted.
    fn flop(&self) -> Option<Flop>;
    /// Whether it is trained. A frozen stage has no backward pass.
    fn is_trained(&self) -> bool;
    /// Seconds a step of its forward and of its backward pass, in a window of `steps` each.
    fn window(&self, device: &Device, steps: usize) -> Result<[f64; 2], Failure>;
}

impl<const I: usize, const O: usize> Timed for Stage<I, O> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn flop(&self) -> Option<Flop> {
        self.flop
    }

    fn is_trained(&self) -> bool {
        self.output_gradient.is_some()
    }

    /// Burn starts every backward pass from ones. A product with the output's gradient, computed between the
    /// two timings, turns the ones into that gradient. The time of the product's own backward pass is
    /// measured separately and subtracted.
    fn window(&self, device: &Device, steps: usize) -> Result<[f64; 2], Failure> {
        let inputs: Vec<Tensor<I>> = (0..steps).map(|_| self.leaf()).collect();
        let mut outputs = Vec::with_capacity(steps);
        let forward = timed(device, || {
            outputs.extend(inputs.into_iter().map(&self.forward))
        })?;
        let Some(gradient) = &self.output_gradient else {
            return Ok([forward / steps as f64, 0.0]);
        };
        let with_stage = backward(device, outputs, gradient)?;

        let leaf = || gradient.clone().autodiff().require_grad();
        let product_alone = backward(device, (0..steps).map(|_| leaf()).collect(), gradient)?;
        let backward = (with_stage - product_alone).max(0.0);
        Ok([forward, backward].map(|seconds| seconds / steps as f64))
    }
}

impl<const I: usize, const O: usize> Stage<I, O> {
    /// What [`Self::new`] was given.
    #[cfg(test)]
    pub(crate) fn output_gradient(&self) -> Tensor<O> {
        self.output_gradient.clone().unwrap()
    }
}

/// Seconds of the backward passes from the products of `outputs` with their `gradient`.
fn backward<const O: usize>(
    device: &Device,
    outputs: Vec<Tensor<O>>,
    gradient: &Tensor<O>,
) -> Result<f64, Failure> {
    let gradient = as_in_memory(gradient.clone());
    let products: Vec<Tensor<O>> = outputs
        .into_iter()
        .map(|output| as_in_memory(output) * gradient.clone())
        .collect();
    timed(device, || {
        for product in products {
            drop(product.backward());
        }
    })
}

/// Maps with the channels last, as the kernels leave them in memory, so that the product's gradient
/// lies as the next stage's would and nothing has to be moved. Burn's own kernels on the CPU have the
/// channels first.
fn as_in_memory<const D: usize>(tensor: Tensor<D>) -> Tensor<D> {
    match (D, Kernels::selected()) {
        (4, Kernels::Own(_)) => tensor.swap_dims(1, 2).swap_dims(2, 3),
        _ => tensor,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn square(calls: &Arc<AtomicUsize>) -> Stage<1, 1> {
        let (device, calls) = (Device::flex(), Arc::clone(calls));
        Stage::new(
            "square",
            move |x: Tensor<1>| {
                calls.fetch_add(1, Ordering::Relaxed);
                x.clone() * x
            },
            Tensor::from_data([1.0, 2.0, 3.0], &device),
            Tensor::from_data([1.0, 10.0, 100.0], &device),
            true,
        )
    }

    #[test]
    fn the_input_gradient_is_the_output_gradient_times_the_derivative() {
        let stage = square(&Arc::default());
        let gradient: Vec<f32> = stage.input_gradient().into_data().try_to_vec().unwrap();
        assert_eq!(gradient, [2.0, 40.0, 600.0]);
    }

    #[test]
    fn a_window_runs_the_stage_once_per_step() {
        let calls = Arc::default();
        let stage = square(&calls);
        stage.window(&Device::flex(), 3).unwrap();
        assert_eq!(calls.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn a_stage_without_an_input_gradient_takes_the_input_without_autodiff() {
        let calls = Arc::default();
        let mut stage = square(&calls);
        stage.input_needs_gradient = false;
        assert!(!stage.leaf().is_require_grad());
        stage.input_needs_gradient = true;
        assert!(stage.leaf().is_require_grad());
    }
}
