use std::time::Duration;

use super::*;
use crate::run::watch::example::outline;

/// A run of 3 epochs with 1000 training and 300 held-out images, and its clock.
struct Clock {
    pace: Pace,
    start: Instant,
}

impl Clock {
    fn new(done: usize) -> Self {
        let outline = Outline {
            epochs: 3,
            done,
            training_images: 1000,
            held_out_images: 300,
            ..outline()
        };
        Self {
            pace: Pace::new(&outline),
            start: Instant::now(),
        }
    }

    fn at(&self, seconds: f64) -> Instant {
        self.start + Duration::from_secs_f64(seconds)
    }

    fn begin(&mut self, pass: Pass, seconds: f64) {
        self.pace.begin(pass, self.at(seconds));
    }

    fn update(&mut self, done: usize, seconds: f64) {
        self.pace.update(done, self.at(seconds));
    }

    fn left(&self, seconds: f64) -> Option<f64> {
        self.pace.seconds_left(self.at(seconds))
    }
}

#[track_caller]
fn assert_close(found: Option<f64>, expected: f64) {
    let found = found.unwrap();
    assert!((found - expected).abs() < 1e-6, "{found} {expected}");
}

#[test]
fn the_first_batch_only_starts_the_clock() {
    let mut clock = Clock::new(0);
    clock.begin(Pass::Training, 0.0);
    clock.update(100, 9.0);
    assert_eq!(clock.left(9.0), None);
    clock.update(200, 9.1);
    assert_eq!(clock.left(9.1), None, "a tenth of a second says nothing");
    clock.update(300, 11.0);
    // 100 images a second: 700 and 2000 training images, 900 others at a third of the price.
    assert_close(clock.left(11.0), 27.0 + 3.0);
    assert_close(clock.pace.images_per_second(clock.at(11.0)), 100.0);
}

#[test]
fn a_measured_pass_takes_the_place_of_the_guess() {
    let mut clock = Clock::new(2);
    clock.begin(Pass::Training, 0.0);
    clock.update(100, 1.0);
    clock.update(1000, 10.0);
    clock.begin(Pass::HeldOut, 10.0);
    clock.update(100, 12.0);
    // 50 a second, and it is the last epoch.
    assert_close(clock.left(12.0), 4.0);
    clock.update(300, 16.0);
    assert_close(clock.left(16.0), 0.0);
}

#[test]
fn recent_epochs_count_more() {
    let mut clock = Clock::new(0);
    clock.begin(Pass::Training, 0.0);
    clock.update(1, 0.0);
    clock.update(1000, 9.99);
    clock.begin(Pass::HeldOut, 9.99);
    clock.update(300, 10.0);
    clock.pace.begin_epoch(2);
    clock.begin(Pass::Training, 10.0);
    clock.update(1000, 30.0);
    // 999 images in 9.99 s count half, and 1000 in 20 s in full.
    let now = clock.at(30.0);
    assert_close(clock.pace.images_per_second(now), 1999.0 / 29.99);
    clock.begin(Pass::HeldOut, 30.0);
    let expected = 1499.5 / 24.995;
    assert_close(clock.pace.images_per_second(now), expected);
}

#[test]
fn what_follows_a_pass_counts_as_its_time() {
    let mut clock = Clock::new(0);
    clock.begin(Pass::Training, 0.0);
    clock.update(100, 0.0);
    clock.update(1000, 9.0);
    clock.begin(Pass::HeldOut, 9.0);
    clock.update(300, 10.0);
    clock.pace.begin_epoch(2);
    // The files of the epoch took 2 seconds.
    clock.begin(Pass::Training, 12.0);
    assert_close(clock.left(12.0), 20.0 + 2.0 * 3.0);
}

#[test]
fn an_epoch_of_one_batch_is_measured_from_the_second_epoch_on() {
    let mut clock = Clock::new(0);
    clock.begin(Pass::Training, 0.0);
    clock.update(1000, 5.0);
    clock.begin(Pass::HeldOut, 5.0);
    assert_eq!(clock.left(5.0), None);
    clock.update(300, 6.0);
    clock.pace.begin_epoch(2);
    clock.begin(Pass::Training, 6.0);
    clock.update(1000, 10.0);
    clock.begin(Pass::HeldOut, 10.0);
    clock.update(300, 11.0);
    assert_close(clock.left(11.0), 4.0 + 1.0);
}
