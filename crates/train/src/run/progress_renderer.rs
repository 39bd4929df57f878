//! A renderer for Burn's learner that only moves a progress bar.

use std::time::Instant;

use burn::train::logger::{EvaluationProgressLogger, TrainingProgressLogger};
use burn::train::metric::{MetricDefinition, MetricId};
use burn::train::renderer::{
    EvaluationName, MetricState, MetricsRenderer, MetricsRendererEvaluation,
    MetricsRendererTraining,
};
use indicatif::ProgressBar;
use mixup_evidence::ChosenBy;

use crate::run::pace::{Pace, Pass};
use crate::run::rough_time::rough_time;
use crate::run::watch::Outline;

/// The fewest columns of a bar with the rate, and of one with the loss as well.
const WITH_RATE: usize = 56;
const WITH_LOSS: usize = 72;

/// Shows how far the current split is, how fast, how long the run still takes, and the loss at its last reading.
pub(crate) struct ProgressRenderer {
    bar: ProgressBar,
    /// Columns of the terminal with the bar.
    columns: usize,
    held_out: ChosenBy,
    epochs: usize,
    pace: Pace,
    pass: Pass,
    loss_id: Option<MetricId>,
    /// The loss at its last reading of the split under way.
    loss: Option<f64>,
}

impl ProgressRenderer {
    /// A renderer that moves `bar`, on a terminal with `columns` columns, for the run of `outline`.
    pub(crate) fn new(bar: ProgressBar, outline: &Outline, columns: usize) -> Self {
        Self {
            bar,
            columns,
            held_out: outline.held_out,
            epochs: outline.epochs,
            pace: Pace::new(outline),
            pass: Pass::Training,
            loss_id: None,
            loss: None,
        }
    }

    /// The rate and the loss, as far as they fit, and how long the run still takes.
    fn message(&self, now: Instant) -> String {
        let is_training = self.pass == Pass::Training;
        let fits = |columns| is_training && self.columns >= columns;
        let rate = self.pace.images_per_second(now);
        let rate = rate.filter(|_| fits(WITH_RATE));
        let loss = self.loss.filter(|_| fits(WITH_LOSS));
        let left = self.pace.seconds_left(now);
        let parts = [
            rate.map(|rate| format!("{rate:.0}/s")),
            loss.map(|loss| format!("loss {loss:.4}")),
            left.map(|left| format!("{} left", rough_time(left))),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join("  ")
    }

    fn note(&mut self, state: &MetricState) {
        if let MetricState::Numeric(entry, Some(value)) = state
            && self.loss_id.as_ref() == Some(&entry.metric_id)
        {
            self.loss = Some(value.current());
        }
    }
}

impl MetricsRendererTraining for ProgressRenderer {
    fn update_train(&mut self, state: MetricState) {
        self.note(&state);
    }

    fn update_valid(&mut self, state: MetricState) {
        self.note(&state);
    }
}

impl TrainingProgressLogger for ProgressRenderer {
    fn start(
        &mut self,
        _total_epochs: usize,
        starting_epoch: usize,
        _total_items: Option<usize>,
        _label: Option<&str>,
    ) {
        self.pace.begin_epoch(starting_epoch);
    }

    fn update_epoch(&mut self, epoch: usize) {
        self.pace.begin_epoch(epoch + 1);
    }

    fn start_split(&mut self, split: &str, total_items: usize) {
        let mut name = format!("epoch {}/{}", self.pace.epoch(), self.epochs);
        self.pass = Pass::Training;
        if split != "train" {
            self.pass = Pass::HeldOut;
            name = format!("{name} {}", self.held_out.name());
        }
        let now = Instant::now();
        self.pace.begin(self.pass, now);
        self.loss = None;
        self.bar.reset();
        self.bar.set_length(total_items as u64);
        self.bar.set_prefix(name);
        self.bar.set_message(self.message(now));
    }

    fn update_split(&mut self, items_processed: usize) {
        let now = Instant::now();
        self.pace.update(items_processed, now);
        self.bar.set_message(self.message(now));
        self.bar.set_position(items_processed as u64);
    }

    fn end_split(&mut self) {}

    fn end(&mut self) {}

    fn log_event_training(&mut self, _event: String) {}
}

impl MetricsRendererEvaluation for ProgressRenderer {
    fn update_test(&mut self, _name: EvaluationName, _state: MetricState) {}
}

impl EvaluationProgressLogger for ProgressRenderer {
    fn start_global_progress(&mut self, _total_tests: usize) {}
    fn start_test(&mut self, _name: &str, _total_items: usize) {}
    fn update_test_progress(&mut self, _items_processed: usize) {}
    fn end_test(&mut self) {}
    fn end_global_progress(&mut self) {}
    fn log_event_evaluation(&mut self, _event: String) {}
}

impl MetricsRenderer for ProgressRenderer {
    fn manual_close(&mut self) {}

    fn register_metric(&mut self, definition: MetricDefinition) {
        if definition.name.as_str() == "Loss" {
            self.loss_id = Some(definition.metric_id);
        }
    }
}

#[cfg(test)]
mod tests;
