//! The images on which a weights file is evaluated.

use std::path::Path;

use mixup_data::{
    CIFAR10_CLASSES, DataError, ImageRequest, SampleShape, SourceSet, TableRequest,
    are_same_classes, quoted,
};

use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::run::data::DataSource;
use crate::run::data_place::recorded_source;
use crate::run::file_names::EXPERIMENT;
use crate::run::loaded_network::LoadedNetwork;
use crate::run::packed_data::PackedUse;
use crate::run::plural::in_short;
use crate::run::record::RunInfo;
use crate::run::recorded::read_info;
use crate::run::resume::check_fingerprint;
use crate::run::watch::Watch;

/// Images for a network, and the name of the layout of their files.
pub(crate) struct WeightsData {
    /// The images.
    pub images: SourceSet,
    /// The name of the layout.
    pub layout: String,
}

/// Which images are taken, and how.
pub(crate) struct WeightsSource<'a> {
    /// What `--data` names.
    pub asked: Option<&'a DataSource>,
    /// How a packed set is used.
    pub packed: PackedUse,
    /// Which splits and columns are read, if they are not those of the training.
    pub table: TableRequest,
}

/// The images for `network`, whose weights lie at `weights`: those that `asked` names, else those of the run
/// that the file lies in, else CIFAR-10 for a network with its classes. `table` says which splits and columns are read,
/// if they are not those of the training. Nothing is downloaded unless `asked` says so.
///
/// # Errors
/// [`Failure::Usage`] if nothing says which images these are, if they are not on this machine, if the run's data has
/// changed, or if the data has another number of classes or, unless `any_names`, other names of classes than the file;
/// [`Failure`] if the data cannot be used.
pub(crate) fn load(
    weights: &Path,
    network: &LoadedNetwork,
    source: WeightsSource<'_>,
    any_names: bool,
    watch: &dyn Watch,
) -> Result<WeightsData, Failure> {
    let mut request = request(network);
    let WeightsSource {
        asked,
        packed,
        table,
    } = source;
    if !table.is_empty() {
        request = asked_of_a_table(request);
    }
    request.table = table.or(request.table);
    let loaded = match asked {
        Some(source) => source.load_as(&request, packed, watch)?,
        None => match of_run(weights, network, &request, packed, watch)? {
            Some(found) => return checked(found, weights, network, any_names, watch),
            None if network.class_names() != CIFAR10_CLASSES => {
                return Err(unknown(weights, network));
            }
            None if DataSource::CIFAR10.needs_download(&request) => {
                return Err(not_here(weights, &DataSource::CIFAR10));
            }
            None => DataSource::CIFAR10.load(&request, watch)?,
        },
    };
    let data = WeightsData {
        images: loaded.images,
        layout: loaded.layout,
    };
    checked(data, weights, network, any_names, watch)
}

/// What is asked of the images: the shape that the network takes, and the test images that it was tested on.
pub(crate) fn request(network: &LoadedNetwork) -> ImageRequest {
    let (images, points) = match network.shape {
        SampleShape::Image(shape) => (Some(shape), None),
        SampleShape::Cloud(shape) => (None, Some(shape.points)),
    };
    let note = &network.note;
    ImageRequest {
        size: images.map(|shape| [shape.height, shape.width]),
        resize: note.resize,
        channels: images.map(|shape| shape.channels),
        points,
        split: note.split,
        labels: note.labels,
        extra: false,
        set: note.set,
        table: note.table.clone(),
        is_remembered: true,
    }
}

/// The request for data with splits and columns, which the user has named. Nothing is passed over then.
fn asked_of_a_table(request: ImageRequest) -> ImageRequest {
    ImageRequest {
        labels: None,
        set: None,
        is_remembered: false,
        ..request
    }
}

