//! Sets whose files have fixed names: CIFAR-10, CIFAR-100, SVHN, STL-10, MNIST with its kin, and NumPy arrays.
//!
//! Their files are taken one after another, in any order, from a folder or from an archive.

use std::fmt;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::file::open_regular;
use crate::source::Layout;
use crate::source::cifar::official::Form;
use crate::source::cifar::official::{Cifar, Collector, Member, both_forms, both_sets};
use crate::source::content::Content;
use crate::source::idx::{IdxCollector, IdxFile, IdxSet};
use crate::source::numpy::{ArrayCollector, ArrayFile};
use crate::source::stl10::{Stl10Collector, Stl10File};
use crate::source::svhn::{SvhnCollector, SvhnFile};
use crate::source::tree::Tree;
use crate::{DataError, ImageRequest, ImageSet};

/// The largest file of idx, MATLAB or STL-10 that is opened, in bytes.
const MAX_LARGE_FILE_BYTES: u64 = 4 << 30;
/// The largest NumPy array that is opened, in bytes. The largest one of MedMNIST, PathMNIST at 224x224, has 13.5 GB.
const MAX_ARRAY_BYTES: u64 = 64 << 30;

/// A file of one of the sets, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OfficialFile {
    Cifar(Member),
    Svhn(SvhnFile),
    Stl10(Stl10File),
    Idx(IdxFile),
    Array(ArrayFile),
}

/// Which set a file belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OfficialSet {
    Cifar(Cifar, Form),
    Svhn,
    Stl10,
    Idx,
    Arrays,
}

impl OfficialFile {
    /// The file of a set that has this name. Of three names, the content must tell, too: see
    /// [`needs_look`](Self::needs_look).
    pub(crate) fn named(name: &str) -> Option<Self> {
        let cifar = || Member::named(name).map(Self::Cifar);
        let svhn = || SvhnFile::named(name).map(Self::Svhn);
        let stl10 = || Stl10File::named(name).map(Self::Stl10);
        let idx = || IdxFile::named(name).map(Self::Idx);
        let array = || ArrayFile::named(name).map(Self::Array);
        let first = cifar().or_else(svhn).or_else(stl10);
        first.or_else(idx).or_else(array)
    }

    /// The set that it belongs to.
    pub(crate) fn set(self) -> OfficialSet {
        match self {
            Self::Cifar(member) => OfficialSet::Cifar(member.set, member.form),
            Self::Svhn(_) => OfficialSet::Svhn,
            Self::Stl10(_) => OfficialSet::Stl10,
            Self::Idx(_) => OfficialSet::Idx,
            Self::Array(_) => OfficialSet::Arrays,
        }
    }

    /// Whether other files may have its name: `train`, `test` and `meta` of CIFAR-100.
    pub(crate) fn needs_look(self) -> bool {
        self.set() == OfficialSet::Cifar(Cifar::Hundred, Form::Python)
    }

    /// The largest size of such a file that is read, in bytes.
    fn most_bytes(self) -> u64 {
        match self {
            Self::Cifar(member) => member.set.most_bytes(),
            Self::Svhn(_) | Self::Stl10(_) | Self::Idx(_) => MAX_LARGE_FILE_BYTES,
            Self::Array(_) => MAX_ARRAY_BYTES,
        }
    }
}

/// Whether a file starts as a pickle of protocol 2 or more does.
pub(crate) fn is_pickle(start: &[u8]) -> bool {
    matches!(start, [0x80, 2..=5, ..])
}

impl fmt::Display for OfficialSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cifar(set, _) => set.fmt(formatter),
            Self::Svhn => formatter.write_str("SVHN"),
            Self::Stl10 => formatter.write_str("STL-10"),
            Self::Idx => formatter.write_str("idx files"),
            Self::Arrays => formatter.write_str("NumPy arrays"),
        }
    }
}

/// The error for a folder or archive that holds files of two sets.
pub(crate) fn both(path: &Path, one: OfficialSet, other: OfficialSet) -> DataError {
    match (one, other) {
        (OfficialSet::Cifar(one, _), OfficialSet::Cifar(other, _)) if one == other => {
            both_forms(path, one)
        }
        (OfficialSet::Cifar(..), OfficialSet::Cifar(..)) => both_sets(path),
        (one, other) => {
            DataError::format(path, "one set of images", format!("both {one} and {other}"))
                .hinted("move one of them away, or give the folder of the other")
        }
    }
}

