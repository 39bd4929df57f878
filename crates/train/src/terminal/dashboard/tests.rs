use std::sync::Mutex;

use burn::train::metric::{NumericAttributes, NumericEntry};

use super::*;
use crate::run::watch::example::outline;

/// Keeps what it is told, in words.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

impl Recorder {
    fn note(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn state(&self, split: &str, state: &MetricState) {
        let line = match state {
            MetricState::Generic(entry) => {
                format!("{split} words: {}", entry.serialized_entry.formatted)
            }
            MetricState::Numeric(entry, value) => {
                let value = value.as_ref().map(NumericEntry::current);
                let text = &entry.serialized_entry.formatted;
                format!("{split} point {value:?}: {text}")
            }
        };
        self.note(line);
    }
}

impl MetricsRendererTraining for Recorder {
    fn update_train(&mut self, state: MetricState) {
        self.state("train", &state);
    }

    fn update_valid(&mut self, state: MetricState) {
        self.state("valid", &state);
    }
}

impl TrainingProgressLogger for Recorder {
    fn start(&mut self, _: usize, _: usize, _: Option<usize>, label: Option<&str>) {
        self.note(format!("label {label:?}"));
    }

    fn update_epoch(&mut self, _: usize) {}
    fn start_split(&mut self, _: &str, _: usize) {}
    fn update_split(&mut self, _: usize) {}
    fn end_split(&mut self) {}
    fn end(&mut self) {}
    fn log_event_training(&mut self, _: String) {}
}

impl MetricsRendererEvaluation for Recorder {
    fn update_test(&mut self, _: EvaluationName, state: MetricState) {
        self.state("test", &state);
    }
}

impl EvaluationProgressLogger for Recorder {
    fn start_global_progress(&mut self, _: usize) {}
    fn start_test(&mut self, _: &str, _: usize) {}
    fn update_test_progress(&mut self, _: usize) {}
    fn end_test(&mut self) {}
    fn end_global_progress(&mut self) {}
    fn log_event_evaluation(&mut self, _: String) {}
}

impl MetricsRenderer for Recorder {
    fn manual_close(&mut self) {}

    fn register_metric(&mut self, definition: MetricDefinition) {
        let kind = match definition.attributes {
            MetricAttributes::Numeric(_) => "charted",
            MetricAttributes::None => "in words",
        };
        self.note(format!("{} {kind}", definition.name));
    }
}

fn metric(name: &str) -> MetricId {
    MetricId::new(Arc::new(name.to_owned()))
}

fn state(name: &str, text: &str, value: Option<f64>) -> MetricState {
    let entry = SerializedEntry::new(text.to_owned(), String::new());
    let value = value.map(NumericEntry::Value);
    MetricState::Numeric(MetricEntry::new(metric(name), entry), value)
}

/// A dashboard on a terminal with `columns` columns, with accuracy and learning rate.
fn dashboard(outline: &Outline, columns: usize) -> (Dashboard<Recorder>, Recorder) {
    let recorder = Recorder::default();
    let mut dashboard = Dashboard::new(recorder.clone(), outline, columns);
    for name in ["Accuracy", "Loss", "Learning Rate"] {
        dashboard.register_metric(MetricDefinition {
            metric_id: metric(name),
            name: Arc::new(name.to_owned()),
            description: None,
            attributes: NumericAttributes::default().into(),
        });
    }
    (dashboard, recorder)
}

#[test]
fn the_speed_stands_right_after_the_accuracy() {
    let (mut dashboard, recorder) = dashboard(&outline(), 80);
    recorder.take();
    dashboard.update_train(state("Accuracy", "50 %", Some(50.0)));
    dashboard.update_train(state("Loss", "0.5", Some(0.5)));
    assert_eq!(
        recorder.take(),
        [
            "train point Some(50.0): 50 %",
            "train words: is being measured",
            "train point Some(0.5): 0.5",
        ]
    );
}

#[test]
fn a_metric_without_any_value_is_not_charted() {
    let (mut dashboard, recorder) = dashboard(&outline(), 80);
    recorder.take();
    dashboard.update_train(state("Loss", "soon", None));
    dashboard.update_train(state("Loss", "0.5", Some(0.5)));
    dashboard.update_train(state("Loss", "0.5", None));
    assert_eq!(
        recorder.take(),
        [
            "train words: soon",
            "train point Some(0.5): 0.5",
            "train point None: 0.5",
        ]
    );
}

#[test]
fn test_images_are_not_called_validation() {
    let (mut dashboard, recorder) = dashboard(&outline(), 80);
    recorder.take();
    dashboard.update_valid(state("Loss", "0.5", Some(0.5)));
    assert_eq!(recorder.take(), ["test point Some(0.5): 0.5"]);
}

#[test]
fn validation_images_are_called_so() {
    let outline = Outline {
        held_out: ChosenBy::Validation,
        ..outline()
    };
    let (mut dashboard, recorder) = dashboard(&outline, 80);
    recorder.take();
    dashboard.update_valid(state("Loss", "0.5", Some(0.5)));
    assert_eq!(recorder.take(), ["valid point Some(0.5): 0.5"]);
}

#[test]
fn a_constant_learning_rate_is_told_and_not_charted() {
    let (mut dashboard, recorder) = dashboard(&outline(), 80);
    assert!(recorder.take().contains(&"Learning Rate in words".into()));
    dashboard.update_train(state("Learning Rate", "epoch 1.00e-3", Some(0.001)));
    assert_eq!(recorder.take(), ["train words: 1.00e-3"]);
}

#[test]
fn a_learning_rate_that_changes_is_charted() {
    let outline = Outline {
        is_rate_constant: false,
        ..outline()
    };
    let (mut dashboard, recorder) = dashboard(&outline, 80);
    assert!(recorder.take().contains(&"Learning Rate charted".into()));
    dashboard.update_train(state("Learning Rate", "epoch 1.00e-3", Some(0.001)));
    assert_eq!(recorder.take(), ["train point Some(0.001): 1.00e-3"]);
}

#[test]
fn the_title_names_experiment_and_seed() {
    let (mut dashboard, recorder) = dashboard(&outline(), 80);
    recorder.take();
    dashboard.start(30, 1, None, None);
    assert_eq!(recorder.take(), [r#"label Some("mixup, seed 1")"#]);
}

/// How the speed is told 10 seconds after the first batch, at 100 images a second.
fn speed(columns: usize) -> String {
    let (mut dashboard, _) = dashboard(&outline(), columns);
    let start = Instant::now();
    dashboard.pace.begin(Pass::Training, start);
    dashboard.pace.update(128, start);
    let now = start + Duration::from_secs(10);
    dashboard.pace.update(1128, now);
    dashboard.speed_in_words(now)
}

#[test]
fn the_speed_fits_the_pane() {
    assert_eq!(speed(80), "100/s, 4.4 h left");
    assert_eq!(speed(120), "100 images/s, 4.4 h left");
}
