//! The name of an experiment.

use std::path::Path;

use super::published;

/// The name of the experiment in `file`: the file's name without its extension, or the last part of the name of an
/// experiment that the program carries.
pub(crate) fn experiment_name(file: &Path) -> String {
    if let Some(experiment) = published::find(file) {
        // It has no extension: what follows the dot in `dose/alpha-0.1` belongs to the name.
        let last = experiment.name.rsplit('/').next();
        return last.unwrap_or(experiment.name).to_owned();
    }
    let stem = file.file_stem().unwrap_or(file.as_os_str());
    stem.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_extension_are_no_part_of_the_name() {
        let name = experiment_name(Path::new("experiments/batch-norm.toml"));
        assert_eq!(name, "batch-norm");
    }

    #[test]
    fn only_the_last_extension_is_cut_off() {
        assert_eq!(experiment_name(Path::new("alpha-0.2.toml")), "alpha-0.2");
    }

    #[test]
    fn a_name_has_no_extension() {
        assert_eq!(experiment_name(Path::new("dose/alpha-0.1")), "alpha-0.1");
        assert_eq!(experiment_name(Path::new("mixup")), "mixup");
    }

    #[test]
    fn a_path_without_a_file_name_is_its_own_name() {
        assert_eq!(experiment_name(Path::new("..")), "..");
    }
}