/// The files of one set, while they are taken.
pub(crate) enum Collection {
    Cifar(Collector),
    Svhn(SvhnCollector),
    Stl10(Stl10Collector),
    Idx(IdxCollector),
    Arrays(ArrayCollector),
}

impl Collection {
    /// An empty collection of the set that `first` belongs to.
    pub(crate) fn of(first: OfficialFile, request: &ImageRequest) -> Self {
        match first {
            OfficialFile::Cifar(Member { set, form, .. }) => {
                let labels = request.labels.unwrap_or_default();
                Self::Cifar(Collector::new(set, form, labels))
            }
            OfficialFile::Svhn(_) => Self::Svhn(SvhnCollector::new(request.extra)),
            OfficialFile::Stl10(_) => Self::Stl10(Stl10Collector::default()),
            OfficialFile::Idx(file) => Self::Idx(IdxCollector::new(request.set.or(file.emnist))),
            OfficialFile::Array(_) => Self::Arrays(ArrayCollector::default()),
        }
    }

    /// The set that is taken.
    pub(crate) fn set(&self) -> OfficialSet {
        match self {
            Self::Cifar(collector) => OfficialSet::Cifar(collector.set(), collector.form()),
            Self::Svhn(_) => OfficialSet::Svhn,
            Self::Stl10(_) => OfficialSet::Stl10,
            Self::Idx(_) => OfficialSet::Idx,
            Self::Arrays(_) => OfficialSet::Arrays,
        }
    }

    /// Takes a file, if the set needs it.
    ///
    /// # Errors
    /// A file of another set, one that is too large or damaged, or one that comes twice. A collection that returned an
    /// error must not be used again.
    pub(crate) fn add(
        &mut self,
        file: OfficialFile,
        content: &mut Content<'_>,
    ) -> Result<(), DataError> {
        content.at_most(file.most_bytes())?;
        match (self, file) {
            (Self::Cifar(set), OfficialFile::Cifar(member)) => set.add(member, content),
            (Self::Svhn(set), OfficialFile::Svhn(file)) => set.add(file, content),
            (Self::Stl10(set), OfficialFile::Stl10(file)) => set.add(file, content),
            (Self::Arrays(set), OfficialFile::Array(file)) => set.add(file, content),
            (Self::Idx(set), OfficialFile::Idx(file)) => {
                if set.wants(file) {
                    set.add(file, content)?;
                }
                Ok(())
            }
            (this, file) => Err(both(content.path, this.set(), file.set())),
        }
    }

    /// How many files with images were taken, and how many the set has.
    pub(crate) fn progress(&self) -> (usize, usize) {
        match self {
            Self::Cifar(set) => (set.batches(), set.set().batches()),
            Self::Svhn(set) => (set.files(), set.all_files()),
            Self::Stl10(set) => (set.files(), Stl10File::ALL.len()),
            Self::Idx(set) => (set.files(), 4),
            // There may be six.
            Self::Arrays(set) => (set.files(), set.files().max(4)),
        }
    }

    /// The complete set.
    ///
    /// # Errors
    /// Missing files, and files that do not fit together. `path` is the folder or archive, for the message.
    pub(crate) fn finish(self, path: &Path) -> Result<(Layout, ImageSet), DataError> {
        Ok(match self {
            Self::Cifar(set) => {
                let layout = match set.set() {
                    Cifar::Ten => Layout::Cifar10(set.form()),
                    Cifar::Hundred => Layout::Cifar100(set.form()),
                };
                (layout, set.finish(path)?)
            }
            Self::Svhn(set) => (Layout::Svhn, set.finish(path)?),
            Self::Stl10(set) => (Layout::Stl10, set.finish(path)?),
            Self::Idx(set) => (Layout::Idx(set.set()), set.finish(path)?),
            Self::Arrays(set) => (Layout::Arrays(set.set(path)), set.finish(path)?),
        })
    }
}

