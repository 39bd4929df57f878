//! A renderer for Burn's learner that only moves a progress bar.

use burn::train::logger::{EvaluationProgressLogger, TrainingProgressLogger};
use burn::train::metric::{MetricDefinition, MetricId};
use burn::train::renderer::{
    EvaluationName, MetricState, MetricsRenderer, MetricsRendererEvaluation,
    MetricsRendererTraining,
};
use indicatif::ProgressBar;
use mixup_evidence::ChosenBy;

/// Shows how far the current split is, and the loss at its last reading.
pub(crate) struct ProgressRenderer {
    bar: ProgressBar,
    held_out: ChosenBy,
    loss: Option<MetricId>,
    epoch: usize,
    epochs: usize,
}

impl ProgressRenderer {
    /// A renderer that moves `bar`; `held_out` names the images that are judged after each epoch.
    pub(crate) fn new(bar: ProgressBar, held_out: ChosenBy) -> Self {
        Self {
            bar,
            held_out,
            loss: None,
            epoch: 1,
            epochs: 0,
        }
    }

    fn show(&self, state: &MetricState) {
        if let MetricState::Numeric(entry, Some(value)) = state
            && self.loss.as_ref() == Some(&entry.metric_id)
        {
            self.bar.set_message(format!("loss {:.4}", value.current()));
        }
    }
}

impl MetricsRendererTraining for ProgressRenderer {
    fn update_train(&mut self, state: MetricState) {
        self.show(&state);
    }

    fn update_valid(&mut self, state: MetricState) {
        self.show(&state);
    }
}

impl TrainingProgressLogger for ProgressRenderer {
    fn start(
        &mut self,
        total_epochs: usize,
        starting_epoch: usize,
        _total_items: Option<usize>,
        _label: Option<&str>,
    ) {
        self.epochs = total_epochs;
        self.epoch = starting_epoch;
    }

    fn update_epoch(&mut self, epoch: usize) {
        self.epoch = epoch + 1;
    }

    fn start_split(&mut self, split: &str, total_items: usize) {
        let mut name = format!("epoch {}/{}", self.epoch, self.epochs);
        if split != "train" {
            name = format!("{name} {}", self.held_out.name());
        }
        self.bar.reset();
        self.bar.set_length(total_items as u64);
        self.bar.set_prefix(name);
        self.bar.set_message("");
    }

    fn update_split(&mut self, items_processed: usize) {
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
            self.loss = Some(definition.metric_id);
        }
    }
}
