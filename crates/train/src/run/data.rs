//! The values of `--data`, and how their images are loaded.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use clap::builder::{OsStringValueParser, TypedValueParser};
use mixup_data::{
    DataError, Download, FingerprintOrigin, HubSet, ImageRequest, ImageSet, KnownSet, OpenedSource,
    PackedSet, PassedOver, SourceSet, holds_clouds,
};

use crate::failure::Failure;
use crate::run::cloud_data;
use crate::run::data_notes::notes;
use crate::run::hub_data;
use crate::run::packed_data::{PackedUse, open_packed};
use crate::run::path_text::{path_of, text_of};
use crate::run::plural::counted;
use crate::run::watch::{Counted, Watch};

/// Training and test images of the built-in set.
const SYNTHETIC_IMAGES: (usize, usize) = (3000, 1000);
/// Training and test clouds of the built-in shapes.
const SYNTHETIC_CLOUDS: (usize, usize) = (200, 2000);
/// Points of a built-in cloud, unless others are asked for.
const SYNTHETIC_POINTS: usize = 256;
/// The built-in sets are always the same; the run's seed does not change them.
const SYNTHETIC_SEED: u64 = 0;

/// The value of `--data` for the built-in point clouds.
const SHAPES: &str = "synthetic-shapes";

/// Where images or point clouds come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataSource {
    /// A set that can be downloaded: from the cache, else by a download. CIFAR-10 is `$MIXUP_DATA` first.
    Known(KnownSet),
    /// A set of the Hugging Face hub: from the cache, else by a download.
    Hub(HubSet),
    /// The built-in procedural set of images.
    Synthetic,
    /// The built-in procedural set of point clouds.
    SyntheticShapes,
    /// Any supported layout.
    Path(PathBuf),
}

impl DataSource {
    /// CIFAR-10.
    pub const CIFAR10: Self = Self::Known(KnownSet::Cifar10);

