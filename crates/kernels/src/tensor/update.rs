//! Steps of optimizers as operations on Burn's tensors.

use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::Tensor;

use super::layout::{contiguous, values};
use super::own_instructions;
use crate::buffers;
use crate::instructions::Instructions;
use crate::update::{self, AdamUpdate, EmaUpdate, MomentumKind, SgdUpdate};

impl SgdUpdate {
    /// The parameter after this step, and the velocity of this step. Without a `velocity`, the step is the
    /// first.
    ///
    /// # Shapes
    /// All have the parameter's.
    ///
    /// # Panics
    /// If the shapes differ.
    ///
    /// # Examples
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use burn_flex_kernels::{MomentumKind, SgdUpdate};
    ///
    /// let update = SgdUpdate { learning_rate: 0.5, momentum: 0.9, kind: MomentumKind::Plain, penalty: 0.0 };
    /// let [weight, gradient] = [3.0, 2.0].map(|value| Tensor::<1>::from_data([value], &Device::flex()));
    /// let (weight, velocity) = update.apply(weight, gradient, None);
    /// assert_eq!(velocity.into_scalar::<f32>(), 2.0);
    /// assert_eq!(weight.into_scalar::<f32>(), 3.0 - 0.5 * 2.0);
    /// ```
    pub fn apply<const D: usize>(
        &self,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        velocity: Option<Tensor<D>>,
    ) -> (Tensor<D>, Tensor<D>) {
        let velocity = velocity.unwrap_or_else(|| parameter.zeros_like());
        let tensors = [&parameter, &gradient, &velocity];
        let Some(instructions) = instructions_for(tensors) else {
            return self.composed(parameter, gradient, velocity);
        };
        let [parameter, gradient, velocity] =
            [parameter, gradient, velocity].map(Tensor::into_dispatch);
        let (parameter, velocity) =
            Dispatch::sgd_update(parameter, gradient, velocity, *self, instructions);
        (
            Tensor::from_dispatch(parameter),
            Tensor::from_dispatch(velocity),
        )
    }

    /// The step, composed of Burn's own operations.
    fn composed<const D: usize>(
        &self,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        velocity: Tensor<D>,
    ) -> (Tensor<D>, Tensor<D>) {
        let gradient = penalised(gradient, &parameter, self.penalty);
        let velocity = gradient.clone() + velocity * self.momentum;
        let direction = match self.kind {
            MomentumKind::Plain => velocity.clone(),
            MomentumKind::Nesterov => velocity.clone() * self.momentum + gradient,
        };
        (parameter - direction * self.learning_rate, velocity)
    }
}

impl AdamUpdate {
    /// The parameter after this step, and the moments of this step. Without `moments`, they are zero before
    /// it.
    ///
    /// # Shapes
    /// All have the parameter's.
    ///
    /// # Panics
    /// If the shapes differ.
    ///
    /// # Examples
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use burn_flex_kernels::AdamUpdate;
    ///
    /// let update = AdamUpdate {
    ///     learning_rate: 0.5,
    ///     betas: [0.9, 0.999],
    ///     epsilon: 0.0,
    ///     penalty: 0.0,
    ///     decay: 0.0,
    ///     step: 1,
    /// };
    /// let [weight, gradient] = [3.0, 2.0].map(|value| Tensor::<1>::from_data([value], &Device::flex()));
    /// let (weight, _) = update.apply(weight, gradient, None);
    /// // The first step has the size of the learning rate, whatever the gradient.
    /// assert!((weight.into_scalar::<f32>() - 2.5).abs() < 1e-6);
    /// ```
    pub fn apply<const D: usize>(
        &self,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        moments: Option<[Tensor<D>; 2]>,
    ) -> (Tensor<D>, [Tensor<D>; 2]) {
        let [first, second] =
            moments.unwrap_or_else(|| [parameter.zeros_like(), parameter.zeros_like()]);
        let tensors = [&parameter, &gradient, &first, &second];
        let Some(instructions) = instructions_for(tensors) else {
            return self.composed(parameter, gradient, [first, second]);
        };
        let [parameter, gradient, first, second] =
            [parameter, gradient, first, second].map(Tensor::into_dispatch);
        let (parameter, first, second) =
            Dispatch::adam_update(parameter, gradient, first, second, *self, instructions);
        (
            Tensor::from_dispatch(parameter),
            [first, second].map(Tensor::from_dispatch),
        )
    }

    /// The step, composed of Burn's own operations.
    fn composed<const D: usize>(
        &self,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        [first, second]: [Tensor<D>; 2],
    ) -> (Tensor<D>, [Tensor<D>; 2]) {
        let constants = self.constants();
        let added = self.betas.map(|beta| 1.0 - beta);
        let gradient = penalised(gradient, &parameter, self.penalty);
        let first = first * self.betas[0] + gradient.clone() * added[0];
        let second = second * self.betas[1] + gradient.square() * added[1];
        let root = second.clone().sqrt() + constants.epsilon;
        let direction = first.clone() * constants.scale / root;
        let kept = match constants.kept {
            1.0 => parameter,
            share => parameter * share,
        };
        (kept - direction * constants.learning_rate, [first, second])
    }
}

