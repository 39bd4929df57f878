//! Requires a place for a file that a command writes, so that it replaces no other kind of file.

use std::path::Path;

use crate::failure::Failure;
use crate::run::recorded::is_run;

/// A file that a command writes to a place of the user's choice.
pub(crate) struct OutputFile {
    /// The flag that names the place, such as `--onnx`.
    pub flag: &'static str,
    /// What the file is, such as `the model`.
    pub what: &'static str,
    /// The endings of such files. One that exists may be replaced.
    pub endings: &'static [&'static str],
    /// Whether the file may lie in a run folder, where it has a name that no file of a run has.
    pub may_be_in_run: bool,
    /// What to name in its place, after the flag.
    pub example: &'static str,
}

impl OutputFile {
    /// Requires `path` to be no file of a run, and no file of another ending that exists. `-` is no file.
    ///
    /// # Errors
    /// [`Failure::Usage`] that says what is there.
    pub(crate) fn check(&self, path: &Path) -> Result<(), Failure> {
        let place = std::path::absolute(path).unwrap_or_else(|_| path.into());
        let ending = place.extension().and_then(|ending| ending.to_str());
        let is_own = ending.is_some_and(|ending| {
            let mut endings = self.endings.iter();
            endings.any(|own| own.eq_ignore_ascii_case(ending))
        });
        let in_run = place.parent().is_some_and(is_run);
        let found = if path == Path::new("-") {
            "-, which is no file".to_owned()
        } else if in_run && !(is_own && self.may_be_in_run) {
            "a place in a run folder".into()
        } else if place.is_file() && !is_own {
            format!("a file that is no .{}", self.endings[0])
        } else {
            return Ok(());
        };
        Err(self.refusal(path, &found))
    }

    /// The failure for a place where something else was found.
    pub(crate) fn refusal(&self, path: &Path, found: &str) -> Failure {
        let Self {
            flag,
            what,
            example,
            ..
        } = self;
        Failure::usage(
            format!(
                "{flag} {}: expected a file for {what}, found {found}",
                path.display()
            ),
            format!("name another file after {flag}, {example}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::write_whole;

    const MODEL: OutputFile = OutputFile {
        flag: "--onnx",
        what: "the model",
        endings: &["onnx"],
        may_be_in_run: true,
        example: "such as model.onnx",
    };

    #[track_caller]
    fn assert_refused(place: &OutputFile, path: &Path, found: &str) {
        let failure = place.check(path).unwrap_err().to_string();
        assert!(
            failure.ends_with(&format!("expected a file for the model, found {found}")),
            "{failure}"
        );
    }

    #[test]
    fn a_file_replaces_only_its_kind() {
        let folder = tempfile::tempdir().unwrap();
        let [weights, old] = ["model.safetensors", "old.ONNX"].map(|name| folder.path().join(name));
        write_whole(&weights, b"old").unwrap();
        write_whole(&old, b"old").unwrap();
        assert!(MODEL.check(&old).is_ok());
        assert!(MODEL.check(&folder.path().join("new")).is_ok());
        assert_refused(&MODEL, &weights, "a file that is no .onnx");
        assert_refused(&MODEL, Path::new("-"), "-, which is no file");
    }

    #[test]
    fn files_of_a_run_are_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        write_whole(&folder.path().join("run.json"), b"{}").unwrap();
        assert!(MODEL.check(&folder.path().join("new.onnx")).is_ok());
        assert_refused(
            &MODEL,
            &folder.path().join("new"),
            "a place in a run folder",
        );
        let elsewhere = OutputFile {
            may_be_in_run: false,
            ..MODEL
        };
        let new = folder.path().join("new.onnx");
        assert_refused(&elsewhere, &new, "a place in a run folder");
    }
}
