//! The training loop, as a strategy inside Burn's `SupervisedTraining`.
//!
//! One step, from the batch to the files, in the order in which it runs:
//!
//! 1. [`Run::train_split`] asks the loader for a batch, has the learner compute and apply the gradients,
//!    and sends loss and accuracy to the metrics.
//! 2. [`Classifier`] (`learn/classifier.rs`) is the step itself: the network, the loss, the backward pass.
//! 3. `learn/metrics.rs` keeps loss and accuracy of each batch on the device, and reads them every 100
//!    iterations and at the end of the split.
//! 4. After the epoch, [`EpochLoop::epoch`] makes the row of the means, and [`EpochLoop::keep`] writes
//!    it to `metrics.jsonl` (`run/folder.rs`), then the checkpoint (`run/checkpoint.rs`) and the best
//!    weights.
//!
//! Unlike Burn's own single-device loop, this one writes the run folder after every epoch, ends within one
//! iteration of a stop, and keeps how the run ended. Burn's dashboard would forget that: its
//! `on_train_end` resets the interrupter before the learner reads it, so a failure looks like success.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use burn::data::dataloader::DataLoaderIterator;
use burn::module::Module;
use burn::tensor::Device;
use burn::train::metric::store::EventStoreClient;
use burn::train::{
    EventProcessorTraining, InferenceStep, Interrupter, Learner, LearnerEvent,
    LearningCheckpointer, SupervisedLearningStrategy, SupervisedTrainingEventProcessor,
    TrainLoader, TrainingComponents, TrainingItem, ValidLoader,
};
use mixup_data::MixupBatch;
use mixup_evidence::{ChosenBy, to_12_decimals};
use mixup_model::Network;

use crate::device::log::PART;
use crate::failure::{Failure, resume_hint};
use crate::learn::accumulation::{Accumulation, StepGradients};
use crate::learn::classifier::{Classifier, StepOutput};
use crate::learn::metrics::Reading;
use crate::learn::step::StepEnd;
use crate::learn::weight_average::{Ema, WeightAverage};
use crate::run::checkpoint::Checkpoints;
use crate::run::cpu_clock::cpu_seconds;
use crate::run::digests::sha256;
use crate::run::epoch_row::{EpochRow, HeldOut, best_row, has_stopped, rate, rows_text};
use crate::run::event_log::EventLog;
use crate::run::folder::RunFolder;
use crate::run::watch::{Watch, WrittenEpoch};
use crate::run::weights_note::WeightsNote;

type Events = SupervisedTrainingEventProcessor<Classifier>;

/// What the metrics of one split tell.
#[derive(Clone, Debug, Default)]
pub(crate) struct SplitReadings {
    /// Mean loss.
    pub loss: Reading,
    /// Share predicted right.
    pub accuracy: Reading,
}

/// The loop and what it keeps of a run.
pub(crate) struct EpochLoop {
    /// The device that trains, with autodiff.
    pub device: Device,
    /// How batches form steps.
    pub accumulation: Accumulation,
    /// The largest norm of the gradients of a step.
    pub clip_norm: Option<f64>,
    /// How the weights are averaged, if they are.
    pub ema: Option<Ema>,
    /// The average that a resumed run goes on from.
    pub kept_average: Option<Network>,
    /// After how many epochs without a better result the run stops.
    pub patience: Option<usize>,
    /// What the training metrics tell.
    pub train: SplitReadings,
    /// What the metrics of the held-out images tell.
    pub held_out: SplitReadings,
    /// Which images those are.
    pub held_out_split: ChosenBy,
    /// Where the run is written to.
    pub folder: RunFolder,
    /// The copy of its figures that TensorBoard reads.
    pub events: EventLog,
    /// Where its checkpoints are.
    pub checkpoints: Checkpoints,
    /// What weights files say of themselves; the epoch is filled in.
    pub note: WeightsNote,
    /// Who is told of every epoch.
    pub watch: Arc<dyn Watch>,
    /// The epochs so far, and how the run ended.
    pub progress: Mutex<Progress>,
}

