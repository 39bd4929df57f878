//! Buffers that a thread keeps between steps.
//!
//! A step needs the same buffers as the one before. Fresh ones would have to be cleared, and large
//! ones asked from the system page by page, each time.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

thread_local! {
    static FREE: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
}

/// Buffers that a thread keeps at most.
const KEPT: usize = 8;
/// Values of the largest buffer that is kept, 64 MiB.
const LARGEST: usize = 1 << 24;

/// A buffer that goes back to its thread when dropped.
pub(crate) struct Scratch {
    /// Longer than asked for where its last user needed more.
    buffer: Vec<f32>,
    len: usize,
}

impl Scratch {
    /// `len` values: whatever the buffer's last user left there, or zeros.
    pub(crate) fn new(len: usize) -> Self {
        let mut buffer = FREE.with_borrow_mut(|free| {
            // The smallest that is large enough, else the largest.
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
        let mut scratch = Self::new(len);
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
        // A thread that is ending has no list any more.
        let _ = FREE.try_with(|free| {
            let mut free = free.borrow_mut();
            if free.len() < KEPT && buffer.len() <= LARGEST {
                free.push(buffer);
            }
        });
    }
}
