//! The one file of the CUDA toolkit that the CUDA back end needs when it runs.
//!
//! Its compiler takes exponentials and logarithms from `libdevice.10.bc`. Without that file the first
//! sigmoid would fail in the middle of a step. So the file is looked for before training, in the places
//! where the back end looks.

use std::path::Path;

use crate::failure::Failure;

/// The file's folder within a toolkit.
const FOLDER: &str = "nvvm/libdevice";
/// The file within a toolkit.
const FILE: &str = "nvvm/libdevice/libdevice.10.bc";

/// Where the back end (cubecl-llvm 0.11.3) looks for a toolkit without `CUDA_PATH`. It takes the first one
/// that has the folder, even without the file.
#[cfg(feature = "cuda")]
const TOOLKITS: [&str; 4] = ["/usr/local/cuda", "/opt/cuda", "/usr/lib/cuda", "/usr"];

/// Returns an error if the back end will not find the file.
///
/// # Errors
/// [`Failure::Usage`] that names the places.
#[cfg(feature = "cuda")]
pub(crate) fn check() -> Result<(), Failure> {
    let cuda_path = std::env::var_os("CUDA_PATH").map(std::path::PathBuf::from);
    check_in(cuda_path.as_deref(), &TOOLKITS.map(Path::new))
}

fn check_in(cuda_path: Option<&Path>, toolkits: &[&Path]) -> Result<(), Failure> {
    let (places, named) = match cuda_path {
        Some(path) => (vec![path], "CUDA_PATH: "),
        None => (toolkits.to_vec(), ""),
    };
    let taken = places.iter().find(|place| place.join(FOLDER).is_dir());
    if taken.is_some_and(|place| place.join(FILE).is_file()) {
        return Ok(());
    }
    let places: Vec<String> = places
        .iter()
        .map(|place| place.display().to_string())
        .collect();
    Err(Failure::usage(
        format!(
            "{named}expected {FILE} for the CUDA back end, found none in {}",
            places.join(", ")
        ),
        "install the CUDA toolkit, or set CUDA_PATH to a folder that has this file, or use --device cpu",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_found_in_a_toolkit_and_missed_with_the_places_named() {
        let folder = tempfile::tempdir().unwrap();
        let [with, without, broken] =
            ["with", "without", "broken"].map(|name| folder.path().join(name));
        for toolkit in [&with, &broken] {
            std::fs::create_dir_all(toolkit.join(FOLDER)).unwrap();
        }
        std::fs::write(with.join(FILE), "").unwrap();

        assert!(check_in(None, &[&without, &with]).is_ok());
        assert!(check_in(Some(&with), &[&without]).is_ok());
        // The back end would take it, and fail.
        assert!(check_in(None, &[&broken, &with]).is_err());
        // A name that the user gave is the only place.
        let failure = check_in(Some(&without), &[&with]).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        let message = failure.to_string();
        assert!(message.starts_with("CUDA_PATH: expected nvvm"), "{message}");
        assert!(message.contains("without"), "{message}");
        assert!(failure.hint().contains("CUDA_PATH"));
    }
}