/// The images of the run that the file at `weights` lies in, if it lies in one.
fn of_run(
    weights: &Path,
    network: &LoadedNetwork,
    request: &ImageRequest,
    packed: PackedUse,
    watch: &dyn Watch,
) -> Result<Option<WeightsData>, Failure> {
    let folder = weights.parent().unwrap_or(Path::new(""));
    let Some(info) = read_info(folder)? else {
        return Ok(None);
    };
    check_shape(weights, network, &info)?;
    let source = recorded_source(folder, &info)?;
    let request = &ImageRequest {
        // The fingerprint is that of all images.
        extra: has_extra(folder)?,
        ..request.clone()
    };
    if source.needs_download(request) {
        return Err(not_here(weights, &source));
    }
    let loaded = match source.load_as(request, packed, watch) {
        Err(Failure::Data(DataError::Missing { path })) => {
            let is_cifar10 = info.classes == CIFAR10_CLASSES;
            if !is_cifar10 || DataSource::CIFAR10.needs_download(request) {
                return Err(moved(weights, folder, &path));
            }
            // The run may have been copied from another machine. CIFAR-10 is the same everywhere.
            watch.say(&format!(
                "note: {} is not here, so CIFAR-10 is taken",
                path.display()
            ));
            DataSource::CIFAR10.load(request, watch)?
        }
        other => other?,
    };
    let (images, data) = loaded.identified(watch)?;
    check_fingerprint(&info, &data)?;
    let layout = data.layout;
    Ok(Some(WeightsData { images, layout }))
}

/// Refuses a network that takes images of another shape than those of the run that its file lies in. Residual
/// networks compute on images of any size, so that nothing else would notice it.
fn check_shape(weights: &Path, network: &LoadedNetwork, info: &RunInfo) -> Result<(), Failure> {
    if network.shape == info.shape {
        return Ok(());
    }
    let key = match network.note.shape {
        Some(_) => "the note in the file: shape: ",
        None => "",
    };
    Err(Failure::usage(
        format!(
            "{}: {key}expected {}, the shape of the images in run.json next to it, found {}",
            weights.display(),
            info.shape,
            network.shape
        ),
        "give the weights that the run wrote, or with --data the images that these weights are for",
    ))
}

/// `data`, if the network can be evaluated on it. Nothing makes images of clouds, or clouds of images.
fn checked(
    data: WeightsData,
    weights: &Path,
    network: &LoadedNetwork,
    any_names: bool,
    watch: &dyn Watch,
) -> Result<WeightsData, Failure> {
    let (expected, found) = (network.shape.plural(), data.images.test.shape().plural());
    if expected != found {
        return Err(Failure::usage(
            format!(
                "{}: expected data of {expected}, which the network takes, found {found}",
                weights.display()
            ),
            format!("give a set of {expected} with --data"),
        ));
    }
    check_classes(weights, network, &data.images.classes, any_names, watch)?;
    Ok(data)
}

/// Refuses data of other classes than the network's, by their number or, unless `any_names`, by their names.
pub(crate) fn check_classes(
    weights: &Path,
    network: &LoadedNetwork,
    found: &[String],
    any_names: bool,
    watch: &dyn Watch,
) -> Result<(), Failure> {
    let expected = network.class_names();
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
    if are_same_classes(&expected, found) {
        return Ok(());
    }
    if any_names || !network.has_note {
        watch.say("note: the data's class names are not those that the network was trained on");
        return Ok(());
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

/// The failure of a run whose images are no longer where it had them.
fn moved(weights: &Path, run: &Path, images: &Path) -> Failure {
    Failure::usage(
        format!(
            "{}: expected the images of the run {}, found no such file or folder",
            images.display(),
            run.display()
        ),
        format!(
            "say where they are now: mixup evaluate --weights {} --data PATH",
            quoted(weights)
        ),
    )
}

/// The failure of weights for a set that is not on this machine, if nobody has asked for a download.
fn not_here(weights: &Path, source: &DataSource) -> Failure {
    let (name, word) = match source {
        DataSource::Known(set) => (set.to_string(), set.word().to_owned()),
        DataSource::Hub(set) => (set.to_string(), set.to_string()),
        _ => ("the images of the run".into(), "PATH".into()),
    };
    Failure::usage(
        format!(
            "{}: expected {name}, which the network was trained on, found none on this machine",
            weights.display()
        ),
        format!("say where it is with --data PATH, or download it with --data {word}"),
    )
}

/// Whether the run in `folder` was trained on SVHN's extra images, too.
fn has_extra(folder: &Path) -> Result<bool, Failure> {
    let path = folder.join(EXPERIMENT);
    Ok(path.is_file() && Experiment::read(&path)?.data.extra)
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