/// The epochs of a run, and how it ended.
#[derive(Default)]
pub(crate) struct Progress {
    /// The rows of all epochs so far.
    pub rows: Vec<EpochRow>,
    /// The digest of the best epoch's weights.
    pub best_digest: Option<String>,
    /// The average of the weights after the last epoch, if they are averaged.
    pub average: Option<Network>,
    /// Why the run ended before its last epoch.
    pub failure: Option<Failure>,
}

impl Progress {
    /// The row of the first epoch with the highest accuracy on the held-out images.
    pub(crate) fn best(&self) -> Option<&EpochRow> {
        best_row(&self.rows)
    }
}

impl SupervisedLearningStrategy<Classifier> for EpochLoop {
    fn fit(
        &self,
        components: TrainingComponents<Classifier>,
        mut learner: Learner<Classifier>,
        train: TrainLoader<Classifier>,
        held_out: ValidLoader<Classifier>,
        starting_epoch: usize,
    ) -> (Classifier, Events) {
        let train = train.to_device(&self.device);
        let held_out = held_out.to_device(&self.device.clone().without_autodiff());
        learner.fork(&self.device);
        let mut run = Run {
            end: self.step_end(starting_epoch - 1, &learner),
            interrupter: components.interrupter,
            events: components.event_processor,
            checkpointer: components.checkpointer,
            store: components.event_store,
        };
        let mut epochs = || {
            self.repair_best(starting_epoch - 1, &run.judged(&learner))?;
            for epoch in starting_epoch..=components.num_epochs {
                if self.has_stopped() {
                    break;
                }
                self.epoch(&mut run, epoch, &mut learner, &train, &held_out)?;
            }
            self.say_if_early(components.num_epochs);
            Ok(())
        };
        let ended = epochs();
        let mut progress = self.progress();
        progress.failure = ended.err();
        progress.average = run.end.average.map(|average| average.network().clone());
        drop(progress);
        (learner.model(), run.events)
    }
}

/// Burn's parts of a run.
struct Run {
    interrupter: Interrupter,
    events: Events,
    checkpointer: Option<LearningCheckpointer<Classifier>>,
    store: Arc<EventStoreClient>,
    /// How steps end.
    end: StepEnd,
}

impl EpochLoop {
    /// How steps end after `epochs` epochs, whose weights `learner` has.
    fn step_end(&self, epochs: usize, learner: &Learner<Classifier>) -> StepEnd {
        let steps = epochs * self.accumulation.steps();
        let average = self.ema.map(|ema| match &self.kept_average {
            Some(kept) => WeightAverage::new(kept, ema, steps),
            None => WeightAverage::new(&learner.model().network, ema, steps),
        });
        StepEnd {
            clip_norm: self.clip_norm,
            average,
        }
    }

    /// Says why a run of `epochs` epochs has ended before the last one, if it has.
    fn say_if_early(&self, epochs: usize) {
        let progress = self.progress();
        let done = progress.rows.len();
        if let (Some(best), true) = (progress.best(), done < epochs) {
            self.watch.ends_early(epochs - done);
            self.watch.say(&format!(
                "ended after epoch {done} of {epochs}: no better accuracy on the validation images since epoch {}",
                best.epoch
            ));
        }
    }

    /// Whether there were as many epochs without a better result as the run waits for.
    fn has_stopped(&self) -> bool {
        let rows = &self.progress().rows;
        self.patience
            .is_some_and(|patience| has_stopped(rows, patience))
    }

