//! One run, from its first or next epoch to its summary.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use burn::data::dataloader::DataLoader;
use burn::module::Module;
use burn::optim::AdamConfig;
use burn::train::logger::MetricLogger;
use burn::train::metric::store::{EpochSummary, MetricsUpdate, Split};
use burn::train::metric::{MetricDefinition, NumericEntry};
use burn::train::{Interrupter, Learner, SupervisedTraining, TrainingStrategy};
use mixup_data::{ImageSet, Mixing, MixupBatch, MixupBatcher, MixupLoader};

use crate::checkpoint::{Checkpoints, EveryEpoch};
use crate::classifier::Classifier;
use crate::device::Chosen;
use crate::device_log::PART;
use crate::epoch_loop::{EpochLoop, Progress, SplitReadings};
use crate::evaluation::{Evaluation, evaluate};
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::interrupt::StopOnSignal;
use crate::metrics::{AccuracyMetric, LossMetric};
use crate::panics;
use crate::run_folder::{EpochRow, RunFolder, RunInfo, Summary, to_12_decimals};
use crate::ui::{IMAGES_BAR, Ui};
use crate::weights_note::WeightsNote;

/// A run that is to be started or gone on with.
pub struct Run {
    /// What is trained.
    pub experiment: Experiment,
    /// The experiment's mixing.
    pub mixing: Mixing,
    /// Under which circumstances.
    pub info: RunInfo,
    /// What it is trained and tested on.
    pub images: ImageSet,
    /// Where it is written to.
    pub folder: RunFolder,
    /// Where it is computed.
    pub device: Chosen,
    /// The epochs that it has already.
    pub rows: Vec<EpochRow>,
}

impl Run {
    /// Trains the epochs that are missing, and finishes the run folder.
    ///
    /// # Errors
    /// Any [`Failure`]; the folder then holds every epoch that was completed.
    pub fn train(self, ui: &Ui) -> Result<Summary, Failure> {
        let Self {
            experiment,
            mixing,
            info,
            images,
            folder,
            device,
            rows,
        } = self;
        let checkpoints = Checkpoints::new(folder.checkpoint());
        checkpoints.discard_partial()?;
        let first_epoch = rows.len() as u64 + 1;

        let classes = images.classes.len();
        let normalisation = &experiment.normalisation;
        let test_labels = images.test.labels().to_vec();
        let training_images = images.train.len();
        let upload = |images| MixupBatcher::new(images, classes, normalisation, &device.device);
        let seed = u64::from(experiment.seed);
        let batch_size = experiment.batch_size;
        let loader = |loader: MixupLoader| -> Arc<dyn DataLoader<MixupBatch>> {
            Arc::new(loader.filled(device.tunes_to_shapes()))
        };
        let train = loader(MixupLoader::training(
            upload(images.train),
            batch_size,
            seed,
            mixing,
            first_epoch,
        ));
        let test = loader(MixupLoader::in_order(upload(images.test), batch_size));

        let autodiff = device.device.clone().autodiff();
        let epoch_loop = Arc::new(EpochLoop {
            device: autodiff.clone(),
            train: SplitReadings::default(),
            test: SplitReadings::default(),
            folder,
            checkpoints,
            note: WeightsNote::new(&experiment, &info.classes),
            ui: ui.clone(),
            progress: Mutex::new(Progress {
                rows,
                failure: None,
            }),
        });
        let classifier = Classifier::init(&experiment, classes, &autodiff);
        let learner = Learner::new(
            classifier,
            adam(&experiment).init(),
            experiment.optimizer.learning_rate,
        );
        let trained = launch(&epoch_loop, learner, experiment.epochs, &train, &test, ui)?;

        log::debug!(target: PART, "predictions");
        let evaluation = {
            let bar = ui.bar(test_labels.len() as u64, IMAGES_BAR);
            bar.set_prefix("predictions");
            let result = evaluate(&trained, &*test, &test_labels, &|done| {
                bar.set_position(done as u64);
            });
            bar.finish_and_clear();
            result?
        };
        finish(&epoch_loop, &trained, &info, training_images, &evaluation)
    }
}

/// Writes what a finished run has.
fn finish(
    epoch_loop: &EpochLoop,
    trained: &Classifier,
    info: &RunInfo,
    training_images: usize,
    evaluation: &Evaluation,
) -> Result<Summary, Failure> {
    let progress = epoch_loop.progress();
    let rows = &progress.rows;
    let best = progress
        .best()
        .ok_or_else(|| Failure::Training("no epoch was trained, so nothing is kept".into()))?;
    let summary = Summary {
        experiment: info.experiment.clone(),
        seed: info.seed,
        epochs: rows.len(),
        parameters: trained.num_params(),
        last_test_accuracy: evaluation.accuracy,
        last_test_loss: evaluation.loss,
        best_test_accuracy: best.test_accuracy,
        best_epoch: best.epoch,
        images: rows.len() * training_images,
        seconds: to_12_decimals(rows.iter().map(|row| row.seconds).sum()),
    };
    log::debug!(target: PART, "last weights");
    let note = epoch_loop.note.at(rows.len()).to_json();
    let weights = trained.network.to_safetensors(Some(&note));
    epoch_loop
        .folder
        .finish(&weights, &evaluation.predictions, &summary)?;
    Ok(summary)
}

