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

/// The most free buffers kept. One step of a small network needs fewer.
const MOST_FREE: usize = 24;
/// For fewer values, the allocator is as fast.
const FEWEST_VALUES: usize = 1 << 14;

/// The free buffers; the one that was returned first comes first.
static FREE: Mutex<Vec<Vec<f32>>> = Mutex::new(Vec::new());

fn free() -> std::sync::MutexGuard<'static, Vec<Vec<f32>>> {
    // A panic elsewhere cannot leave a list of buffers in an invalid state.
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A buffer of `len` unspecified values. The caller overwrites all of them.
pub(crate) fn take(len: usize) -> Vec<f32> {
    if len >= FEWEST_VALUES {
        let mut free = free();
        // The step before left a buffer of exactly this length. The last one returned is the most
        // likely to be in the cache.
        if let Some(index) = free.iter().rposition(|buffer| buffer.len() == len) {
            return free.remove(index);
        }
    }
    vec![0.0; len]
}

/// Returns a buffer to the list, for a later [`take`].
pub(crate) fn give_back(buffer: Vec<f32>) {
    if buffer.len() < FEWEST_VALUES {
        return;
    }
    let mut free = free();
    let evicted = (free.len() == MOST_FREE).then(|| free.remove(0));
    free.push(buffer);
    drop(free);
    // The system takes a large buffer back page by page, so the lock is released first.
    drop(evicted);
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
