use super::*;
use burn::data::dataloader::Progress;
use burn::tensor::Device;

fn output(loss: f32, correct: f32, images: usize) -> StepOutput {
    let device = &Device::flex();
    StepOutput {
        images,
        loss: Tensor::from_data([loss * images as f32], device),
        correct: Tensor::from_data([correct, 0.0], device),
    }
}

fn at(iteration: usize, last: bool) -> MetricMetadata {
    MetricMetadata {
        progress: Progress::new(if last { 9 } else { 1 }, 9, None),
        iteration: Some(iteration),
        lr: None,
    }
}

fn metric<Q: Quantity>() -> (MeanMetric<Q>, Reading, Interrupter) {
    let (reading, interrupter) = (Reading::default(), Interrupter::new());
    let metric = MeanMetric::new(reading.clone(), interrupter.clone());
    (metric, reading, interrupter)
}

#[test]
fn a_short_last_batch_counts_by_its_images() {
    let (mut loss, reading, _) = metric::<LossOfImage>();
    loss.update(&output(1.0, 0.0, 6), &at(1, false)).unwrap();
    loss.update(&output(4.0, 0.0, 3), &at(2, true)).unwrap();
    loss.compute().unwrap();
    assert_eq!(reading.mean(), Some(2.0));
}

#[test]
fn hits_behind_the_images_do_not_count() {
    let (mut accuracy, reading, _) = metric::<ImageIsRight>();
    let mut filled = output(0.0, 1.0, 3);
    filled.correct = Tensor::from_data([1.0, 0.0, 1.0, 1.0, 1.0], &Device::flex());
    accuracy.update(&filled, &at(1, false)).unwrap();
    accuracy.update(&output(0.0, 1.0, 1), &at(2, true)).unwrap();
    accuracy.compute().unwrap();
    assert_eq!(reading.mean(), Some(0.75));
}

#[test]
fn accuracy_is_a_fraction_for_files_and_percent_on_the_screen() {
    let (mut accuracy, reading, _) = metric::<ImageIsRight>();
    accuracy.update(&output(0.0, 3.0, 4), &at(1, true)).unwrap();
    accuracy.compute().unwrap();
    assert_eq!(reading.mean(), Some(0.75));
    assert_eq!(accuracy.final_value().current(), 75.0);
}

#[test]
fn nothing_is_read_between_the_due_iterations() {
    let (mut loss, _, _) = metric::<LossOfImage>();
    for iteration in 1..READ_EVERY {
        let entry = loss.update(&output(1.0, 0.0, 2), &at(iteration, false));
        assert!(entry.unwrap().is_not_available());
        assert!(loss.value().is_none());
    }
    assert_eq!(loss.pending.len(), READ_EVERY - 1);
    loss.update(&output(1.0, 0.0, 2), &at(READ_EVERY, false))
        .unwrap();
    assert!(loss.pending.is_empty());
    assert_eq!(loss.value().map(|value| value.current()), Some(1.0));
}

#[test]
fn a_loss_that_is_not_a_number_stops_the_run_and_names_its_iteration() {
    let (mut loss, reading, interrupter) = metric::<LossOfImage>();
    loss.update(&output(1.0, 0.0, 2), &at(1, false)).unwrap();
    loss.update(&output(f32::NAN, 0.0, 2), &at(2, false))
        .unwrap();
    loss.update(&output(f32::INFINITY, 0.0, 2), &at(3, true))
        .unwrap();
    assert!(interrupter.should_stop());
    let (iteration, value) = reading.not_finite().unwrap();
    assert_eq!(iteration, 2);
    assert!(value.is_nan());
}

#[test]
fn a_cleared_metric_starts_anew() {
    let (mut loss, reading, _) = metric::<LossOfImage>();
    loss.update(&output(5.0, 0.0, 2), &at(1, true)).unwrap();
    loss.compute().unwrap();
    loss.clear();
    loss.update(&output(1.0, 0.0, 2), &at(1, true)).unwrap();
    loss.compute().unwrap();
    assert_eq!(reading.mean(), Some(1.0));
}

/// What the metric shows after a split with one batch of 10 images.
fn shown(metric: &mut MeanMetric<ImageIsRight>, right: f32) -> String {
    metric.clear();
    metric
        .update(&output(0.0, right, 10), &at(1, true))
        .unwrap();
    metric.compute().unwrap().formatted
}

#[test]
fn a_training_metric_shows_its_mean_and_the_last_iterations() {
    let (mut accuracy, ..) = metric::<ImageIsRight>();
    assert_eq!(shown(&mut accuracy, 5.0), "50.00 %, last 50.00 %");
}

#[test]
fn a_held_out_metric_shows_the_best_epoch_so_far() {
    let (accuracy, ..) = metric::<ImageIsRight>();
    let mut accuracy = accuracy.with_best(None);
    for (right, words) in [
        (5.0, "50.00 %, best 50.00 %"),
        (7.0, "70.00 %, best 70.00 %"),
        (6.0, "60.00 %, best 70.00 %"),
    ] {
        assert_eq!(shown(&mut accuracy, right), words);
    }
}

#[test]
fn the_best_of_earlier_epochs_counts_in_a_resumed_run() {
    let (accuracy, ..) = metric::<ImageIsRight>();
    let mut accuracy = accuracy.with_best(Some(0.9));
    assert_eq!(shown(&mut accuracy, 5.0), "50.00 %, best 90.00 %");
}

#[test]
fn the_best_loss_is_the_smallest() {
    let (loss, ..) = metric::<LossOfImage>();
    let mut loss = loss.with_best(Some(0.25));
    loss.update(&output(0.5, 0.0, 2), &at(1, true)).unwrap();
    let words = loss.compute().unwrap().formatted;
    assert_eq!(words, "0.5000, best 0.2500");
}
