//! How much memory decoding may take, of one picture and of all that are decoded at the same time.

use std::sync::{Condvar, Mutex, PoisonError};

/// The most bytes that decoding one picture may take: 512 MiB.
pub(super) const MAX_PICTURE_BYTES: u64 = 512 << 20;

/// The files that are held while they are decoded. With [`DECODING`], 1 GiB.
pub(super) static FILES: Budget = Budget::new(256 << 20);
/// The pixels and coefficients of pictures that are being decoded.
///
/// A thread takes its share of [`FILES`] first and of this one second, so that no two threads wait for
/// each other.
pub(super) static DECODING: Budget = Budget::new(768 << 20);

/// A number of bytes that threads share. A thread waits until its share is free.
pub(super) struct Budget {
    total: u64,
    free: Mutex<u64>,
    returned: Condvar,
}

impl Budget {
    /// A budget of `total` bytes, all free.
    pub(super) const fn new(total: u64) -> Self {
        Self {
            total,
            free: Mutex::new(total),
            returned: Condvar::new(),
        }
    }

    /// Waits until `bytes` are free and takes them. More than the total counts as the total.
    pub(super) fn take(&self, bytes: u64) -> Share<'_> {
        let bytes = bytes.min(self.total);
        // A number cannot be left half changed by a thread that panicked.
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self
            .returned
            .wait_while(free, |free| *free < bytes)
            .unwrap_or_else(PoisonError::into_inner);
        *free -= bytes;
        Share {
            budget: self,
            bytes,
        }
    }
}

/// Bytes of a [`Budget`], which are free again when this is dropped.
pub(super) struct Share<'a> {
    budget: &'a Budget,
    bytes: u64,
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let free = self.budget.free.lock();
        *free.unwrap_or_else(PoisonError::into_inner) += self.bytes;
        self.budget.returned.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn threads_never_hold_more_than_the_total() {
        let budget = Budget::new(10);
        let held = AtomicU64::new(0);
        thread::scope(|scope| {
            for bytes in [1, 3, 4, 6, 10, 25] {
                let (budget, held) = (&budget, &held);
                scope.spawn(move || {
                    for _ in 0..200 {
                        let share = budget.take(bytes);
                        let now = held.fetch_add(share.bytes, Ordering::SeqCst) + share.bytes;
                        assert!(now <= 10, "{now}");
                        held.fetch_sub(share.bytes, Ordering::SeqCst);
                    }
                });
            }
        });
        drop(budget.take(10));
    }
}