    /// The source that `text` names: what `--data` takes, or what a run has recorded.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(set) = HubSet::parse(text) {
            return set.map(Self::Hub);
        }
        Ok(match text {
            "" => return Err("expected a path, synthetic, or a name of `mixup data list`".into()),
            "synthetic" => Self::Synthetic,
            SHAPES => Self::SyntheticShapes,
            text => match KnownSet::named(text) {
                Some(set) => Self::Known(set),
                None => Self::Path(path_of(text)),
            },
        })
    }

    /// The parser of `--data`, whose paths need not be UTF-8.
    pub fn parser() -> impl TypedValueParser<Value = Self> {
        OsStringValueParser::new().try_map(|value| match value.into_string() {
            Ok(text) => Self::parse(&text),
            Err(path) => Ok(Self::Path(path.into())),
        })
    }

    /// The built-in set with `train` and `test` images.
    pub fn synthetic(train: usize, test: usize) -> Loaded {
        built_in(mixup_data::synthetic(SYNTHETIC_SEED, train, test))
    }

    /// As [`synthetic`](Self::synthetic), in the form that `request` asks for.
    ///
    /// # Errors
    /// [`Failure::Data`] if the images do not fit into memory.
    pub fn synthetic_as(
        train: usize,
        test: usize,
        request: &ImageRequest,
    ) -> Result<Loaded, Failure> {
        request.check_images(Path::new("synthetic"))?;
        let images = mixup_data::synthetic(SYNTHETIC_SEED, train, test);
        Ok(built_in(images.fitted(request)?))
    }

    /// The built-in point clouds, as `request` asks for them.
    ///
    /// # Errors
    /// [`Failure::Data`] if it asks for what only images have.
    pub fn synthetic_shapes(
        train: usize,
        test: usize,
        request: &ImageRequest,
    ) -> Result<Loaded, Failure> {
        request.check()?;
        request.check_clouds(Path::new(SHAPES))?;
        let points = request.points.unwrap_or(SYNTHETIC_POINTS);
        Ok(Loaded {
            images: mixup_data::synthetic_shapes(SYNTHETIC_SEED, train, test, points).into(),
            layout: "built-in point clouds".into(),
            source: SHAPES.into(),
            passed_over: vec![],
        })
    }

    /// Reads the images, in the form that `request` asks for. Downloads a known set that is not in the
    /// cache. Says what a user may not expect.
    ///
    /// # Errors
    /// [`Failure`] if the images cannot be found or used.
    pub fn load(&self, request: &ImageRequest, watch: &dyn Watch) -> Result<Loaded, Failure> {
        self.load_as(request, PackedUse::default(), watch)
    }

    /// As [`load`](Self::load), with a packed set used in this way.
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    pub fn load_as(
        &self,
        request: &ImageRequest,
        packed: PackedUse,
        watch: &dyn Watch,
    ) -> Result<Loaded, Failure> {
        match self {
            Self::Synthetic => {
                note_namesake("synthetic", "the built-in images", watch);
                let (train, test) = SYNTHETIC_IMAGES;
                Self::synthetic_as(train, test, request)
            }
            Self::SyntheticShapes => {
                note_namesake(SHAPES, "the built-in point clouds", watch);
                let (train, test) = SYNTHETIC_CLOUDS;
                Self::synthetic_shapes(train, test, request)
            }
            Self::Path(path) => open(path, request, packed, watch),
            Self::Hub(set) => hub_data::load(set, request, watch),
            Self::Known(set) => match moved_by_user(*set) {
                Some(path) => open(&path, request, packed, watch),
                None => {
                    note_namesake(set.word(), &format!("the download of {set}"), watch);
                    cached(*set, request, watch)
                }
            },
        }
    }

    /// Whether [`load`](Self::load) would download the images first.
    pub(crate) fn needs_download(&self, request: &ImageRequest) -> bool {
        let set = match self {
            Self::Known(set) => set,
            Self::Hub(set) => return !hub_data::is_here(set, request),
            Self::Synthetic | Self::SyntheticShapes | Self::Path(_) => return false,
        };
        let is_missing = || {
            let place = set.cached();
            place.is_some_and(|place| !missing(*set, &place, request.extra).is_empty())
        };
        moved_by_user(*set).is_none() && is_missing()
    }
}

fn built_in(images: ImageSet) -> Loaded {
    Loaded {
        images: images.into(),
        layout: "built-in images".into(),
        source: "synthetic".into(),
        passed_over: vec![],
    }
}

/// Where the user says that CIFAR-10 is: `$MIXUP_DATA`.
fn moved_by_user(set: KnownSet) -> Option<PathBuf> {
    let path = std::env::var_os("MIXUP_DATA").filter(|path| !path.is_empty())?;
    (set == KnownSet::Cifar10).then(|| path.into())
}

/// Images, and where they came from.
pub struct Loaded {
    /// The images.
    pub images: SourceSet,
    /// The name of the layout of the files.
    pub layout: String,
    /// A value of `--data` that works from any folder.
    pub source: String,
    /// What the source also holds and is not read.
    pub passed_over: Vec<PassedOver>,
}

/// Which images a run has, and where they came from.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// A value of `--data` that works from any folder.
    pub source: String,
    /// The name of the layout of the files.
    pub layout: String,
    /// SHA-256 over pixels and labels.
    pub fingerprint: String,
    /// How the fingerprint of a packed set is known. `None` for other sources, which are always hashed.
    pub fingerprint_origin: Option<FingerprintOrigin>,
    /// What the source also holds and is not read.
    pub passed_over: Vec<PassedOver>,
}

impl Provenance {
    /// What is not read, as the end of the line `data`: such as `; not read: 2 other files`. Empty if all is
    /// read.
    pub(crate) fn not_read(&self) -> String {
        not_read(&self.passed_over)
    }
}

