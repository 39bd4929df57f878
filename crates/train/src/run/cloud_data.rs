//! Point clouds of a folder or file, and what a user may not expect of them.

use std::path::Path;

use mixup_data::{CloudLayout, CloudRequest, ImageRequest, OpenedClouds, open_clouds, shown};

use crate::failure::Failure;
use crate::run::data::{Loaded, read_counting, source_of};
use crate::run::watch::Watch;

/// Reads the point clouds at `path`, as `request` asks for them, with a progress bar.
///
/// # Errors
/// [`Failure::Data`].
pub(crate) fn open(
    path: &Path,
    request: &ImageRequest,
    watch: &dyn Watch,
) -> Result<Loaded, Failure> {
    request.check_clouds(path)?;
    let asked = CloudRequest {
        points: request.points,
        split: request.split,
    };
    let opened = read_counting(&|progress| open_clouds(path, &asked, progress), watch)?;
    for note in notes(&opened, request.points.is_some()) {
        watch.say(&note);
    }
    Ok(Loaded {
        layout: opened.layout.to_string(),
        images: opened.clouds.into(),
        source: source_of(path),
        passed_over: opened.passed_over,
    })
}

/// One line for each thing that a user may not expect. `is_asked` says whether a number of points was asked for.
fn notes(opened: &OpenedClouds, is_asked: bool) -> Vec<String> {
    let size = opened.clouds.train.size();
    let points = match (opened.layout, opened.stored_points) {
        _ if is_asked => None,
        (CloudLayout::Off, _) => Some(format!(
            "note: {size} points are drawn on every mesh; an experiment can ask for others: points = 2048 under [data]"
        )),
        (CloudLayout::Texts, _) => Some(format!(
            "note: {size} points are taken of every cloud; an experiment can ask for others: points = 2048 under [data]"
        )),
        _ => None,
    };
    let place = opened.within.as_ref();
    let place = place.map(|within| format!("note: the clouds are those in {}", shown(within)));
    points.into_iter().chain(place).collect()
}

#[cfg(test)]
mod tests {
    use mixup_data::{TestOrigin, synthetic_shapes};

    use super::*;

    fn opened(layout: CloudLayout) -> OpenedClouds {
        OpenedClouds {
            layout,
            clouds: synthetic_shapes(1, 10, 10, 16),
            stored_points: None,
            test_origin: TestOrigin::Own,
            within: Some("set".into()),
            passed_over: vec![],
        }
    }

    #[test]
    fn a_number_of_points_that_nobody_asked_for_is_told() {
        let place = "note: the clouds are those in set";
        assert_eq!(notes(&opened(CloudLayout::Off), true), [place]);
        assert_eq!(notes(&opened(CloudLayout::Hdf5), false), [place]);
        let found = notes(&opened(CloudLayout::Off), false);
        assert!(
            found[0].starts_with("note: 16 points are drawn on every mesh"),
            "{found:?}"
        );
        assert_eq!(found.len(), 2);
    }
}
