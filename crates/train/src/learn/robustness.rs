//! The accuracy of a network under attack.

use burn::data::dataloader::DataLoader;
use mixup_data::MixupBatch;
use mixup_evidence::{Robustness, RobustnessPoint};

use crate::learn::attack::{Attack, Victim};
use crate::learn::error::JudgeError;
use crate::learn::evaluation::LabelledLoader;

/// Steps in the range of a pixel. An experiment file counts ε in them.
pub const LEVELS: f64 = 255.0;
/// PGD's default seed, the same for all runs.
pub const SEED: u64 = 1;

/// Attacks `victim` with FGSM and PGD at every strength of `epsilons`, in 1/255 of a pixel's range.
///
/// `images` returns pixels in `[0, 1]`; `progress` receives the number of images judged so far, out of
/// [`judgements`].
///
/// # Errors
/// [`JudgeError::Device`] if the device fails, [`JudgeError::Batch`] if images in a file cannot be read any more.
pub fn robustness(
    victim: &Victim,
    epsilons: &[f64],
    pgd_steps: usize,
    images: &LabelledLoader,
    progress: &dyn Fn(usize),
) -> Result<Robustness, JudgeError> {
    let count = images.labels.len();
    let mut judged = 0;
    let mut accuracy = |attack| {
        let done = judged;
        judged += count;
        accuracy_under(victim, attack, SEED, &*images.loader, &|images| {
            progress(done + images);
        })
    };
    let clean = accuracy(None)?;
    let mut points = vec![];
    for &levels in epsilons {
        let epsilon = levels / LEVELS;
        points.push(RobustnessPoint {
            epsilon: levels,
            fgsm: accuracy(Some(Attack::Fgsm { epsilon }))?,
            pgd: accuracy(Some(Attack::pgd(epsilon, pgd_steps)))?,
        });
    }
    Ok(Robustness {
        images: count,
        pgd_steps,
        clean,
        points,
    })
}

/// How many images [`robustness`] evaluates in all: each one unchanged, and under two attacks at every
/// strength.
pub fn judgements(epsilons: &[f64], images: usize) -> usize {
    images * (1 + 2 * epsilons.len())
}

/// The share of the images of `loader`, with pixels in `[0, 1]`, that are predicted right under `attack`, or
/// unchanged without an attack.
///
/// # Errors
/// [`JudgeError::Device`] if the device fails, [`JudgeError::Batch`] if images in a file cannot be read any more.
pub fn accuracy_under(
    victim: &Victim,
    attack: Option<Attack>,
    seed: u64,
    loader: &dyn DataLoader<MixupBatch>,
    progress: &dyn Fn(usize),
) -> Result<f64, JudgeError> {
    let (mut images, mut right) = (0, 0.0);
    for batch in loader.iter() {
        let batch = batch.map_err(JudgeError::Batch)?;
        let rows = batch.inputs.dims()[0];
        let hits = match attack {
            None => victim.hits(batch.inputs, &batch.targets),
            Some(attack) => {
                // Rows after the batch repeat its last image.
                let last = images + batch.count - 1;
                let indices: Vec<usize> = (images..images + rows).map(|i| i.min(last)).collect();
                victim.withstand(&batch.inputs, &batch.targets, attack, seed, &indices)
            }
        };
        let hits = hits
            .narrow(0, 0, batch.count)
            .sum()
            .try_into_scalar::<f32>();
        right += f64::from(hits.map_err(|error| JudgeError::Device(error.to_string()))?);
        images += batch.count;
        progress(images);
    }
    Ok(right / images.max(1) as f64)
}
