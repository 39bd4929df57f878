//! The values of `--data`, and how their images are loaded.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use clap::builder::{OsStringValueParser, TypedValueParser};
use mixup_data::{DataError, ImageRequest, ImageSet, PassedOver};

use crate::failure::Failure;
use crate::run::data_notes::notes;
use crate::run::path_text::{path_of, text_of};
use crate::run::watch::{Counted, Watch};

/// Training and test images of the built-in set.
const SYNTHETIC_IMAGES: (usize, usize) = (3000, 1000);
/// The built-in set is always the same; the run's seed does not change it.
const SYNTHETIC_SEED: u64 = 0;

/// Where images come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataSource {
    /// CIFAR-10: `$MIXUP_DATA`, else the cache, else a download.
    Cifar10,
    /// The built-in procedural set.
    Synthetic,
    /// Any supported layout.
    Path(PathBuf),
}

impl DataSource {
    /// The source that `text` names: what `--data` takes, or what a run has recorded.
    pub fn parse(text: &str) -> Result<Self, String> {
        Ok(match text {
            "" => return Err("expected cifar10, synthetic or a path".into()),
            "cifar10" => Self::Cifar10,
            "synthetic" => Self::Synthetic,
            text => Self::Path(path_of(text)),
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
        Loaded {
            images: mixup_data::synthetic(SYNTHETIC_SEED, train, test),
            layout: "built-in images".into(),
            source: "synthetic".into(),
            passed_over: vec![],
        }
    }

    /// Reads the images, in the form that `request` asks for. Downloads CIFAR-10 if it is needed and not in the
    /// cache. Says what a user may not expect.
    ///
    /// # Errors
    /// [`Failure`] if the images cannot be found or used.
    pub fn load(&self, request: &ImageRequest, watch: &dyn Watch) -> Result<Loaded, Failure> {
        match self {
            Self::Synthetic => {
                note_namesake("synthetic", "the built-in images", watch);
                let (train, test) = SYNTHETIC_IMAGES;
                let loaded = Self::synthetic(train, test);
                Ok(Loaded {
                    images: loaded.images.fitted(request)?,
                    ..loaded
                })
            }
            Self::Path(path) => open(path, request, watch),
            Self::Cifar10 => match std::env::var_os("MIXUP_DATA") {
                Some(path) if !path.is_empty() => open(Path::new(&path), request, watch),
                _ => {
                    note_namesake("cifar10", "the download of CIFAR-10", watch);
                    cached_cifar10(request, watch)
                }
            },
        }
    }
}

impl DataSource {
    /// Whether [`load`](Self::load) would download the images first.
    pub(crate) fn needs_download(&self) -> bool {
        let is_named = || std::env::var_os("MIXUP_DATA").is_some_and(|path| !path.is_empty());
        let is_cached = || mixup_data::cached_cifar10().is_some_and(|path| path.is_file());
        *self == Self::Cifar10 && !is_named() && !is_cached()
    }
}

/// Images, and where they came from.
pub struct Loaded {
    /// The images.
    pub images: ImageSet,
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
fn note_namesake(name: &str, meaning: &str, watch: &dyn Watch) {
    if Path::new(name).exists() {
        watch.say(&format!(
            "note: --data {name} is {meaning}; for ./{name}, which is here, write --data ./{name}"
        ));
    }
}

impl Loaded {
    /// Returns the images, and where they came from.
    pub fn identified(self, watch: &dyn Watch) -> (ImageSet, Provenance) {
        let fingerprint = self.fingerprint(watch);
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
            passed_over,
        };
        (images, provenance)
    }

    /// Returns [`ImageSet::fingerprint`]. Shows a bar, because a CPU without SHA instructions takes a second.
    pub fn fingerprint(&self, watch: &dyn Watch) -> String {
        let validation = self.images.validation.as_ref();
        let validation = validation.map_or(0, |images| images.len());
        let images = self.images.train.len() + validation + self.images.test.len();
        let bar = watch.bar(Counted::Fingerprint, "fingerprint", images);
        let fingerprint = self.images.fingerprint();
        bar.finish_and_clear();
        fingerprint
    }
}

/// Reads the images at `path`, with a progress bar.
///
/// # Errors
/// [`Failure::Data`].
fn open(path: &Path, request: &ImageRequest, watch: &dyn Watch) -> Result<Loaded, Failure> {
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
    let opened = mixup_data::open(path, request, &progress);
    reading.get().unwrap_or(&finding).finish_and_clear();
    let opened = opened?;
    for note in notes(&opened) {
        watch.say(&note);
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.into());
    Ok(Loaded {
        images: opened.images,
        layout: opened.layout.to_string(),
        source: text_of(&absolute),
        passed_over: opened.passed_over,
    })
}

/// Reads the archive in the cache. Downloads it first if it is missing.
fn cached_cifar10(request: &ImageRequest, watch: &dyn Watch) -> Result<Loaded, Failure> {
    let path = cached_path()?;
    if !path.is_file() {
        watch.say("CIFAR-10 is not here yet: downloading its binary archive, 170 MB");
        download(None, &path, watch)?;
    }
    open(&path, request, watch).map_err(|failure| match failure {
        // The user put no file there, so words about layouts would not help.
        Failure::Data(error @ DataError::Format { .. }) => {
            Failure::usage(error.to_string(), "download it anew with: mixup data fetch")
        }
        other => other,
    })
}

/// Where the cache keeps the archive.
///
/// # Errors
/// [`Failure::Usage`] if the system has no cache folder.
pub(crate) fn cached_path() -> Result<PathBuf, Failure> {
    mixup_data::cached_cifar10().ok_or_else(|| {
        Failure::usage(
            "--data cifar10: expected a home folder for the cache, found none",
            "give the path of the data with --data, or set MIXUP_DATA to it",
        )
    })
}

/// Downloads the official binary archive to `path`, from `url` or the known mirrors.
///
/// # Errors
/// [`Failure::Data`] if the download fails. There is no file at `path` then.
pub(crate) fn download(url: Option<&str>, path: &Path, watch: &dyn Watch) -> Result<(), Failure> {
    let mut archive = mixup_data::cifar10_archive();
    if let Some(url) = url {
        archive.urls = vec![url.to_owned()];
    }
    let bar = watch.bar(Counted::Bytes, "downloading", archive.size as usize);
    let result = mixup_data::fetch(&archive, path, &|done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    Ok(result?)
}
