//! Random choices of one case. A seed and the number of a case give the same choices on every machine.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A source of random choices.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The choices of the case number `case` under `seed`.
    pub(crate) fn of_case(seed: u64, case: u64) -> Self {
        let mut stream = ChaCha8Rng::seed_from_u64(seed);
        stream.set_stream(case);
        Self(stream)
    }

    /// A number from 0 to `limit` - 1; 0 if `limit` is 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        if limit == 0 {
            return 0;
        }
        self.0.random_range(0..limit)
    }

    /// True once in `count` times.
    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    /// One of `choices`, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// Any byte.
    pub(crate) fn byte(&mut self) -> u8 {
        self.0.random()
    }

    /// Any 64 bits.
    pub(crate) fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A place in something of `length`: often near one of its ends, where headers are.
    pub(crate) fn place(&mut self, length: usize) -> usize {
        const NEAR: usize = 256;
        match self.below(4) {
            0 => self.below(length.min(NEAR)),
            1 => length.saturating_sub(1 + self.below(length.min(NEAR))),
            _ => self.below(length),
        }
    }

    /// A length from 1 to about `most`; short ones are likelier.
    pub(crate) fn length(&mut self, most: usize) -> usize {
        let most = match self.below(8) {
            0 => most,
            1 => most.min(1024),
            _ => most.min(16),
        };
        1 + self.below(most.max(1))
    }

    /// As [`length`](Self::length) up to `most`, but once in `count` times up to `rarely`.
    pub(crate) fn length_or(&mut self, most: usize, count: usize, rarely: usize) -> usize {
        let most = if self.one_in(count) { rarely } else { most };
        self.length(most)
    }
}
