//! Trains one run, from its first or next epoch to its summary.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use burn::data::dataloader::DataLoader;
use burn::module::Module;
use burn::train::logger::MetricLogger;
use burn::train::metric::store::{EpochSummary, MetricsUpdate, Split};
use burn::train::metric::{LearningRateMetric, MetricDefinition, NumericEntry};
use burn::train::{Interrupter, Learner, SupervisedTraining, TrainingStrategy};
use mixup_data::{
    BatchPlan, CloudPlan, ImagePlan, Method, MixupBatch, Policy, SampleShape, UploadedSet,
    balanced, corrupt_labels, hold_out, mixed_clouds, mixed_pairs,
};
use mixup_evidence::MixedPair;

use crate::device::selected::SelectedDevice;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::learn::classifier::Classifier;
use crate::learn::metrics::{AccuracyMetric, LossMetric};
use crate::run::checkpoint::{Checkpoints, EveryEpoch};
use crate::run::epoch_loop::{EpochLoop, Progress, SplitReadings};
use crate::run::epoch_row::{EpochRow, HeldOut};
use crate::run::event_log::EventLog;
use crate::run::folder::RunFolder;
use crate::run::interrupt::StopOnSignal;
use crate::run::judge::{Trained, evaluate_all, finish};
use crate::run::mistakes::surest;
use crate::run::mixed_pairs;
use crate::run::panics;
use crate::run::record::{RunInfo, Summary};
use crate::run::splits::Splits;
use crate::run::start_weights::StartWeights;
use crate::run::watch::{Outline, Watch};
use crate::run::weights_note::WeightsNote;

/// A run that is about to start or resume.
pub(crate) struct Run {
    /// The experiment to train.
    pub experiment: Experiment,
    /// The program, data and device of the run.
    pub info: RunInfo,
    /// The training and test images.
    pub images: UploadedSet,
    /// The folder that the run writes to.
    pub folder: RunFolder,
    /// The device that trains it.
    pub device: SelectedDevice,
    /// The weights that the first epoch starts from, if they are not all drawn.
    pub start: Option<StartWeights>,
    /// The epochs that were trained before.
    pub rows: Vec<EpochRow>,
    /// What the data hold and is not read, as the end of the line `data`.
    pub not_read: String,
}