/// The experiment's Adam, as PyTorch has it; Burn's own default ε is 1e-5.
pub fn adam(experiment: &Experiment) -> AdamConfig {
    let adam = &experiment.optimizer;
    AdamConfig::new()
        .with_beta_1(adam.beta_1 as f32)
        .with_beta_2(adam.beta_2 as f32)
        .with_epsilon(adam.epsilon as f32)
}

/// The rows up to the last whole checkpoint; what was written behind it is trained again.
///
/// # Errors
/// [`Failure::Usage`] where rows or checkpoint are damaged, or one of them is missing.
pub fn kept_rows(folder: &RunFolder) -> Result<Vec<EpochRow>, Failure> {
    let checkpoints = Checkpoints::new(folder.checkpoint());
    let done = checkpoints.last_epoch();
    if let Some(done) = done {
        checkpoints.check(done)?;
    }
    let done = done.unwrap_or(0);
    let mut rows = folder.rows()?;
    // A kill between row and checkpoint leaves one row more.
    if !(done..=done + 1).contains(&rows.len()) {
        return Err(Failure::usage(
            format!(
                "{}: expected a checkpoint of the last of {} epochs, found {}",
                folder.path().display(),
                rows.len(),
                match done {
                    0 => "none".into(),
                    done => format!("one of epoch {done}"),
                }
            ),
            "start the run anew in another folder",
        ));
    }
    rows.truncate(done);
    Ok(rows)
}

/// Trains through Burn's `SupervisedTraining` and gives the network after the last epoch.
fn launch(
    epoch_loop: &Arc<EpochLoop>,
    learner: Learner<Classifier>,
    epochs: usize,
    train: &Arc<dyn DataLoader<MixupBatch>>,
    test: &Arc<dyn DataLoader<MixupBatch>>,
    ui: &Ui,
) -> Result<Classifier, Failure> {
    let interrupter = Interrupter::new();
    let _stop_on_signal = StopOnSignal::new(&interrupter, ui.is_dashboard());
    let (model, optimizer, schedule) = epoch_loop.checkpoints.parts();
    let done = Some(epoch_loop.progress().rows.len()).filter(|&done| done > 0);
    let mut training = SupervisedTraining::new(
        epoch_loop.folder.path(),
        Arc::clone(train),
        Arc::clone(test),
    )
    .with_interrupter(interrupter.clone())
    .with_application_logger(None)
    .with_metric_logger(NoMetricFiles)
    .with_custom_checkpointers(model, optimizer, schedule)
    .with_checkpointing_strategy(EveryEpoch)
    .with_training_strategy(TrainingStrategy::Custom(epoch_loop.clone()))
    .num_epochs(epochs)
    .renderer(ui.renderer(&interrupter, done)?);
    let SplitReadings { loss, accuracy } = epoch_loop.train.clone();
    training = training
        .metric_train_numeric(LossMetric::new(loss, interrupter.clone()))
        .metric_train_numeric(AccuracyMetric::new(accuracy, interrupter.clone()));
    let SplitReadings { loss, accuracy } = epoch_loop.test.clone();
    training = training
        .metric_valid_numeric(LossMetric::new(loss, interrupter.clone()))
        .metric_valid_numeric(AccuracyMetric::new(accuracy, interrupter));
    if let Some(done) = done {
        training = training.checkpoint(done);
    }

    let ended = catch_unwind(AssertUnwindSafe(|| {
        let result = training.launch(learner);
        // Closes the dashboard.
        drop(result.renderer);
        result.model
    }));
    ui.release();
    let mut progress = epoch_loop.progress();
    if let Some(failure) = progress.failure.take() {
        return Err(failure);
    }
    ended.map_err(|payload| {
        let reason = panics::words(&*payload);
        if reason.contains("Killing training from user input") {
            let kept = progress.rows.len();
            return Failure::Interrupted {
                epoch: kept + 1,
                kept,
                run: epoch_loop.folder.path().into(),
            };
        }
        Failure::Training(reason)
    })
}

/// Burn writes a file a metric and epoch unless another logger is there; `metrics.jsonl` has it all.
struct NoMetricFiles;

impl MetricLogger for NoMetricFiles {
    fn log(&mut self, _update: MetricsUpdate, _epoch: usize, _split: &Split) {}

    fn read_numeric(
        &mut self,
        _name: &str,
        _epoch: usize,
        _split: &Split,
    ) -> Result<Vec<NumericEntry>, String> {
        Ok(vec![])
    }

    fn log_metric_definition(&mut self, _definition: MetricDefinition) {}

    fn log_epoch_summary(&mut self, _summary: EpochSummary) {}
}
