//! Steps of optimizers: one pass over a parameter, its gradient and the optimizer's state.
//!
//! They compute little; most of their time goes into memory. Composed of operations on whole tensors, a step
//! of Adam reads and writes each value about ten times, on one thread.

use rayon::prelude::*;

use crate::instructions::{Instructions, Kernel};

/// Values that a thread takes at a time.
const CHUNK: usize = 1 << 14;

/// One step of stochastic gradient descent.
///
/// # Source
/// `torch.optim.SGD` without dampening.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SgdUpdate {
    /// Step size.
    pub learning_rate: f64,
    /// Share of the last step's velocity that is kept, from 0 to below 1.
    pub momentum: f32,
    /// Which momentum.
    pub kind: MomentumKind,
    /// The L2 penalty that is added to the gradient, times the parameter.
    pub penalty: f32,
}

/// Which velocity a parameter moves with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MomentumKind {
    /// That of this step.
    Plain,
    /// That which the next step would have with the same gradient.
    Nesterov,
}

/// One step of Adam, or of AdamW.
///
/// # Source
/// Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015; Loshchilov and Hutter, "Decoupled
/// Weight Decay Regularization", 2019.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamUpdate {
    /// Step size.
    pub learning_rate: f64,
    /// How much of the first and of the second moment is kept, from 0 to below 1.
    pub betas: [f32; 2],
    /// Added to the root of the second moment.
    pub epsilon: f32,
    /// Adam's weight decay: the L2 penalty that is added to the gradient, times the parameter.
    pub penalty: f32,
    /// AdamW's weight decay: times the step size, it is the share that the parameter loses.
    pub decay: f32,
    /// The number of this step, from 1.
    pub step: usize,
}

/// One step of an exponential moving average of a parameter.
///
/// # Formula
/// a ← a + (1 − decay) (x − a), for the average a and the parameter x.
///
/// # Source
/// `torch.optim.swa_utils.get_ema_multi_avg_fn`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EmaUpdate {
    /// The share of the average that is kept, from 0 to 1.
    pub decay: f64,
}

impl EmaUpdate {
    /// How far the average moves towards the parameter.
    pub(crate) fn share(self) -> f32 {
        (1.0 - self.decay) as f32
    }
}

/// What is the same for all values of a step of Adam.
#[derive(Clone, Copy)]
pub(crate) struct AdamConstants {
    pub(crate) learning_rate: f32,
    /// The share of the parameter that is kept.
    pub(crate) kept: f32,
    /// Corrects both moments, which begin at zero.
    pub(crate) scale: f32,
    /// Added to the root of the uncorrected second moment.
    pub(crate) epsilon: f32,
}

impl AdamUpdate {
    /// The constants of this step.
    pub(crate) fn constants(&self) -> AdamConstants {
        let step = i32::try_from(self.step).unwrap_or(i32::MAX);
        let [first, second] = self.betas.map(|beta| 1.0 - beta.powi(step));
        let root = second.sqrt();
        AdamConstants {
            learning_rate: self.learning_rate as f32,
            kept: (1.0 - self.learning_rate * f64::from(self.decay)) as f32,
            scale: root / first,
            epsilon: self.epsilon * root,
        }
    }
}

/// The new values of a parameter, into `new`; `velocity` becomes that of this step.
///
/// # Panics
/// If the lengths differ.
pub(crate) fn sgd(
    instructions: Instructions,
    update: SgdUpdate,
    new: &mut [f32],
    [old, gradient]: [&[f32]; 2],
    velocity: &mut [f32],
) {
    let lengths = [old.len(), gradient.len(), velocity.len()];
    assert_eq!(lengths, [new.len(); 3], "lengths of a step");
    type Chunk<'a> = (((&'a mut [f32], &'a [f32]), &'a [f32]), &'a mut [f32]);
    let run = |(((new, old), gradient), velocity): Chunk<'_>| {
        instructions.run(SgdChunk {
            update,
            new,
            old,
            gradient,
            velocity,
        });
    };
    if new.len() <= CHUNK {
        return run((((new, old), gradient), velocity));
    }
    new.par_chunks_mut(CHUNK)
        .zip(old.par_chunks(CHUNK))
        .zip(gradient.par_chunks(CHUNK))
        .zip(velocity.par_chunks_mut(CHUNK))
        .for_each(run);
}

