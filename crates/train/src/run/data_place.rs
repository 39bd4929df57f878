//! Where the images of a run lie, also after run and images were moved together.

use std::path::{Component, Path, PathBuf};

use crate::failure::Failure;
use crate::run::data::DataSource;
use crate::run::record::RunInfo;

/// The way from the run folder at `run` to the images at `data`, a value of `--data`. `None` if these are no
/// files, or if there is no such way.
pub(crate) fn way_from_run(run: &Path, data: &str) -> Option<String> {
    let Ok(DataSource::Path(data)) = DataSource::parse(data) else {
        return None;
    };
    let (run, data) = (absolute(run)?, absolute(&data)?);
    let (mut from, mut to) = (run.components().peekable(), data.components().peekable());
    let mut shared = 0;
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
        shared += 1;
    }
    // Other drives share nothing.
    if shared == 0 {
        return None;
    }
    let up = from.map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(to).collect();
    Some(way.to_str()?.into())
}

/// The images that the run at `run` began with: where its record says, else where they lie as seen from the run.
///
/// # Errors
/// [`Failure::Usage`] if the record names no images.
pub(crate) fn recorded_source(run: &Path, info: &RunInfo) -> Result<DataSource, Failure> {
    let recorded = DataSource::parse(&info.data).map_err(|expected| {
        Failure::usage(
            format!("{}: run.json: data: {expected}", run.display()),
            "name the data with --data",
        )
    })?;
    if let (DataSource::Path(path), Some(way)) = (&recorded, &info.data_from_run)
        && !path.exists()
    {
        let moved = run.join(way);
        if moved.exists() {
            return Ok(DataSource::Path(moved));
        }
    }
    Ok(recorded)
}

/// `path` from the root, without `.` and `..`.
fn absolute(path: &Path) -> Option<PathBuf> {
    let mut clean = PathBuf::new();
    for component in std::path::absolute(path).ok()?.components() {
        match component {
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    Some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[track_caller]
    fn assert_way(run: &str, data: &str, way: &str) {
        assert_eq!(way_from_run(Path::new(run), data).as_deref(), Some(way));
    }

    #[cfg(unix)]
    #[test]
    fn images_next_to_the_folder_of_runs() {
        assert_way("/home/ada/runs/a", "/home/ada/data", "../../data");
    }

    #[cfg(unix)]
    #[test]
    fn images_inside_the_run() {
        assert_way("/home/ada/a", "/home/ada/a/data", "data");
    }

    #[cfg(unix)]
    #[test]
    fn a_run_named_by_way_of_its_parent() {
        assert_way("/home/ada/../bob/a", "/home/bob/data", "../data");
    }

    #[test]
    fn built_in_images_have_no_place() {
        assert_eq!(way_from_run(Path::new("run"), "synthetic"), None);
        assert_eq!(way_from_run(Path::new("run"), "cifar10"), None);
    }
}
