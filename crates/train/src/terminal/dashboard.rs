//! Burn's dashboard, with what its interface allows to add: speed, time left, and the names of things.
//!
//! `docs/dashboard.md` says what only a change in Burn can mend.

use std::collections::HashSet;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::train::LearnerSummary;
use burn::train::logger::{EvaluationProgressLogger, TrainingProgressLogger};
use burn::train::metric::{
    MetricAttributes, MetricDefinition, MetricEntry, MetricId, SerializedEntry,
};
use burn::train::renderer::{
    EvaluationName, MetricState, MetricsRenderer, MetricsRendererEvaluation,
    MetricsRendererTraining,
};
use mixup_evidence::ChosenBy;

use crate::run::pace::{Pace, Pass};
use crate::run::rough_time::rough_time;
use crate::run::watch::Outline;

/// How often the speed is told anew.
const EVERY: Duration = Duration::from_millis(500);
/// The fewest columns of the pane of metrics that take whole words.
const WIDE_PANE: usize = 36;

/// A renderer in front of Burn's.
pub(crate) struct Dashboard<B> {
    burn: B,
    outline: Outline,
    pace: Pace,
    pass: Pass,
    /// Columns inside the pane of metrics.
    pane: usize,
    /// The metric that says how fast the run is.
    speed: MetricId,
    told: Option<Instant>,
    accuracy: Option<MetricId>,
    learning_rate: Option<MetricId>,
    /// The metrics that have a first value to draw.
    drawn: HashSet<MetricId>,
}

impl<B: MetricsRenderer> Dashboard<B> {
    /// The dashboard `burn` of the run of `outline`, on a terminal with `columns` columns.
    pub(crate) fn new(mut burn: B, outline: &Outline, columns: usize) -> Self {
        let name = Arc::new("Speed".to_owned());
        let speed = MetricId::new(Arc::clone(&name));
        burn.register_metric(MetricDefinition {
            metric_id: speed.clone(),
            name,
            description: None,
            attributes: MetricAttributes::None,
        });
        Self {
            burn,
            pace: Pace::new(outline),
            outline: outline.clone(),
            pass: Pass::Training,
            // Burn gives the pane 38 % of the width, with a border on each side.
            pane: (columns * 38 / 100).saturating_sub(2),
            speed,
            told: None,
            accuracy: None,
            learning_rate: None,
            drawn: HashSet::new(),
        }
    }

    /// `state` without what the dashboard would draw wrong.
    fn tidy(&mut self, state: MetricState) -> MetricState {
        match state {
            MetricState::Numeric(entry, value) if self.is_learning_rate(&entry) => {
                let Some(rate) = value else {
                    return MetricState::Generic(entry);
                };
                let text = format!("{:.2e}", rate.current());
                let text = SerializedEntry::new(text, entry.serialized_entry.serialized);
                let entry = MetricEntry::new(entry.metric_id, text);
                // A chart of a rate that stays the same says nothing.
                if self.outline.is_rate_constant {
                    MetricState::Generic(entry)
                } else {
                    MetricState::Numeric(entry, Some(rate))
                }
            }
            // An axis without any value would reach from the largest to the smallest number there is.
            MetricState::Numeric(entry, None) if !self.drawn.contains(&entry.metric_id) => {
                MetricState::Generic(entry)
            }
            MetricState::Numeric(entry, value) => {
                self.drawn.insert(entry.metric_id.clone());
                MetricState::Numeric(entry, value)
            }
            generic @ MetricState::Generic(_) => generic,
        }
    }

    fn is_learning_rate(&self, entry: &MetricEntry) -> bool {
        self.learning_rate.as_ref() == Some(&entry.metric_id)
    }

    /// Tells the speed and how long the run still takes.
    fn tell_speed(&mut self, now: Instant) {
        self.told = Some(now);
        let text = self.speed_in_words(now);
        let entry = SerializedEntry::new(text, String::new());
        let entry = MetricEntry::new(self.speed.clone(), entry);
        self.burn.update_train(MetricState::Generic(entry));
    }

    fn speed_in_words(&self, now: Instant) -> String {
        let rate = self.pace.images_per_second(now);
        let left = self.pace.seconds_left(now);
        let (Some(rate), Some(left)) = (rate, left) else {
            return "is being measured".into();
        };
        let unit = if self.pane >= WIDE_PANE {
            " images/s"
        } else {
            "/s"
        };
        format!("{rate:.0}{unit}, {} left", rough_time(left))
    }
}

