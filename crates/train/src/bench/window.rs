//! How many images the benchmark trains on. One epoch over them is one window.

use mixup_data::ImageRequest;

use crate::device::selected::{DeviceKind, SelectedDevice};
use crate::failure::Failure;
use crate::run::data::{DataSource, Loaded};
use crate::run::packed_data::PackedUse;
use crate::run::watch::Watch;

/// Default images in a window on a CPU; takes seconds on two cores.
const CPU_WINDOW: usize = 512;
/// Default images in a window on a GPU; takes a tenth of a second.
const GPU_WINDOW: usize = 12_800;
/// Test images, although the tests are not measured.
const TEST_IMAGES: usize = 16;

/// The default number of images in a window on `device`, before it is cut to whole batches.
pub(crate) fn usual_window(device: &SelectedDevice) -> usize {
    if device.kind == DeviceKind::Gpu {
        GPU_WINDOW
    } else {
        CPU_WINDOW
    }
}

/// The images to train on, and their number: `asked`, or else about `usual` in whole batches.
///
/// # Errors
/// [`Failure::Usage`] if they would not fill a batch or the source has too few; any [`Failure`] of
/// loading.
pub(crate) fn measured_images(
    data: &DataSource,
    (request, packed): (&ImageRequest, PackedUse),
    asked: Option<usize>,
    usual: usize,
    batch_size: usize,
    watch: &dyn Watch,
) -> Result<(Loaded, usize), Failure> {
    // Checked before the data is loaded, which may need a download.
    let unlimited = window(asked, usual, batch_size, None)?;
    let built_in = match data {
        DataSource::Synthetic => Some(DataSource::synthetic_as(unlimited, TEST_IMAGES, request)),
        DataSource::SyntheticShapes => Some(DataSource::synthetic_shapes(
            unlimited,
            TEST_IMAGES,
            request,
        )),
        _ => None,
    };
    if let Some(loaded) = built_in {
        return Ok((loaded?, unlimited));
    }
    let mut loaded = data.load_as(request, packed, watch)?;
    let available = (loaded.images.train.len(), loaded.source.as_str());
    let window = window(asked, usual, batch_size, Some(available))?;
    loaded.images.train = loaded.images.train.first(window);
    loaded.images.test = loaded.images.test.first(TEST_IMAGES);
    Ok((loaded, window))
}

/// Images of a window. `available` is how many training images the source has, and its name.
fn window(
    asked: Option<usize>,
    usual: usize,
    batch_size: usize,
    available: Option<(usize, &str)>,
) -> Result<usize, Failure> {
    let whole_batches = |images: usize| (images / batch_size).max(1) * batch_size;
    let window = asked.unwrap_or_else(|| {
        let most = available.map_or(usize::MAX, |(images, _)| images);
        whole_batches(usual.min(most))
    });
    if window < batch_size {
        return Err(Failure::usage(
            format!("--images {window}: expected at least one batch of {batch_size} images"),
            "give more images, or smaller steps with --batch-size",
        ));
    }
    match available {
        Some((images, source)) if window > images => Err(Failure::usage(
            format!("{source}: expected at least {window} training images, found {images}"),
            "use a smaller --batch-size or --images, or --data synthetic for built-in images",
        )),
        _ => Ok(window),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(asked: Option<usize>, available: Option<usize>) -> Result<usize, String> {
        let available = available.map(|images| (images, "here"));
        window(asked, 512, 100, available).map_err(|failure| failure.to_string())
    }

    #[test]
    fn the_default_is_whole_batches() {
        assert_eq!(found(None, None), Ok(500));
    }

    #[test]
    fn the_default_shrinks_to_what_the_source_has() {
        assert_eq!(found(None, Some(399)), Ok(300));
    }

    #[test]
    fn the_default_is_at_least_one_batch() {
        assert_eq!(window(None, 512, 1024, None).unwrap(), 1024);
    }

    #[test]
    fn a_number_that_was_asked_for_is_not_cut_to_whole_batches() {
        assert_eq!(found(Some(450), Some(450)), Ok(450));
    }

    #[test]
    fn a_source_without_a_whole_batch_is_refused() {
        assert_eq!(
            found(None, Some(50)),
            Err("here: expected at least 100 training images, found 50".into())
        );
    }

    #[test]
    fn more_images_than_the_source_has_are_refused() {
        assert_eq!(
            found(Some(300), Some(200)),
            Err("here: expected at least 300 training images, found 200".into())
        );
    }

    #[test]
    fn fewer_images_than_a_batch_are_refused() {
        assert_eq!(
            found(Some(99), None),
            Err("--images 99: expected at least one batch of 100 images".into())
        );
    }

    #[test]
    fn built_in_images_are_made_to_measure() {
        let source = DataSource::Synthetic;
        let watch = &crate::run::watch::Unwatched;
        let as_it_is = (&ImageRequest::default(), PackedUse::default());
        let (loaded, count) = measured_images(&source, as_it_is, Some(30), 512, 10, watch).unwrap();
        assert_eq!((loaded.images.train.len(), count), (30, 30));
        assert_eq!(loaded.images.test.len(), TEST_IMAGES);
    }
}