    /// Trains and evaluates one epoch, and writes it.
    fn epoch(
        &self,
        run: &mut Run,
        epoch: usize,
        learner: &mut Learner<Classifier>,
        train: &TrainLoader<Classifier>,
        held_out: &ValidLoader<Classifier>,
    ) -> Result<(), Failure> {
        log::debug!(target: PART, "epoch {epoch}: training");
        let (start, cpu_start) = (Instant::now(), cpu_seconds());
        run.train_split(epoch, learner, train, self.accumulation);
        let seconds = start.elapsed().as_secs_f64();
        let cpu_seconds = cpu_seconds().zip(cpu_start).map(|(end, start)| end - start);
        self.check(run, epoch)?;
        let split = self.held_out_split.name();
        log::debug!(target: PART, "epoch {epoch}: {split}");
        run.held_out_split(epoch, learner, held_out);
        self.check(run, epoch)?;

        log::debug!(target: PART, "epoch {epoch}: files");
        let mean = |reading: &Reading| to_12_decimals(reading.mean().unwrap_or(f64::NAN));
        let row = EpochRow {
            epoch,
            train_loss: mean(&self.train.loss),
            train_accuracy: mean(&self.train.accuracy),
            held_out: HeldOut::new(
                self.held_out_split,
                mean(&self.held_out.loss),
                mean(&self.held_out.accuracy),
            ),
            learning_rate: Some(to_12_decimals(learner.lr_current().base())),
            seconds: to_12_decimals(seconds),
            cpu_seconds: cpu_seconds.map(to_12_decimals),
            images_per_second: to_12_decimals(rate(train.num_items(), seconds)),
        };
        self.keep(run, row, learner)
    }
}

impl Run {
    /// One pass over the training images. A step takes one batch or several.
    fn train_split(
        &mut self,
        epoch: usize,
        learner: &mut Learner<Classifier>,
        loader: &TrainLoader<Classifier>,
        accumulation: Accumulation,
    ) {
        self.send_train(LearnerEvent::StartSplit {
            epoch_number: epoch,
            total_items: loader.num_items(),
        });
        let mut batches = loader.iter();
        let mut iteration = 0;
        let mut gradients = StepGradients::default();
        while let Some(batch) = self.next_batch(&mut *batches) {
            iteration += 1;
            let share = accumulation.share(iteration);
            let output = learner.model().step_in_part(batch, share);
            gradients.add(&learner.model(), output.grads);
            if accumulation.ends_step(iteration) {
                learner.lr_step();
                self.end.end(learner, gradients.take());
            }
            let learning_rate = Some(learner.lr_current());
            let progress = batches.progress();
            self.send_train(LearnerEvent::ProcessedItem(TrainingItem::new(
                output.item,
                progress,
                Some(iteration),
                learning_rate,
            )));
        }
        self.send_train(LearnerEvent::EndSplit(epoch));
        self.flush();
    }

    /// One pass over the held-out images, without gradients.
    fn held_out_split(
        &mut self,
        epoch: usize,
        learner: &Learner<Classifier>,
        loader: &ValidLoader<Classifier>,
    ) {
        let total_items = loader.num_items();
        self.send_held_out(LearnerEvent::StartSplit {
            epoch_number: epoch,
            total_items,
        });
        let model = self.judged(learner);
        let mut batches = loader.iter();
        let mut iteration = 0;
        while let Some(batch) = self.next_batch(&mut *batches) {
            iteration += 1;
            let output = InferenceStep::step(&model, batch);
            let progress = batches.progress();
            self.send_held_out(LearnerEvent::ProcessedItem(TrainingItem::new(
                output,
                progress,
                Some(iteration),
                None,
            )));
        }
        self.send_held_out(LearnerEvent::EndSplit(epoch));
        self.send_train(LearnerEvent::EndEpoch(epoch));
        self.flush();
    }

    /// The network that is judged and kept: the average of the weights, or the weights of `learner`.
    fn judged(&self, learner: &Learner<Classifier>) -> Classifier {
        let model = learner.model().valid();
        match &self.end.average {
            Some(average) => model.with_network(average.network().clone()),
            None => model,
        }
    }

    /// The next batch, unless there is none, it cannot be made, or the run is to stop.
    fn next_batch(&self, batches: &mut dyn DataLoaderIterator<MixupBatch>) -> Option<MixupBatch> {
        if self.interrupter.should_stop() {
            return None;
        }
        match batches.next()? {
            Ok(batch) => Some(batch),
            Err(error) => {
                self.interrupter.fail(error);
                None
            }
        }
    }

    fn send_train(&mut self, event: LearnerEvent<StepOutput>) {
        let result = self.events.process_train(event);
        self.interrupter.fail_on_error(result);
    }

    fn send_held_out(&mut self, event: LearnerEvent<StepOutput>) {
        let result = self.events.process_valid(event);
        self.interrupter.fail_on_error(result);
    }

