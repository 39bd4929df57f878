//! The images on which a weights file is evaluated.

use std::path::Path;

use mixup_data::{CIFAR10_CLASSES, DataError, ImageRequest, ImageSet, ImageShape};

use crate::failure::Failure;
use crate::run::data::DataSource;
use crate::run::data_place::recorded_source;
use crate::run::loaded_network::LoadedNetwork;
use crate::run::recorded::read_info;
use crate::run::resume::check_fingerprint;
use crate::run::watch::Watch;

/// How many names of classes a message has at most.
const NAMES: usize = 4;

/// Images for a network, and the name of the layout of their files.
pub(crate) struct WeightsData {
    /// The images.
    pub images: ImageSet,
    /// The name of the layout.
    pub layout: String,
}

/// The images for `network`, whose weights lie at `weights`: those that `asked` names, else those of the run
/// that the file lies in, else CIFAR-10 for a network with its classes.
///
/// # Errors
/// [`Failure::Usage`] if nothing says which images these are, if the run's data has changed, or if the data
/// has another number of classes or, unless `any_names`, other names of classes than the file; [`Failure`] if the
/// data cannot be used.
pub(crate) fn load(
    weights: &Path,
    network: &LoadedNetwork,
    asked: Option<&DataSource>,
    any_names: bool,
    watch: &dyn Watch,
) -> Result<WeightsData, Failure> {
    let folder = weights.parent().unwrap_or(Path::new(""));
    let request = request(network);
    let loaded = match asked {
        Some(source) => source.load(&request, watch)?,
        None => match of_run(folder, &request, watch)? {
            Some(found) => return checked(found, weights, network, any_names, watch),
            None if network.class_names() == CIFAR10_CLASSES => {
                DataSource::Cifar10.load(&request, watch)?
            }
            None => return Err(unknown(weights, network)),
        },
    };
    let data = WeightsData {
        images: loaded.images,
        layout: loaded.layout,
    };
    checked(data, weights, network, any_names, watch)
}

/// What is asked of the images: the shape that the network takes, and the test images that it was tested on.
fn request(network: &LoadedNetwork) -> ImageRequest {
    let ImageShape {
        channels,
        height,
        width,
    } = network.shape;
    ImageRequest {
        size: Some([height, width]),
        resize: network.note.resize,
        channels: Some(channels),
        split: network.note.split,
    }
}

/// The images of the run in `folder`, if it is a run folder.
fn of_run(
    folder: &Path,
    request: &ImageRequest,
    watch: &dyn Watch,
) -> Result<Option<WeightsData>, Failure> {
    let Some(info) = read_info(folder)? else {
        return Ok(None);
    };
    let source = recorded_source(folder, &info)?;
    let loaded = match source.load(request, watch) {
        // The run may have been copied from another machine. CIFAR-10 is the same everywhere.
        Err(Failure::Data(DataError::Missing { path })) if info.classes == CIFAR10_CLASSES => {
            watch.say(&format!(
                "note: {} is not here, so CIFAR-10 is taken",
                path.display()
            ));
            DataSource::Cifar10.load(request, watch)?
        }
        other => other?,
    };
    let (images, data) = loaded.identified(watch);
    check_fingerprint(&info, &data)?;
    let layout = data.layout;
    Ok(Some(WeightsData { images, layout }))
}

/// `data`, if the network can be evaluated on it.
fn checked(
    data: WeightsData,
    weights: &Path,
    network: &LoadedNetwork,
    any_names: bool,
    watch: &dyn Watch,
) -> Result<WeightsData, Failure> {
    let (expected, found) = (network.class_names(), &data.images.classes);
    if network.classes != found.len() {
        return Err(Failure::usage(
            format!(
                "{}: expected data with {} classes, found {} ({})",
                weights.display(),
                network.classes,
                found.len(),
                in_short(found)
            ),
            "give the data that the network was trained on with --data",
        ));
    }
    if expected == *found {
        return Ok(data);
    }
    if any_names || !network.has_note {
        watch.say("note: the data's class names are not those that the network was trained on");
        return Ok(data);
    }
    Err(Failure::usage(
        format!(
            "{}: expected data with the classes {}, found {}",
            weights.display(),
            in_short(&expected),
            in_short(found)
        ),
        "give the data that the network was trained on with --data, or add --force if these are other names for the same classes",
    ))
}

/// The failure of weights that do not say which data they belong to.
fn unknown(weights: &Path, network: &LoadedNetwork) -> Failure {
    Failure::usage(
        format!(
            "{}: expected --data for a network with the classes {}, found none",
            weights.display(),
            in_short(&network.class_names())
        ),
        "give the data that the network was trained on with --data",
    )
}

/// The first names, and how many there are more.
fn in_short(names: &[String]) -> String {
    let first = names[..names.len().min(NAMES)].join(", ");
    match names.len().saturating_sub(NAMES) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_of_names_is_shortened() {
        let names: Vec<String> = ["a", "b", "c", "d", "e", "f"].map(String::from).into();
        assert_eq!(in_short(&names), "a, b, c, d and 2 more");
        assert_eq!(in_short(&names[..4]), "a, b, c, d");
        assert_eq!(in_short(&[]), "");
    }
}