impl Run {
    /// Trains the epochs that are missing, and finishes the run folder.
    ///
    /// # Errors
    /// Any [`Failure`]. The folder keeps every completed epoch.
    pub(crate) fn train(self, watch: &(impl Watch + Clone + 'static)) -> Result<Summary, Failure> {
        let Self {
            experiment,
            info,
            mut images,
            folder,
            device,
            start,
            rows,
            not_read: _,
        } = self;
        let checkpoints = Checkpoints::new(folder.path(), folder.lock_handle());
        checkpoints.keep_only(Some(rows.len()))?;
        let first_epoch = rows.len() as u64 + 1;
        let seed = u64::from(experiment.seed);
        divide(&mut images, &experiment);
        let pairs = keep_mixed_pairs(&folder, &images, seed, experiment.policy())?;
        let events = open_copies(&folder, &rows, &pairs)?;

        let best_digest = folder.best_digest()?;
        let training_images = images.train.len();
        let splits = Splits::new(&images, &experiment, first_epoch, &device);
        let autodiff = device.device.clone().autodiff();
        let mut classifier = experiment.classifier(info.shape, info.classes.len(), &autodiff);
        if let Some(weights) = start {
            classifier = weights.apply(classifier, &experiment.network)?;
        }
        if let Some(weights) = &experiment.loss.class_weights {
            let weights = weights.of(images.train.labels(), images.classes.len());
            classifier = classifier.with_class_weights(&weights, &device.device);
        }
        let kept_average = match (experiment.ema, first_epoch) {
            (Some(_), 2..) => {
                let network = classifier.network.valid();
                Some(checkpoints.average(rows.len(), network)?)
            }
            _ => None,
        };
        let epoch_loop = Arc::new(EpochLoop {
            device: autodiff.clone(),
            accumulation: experiment.accumulation(training_images),
            clip_norm: experiment.optimizer.clip_norm,
            ema: experiment.ema,
            kept_average,
            patience: experiment.patience,
            train: SplitReadings::default(),
            held_out: SplitReadings::default(),
            held_out_split: splits.chooses(),
            folder,
            events,
            checkpoints,
            note: WeightsNote::new(&experiment, &images, &info.classes),
            watch: Arc::new(watch.clone()),
            progress: Mutex::new(Progress {
                rows,
                best_digest,
                average: None,
                failure: None,
            }),
        });
        let learner = experiment.learner(classifier, training_images);
        let (train, held_out) = splits.to_train_by();
        let outline = Outline {
            experiment: info.experiment.clone(),
            seed: info.seed,
            folder: epoch_loop.folder.path().into(),
            held_out: splits.chooses(),
            epochs: experiment.epochs,
            done: epoch_loop.progress().rows.len(),
            training_images,
            held_out_images: held_out.num_items(),
            is_rate_constant: experiment.schedule.is_constant(),
        };
        let trained = launch(&epoch_loop, learner, &outline, &train, &held_out)?;
        let trained = match epoch_loop.progress().average.take() {
            Some(average) => Trained::averaged(trained, average),
            None => Trained::plain(trained),
        };
        let evaluations = evaluate_all(&epoch_loop, &trained, &splits, &experiment)?;
        let mistakes = surest(&evaluations.test.predictions, &images.test)?;
        epoch_loop.folder.write_mistakes(&mistakes)?;
        finish(&epoch_loop, &trained, &info, training_images, &evaluations)
    }
}

/// Takes the validation images out of the training images, and makes some labels of those that are left random, as the
/// experiment says.
fn divide(images: &mut UploadedSet, experiment: &Experiment) {
    let seed = u64::from(experiment.seed);
    let classes = images.classes.len();
    if experiment.validation > 0 {
        let labels = images.train.labels();
        let [kept, held_out] = hold_out(labels, classes, experiment.validation, seed);
        images.validation = Some(images.train.select(&held_out));
        images.train = images.train.select(&kept);
    }
    if experiment.labels.corrupted > 0.0 {
        let mut labels = images.train.labels().to_vec();
        corrupt_labels(&mut labels, classes, experiment.labels.corrupted, seed);
        images.train = images.train.with_labels(labels);
    }
}

/// Completes the copies of `rows` for other programs, because a kill may have come between a row and its copies.
fn open_copies(
    folder: &RunFolder,
    rows: &[EpochRow],
    pairs: &[MixedPair],
) -> Result<EventLog, Failure> {
    if !rows.is_empty() {
        folder.write_table(rows)?;
    }
    EventLog::open(folder, rows, pairs)
}

/// Writes mixed pairs of the first epoch, if the run mixes images, and returns them. A resumed run writes the same ones
/// again, because theirs may be damaged.
fn keep_mixed_pairs(
    folder: &RunFolder,
    images: &UploadedSet,
    seed: u64,
    policy: &Policy,
) -> Result<Vec<MixedPair>, Failure> {
    // Manifold mixup mixes inside the network, so there is no picture to show.
    if matches!(policy.mixing.method, Method::Manifold(_)) {
        return Ok(vec![]);
    }
    let mut train = images.train.clone();
    if policy.balanced {
        let visits = balanced(train.labels(), images.classes.len(), seed, 1);
        train = train.select(&visits);
    }
    let pairs = match train.shape() {
        SampleShape::Image(shape) => {
            let plan = ImagePlan::draw(seed, 1, train.len(), shape, policy);
            let draws = mixed_pairs::typical(plan.draws());
            let plan = BatchPlan {
                draws: &draws,
                with_clean: None,
                ..plan.batch(0..0)
            };
            match draws.is_empty() {
                true => vec![],
                false => mixed_pairs(&train, &images.classes, &plan)?,
            }
        }
        SampleShape::Cloud(shape) => {
            let plan = CloudPlan::draw(seed, 1, train.len(), shape, policy);
            let draws = mixed_pairs::typical(plan.draws());
            mixed_clouds(&train, &images.classes, &plan, &draws)
        }
    };
    if pairs.is_empty() {
        return Ok(vec![]);
    }
    let pairs = mixed_pairs::of(&pairs)?;
    folder.write_mixed_pairs(&pairs)?;
    Ok(pairs)
}

/// Trains through Burn's `SupervisedTraining` and returns the network after the last epoch.
fn launch(
    epoch_loop: &Arc<EpochLoop>,
    learner: Learner<Classifier>,
    outline: &Outline,
    train: &Arc<dyn DataLoader<MixupBatch>>,
    held_out: &Arc<dyn DataLoader<MixupBatch>>,
) -> Result<Classifier, Failure> {
    let interrupter = Interrupter::new();
    let watch = &epoch_loop.watch;
    let _stop_on_signal = StopOnSignal::new(&interrupter, &**watch);
    let (model, optimizer, schedule) = epoch_loop.checkpoints.parts();
    let done = Some(outline.done).filter(|&done| done > 0);
    let mut training = SupervisedTraining::new(
        epoch_loop.folder.path(),
        Arc::clone(train),
        Arc::clone(held_out),
    )
    .with_interrupter(interrupter.clone())
    .with_application_logger(None)
    .with_metric_logger(NoMetricFiles)
    .with_custom_checkpointers(model, optimizer, schedule)
    .with_checkpointing_strategy(EveryEpoch)
    .with_training_strategy(TrainingStrategy::Custom(epoch_loop.clone()))
    .num_epochs(outline.epochs)
    .renderer(watch.renderer(&interrupter, outline)?);
    // A small dashboard shows the first metric only.
    let SplitReadings { loss, accuracy } = epoch_loop.train.clone();
    training = training
        .metric_train_numeric(AccuracyMetric::new(accuracy, interrupter.clone()))
        .metric_train_numeric(LossMetric::new(loss, interrupter.clone()));
    let SplitReadings { loss, accuracy } = epoch_loop.held_out.clone();
    let results = epoch_loop.results_so_far();
    let best = |of: fn(&HeldOut) -> f64, better: fn(f64, f64) -> f64| {
        results.iter().map(of).reduce(better)
    };
    let (best_accuracy, best_loss) = (
        best(HeldOut::accuracy, f64::max),
        best(HeldOut::loss, f64::min),
    );
    training = training
        .metric_valid_numeric(
            AccuracyMetric::new(accuracy, interrupter.clone()).with_best(best_accuracy),
        )
        .metric_valid_numeric(LossMetric::new(loss, interrupter).with_best(best_loss))
        .metric_train_numeric(LearningRateMetric::new());
    if let Some(done) = done {
        training = training.checkpoint(done);
    }

    let ended = catch_unwind(AssertUnwindSafe(|| {
        let result = training.launch(learner);
        // Closes the dashboard.
        drop(result.renderer);
        result.model
    }));
    watch.release();
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

/// Keeps Burn from writing a file per metric and epoch. `metrics.jsonl` has all of them.
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
