//! A panic is a bug of ours or of the framework; it still ends in one line.

use std::any::Any;
use std::panic::PanicHookInfo;
use std::sync::Mutex;

static LAST: Mutex<Option<String>> = Mutex::new(None);

/// Keeps panics from printing; [`words`] tells of them. `RUST_BACKTRACE` brings the print back.
pub fn keep_quiet() {
    if std::env::var_os("RUST_BACKTRACE").is_some() {
        return;
    }
    std::panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        let place = info.location().map(ToString::to_string);
        let message = info.payload_as_str().unwrap_or("a panic without words");
        let text = format!("{message} (at {})", place.unwrap_or_default());
        if let Ok(mut last) = LAST.lock() {
            // The first panic of a run is the cause; later ones follow from it.
            last.get_or_insert(text);
        }
    }));
}

/// What a caught panic said, and where the first one of the process was.
pub fn words(payload: &(dyn Any + Send)) -> String {
    let said = payload
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| payload.downcast_ref::<String>().cloned());
    let first = LAST.lock().ok().and_then(|last| last.clone());
    first
        .or(said)
        .unwrap_or_else(|| "a panic without words".into())
}
