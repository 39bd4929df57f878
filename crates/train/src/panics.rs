//! A panic is a bug of ours or of the framework; it still ends in one line.

use std::panic::PanicHookInfo;
use std::sync::Mutex;

static LAST: Mutex<Option<String>> = Mutex::new(None);

/// Keeps panics from printing; [`last`] tells of them. `RUST_BACKTRACE` brings the print back.
pub fn keep_quiet() {
    if std::env::var_os("RUST_BACKTRACE").is_some() {
        return;
    }
    std::panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        let place = info.location().map(ToString::to_string);
        let message = info.payload_as_str().unwrap_or("a panic without words");
        let text = format!("{message} (at {})", place.unwrap_or_default());
        if let Ok(mut last) = LAST.lock() {
            // The first panic of a run is the cause; those behind it are its echo.
            last.get_or_insert(text);
        }
    }));
}

/// What the first panic said, and where it was.
pub fn last() -> Option<String> {
    LAST.lock().ok()?.clone()
}
