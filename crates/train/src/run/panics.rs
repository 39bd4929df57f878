//! Turns a panic into a one-line message. A panic is a bug of this program or of the framework.

use std::any::Any;
use std::panic::PanicHookInfo;
use std::sync::Mutex;

static LAST: Mutex<Option<String>> = Mutex::new(None);

/// Keeps panics from printing, because [`words`] reports them. With `RUST_BACKTRACE` set they still print.
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

/// Returns the message and the location of the process's first panic, else the message in `payload`.
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