/// The files of sets that a folder holds itself, sorted by their names.
///
/// # Errors
/// A folder that cannot be read.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<(PathBuf, OfficialFile)>, DataError> {
    let mut files = vec![];
    for entry in fs::read_dir(folder).map_err(DataError::io(folder))? {
        let entry = entry.map_err(DataError::io(folder))?;
        let file = entry.file_name().to_str().and_then(OfficialFile::named);
        let Some(file) = file else {
            continue;
        };
        let path = entry.path();
        if !file.needs_look() || has_pickle(&path) {
            files.push((path, file));
        }
    }
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(files)
}

fn has_pickle(path: &Path) -> bool {
    let mut start = vec![];
    let opened = open_regular(path, u64::MAX);
    let read = opened.and_then(|(file, _)| file.take(2).read_to_end(&mut start));
    read.is_ok() && is_pickle(&start)
}

/// The sets of which a folder has files.
pub(crate) fn sets_of(files: &[(PathBuf, OfficialFile)]) -> Vec<OfficialSet> {
    let mut sets: Vec<OfficialSet> = vec![];
    for (_, file) in files {
        if !sets.contains(&file.set()) {
            sets.push(file.set());
        }
    }
    sets
}

/// Reads the set in a folder or archive, one file at a time.
///
/// `progress` receives the number of files with images that were read so far, and their total number.
///
/// # Errors
/// Files of several sets, a file that cannot be read or is too large, and those of [`Collection`].
pub(crate) fn read(
    tree: &Tree,
    folder: &Path,
    request: &ImageRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<(Layout, ImageSet), DataError> {
    let mut files = tree.official_files(folder)?;
    if let [one, other, ..] = sets_of(&files)[..] {
        return Err(both(folder, one, other));
    }
    check_emnist(folder, &files, request)?;
    // A packed file tells by its digest which set it is of. Its unpacked copy is not read then.
    let packed: Vec<PathBuf> = files
        .iter()
        .filter(|(_, file)| matches!(file, OfficialFile::Idx(file) if file.packed))
        .map(|(path, _)| path.with_extension(""))
        .collect();
    files.retain(|(path, _)| !packed.contains(path));
    let Some(&(_, first)) = files.first() else {
        return Err(DataError::format(
            folder,
            "files of a set of images",
            "none",
        ));
    };
    let mut collection = Collection::of(first, request);
    let report = |collection: &Collection| {
        let (done, total) = collection.progress();
        progress(done, total);
    };
    report(&collection);
    match tree {
        Tree::Disk => {
            for (path, file) in files {
                let opened = open_regular(&path, file.most_bytes());
                let (mut reader, size) = opened.map_err(DataError::io(&path))?;
                let mut content = Content {
                    path: &path,
                    size: size as usize,
                    reader: &mut reader,
                    failure: &DataError::io(&path),
                };
                collection.add(file, &mut content)?;
                report(&collection);
            }
        }
        Tree::Packed(packed) => {
            let archive = &packed.archive;
            archive.each_file(&mut |name, content| {
                let path = archive.path().join(name);
                if let Some((_, file)) = files.iter().find(|(other, _)| *other == path) {
                    collection.add(*file, content)?;
                    report(&collection);
                }
                Ok(())
            })?;
        }
    }
    collection.finish(folder)
}

/// Requires the user to say which of EMNIST's sets is meant, if there are several.
fn check_emnist(
    folder: &Path,
    files: &[(PathBuf, OfficialFile)],
    request: &ImageRequest,
) -> Result<(), DataError> {
    let mut sets: Vec<Option<IdxSet>> = vec![];
    for (_, file) in files {
        if let OfficialFile::Idx(file) = file
            && !sets.contains(&file.emnist)
        {
            sets.push(file.emnist);
        }
    }
    match (&sets[..], request.set) {
        ([one, other, ..], None) => Err(several_idx_sets(folder, *one, *other)),
        _ => Ok(()),
    }
}

/// The error for a place with several sets of idx files.
pub(crate) fn several_idx_sets(
    path: &Path,
    one: Option<IdxSet>,
    other: Option<IdxSet>,
) -> DataError {
    let name = |set: Option<IdxSet>| set.map_or("another set".to_owned(), |set| set.to_string());
    let found = format!("{} and {}", name(one), name(other));
    let word = one
        .or(other)
        .map_or_else(String::new, |set| set.word().to_owned());
    DataError::format(path, "one set of idx files", found).hinted(format!(
        "say which one under [data] in the experiment: set = \"{word}\""
    ))
}
