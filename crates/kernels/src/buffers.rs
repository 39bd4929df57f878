//! Memory for large results, reused from step to step.
//!
//! Each training step creates the same large tensors as the step before. The system clears fresh
//! memory page by page when it is first touched, and the allocation then clears it again; together
//! that took a sixth of a step. Results therefore use buffers from a list of free ones, and return
//! them when Burn drops the tensor.

use std::mem::MaybeUninit;
use std::sync::{Mutex, PoisonError};

use burn::tensor::Bytes;
use burn_std::{AccessError, AccessPolicy, AllocationController, AllocationProperty};

/// For fewer values, the allocator is as fast.
const FEWEST_VALUES: usize = 1 << 14;

/// The pool of all threads.
static POOL: Mutex<Pool> = Mutex::new(Pool::new());

/// Free buffers, and how much memory the used ones take.
///
/// Free and used buffers together never have more than [`SHARE`] times the values that the used ones
/// had at most. What a step needs stays; what another shape left is dropped, the oldest first.
struct Pool {
    /// The one that was returned first comes first.
    free: Vec<Vec<f32>>,
    /// Values of all free buffers.
    free_values: usize,
    /// Values of the buffers that were taken and not yet returned.
    used_values: usize,
    /// The most that [`Self::used_values`] was.
    most_used_values: usize,
}

/// The most values of all buffers, as a multiple of the most used ones.
///
/// Buffers are reused only for exactly their length, so a step whose results have many lengths needs
/// more buffers than it uses at any one time: 1.1 to 1.4 times as much in a simulated step of the networks
/// here.
const SHARE: usize = 2;

impl Pool {
    const fn new() -> Self {
        Self {
            free: Vec::new(),
            free_values: 0,
            used_values: 0,
            most_used_values: 0,
        }
    }

    /// A free buffer of exactly this length, and those that are too many if there is none. The last one
    /// returned is the most likely to be in the cache.
    fn take(&mut self, len: usize) -> (Option<Vec<f32>>, Vec<Vec<f32>>) {
        self.used_values += len;
        self.most_used_values = self.most_used_values.max(self.used_values);
        let index = self.free.iter().rposition(|buffer| buffer.len() == len);
        let found = index.map(|index| {
            self.free_values -= len;
            self.free.remove(index)
        });
        (found, self.surplus())
    }

    /// Adds a buffer, and returns those that are too many.
    fn give_back(&mut self, buffer: Vec<f32>) -> Vec<Vec<f32>> {
        // A buffer may come that was not taken from the pool.
        self.used_values = self.used_values.saturating_sub(buffer.len());
        self.free_values += buffer.len();
        self.free.push(buffer);
        self.surplus()
    }

    /// Removes the oldest free buffers while all are too many.
    fn surplus(&mut self) -> Vec<Vec<f32>> {
        let mut dropped = vec![];
        while !self.free.is_empty()
            && self.free_values + self.used_values > SHARE * self.most_used_values
        {
            let oldest = self.free.remove(0);
            self.free_values -= oldest.len();
            dropped.push(oldest);
        }
        dropped
    }
}

fn pool() -> std::sync::MutexGuard<'static, Pool> {
    // A panic elsewhere cannot leave the pool in an invalid state.
    POOL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A buffer of `len` unspecified values. The caller overwrites all of them.
pub(crate) fn take(len: usize) -> Vec<f32> {
    if len < FEWEST_VALUES {
        return vec![0.0; len];
    }
    let (reused, dropped) = pool().take(len);
    // The system takes a large buffer back page by page, so the lock is released first.
    drop(dropped);
    reused.unwrap_or_else(|| vec![0.0; len])
}

/// Returns a buffer to the pool, for a later [`take`].
pub(crate) fn give_back(buffer: Vec<f32>) {
    if buffer.len() < FEWEST_VALUES {
        return;
    }
    let dropped = pool().give_back(buffer);
    // The system takes a large buffer back page by page, so the lock is released first.
    drop(dropped);
}

/// How many free buffers of this length there are.
#[cfg(test)]
pub(crate) fn free_buffers(len: usize) -> usize {
    let pool = pool();
    pool.free
        .iter()
        .filter(|buffer| buffer.len() == len)
        .count()
}

/// The values as a tensor's bytes. When the tensor is dropped, its memory becomes a free buffer.
pub(crate) fn into_bytes(values: Vec<f32>) -> Bytes {
    if values.len() < FEWEST_VALUES {
        return Bytes::from_elems(values);
    }
    let len = size_of_val(values.as_slice());
    // SAFETY: the controller's memory has `len` bytes, all initialised.
    #[expect(
        unsafe_code,
        reason = "Burn offers no safe way to own a tensor's memory"
    )]
    unsafe {
        Bytes::from_controller(Box::new(ReusedBuffer(values)), len)
    }
}

/// A tensor's memory, which becomes a free buffer when it is dropped.
struct ReusedBuffer(Vec<f32>);

impl Drop for ReusedBuffer {
    fn drop(&mut self) {
        give_back(std::mem::take(&mut self.0));
    }
}

impl AllocationController for ReusedBuffer {
    fn alloc_align(&self) -> usize {
        align_of::<f32>()
    }

    fn property(&self) -> AllocationProperty {
        AllocationProperty::Native
    }

    #[expect(unsafe_code, reason = "the trait declares this method unsafe")]
    unsafe fn memory_mut(
        &mut self,
        _policy: AccessPolicy,
    ) -> Result<&mut [MaybeUninit<u8>], AccessError> {
        let bytes = bytemuck::cast_slice_mut::<f32, u8>(&mut self.0);
        let (start, len) = (bytes.as_mut_ptr().cast(), bytes.len());
        // SAFETY: the slice views initialised memory as memory that may be uninitialised. The caller
        // promises to write only initialised values.
        Ok(unsafe { std::slice::from_raw_parts_mut(start, len) })
    }

    fn memory(&self, _policy: AccessPolicy) -> Result<&[MaybeUninit<u8>], AccessError> {
        let bytes = bytemuck::cast_slice::<f32, u8>(&self.0);
        // SAFETY: the slice views initialised memory as memory that may be uninitialised.
        #[expect(unsafe_code, reason = "`MaybeUninit` has no safe view of a slice")]
        Ok(unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len()) })
    }
}

#[cfg(test)]
mod tests;
