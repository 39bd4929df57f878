//! Whether a checkpoint can be resumed from.

use std::panic::{AssertUnwindSafe, catch_unwind};

use burn::lr_scheduler::LrSchedulerRecord;
use burn::module::Module;
use burn::optim::OptimizerRecord;
use burn::store::ModuleRecord;

use super::{
    AVERAGE, CheckpointDigests, Checkpoints, MODEL, OPTIMIZER, SCHEDULE, damaged_part, in_run,
};
use crate::failure::Failure;
use crate::files;
use crate::learn::classifier::Classifier;
use crate::run::panics;

impl Checkpoints {
    /// Checks that the checkpoint of `epoch`, which `version` of the program wrote, can be read and is one of a
    /// network like `network`. Returns its digests, if that version wrote some.
    ///
    /// # Errors
    /// [`Failure::Usage`] that names the damaged file, or says that it is of another form.
    pub(crate) fn check(
        &self,
        epoch: usize,
        network: Classifier,
        version: &str,
    ) -> Result<Option<CheckpointDigests>, Failure> {
        let place = |file| self.shared.epoch(epoch).join(file);
        let digests = self.digests(epoch)?;
        if let Some(CheckpointDigests(digests)) = &digests {
            let average = digests.of(AVERAGE).map(|_| AVERAGE);
            for file in [MODEL, OPTIMIZER, SCHEDULE].into_iter().chain(average) {
                let path = place(file);
                let bytes = files::read_bytes(&path).map_err(Failure::file(&path))?;
                digests
                    .check(file, &bytes)
                    .map_err(|_| damaged_part(&path, "other bytes than were written"))?;
            }
            for (name, digest) in self.shared.described()? {
                if digests
                    .of(&in_run(name))
                    .is_some_and(|wanted| wanted != digest)
                {
                    let path = self.shared.run.join(name);
                    return Err(Failure::usage(
                        format!(
                            "{}: expected the file that the run's checkpoint belongs to, found other bytes",
                            path.display()
                        ),
                        "restore the file as it was, or start the run anew in another folder",
                    ));
                }
            }
        }
        // Without digests, the framework may panic over what is damaged.
        let loaded = catch_unwind(AssertUnwindSafe(|| {
            let model = ModuleRecord::load(place(MODEL));
            let results = [
                (MODEL, readable(model.as_ref())),
                (OPTIMIZER, readable(OptimizerRecord::load(place(OPTIMIZER)))),
                (SCHEDULE, readable(LrSchedulerRecord::load(place(SCHEDULE)))),
            ];
            let loaded = model
                .ok()
                .and_then(|record| network.try_load_record(record).ok());
            (results, loaded)
        }));
        let (results, loaded) = loaded.map_err(|payload| {
            let folder = self.shared.epoch(epoch);
            damaged_part(&folder, &panics::words(&*payload))
        })?;
        for (file, result) in results {
            result.map_err(|error| damaged_part(&place(file), &error))?;
        }
        let Some(loaded) = loaded else {
            return Err(Failure::usage(
                format!(
                    "{}: expected a checkpoint of the experiment's network as version {} keeps it, \
                     found another, of version {version}",
                    place(MODEL).display(),
                    env!("CARGO_PKG_VERSION")
                ),
                "resume with the version that began the run, or start a new run in another folder",
            ));
        };
        match loaded.network.first_not_finite() {
            None => Ok(digests),
            Some(name) => {
                let found = format!("expected finite numbers in {name}, found others");
                Err(damaged_part(&place(MODEL), &found))
            }
        }
    }
}

/// Why a file cannot be read, if so.
fn readable<T>(result: Result<T, impl std::fmt::Display>) -> Result<(), String> {
    result.map(drop).map_err(|error| error.to_string())
}
