//! Memory of large results, kept for the next step.
//!
//! A step makes the same large tensors as the step before. Fresh memory would be cleared by the
//! system, page by page as it is touched, and then cleared again by the allocation; together that
//! took a sixth of a step. So results come from a pool, and go back to it when Burn drops the tensor.

use std::mem::MaybeUninit;
use std::sync::{Mutex, PoisonError};

use burn::tensor::Bytes;
use burn_std::{AccessError, AccessPolicy, AllocationController, AllocationProperty};

/// Buffers that wait for their next use at most: more than a step of a small network has.
const KEPT: usize = 24;
/// Values below which the allocator is as good.
const SMALLEST: usize = 1 << 14;

/// The longest unused first.
static FREE: Mutex<Vec<Vec<f32>>> = Mutex::new(Vec::new());

fn free() -> std::sync::MutexGuard<'static, Vec<Vec<f32>>> {
    // A list of buffers is valid whoever panicked.
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A buffer of `len` values, which may be anything: all of them are to be written.
pub(crate) fn take(len: usize) -> Vec<f32> {
    if len >= SMALLEST {
        let mut free = free();
        // A buffer of the same length is one of the step before.
        if let Some(index) = free.iter().rposition(|buffer| buffer.len() == len) {
            return free.remove(index);
        }
    }
    vec![0.0; len]
}

/// Keeps a buffer for [`take`].
pub(crate) fn give_back(buffer: Vec<f32>) {
    if buffer.len() < SMALLEST {
        return;
    }
    let mut free = free();
    let evicted = (free.len() == KEPT).then(|| free.remove(0));
    free.push(buffer);
    drop(free);
    // A large buffer goes back to the system page by page; nobody should wait for that.
    drop(evicted);
}

/// The bytes of a tensor, whose memory goes back to the pool with it.
pub(crate) fn into_bytes(values: Vec<f32>) -> Bytes {
    if values.len() < SMALLEST {
        return Bytes::from_elems(values);
    }
    let len = size_of_val(values.as_slice());
    // SAFETY: the controller's memory is `len` bytes long and initialised.
    #[expect(
        unsafe_code,
        reason = "Burn offers no safe way to own a tensor's memory"
    )]
    unsafe {
        Bytes::from_controller(Box::new(Pooled(values)), len)
    }
}

/// Memory that goes back to the pool when dropped.
struct Pooled(Vec<f32>);

impl Drop for Pooled {
    fn drop(&mut self) {
        give_back(std::mem::take(&mut self.0));
    }
}

impl AllocationController for Pooled {
    fn alloc_align(&self) -> usize {
        align_of::<f32>()
    }

    fn property(&self) -> AllocationProperty {
        AllocationProperty::Native
    }

    #[expect(unsafe_code, reason = "the trait says so; nothing unsafe happens here")]
    unsafe fn memory_mut(
        &mut self,
        _policy: AccessPolicy,
    ) -> Result<&mut [MaybeUninit<u8>], AccessError> {
        let bytes = bytemuck::cast_slice_mut::<f32, u8>(&mut self.0);
        let (start, len) = (bytes.as_mut_ptr().cast(), bytes.len());
        // SAFETY: initialised memory seen as memory that may be uninitialised; the caller promises
        // to write nothing but initialised values.
        Ok(unsafe { std::slice::from_raw_parts_mut(start, len) })
    }

    fn memory(&self, _policy: AccessPolicy) -> Result<&[MaybeUninit<u8>], AccessError> {
        let bytes = bytemuck::cast_slice::<f32, u8>(&self.0);
        // SAFETY: initialised memory seen as memory that may be uninitialised.
        #[expect(unsafe_code, reason = "`MaybeUninit` has no safe view of a slice")]
        Ok(unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One test, because tests share the pool and would push out each other's buffers.
    #[test]
    fn a_dropped_tensor_s_memory_is_used_again_and_the_pool_stays_small() {
        // A length that no other test uses.
        let len = SMALLEST + 12_345;
        let buffer = vec![1.5; len];
        let address = buffer.as_ptr();
        let bytes = into_bytes(buffer);
        assert_eq!(bytes.len(), 4 * len);
        assert_eq!(bytemuck::cast_slice::<u8, f32>(&bytes), vec![1.5; len]);
        drop(bytes);
        let (again, fresh) = (take(len), take(len));
        assert_eq!(again.as_ptr(), address);
        assert_ne!(fresh.as_ptr(), address);
        for extra in 0..2 * KEPT {
            give_back(vec![0.0; SMALLEST + 34_567 + extra]);
        }
        assert!(free().len() <= KEPT);
    }

    #[test]
    fn bytes_can_be_written_to_and_copied() {
        let len = SMALLEST + 23_456;
        let mut bytes = into_bytes(vec![2.0; len]);
        bytes[..4].copy_from_slice(&7.0_f32.to_ne_bytes());
        let copy = bytes.clone();
        assert_eq!(bytemuck::cast_slice::<u8, f32>(&copy)[..2], [7.0, 2.0]);
        let values: Vec<f32> = copy.try_into_vec().unwrap();
        assert_eq!(values.len(), len);
    }
}