/// The identity of the metric that `state` is about.
fn id(state: &MetricState) -> &MetricId {
    match state {
        MetricState::Generic(entry) | MetricState::Numeric(entry, _) => &entry.metric_id,
    }
}

impl<B: MetricsRenderer> MetricsRendererTraining for Dashboard<B> {
    fn update_train(&mut self, state: MetricState) {
        let is_accuracy = self.accuracy.as_ref() == Some(id(&state));
        let state = self.tidy(state);
        self.burn.update_train(state);
        // Metrics stand in the order in which they are first told, and only the first ones fit a small terminal.
        if is_accuracy && self.told.is_none() {
            self.tell_speed(Instant::now());
        }
    }

    fn update_valid(&mut self, state: MetricState) {
        let state = self.tidy(state);
        match self.outline.held_out {
            ChosenBy::Validation => self.burn.update_valid(state),
            // `Valid` would be a wrong name.
            ChosenBy::Test => self.burn.update_test(EvaluationName::new(""), state),
        }
    }

    fn on_train_end(&mut self, summary: Option<LearnerSummary>) -> Result<(), Box<dyn Error>> {
        self.burn.on_train_end(summary)
    }
}

impl<B: MetricsRenderer> TrainingProgressLogger for Dashboard<B> {
    fn start(
        &mut self,
        total_epochs: usize,
        starting_epoch: usize,
        total_items: Option<usize>,
        _label: Option<&str>,
    ) {
        self.pace.begin_epoch(starting_epoch);
        let title = self.outline.title();
        self.burn
            .start(total_epochs, starting_epoch, total_items, Some(&title));
    }

    fn update_epoch(&mut self, epoch: usize) {
        self.pace.begin_epoch(epoch + 1);
        self.burn.update_epoch(epoch);
    }

    fn start_split(&mut self, split: &str, total_items: usize) {
        self.pass = if split == "train" {
            Pass::Training
        } else {
            Pass::HeldOut
        };
        self.pace.begin(self.pass, Instant::now());
        self.burn.start_split(split, total_items);
    }

    fn update_split(&mut self, items_processed: usize) {
        let now = Instant::now();
        self.pace.update(items_processed, now);
        self.burn.update_split(items_processed);
        if self.told.is_some_and(|told| now - told >= EVERY) {
            self.tell_speed(now);
        }
    }

    fn end_split(&mut self) {
        self.burn.end_split();
    }

    fn end(&mut self) {
        self.burn.end();
    }

    fn log_event_training(&mut self, event: String) {
        self.burn.log_event_training(event);
    }
}

impl<B: MetricsRenderer> MetricsRendererEvaluation for Dashboard<B> {
    fn update_test(&mut self, name: EvaluationName, state: MetricState) {
        self.burn.update_test(name, state);
    }
}

impl<B: MetricsRenderer> EvaluationProgressLogger for Dashboard<B> {
    fn start_global_progress(&mut self, total_tests: usize) {
        self.burn.start_global_progress(total_tests);
    }

    fn start_test(&mut self, name: &str, total_items: usize) {
        self.burn.start_test(name, total_items);
    }

    fn update_test_progress(&mut self, items_processed: usize) {
        self.burn.update_test_progress(items_processed);
    }

    fn end_test(&mut self) {
        self.burn.end_test();
    }

    fn end_global_progress(&mut self) {
        self.burn.end_global_progress();
    }

    fn log_event_evaluation(&mut self, event: String) {
        self.burn.log_event_evaluation(event);
    }
}

impl<B: MetricsRenderer> MetricsRenderer for Dashboard<B> {
    fn manual_close(&mut self) {
        self.burn.manual_close();
    }

    fn register_metric(&mut self, mut definition: MetricDefinition) {
        match definition.name.as_str() {
            "Accuracy" => self.accuracy = Some(definition.metric_id.clone()),
            "Learning Rate" => {
                self.learning_rate = Some(definition.metric_id.clone());
                if self.outline.is_rate_constant {
                    definition.attributes = MetricAttributes::None;
                }
            }
            _ => {}
        }
        self.burn.register_metric(definition);
    }
}

#[cfg(test)]
mod tests;
