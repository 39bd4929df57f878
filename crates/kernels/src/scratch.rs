//! Temporary buffers that each thread reuses.
//!
//! Each training step needs the same temporary buffers as the step before. A new allocation would
//! have to be cleared, and the system would have to provide large ones page by page.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

thread_local! {
    static FREE: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
}

/// The most free buffers kept per thread. A kernel uses fewer at once.
const MOST_FREE: usize = 12;
/// Values in the largest buffer kept: 64 MiB.
const MOST_VALUES: usize = 1 << 24;

/// A buffer that becomes free for its thread when it is dropped.
pub(crate) struct Scratch {
    /// At least `len` values. Longer if an earlier user needed more.
    buffer: Vec<f32>,
    len: usize,
}

impl Scratch {
    /// `len` unspecified values: zeros, or what an earlier user left.
    pub(crate) fn uncleared(len: usize) -> Self {
        let mut buffer = FREE.with_borrow_mut(|free| {
            // The smallest buffer that is large enough, or else the largest.
            let fitting = |buffer: &Vec<f32>| (buffer.len() < len, buffer.len());
            let best = (0..free.len()).min_by_key(|&index| {
                let (small, length) = fitting(&free[index]);
                (small, if small { usize::MAX - length } else { length })
            });
            best.map_or_else(Vec::new, |index| free.swap_remove(index))
        });
        if buffer.len() < len {
            buffer.resize(len, 0.0);
        }
        Self { buffer, len }
    }

    /// `len` zeros.
    pub(crate) fn zeros(len: usize) -> Self {
        let mut scratch = Self::uncleared(len);
        scratch.fill(0.0);
        scratch
    }
}

impl Deref for Scratch {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.buffer[..self.len]
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.buffer[..self.len]
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        if buffer.len() > MOST_VALUES {
            return;
        }
        // A thread that is ending no longer has a list.
        let _ = FREE.try_with(|free| {
            let mut free = free.borrow_mut();
            free.push(buffer);
            if free.len() > MOST_FREE {
                // A larger buffer serves smaller requests too.
                let smallest = (0..free.len()).min_by_key(|&index| free[index].len());
                smallest.map(|index| free.swap_remove(index));
            }
        });
    }
}

#[cfg(test)]
mod tests;