/// [`Provenance::not_read`] of what was passed over.
pub(crate) fn not_read(passed_over: &[PassedOver]) -> String {
    if passed_over.is_empty() {
        return String::new();
    }
    let items: Vec<_> = passed_over.iter().map(PassedOver::what).collect();
    format!("; not read: {}", items.join(", "))
}

/// Says that `name`, a value of `--data`, means no file or folder, if there is one of this name.
pub(crate) fn note_namesake(name: &str, meaning: &str, watch: &dyn Watch) {
    if Path::new(name).exists() {
        watch.say(&format!(
            "note: --data {name} is {meaning}; for ./{name}, which is here, write --data ./{name}"
        ));
    }
}

impl Loaded {
    /// Returns the images, and where they came from.
    ///
    /// # Errors
    /// [`Failure::Data`] if a file cannot be read.
    pub fn identified(self, watch: &dyn Watch) -> Result<(SourceSet, Provenance), Failure> {
        let fingerprint = self.fingerprint(watch)?;
        let Self {
            images,
            layout,
            source,
            passed_over,
        } = self;
        let provenance = Provenance {
            source,
            layout,
            fingerprint,
            fingerprint_origin: images.fingerprint_origin(),
            passed_over,
        };
        Ok((images, provenance))
    }

    /// Returns [`SourceSet::fingerprint`]. Shows a bar, because a CPU without SHA instructions takes a second.
    ///
    /// # Errors
    /// [`Failure::Data`] if a file cannot be read.
    pub fn fingerprint(&self, watch: &dyn Watch) -> Result<String, Failure> {
        let bar = watch.bar(
            Counted::Fingerprint,
            "fingerprint",
            self.images.sample_count(),
        );
        let fingerprint = self.images.fingerprint();
        bar.finish_and_clear();
        Ok(fingerprint?)
    }
}

/// Reads the images at `path`, with a progress bar.
///
/// # Errors
/// [`Failure::Data`].
fn open(
    path: &Path,
    request: &ImageRequest,
    packed: PackedUse,
    watch: &dyn Watch,
) -> Result<Loaded, Failure> {
    if PackedSet::is_at(path) {
        return open_packed(path, request, packed, watch);
    }
    // Only clouds have a number of points.
    if request.points.is_some() || holds_clouds(path) {
        return cloud_data::open(path, request, watch);
    }
    let read = |progress: &Progress<'_>| mixup_data::open(path, request, progress);
    read_with_bar(source_of(path), &read, watch)
}

/// Takes how many files or images were read, and how many there are.
pub(super) type Progress<'p> = dyn Fn(usize, usize) + Sync + 'p;

