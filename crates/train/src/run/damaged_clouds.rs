//! The accuracy of a finished network on damaged point clouds.

use mixup_data::{CloudCorruption, CloudDamage};
use mixup_evidence::{CorruptionKind, Corruptions, to_12_decimals};

use crate::learn::classifier::Classifier;
use crate::learn::error::JudgeError;
use crate::learn::evaluation::evaluate;
use crate::run::splits::DamagedClouds;

/// How many clouds [`judge`] evaluates in all: each one unchanged, and damaged in every way.
pub(crate) fn judgements(clouds: usize) -> usize {
    clouds * (1 + CloudCorruption::all().count())
}

/// Judges `classifier` on `clouds` as they are and damaged in every way. `progress` receives the number of clouds judged
/// so far, out of [`judgements`].
///
/// # Errors
/// [`JudgeError`] if the device fails, or if an output is not a number.
pub(crate) fn judge(
    classifier: &Classifier,
    clouds: &DamagedClouds,
    progress: &dyn Fn(usize),
) -> Result<Corruptions, JudgeError> {
    let mut judged = 0;
    let mut accuracy = |corruption| -> Result<f64, JudgeError> {
        let before = judged;
        judged += clouds.labels.len();
        let loader = clouds.loader(corruption);
        let found = evaluate(classifier, &loader, &clouds.labels, &|done| {
            progress(before + done);
        })?;
        Ok(to_12_decimals(found.measures.accuracy))
    };
    let clean = accuracy(None)?;
    let mut kinds = vec![];
    for damage in CloudDamage::ALL {
        let mut levels = vec![];
        for strength in damage.strengths() {
            let corruption = CloudCorruption { damage, strength };
            levels.push((strength, accuracy(Some(corruption))?));
        }
        kinds.push(CorruptionKind::new(damage.name(), damage.unit(), &levels));
    }
    Ok(Corruptions::new(clouds.labels.len(), clean, kinds))
}