impl EmaUpdate {
    /// The average after this step.
    ///
    /// # Shapes
    /// Both have the parameter's.
    ///
    /// # Panics
    /// If the shapes differ.
    ///
    /// # Examples
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use burn_flex_kernels::EmaUpdate;
    ///
    /// let [average, weight] = [1.0, 3.0].map(|value| Tensor::<1>::from_data([value], &Device::flex()));
    /// let average = EmaUpdate { decay: 0.75 }.apply(average, weight);
    /// assert_eq!(average.into_scalar::<f32>(), 1.5);
    /// ```
    pub fn apply<const D: usize>(self, average: Tensor<D>, parameter: Tensor<D>) -> Tensor<D> {
        let Some(instructions) = instructions_for([&average, &parameter]) else {
            return self.composed(average, parameter);
        };
        let [average, parameter] = [average, parameter].map(Tensor::into_dispatch);
        Tensor::from_dispatch(Dispatch::ema_update(average, parameter, self, instructions))
    }

    /// The step, composed of Burn's own operations.
    fn composed<const D: usize>(self, average: Tensor<D>, parameter: Tensor<D>) -> Tensor<D> {
        average.clone() + (parameter - average) * self.share()
    }
}

/// The gradient with an L2 penalty of the parameter.
fn penalised<const D: usize>(
    gradient: Tensor<D>,
    parameter: &Tensor<D>,
    penalty: f32,
) -> Tensor<D> {
    if penalty == 0.0 {
        gradient
    } else {
        parameter.clone() * penalty + gradient
    }
}

/// The instructions of the kernels, if they compute a step with these tensors.
///
/// # Panics
/// If the shapes differ.
fn instructions_for<const D: usize, const N: usize>(
    tensors: [&Tensor<D>; N],
) -> Option<Instructions> {
    let dims = tensors[0].dims();
    let mut has_gradients = false;
    for tensor in tensors {
        assert_eq!(tensor.dims(), dims, "shapes of a step");
        has_gradients |= tensor.device().is_autodiff();
    }
    let own = own_instructions(&tensors[0].device(), &tensors.map(Tensor::dtype));
    own.filter(|_| !has_gradients)
}

/// A back end that computes a step in one pass, without gradients.
#[backend_extension(Flex)]
trait Updates: Backend {
    /// The parameter and the velocity.
    fn sgd_update(
        parameter: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        velocity: FloatTensor<Self>,
        update: SgdUpdate,
        instructions: Instructions,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// The parameter and both moments.
    fn adam_update(
        parameter: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        update: AdamUpdate,
        instructions: Instructions,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// The average.
    fn ema_update(
        average: FloatTensor<Self>,
        parameter: FloatTensor<Self>,
        update: EmaUpdate,
        instructions: Instructions,
    ) -> FloatTensor<Self>;
}

impl Updates for Flex {
    fn sgd_update(
        parameter: FlexTensor,
        gradient: FlexTensor,
        velocity: FlexTensor,
        update: SgdUpdate,
        instructions: Instructions,
    ) -> (FlexTensor, FlexTensor) {
        let [parameter, gradient] = [parameter, gradient].map(|tensor| tensor.to_contiguous());
        let mut velocity = writable(velocity);
        let read = [&parameter, &gradient].map(values);
        let mut new = buffers::take(read[0].len());
        update::sgd(
            instructions,
            update,
            &mut new,
            read,
            values_mut(&mut velocity),
        );
        (contiguous(new, parameter.shape()), velocity)
    }

    fn adam_update(
        parameter: FlexTensor,
        gradient: FlexTensor,
        first: FlexTensor,
        second: FlexTensor,
        update: AdamUpdate,
        instructions: Instructions,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        let [parameter, gradient] = [parameter, gradient].map(|tensor| tensor.to_contiguous());
        let [mut first, mut second] = [first, second].map(writable);
        let read = [&parameter, &gradient].map(values);
        let mut new = buffers::take(read[0].len());
        let moments = [values_mut(&mut first), values_mut(&mut second)];
        update::adam(instructions, update, &mut new, read, moments);
        (contiguous(new, parameter.shape()), first, second)
    }

    fn ema_update(
        average: FlexTensor,
        parameter: FlexTensor,
        update: EmaUpdate,
        instructions: Instructions,
    ) -> FlexTensor {
        let parameter = parameter.to_contiguous();
        let mut average = writable(average);
        let share = update.share();
        update::ema(
            instructions,
            share,
            values_mut(&mut average),
            values(&parameter),
        );
        average
    }
}

/// The tensor itself if nothing else reads its memory, otherwise a copy.
fn writable(tensor: FlexTensor) -> FlexTensor {
    if tensor.is_unique() && tensor.is_contiguous() {
        return tensor;
    }
    let tensor = tensor.to_contiguous();
    let mut copy = buffers::take(tensor.layout().num_elements());
    copy.copy_from_slice(values(&tensor));
    contiguous(copy, tensor.shape())
}

/// The values of a contiguous tensor, for writing.
fn values_mut(tensor: &mut FlexTensor) -> &mut [f32] {
    let (start, len) = (
        tensor.layout().start_offset(),
        tensor.layout().num_elements(),
    );
    &mut tensor.storage_mut::<f32>()[start..start + len]
}

#[cfg(test)]
mod tests;
