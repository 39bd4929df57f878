//! The random choices of a storm.

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A source of random choices.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    /// The choices of a test; `MIXUP_STORM_SEED` gives others.
    pub(super) fn new(test: u64) -> Self {
        let seed = std::env::var("MIXUP_STORM_SEED").unwrap_or_else(|_| "1".into());
        let seed: u64 = seed.parse().expect("MIXUP_STORM_SEED is a whole number");
        let mut stream = ChaCha8Rng::seed_from_u64(seed);
        stream.set_stream(test);
        Self(stream)
    }

    /// A number from 0 to `limit` - 1.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0.random_range(0..limit)
    }

    /// A time from 0 to `most`.
    pub(super) fn time(&mut self, most: Duration) -> Duration {
        most.mul_f64(self.0.random())
    }
}
