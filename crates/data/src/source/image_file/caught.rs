//! Turns a panic of a decoder into an error.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Whether this thread is in a decoder, whose panics are not printed.
    static DECODES: Cell<bool> = const { Cell::new(false) };
}

/// Runs a decoder; `None` if it panics.
///
/// The decoders of TIFF, GIF and WebP index and copy by sizes that a damaged file gives them, in more places than
/// can be checked before. `decode` must only make values that are dropped when it panics.
pub(crate) fn caught<T>(decode: impl FnOnce() -> T) -> Option<T> {
    static SET: Once = Once::new();
    SET.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !DECODES.get() {
                before(info);
            }
        }));
    });
    let outer = DECODES.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(decode));
    DECODES.set(outer);
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_nothing() {
        assert_eq!(caught(|| 3), Some(3));
        assert_eq!(caught(|| -> u8 { panic!("a damaged file") }), None);
        assert!(!DECODES.get());
    }
}
