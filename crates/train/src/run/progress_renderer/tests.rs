use std::sync::Arc;
use std::time::Duration;

use burn::train::metric::{MetricEntry, NumericEntry, SerializedEntry};

use super::*;
use crate::run::watch::example::outline;

/// What the bar of a run says 10 seconds after its first batch, at 100 images a second.
fn message(columns: usize, pass: Pass) -> String {
    let bar = ProgressBar::hidden();
    let mut renderer = ProgressRenderer::new(bar, &outline(), columns);
    let start = Instant::now();
    renderer.pace.begin(Pass::Training, start);
    renderer.pace.update(128, start);
    let now = start + Duration::from_secs(10);
    renderer.pace.update(1128, now);
    renderer.loss = Some(0.251_249);
    if pass == Pass::HeldOut {
        renderer.pass = pass;
        renderer.pace.begin(pass, now);
    }
    renderer.message(now)
}

#[test]
fn a_bar_says_rate_loss_and_how_long_the_run_still_takes() {
    assert_eq!(
        message(80, Pass::Training),
        "100/s  loss 0.2512  4.4 h left"
    );
}

#[test]
fn a_narrow_bar_leaves_out_the_loss_and_then_the_rate() {
    assert_eq!(message(60, Pass::Training), "100/s  4.4 h left");
    assert_eq!(message(50, Pass::Training), "4.4 h left");
}

#[test]
fn the_bar_over_held_out_images_says_how_long_the_run_still_takes() {
    assert_eq!(message(80, Pass::HeldOut), "4.3 h left");
}

#[test]
fn before_anything_is_measured_the_bar_says_nothing() {
    let renderer = ProgressRenderer::new(ProgressBar::hidden(), &outline(), 80);
    assert_eq!(renderer.message(Instant::now()), "");
}

#[test]
fn only_the_loss_is_noted() {
    let mut renderer = ProgressRenderer::new(ProgressBar::hidden(), &outline(), 80);
    let id = |name: &str| MetricId::new(Arc::new(name.to_owned()));
    renderer.loss_id = Some(id("Loss"));
    let state = |name, value| {
        let entry = MetricEntry::new(id(name), SerializedEntry::new(String::new(), String::new()));
        MetricState::Numeric(entry, Some(NumericEntry::Value(value)))
    };
    renderer.update_train(state("Accuracy", 50.0));
    assert_eq!(renderer.loss, None);
    renderer.update_train(state("Loss", 0.5));
    assert_eq!(renderer.loss, Some(0.5));
    renderer.start_split("valid", 10);
    assert_eq!(renderer.loss, None);
}
