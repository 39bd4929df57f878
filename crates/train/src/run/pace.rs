//! How fast a run is, and how long it still takes.
//!
//! Training images and held-out images are measured apart, because a held-out image has no backward pass.
//! Recent epochs count more: what was measured before counts half with each new pass.

use std::time::Instant;

use crate::run::watch::Outline;

/// The first batch of a process warms up caches and kernels, so the clock starts after it. Until a held-out pass
/// was measured, a held-out image counts as this share of a training image: a forward pass is about a third of a
/// step.
const HELD_OUT_SHARE: f64 = 1.0 / 3.0;
/// The fewest seconds of a first pass that say something.
const FEWEST_SECONDS: f64 = 0.5;

/// Which images a pass goes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// The training images.
    Training,
    /// The images that are judged after each epoch.
    HeldOut,
}

/// The speed of a run that is under way.
#[derive(Debug)]
pub(crate) struct Pace {
    epochs: usize,
    /// The epoch under way, from 1.
    epoch: usize,
    training: Side,
    held_out: Side,
    under_way: Option<UnderWay>,
    is_warm: bool,
}

/// The images of one kind: how many an epoch has, and what was measured.
#[derive(Debug)]
struct Side {
    total: usize,
    images: f64,
    seconds: f64,
}

/// The pass under way.
#[derive(Debug)]
struct UnderWay {
    pass: Pass,
    start: Instant,
    /// Images before the clock started.
    unmeasured: usize,
    done: usize,
}

impl UnderWay {
    /// Images and seconds since the clock started.
    fn measured(&self, now: Instant) -> (f64, f64) {
        let images = self.done - self.unmeasured;
        let seconds = now.saturating_duration_since(self.start).as_secs_f64();
        (images as f64, seconds)
    }
}

impl Pace {
    /// The pace of a run that is about to train.
    pub(crate) fn new(outline: &Outline) -> Self {
        let side = |total| Side {
            total,
            images: 0.0,
            seconds: 0.0,
        };
        Self {
            epochs: outline.epochs,
            epoch: outline.done + 1,
            training: side(outline.training_images),
            held_out: side(outline.held_out_images),
            under_way: None,
            is_warm: false,
        }
    }

    /// The epoch under way, from 1.
    pub(crate) fn epoch(&self) -> usize {
        self.epoch
    }

    /// Begins epoch `epoch`.
    pub(crate) fn begin_epoch(&mut self, epoch: usize) {
        self.epoch = epoch;
    }

    /// Begins a pass, and with it ends the one before.
    pub(crate) fn begin(&mut self, pass: Pass, now: Instant) {
        if let Some(before) = self.under_way.take() {
            let (images, seconds) = before.measured(now);
            if images > 0.0 {
                let side = self.side(before.pass);
                side.images = side.images / 2.0 + images;
                side.seconds = side.seconds / 2.0 + seconds;
            }
        }
        self.under_way = Some(UnderWay {
            pass,
            start: now,
            unmeasured: 0,
            done: 0,
        });
    }

    /// Notes that the pass under way has done `done` images.
    pub(crate) fn update(&mut self, done: usize, now: Instant) {
        let Some(under_way) = &mut self.under_way else {
            return;
        };
        under_way.done = done;
        if !self.is_warm {
            self.is_warm = true;
            under_way.start = now;
            under_way.unmeasured = done;
        }
    }

    /// Training images a second. `None` as long as too little was measured.
    pub(crate) fn images_per_second(&self, now: Instant) -> Option<f64> {
        self.rate(Pass::Training, now)
    }

    /// Seconds until the last epoch has ended. `None` as long as too little was measured.
    pub(crate) fn seconds_left(&self, now: Instant) -> Option<f64> {
        let training = self.rate(Pass::Training, now)?;
        let held_out = self.rate(Pass::HeldOut, now);
        let held_out = held_out.unwrap_or(training / HELD_OUT_SHARE);
        let later = self.epochs.saturating_sub(self.epoch);
        let (mut train_left, mut held_out_left) =
            (later * self.training.total, later * self.held_out.total);
        match &self.under_way {
            Some(under_way) if under_way.pass == Pass::HeldOut => {
                held_out_left += self.held_out.total.saturating_sub(under_way.done);
            }
            other => {
                let done = other.as_ref().map_or(0, |under_way| under_way.done);
                train_left += self.training.total.saturating_sub(done);
                held_out_left += self.held_out.total;
            }
        }
        Some(train_left as f64 / training + held_out_left as f64 / held_out)
    }

    fn side(&mut self, pass: Pass) -> &mut Side {
        match pass {
            Pass::Training => &mut self.training,
            Pass::HeldOut => &mut self.held_out,
        }
    }

    fn rate(&self, pass: Pass, now: Instant) -> Option<f64> {
        let side = match pass {
            Pass::Training => &self.training,
            Pass::HeldOut => &self.held_out,
        };
        let under_way = self.under_way.as_ref().filter(|it| it.pass == pass);
        let (images, seconds) = under_way.map_or((0.0, 0.0), |it| it.measured(now));
        let is_enough = side.images > 0.0 || seconds >= FEWEST_SECONDS;
        let (images, seconds) = (side.images + images, side.seconds + seconds);
        (is_enough && images > 0.0).then(|| images / seconds.max(1e-9))
    }
}

#[cfg(test)]
mod tests;
