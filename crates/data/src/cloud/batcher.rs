//! Turns a slice of an epoch's plan into the tensors of one batch of point clouds.

use std::sync::Arc;

use burn::tensor::{Device, Int, Tensor, TensorData};
use rayon::prelude::*;

use crate::batch::{draws_of_rows, row_weights};
use crate::cloud::mix::{mix_points, replace_points};
use crate::cloud::plan::{CloudBatchPlan, PointMixing};
use crate::label::targets::targets_by;
use crate::split::Store;
use crate::{
    Assignment, CloudCorruption, CloudShape, Clouds, Draw, MixupBatch, Point, Split, assign,
};

/// Turns the plan for a batch into the batch: gathers, changes and mixes point clouds on the host, several at a time,
/// and puts them on the device.
#[derive(Clone, Debug)]
pub struct CloudBatcher {
    split: Split,
    clouds: Arc<Clouds>,
    classes: usize,
    corruption: Option<CloudCorruption>,
}

impl CloudBatcher {
    /// Makes batches of the clouds of `split`, which it shares.
    ///
    /// # Panics
    /// If `split` holds no clouds, or a label is not below `classes`.
    pub fn of(split: &Split, classes: usize) -> Self {
        let Store::Clouds { clouds, .. } = split.store() else {
            panic!("expected a split of point clouds");
        };
        split.assert_classes(classes);
        Self {
            split: split.clone(),
            clouds: Arc::clone(clouds),
            classes,
            corruption: None,
        }
    }

    /// The same batcher, whose clouds are damaged before anything else is done to them.
    #[must_use]
    pub fn damaged(self, corruption: CloudCorruption) -> Self {
        Self {
            corruption: Some(corruption),
            ..self
        }
    }

    /// The clouds of the batches, as they were given.
    pub(crate) fn split(&self) -> &Split {
        &self.split
    }

    /// The number of classes.
    pub(crate) fn classes(&self) -> usize {
        self.classes
    }

    /// The number of points of each cloud.
    pub fn shape(&self) -> CloudShape {
        self.clouds.shape()
    }

    /// Makes batches of the clouds at these positions, in this order.
    #[must_use]
    pub(crate) fn select(&self, positions: &[u32]) -> Self {
        self.with(self.split.select(positions))
    }

    /// The same batcher, whose batches are put on `device`.
    #[must_use]
    pub(crate) fn to_device(&self, device: &Device) -> Self {
        self.with(self.split.to_device(&device.clone().without_autodiff()))
    }

    fn with(&self, split: Split) -> Self {
        Self {
            split,
            ..self.clone()
        }
    }

    /// The batch of `plan`, in its order.
    ///
    /// If `rows` is given, the batch is padded to that many rows by repeating its last cloud. If the plan asks for clouds
    /// with their mixes, there are twice as many rows, the clouds as they are first.
    ///
    /// # Panics
    /// If the plan has no draws, or names a cloud that is not in the split.
    pub fn make(&self, plan: &CloudBatchPlan<'_>, rows: Option<usize>) -> MixupBatch {
        let count = plan.draws.len();
        let draws = draws_of_rows(plan.draws, rows, plan.with_clean().is_some());
        let size = self.shape().points;
        let mut values = vec![0.0; draws.len() * 3 * size];
        values
            .par_chunks_exact_mut(3 * size)
            .zip(&draws)
            .for_each(|(row, draw)| {
                // The network takes the coordinates as channels.
                for (place, point) in self.mixed(plan, draw).into_iter().enumerate() {
                    for (axis, value) in point.into_iter().enumerate() {
                        row[axis * size + place] = value;
                    }
                }
            });
        let device = &self.split.device();
        let column = |values: Vec<f32>| {
            let shape = [values.len(), 1];
            Tensor::<2>::from_data(TensorData::new(values, shape), device)
        };
        let labels = |of: fn(&Draw) -> u32| {
            let label = |draw: &Draw| i32::from(self.split.labels()[of(draw) as usize]);
            let labels: Vec<i32> = draws.iter().map(label).collect();
            Tensor::<1, Int>::from_data(&labels[..], device)
        };
        let labels = [labels(|draw| draw.image), labels(|draw| draw.partner)];
        let lambda = column(draws.iter().map(|draw| draw.lambda as f32).collect());
        let (targets, smoothing) = (plan.targets(), plan.smoothing());
        MixupBatch {
            inputs: Tensor::from_data(TensorData::new(values, [draws.len(), 3, size, 1]), device),
            targets: targets_by(targets, smoothing, labels, lambda, self.classes),
            count,
            weights: row_weights(count, rows, plan.with_clean()).map(column),
            hidden: None,
        }
    }

    /// The points of one row.
    pub(super) fn mixed(&self, plan: &CloudBatchPlan<'_>, draw: &Draw) -> Vec<Point> {
        let seen = |position: u32| {
            let cloud = self.split.cloud(position as usize);
            let mut points = cloud.expect("`of` takes splits of clouds").to_vec();
            if let Some(corruption) = self.corruption {
                corruption.apply(&mut points, position as usize);
            }
            plan.look(&mut points, position);
            points
        };
        let first = seen(draw.image);
        if draw.lambda == 1.0 || draw.image == draw.partner {
            return first;
        }
        let (second, size) = (seen(draw.partner), first.len());
        match plan.mixing() {
            PointMixing::Mixed(assignment) => {
                let partners = match assignment {
                    Assignment::Optimal => assign(&first, &second),
                    Assignment::Random => plan.order(draw, size),
                    Assignment::None => (0..size as u32).collect(),
                };
                mix_points(&first, &second, &partners, draw.lambda)
            }
            PointMixing::Replaced => {
                let kept = (draw.lambda * size as f64).round() as usize;
                replace_points(&first, &second, &plan.order(draw, size)[kept..])
            }
        }
    }
}

#[cfg(test)]
mod tests;