    /// Waits until the metrics have seen every event, so that their means can be read.
    fn flush(&mut self) {
        let result = self.events.flush();
        self.interrupter.fail_on_error(result);
    }
}

impl EpochLoop {
    /// How the run ends here, if it does.
    fn check(&self, run: &Run, epoch: usize) -> Result<(), Failure> {
        let held_out = self.held_out_split.name();
        for (split, readings) in [("training", &self.train), (held_out, &self.held_out)] {
            if let Some((iteration, value)) = readings.loss.not_finite() {
                return Err(Failure::NotFinite {
                    split,
                    epoch,
                    iteration,
                    value,
                });
            }
        }
        if let Some(error) = run.interrupter.error() {
            return Err(match Failure::of_batch(&*error) {
                Failure::Usage { message, hint } => {
                    let run = resume_hint(self.folder.path());
                    Failure::usage(message, format!("{hint}; then {run}"))
                }
                other => other,
            });
        }
        if run.interrupter.should_stop() {
            return Err(Failure::Interrupted {
                epoch,
                kept: epoch - 1,
                run: self.folder.path().into(),
            });
        }
        Ok(())
    }

    /// Writes the epoch: row, checkpoint, best weights.
    ///
    /// In this order, a run killed in between resumes from its last checkpoint: rows after it are
    /// dropped, and best weights that are missing are those of the checkpoint itself, which
    /// [`repair_best`](Self::repair_best) writes.
    fn keep(
        &self,
        run: &mut Run,
        row: EpochRow,
        learner: &Learner<Classifier>,
    ) -> Result<(), Failure> {
        let epoch = row.epoch;
        let mut progress = self.progress();
        progress.rows.push(row);
        self.folder.write_rows(&progress.rows)?;
        let is_best = progress.best().is_some_and(|best| best.epoch == epoch);
        let average = run.end.average.as_ref();
        let average = average.map(|average| self.weights(epoch, average.network()));
        // The average is what is judged, so the best weights are its bytes.
        let judged = || match &average {
            Some(average) => average.clone(),
            None => self.weights(epoch, &learner.model().network),
        };
        let best = is_best.then(judged);
        if let Some(weights) = &best {
            progress.best_digest = Some(sha256(weights));
        }
        if let Some(checkpointer) = &mut run.checkpointer {
            let rows = rows_text(&progress.rows);
            self.checkpoints
                .note(progress.best_digest.as_deref(), &rows)?;
            if let Some(average) = average {
                self.checkpoints.keep_average(&average)?;
            }
            checkpointer.checkpoint(learner, epoch, &run.store);
            self.checkpoints.wait()?;
        }
        if let Some(weights) = best {
            self.folder.write_best(&weights)?;
        }
        if let Some(row) = progress.rows.last() {
            self.events.add(row)?;
            self.watch.epoch(WrittenEpoch {
                row,
                is_best,
                learning_rate: learner.lr_current().base(),
            });
        }
        Ok(())
    }

    /// The weights of `network` after `epoch`, as a file.
    fn weights(&self, epoch: usize, network: &Network) -> Vec<u8> {
        let note = self.note.at(epoch).to_json();
        network.to_safetensors(Some(&note))
    }

    /// Writes the best weights if they are those of `epoch`, which are `judged`: a kill may have come between
    /// them and their checkpoint.
    fn repair_best(&self, epoch: usize, judged: &Classifier) -> Result<(), Failure> {
        let mut progress = self.progress();
        if progress.best().is_some_and(|best| best.epoch == epoch) {
            let weights = self.weights(epoch, &judged.network);
            progress.best_digest = Some(sha256(&weights));
            self.folder.write_best(&weights)?;
        }
        Ok(())
    }

    /// The results on the held-out images so far.
    pub(crate) fn results_so_far(&self) -> Vec<HeldOut> {
        let progress = self.progress();
        progress.rows.iter().map(|row| row.held_out).collect()
    }

    /// The rows and the end of the run.
    pub(crate) fn progress(&self) -> MutexGuard<'_, Progress> {
        // Rows are pushed whole, so they are valid whatever panicked.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