/// Reads images with a progress bar, and says what a user may not expect of them. `source` is a value of `--data`.
///
/// # Errors
/// [`Failure::Data`].
pub(super) fn read_with_bar(
    source: String,
    read: &dyn Fn(&Progress<'_>) -> Result<OpenedSource, DataError>,
    watch: &dyn Watch,
) -> Result<Loaded, Failure> {
    let opened = read_counting(read, watch)?;
    for note in notes(&opened) {
        watch.say(&note);
    }
    Ok(Loaded {
        layout: opened.layout_name(),
        images: opened.images.into(),
        source,
        passed_over: opened.passed_over,
    })
}

/// What `read` returns, with a progress bar.
///
/// # Errors
/// [`Failure::Data`].
pub(super) fn read_counting<T>(
    read: &dyn Fn(&Progress<'_>) -> Result<T, DataError>,
    watch: &dyn Watch,
) -> Result<T, Failure> {
    let finding = watch.bar(Counted::FilesToFind, "reading", 0);
    // A second bar, so that the time of finding the files does not count as time of reading them.
    let reading = OnceLock::new();
    let progress = |done: usize, total: usize| {
        let bar = reading.get_or_init(|| {
            finding.finish_and_clear();
            watch.bar(Counted::Files, "reading", total)
        });
        bar.set_position(done as u64);
    };
    let opened = read(&progress);
    reading.get().unwrap_or(&finding).finish_and_clear();
    Ok(opened?)
}

/// A value of `--data` for `path` that works from any folder.
pub(crate) fn source_of(path: &Path) -> String {
    text_of(&std::path::absolute(path).unwrap_or_else(|_| path.into()))
}

/// Reads a set in the cache. Downloads it first if it is missing.
fn cached(set: KnownSet, request: &ImageRequest, watch: &dyn Watch) -> Result<Loaded, Failure> {
    set.check(request)?;
    let path = downloaded(set, request.extra, watch)?;
    let loaded = open(&path, request, PackedUse::default(), watch);
    loaded.map_err(|failure| or_download_anew(set, request.extra, failure))
}

/// The failure of a set in the cache, with the way to get it again. The user put no file there, so words about layouts
/// would not help.
pub(crate) fn or_download_anew(set: KnownSet, extra: bool, failure: Failure) -> Failure {
    match failure {
        Failure::Data(error @ DataError::Format { .. }) => {
            let extra = if extra { " --extra" } else { "" };
            let word = set.word();
            let hint = format!("download it anew with: mixup data fetch {word}{extra}");
            Failure::usage(error.to_string(), hint)
        }
        other => other,
    }
}

/// The place of a set in the cache. Downloads first what is missing.
///
/// # Errors
/// [`Failure`] if the system has no cache folder, or if a download fails.
pub(crate) fn downloaded(
    set: KnownSet,
    extra: bool,
    watch: &dyn Watch,
) -> Result<PathBuf, Failure> {
    let path = cached_path(set)?;
    let missing = missing(set, &path, extra);
    if !missing.is_empty() {
        let bytes: u64 = missing.iter().map(|(_, download)| download.size).sum();
        watch.say(&format!(
            "{set} is not here yet: downloading {}, {:.0} MB",
            counted(missing.len(), "file"),
            bytes as f64 / 1e6
        ));
        for (file, download) in &missing {
            fetch(download, file, watch)?;
        }
    }
    Ok(path)
}

/// The files of a set that are not at `place` yet, with where they go.
fn missing(set: KnownSet, place: &Path, extra: bool) -> Vec<(PathBuf, Download)> {
    let files = files_of(set, place, extra).into_iter();
    files.filter(|(file, _)| !file.is_file()).collect()
}

/// The files of a set at `place`, which is the file of a set of one, else their folder.
pub(crate) fn files_of(set: KnownSet, place: &Path, extra: bool) -> Vec<(PathBuf, Download)> {
    let files = set.downloads(extra).into_iter();
    let place = |name: &str| match set.is_one_file() {
        true => place.to_owned(),
        false => place.join(name),
    };
    files
        .map(|(name, download)| (place(name), download))
        .collect()
}

/// Where the cache keeps a set.
///
/// # Errors
/// [`Failure::Usage`] if the system has no cache folder.
pub(crate) fn cached_path(set: KnownSet) -> Result<PathBuf, Failure> {
    set.cached().ok_or_else(|| {
        let word = set.word();
        Failure::usage(
            format!("--data {word}: expected a home folder for the cache, found none"),
            match set {
                KnownSet::Cifar10 => "give the path of the data with --data, or set MIXUP_DATA to it",
                _ => "download it with `mixup data fetch NAME --out PLACE`, and give the place with --data",
            },
        )
    })
}

/// Downloads a file to `path`.
///
/// # Errors
/// [`Failure::Data`] if the download fails. What was at `path` is still there then.
pub(crate) fn fetch(download: &Download, path: &Path, watch: &dyn Watch) -> Result<(), Failure> {
    let bar = watch.bar(Counted::Bytes, "downloading", download.size as usize);
    let result = mixup_data::fetch(download, path, &|done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    Ok(result?)
}
