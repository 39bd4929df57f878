//! The progress of a comparison over all its trials.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::run::rough_time::rough_time;
use crate::run::watch::Counted;
use crate::terminal::bars::style;

/// Counts the epochs of all trials: trained before, trained by this process, and still to train.
#[derive(Debug)]
pub struct TrialsProgress {
    start: Instant,
    total: usize,
    before: usize,
    trained: AtomicUsize,
    /// Epochs that are not trained, because their runs ended early.
    dropped: AtomicUsize,
    bar: ProgressBar,
}

impl TrialsProgress {
    /// Progress over `total` epochs, `done` of which are trained already.
    pub fn new(total: usize, done: usize) -> Self {
        // Hidden until it has its place among the other bars.
        let hidden = ProgressDrawTarget::hidden();
        let bar = ProgressBar::with_draw_target(Some(total as u64), hidden);
        bar.set_style(style(Counted::Epochs));
        bar.set_position(done as u64);
        bar.set_prefix("all trials");
        Self {
            start: Instant::now(),
            total,
            before: done,
            trained: AtomicUsize::new(0),
            dropped: AtomicUsize::new(0),
            bar,
        }
    }

    /// The bar over all trials.
    pub fn bar(&self) -> ProgressBar {
        self.bar.clone()
    }

    /// Counts an epoch that was trained.
    pub fn epoch_done(&self) {
        let trained = self.trained.fetch_add(1, Ordering::Relaxed) + 1;
        self.bar.set_position((self.before + trained) as u64);
        self.bar.set_message(self.time_left());
    }

    /// Takes off epochs that are not trained, because a run has ended early.
    pub fn drop_epochs(&self, epochs: usize) {
        let dropped = self.dropped.fetch_add(epochs, Ordering::Relaxed) + epochs;
        let left = self.total.saturating_sub(dropped);
        self.bar.set_length(left as u64);
    }

    /// How long the rest takes at the pace so far, in words.
    pub fn time_left(&self) -> String {
        let trained = self.trained.load(Ordering::Relaxed);
        let dropped = self.dropped.load(Ordering::Relaxed);
        let left = self.total.saturating_sub(self.before + trained + dropped);
        time_left(self.start.elapsed(), trained, left)
    }

    /// Takes the bar off the screen.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn time_left(elapsed: Duration, trained: usize, left: usize) -> String {
    match (trained, left) {
        (_, 0) => "done".into(),
        (0, _) => String::new(),
        _ => {
            let seconds = elapsed.as_secs_f64() / trained as f64 * left as f64;
            format!("about {} left", rough_time(seconds))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_goes_by_what_was_trained_here() {
        let left = |seconds, trained, left| time_left(Duration::from_secs(seconds), trained, left);
        assert_eq!(left(10, 0, 4), "");
        assert_eq!(left(10, 2, 4), "about 20 s left");
        assert_eq!(left(100, 2, 10), "about 8 min left");
        assert_eq!(left(3600, 1, 3), "about 3.0 h left");
        assert_eq!(left(10, 2, 0), "done");
    }

    #[test]
    fn epochs_that_were_there_before_count_as_done_and_not_for_the_pace() {
        let progress = TrialsProgress::new(10, 9);
        assert_eq!(progress.time_left(), "");
        progress.epoch_done();
        assert_eq!(progress.time_left(), "done");
        assert_eq!(progress.bar().position(), 10);
    }

    #[test]
    fn a_run_that_ends_early_shortens_the_whole() {
        let progress = TrialsProgress::new(10, 0);
        progress.epoch_done();
        progress.drop_epochs(9);
        assert_eq!(progress.time_left(), "done");
        assert_eq!(progress.bar().length(), Some(1));
    }
}
