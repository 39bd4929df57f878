//! How progress bars look. Each bar fills the rest of its line, so no line is wider than the terminal.

use std::fmt::Write;

use indicatif::{ProgressState, ProgressStyle};

use crate::run::watch::Counted;

/// The look of a bar that counts `counted`.
pub(crate) fn style(counted: Counted) -> ProgressStyle {
    ProgressStyle::with_template(template(counted))
        .expect("every template of this file is parsed by a test")
        .with_key("rate", rate)
        .progress_chars("━╸─")
}

fn template(counted: Counted) -> &'static str {
    match counted {
        Counted::Images => "{prefix:<15} {wide_bar} {pos}/{len}  {rate}  {eta} left  {msg}",
        Counted::ImagesOfEpoch => "{prefix:<15} {wide_bar} {pos}/{len}  {msg}",
        Counted::Epochs => "{prefix:<15} {wide_bar} {pos}/{len} epochs  {msg}",
        Counted::Bytes => {
            "{prefix:<15} {wide_bar} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left"
        }
        Counted::Files => "{prefix:<15} {wide_bar} {pos}/{len} files  {eta} left",
        Counted::FilesToFind => "{prefix:<15} finding the files",
        Counted::Fingerprint => "{prefix:<15} of {len} images",
    }
}

/// A rate in whole numbers. Decimals of a rate that changes all the time say nothing.
fn rate(state: &ProgressState, text: &mut dyn Write) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{:.0}/s", state.per_sec());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_look_can_be_parsed() {
        for counted in [
            Counted::Images,
            Counted::ImagesOfEpoch,
            Counted::Epochs,
            Counted::Bytes,
            Counted::Files,
            Counted::FilesToFind,
            Counted::Fingerprint,
        ] {
            style(counted);
        }
    }
}
