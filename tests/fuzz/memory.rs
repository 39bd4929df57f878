//! Counts the memory of this process, and ends it with a report when a case takes too much.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::case;

/// The system's allocator, counted.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes that are allocated now.
static BYTES: AtomicUsize = AtomicUsize::new(0);
/// The most bytes since [`begin`].
static PEAK: AtomicUsize = AtomicUsize::new(0);
/// The number of bytes that may not be exceeded.
static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);

fn add(size: usize) {
    let bytes = BYTES.fetch_add(size, Ordering::Relaxed) + size;
    PEAK.fetch_max(bytes, Ordering::Relaxed);
    // Making the report needs memory too, so the limit holds only once.
    if bytes > LIMIT.load(Ordering::Relaxed)
        && LIMIT.swap(usize::MAX, Ordering::Relaxed) != usize::MAX
    {
        case::abort(&format!(
            "more memory than it may take; the last request was for {size} bytes"
        ));
    }
}

fn remove(size: usize) {
    BYTES.fetch_sub(size, Ordering::Relaxed);
}

// SAFETY: every call is passed on as it is; only sizes are counted.
#[expect(unsafe_code, reason = "the only way to count memory")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        remove(layout.size());
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // The system may need both for a moment, but pages are moved and not copied when they are many.
        remove(layout.size());
        add(size);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Allows `more` bytes from now on.
pub(crate) fn begin(more: usize) {
    let bytes = BYTES.load(Ordering::Relaxed);
    PEAK.store(bytes, Ordering::Relaxed);
    LIMIT.store(bytes + more, Ordering::Relaxed);
}

/// Lifts the limit, and returns the most bytes that were taken since [`begin`] allowed `more`.
pub(crate) fn end(more: usize) -> usize {
    let limit = LIMIT.swap(usize::MAX, Ordering::Relaxed);
    PEAK.load(Ordering::Relaxed)
        .saturating_sub(limit.saturating_sub(more))
}