/// The new values of a parameter, into `new`; the moments become those of this step.
///
/// # Panics
/// If the lengths differ.
pub(crate) fn adam(
    instructions: Instructions,
    update: AdamUpdate,
    new: &mut [f32],
    [old, gradient]: [&[f32]; 2],
    [first, second]: [&mut [f32]; 2],
) {
    let lengths = [old.len(), gradient.len(), first.len(), second.len()];
    assert_eq!(lengths, [new.len(); 4], "lengths of a step");
    let constants = update.constants();
    type Moments<'a> = (&'a mut [f32], &'a mut [f32]);
    let run = |(((new, old), gradient), (first, second)): (((_, _), _), Moments<'_>)| {
        instructions.run(AdamChunk {
            update,
            constants,
            new,
            old,
            gradient,
            first,
            second,
        });
    };
    if new.len() <= CHUNK {
        return run((((new, old), gradient), (first, second)));
    }
    let moments = first
        .par_chunks_mut(CHUNK)
        .zip(second.par_chunks_mut(CHUNK));
    new.par_chunks_mut(CHUNK)
        .zip(old.par_chunks(CHUNK))
        .zip(gradient.par_chunks(CHUNK))
        .zip(moments)
        .for_each(run);
}

/// Moves `average` by `share` of the way towards `value`.
///
/// # Panics
/// If the lengths differ.
pub(crate) fn ema(instructions: Instructions, share: f32, average: &mut [f32], value: &[f32]) {
    assert_eq!(average.len(), value.len(), "lengths of a step");
    let run = |(average, value): (&mut [f32], &[f32])| {
        instructions.run(EmaChunk {
            share,
            average,
            value,
        });
    };
    if average.len() <= CHUNK {
        return run((average, value));
    }
    average
        .par_chunks_mut(CHUNK)
        .zip(value.par_chunks(CHUNK))
        .for_each(run);
}

/// A step of an average for some values.
struct EmaChunk<'a> {
    share: f32,
    average: &'a mut [f32],
    value: &'a [f32],
}

impl Kernel for EmaChunk<'_> {
    #[inline(always)]
    fn run<S: pulp::Simd>(self, _: S) {
        for (average, &value) in self.average.iter_mut().zip(self.value) {
            *average += (value - *average) * self.share;
        }
    }
}

/// A step of SGD for some values.
struct SgdChunk<'a> {
    update: SgdUpdate,
    new: &'a mut [f32],
    old: &'a [f32],
    gradient: &'a [f32],
    velocity: &'a mut [f32],
}

impl Kernel for SgdChunk<'_> {
    #[inline(always)]
    fn run<S: pulp::Simd>(self, _: S) {
        let SgdUpdate {
            momentum, penalty, ..
        } = self.update;
        let learning_rate = self.update.learning_rate as f32;
        // Without a penalty, an infinite parameter must not make its gradient NaN.
        let penalised = penalty != 0.0;
        let ahead = self.update.kind == MomentumKind::Nesterov;
        let read = self.old.iter().zip(self.gradient);
        for ((new, velocity), (&old, &gradient)) in self.new.iter_mut().zip(self.velocity).zip(read)
        {
            let gradient = if penalised {
                old * penalty + gradient
            } else {
                gradient
            };
            *velocity = gradient + *velocity * momentum;
            let direction = if ahead {
                *velocity * momentum + gradient
            } else {
                *velocity
            };
            *new = old - direction * learning_rate;
        }
    }
}

/// A step of Adam for some values.
struct AdamChunk<'a> {
    update: AdamUpdate,
    constants: AdamConstants,
    new: &'a mut [f32],
    old: &'a [f32],
    gradient: &'a [f32],
    first: &'a mut [f32],
    second: &'a mut [f32],
}

impl Kernel for AdamChunk<'_> {
    #[inline(always)]
    fn run<S: pulp::Simd>(self, _: S) {
        let AdamUpdate { betas, penalty, .. } = self.update;
        let added = betas.map(|beta| 1.0 - beta);
        let constants = self.constants;
        // Without a penalty, an infinite parameter must not make its gradient NaN.
        let penalised = penalty != 0.0;
        let moments = self.first.iter_mut().zip(self.second);
        let read = self.old.iter().zip(self.gradient);
        for ((new, (first, second)), (&old, &gradient)) in
            self.new.iter_mut().zip(moments).zip(read)
        {
            let gradient = if penalised {
                old * penalty + gradient
            } else {
                gradient
            };
            *first = *first * betas[0] + gradient * added[0];
            *second = *second * betas[1] + gradient * gradient * added[1];
            let direction = *first * constants.scale / (second.sqrt() + constants.epsilon);
            *new = old * constants.kept - direction * constants.learning_rate;
        }
    }
}

#[cfg(test)]
mod tests;
