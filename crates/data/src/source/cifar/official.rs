//! Reads the files of CIFAR-10 or CIFAR-100, from a folder or from an archive.

mod member;

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::source::cifar::binary;
use crate::source::cifar::python;
use crate::source::content::Content;
use crate::{CIFAR10_CLASSES, DataError, ImageSet, ImageShape, Images};
pub use member::Form;
use member::Role;
pub(crate) use member::{Cifar, Member};

/// Which of CIFAR-100's labels are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LabelKind {
    /// 100 classes.
    #[default]
    Fine,
    /// 20 classes, of five fine ones each.
    Coarse,
}

/// The largest file of class names, in bytes; the official ones have about 2,000.
const MAX_NAMES_BYTES: usize = 1 << 20;
/// The longest class name, in bytes; folders have names of this length at most.
const MAX_NAME_BYTES: usize = 255;

/// Collects the files of an official set, one after another.
///
/// All training batches are read into the same buffer, so that their pixels are held once.
pub(crate) struct Collector {
    set: Cifar,
    form: Form,
    labels: LabelKind,
    /// The training images read so far, in the order of their batches.
    train: Images,
    /// The number of images of each training batch; `None` if it is not read yet.
    counts: Vec<Option<usize>>,
    test: Option<Images>,
    classes: Option<Vec<String>>,
}

impl Collector {
    /// An empty set, whose labels are to be of this kind.
    pub(crate) fn new(set: Cifar, form: Form, labels: LabelKind) -> Self {
        Self {
            set,
            form,
            labels,
            train: Images::new(ImageShape::CIFAR10),
            counts: vec![None; set.train_batches()],
            test: None,
            classes: None,
        }
    }

    /// The form of every file of this set.
    pub(crate) fn form(&self) -> Form {
        self.form
    }

    /// The set that is collected.
    pub(crate) fn set(&self) -> Cifar {
        self.set
    }

    /// The number of batch files read so far, out of [`Cifar::batches`].
    pub(crate) fn batches(&self) -> usize {
        let train = self.counts.iter().flatten().count();
        train + usize::from(self.test.is_some())
    }

    fn has(&self, role: Role) -> bool {
        match role {
            Role::Train(index) => self.counts[index].is_some(),
            Role::Test => self.test.is_some(),
            Role::ClassNames(_) => self.classes.is_some(),
        }
    }

    /// Reads one file of the set.
    ///
    /// # Errors
    /// Content that cannot be read or does not fit the form, a batch without images, a file of the other
    /// form, and a file that was read before. A collector that returned an error
    /// must not be used again.
    pub(crate) fn add(
        &mut self,
        member: Member,
        content: &mut Content<'_>,
    ) -> Result<(), DataError> {
        if member.set != self.set {
            return Err(both_sets(content.path));
        }
        if member.form != self.form {
            return Err(both_forms(content.path, self.set));
        }
        // CIFAR-100's binary layout has a file for each kind of names.
        let is_foreign = matches!(member.role, Role::ClassNames(kind) if kind != self.labels);
        if is_foreign && self.set == Cifar::Hundred && self.form == Form::Binary {
            return Ok(());
        }
        if self.has(member.role) {
            return Err(DataError::format(
                content.path,
                "each file once",
                "it twice",
            ));
        }
        match member.role {
            Role::Train(index) => {
                let is_first = self.train.is_empty();
                let count = self.shape_of_batch().read(content, &mut self.train)?;
                if is_first {
                    // Batches have about the same size. A file that is no batch gets no room.
                    self.train.reserve((self.set.train_batches() - 1) * count);
                }
                // An archive may hold the batches in any order.
                let before = self.counts[..index].iter().flatten().sum();
                self.train.move_last(count, before);
                self.counts[index] = Some(count);
            }
            Role::Test => {
                let mut test = Images::new(ImageShape::CIFAR10);
                self.shape_of_batch().read(content, &mut test)?;
                self.test = Some(test);
            }
            Role::ClassNames(_) => self.classes = Some(self.shape_of_batch().class_names(content)?),
        }
        Ok(())
    }

    fn shape_of_batch(&self) -> Files {
        Files {
            set: self.set,
            form: self.form,
            labels: self.labels,
        }
    }

    /// The complete set, with its training batches in order.
    ///
    /// # Errors
    /// A missing batch file. `path` is the folder or archive, for the message.
    pub(crate) fn finish(self, path: &Path) -> Result<ImageSet, DataError> {
        let (set, form) = (self.set, self.form);
        let missing: Vec<String> = Member::all(set, form)
            .filter(|member| member.has_images() && !self.has(member.role))
            .map(Member::name)
            .collect();
        let name = |role| Member { set, form, role }.name();
        let Some(test) = self.test.filter(|_| missing.is_empty()) else {
            let first = name(Role::Train(0));
            let train = match set {
                Cifar::Ten => format!("{first} to {}", name(Role::Train(set.train_batches() - 1))),
                Cifar::Hundred => first,
            };
            return Err(DataError::format(
                path,
                format!("{train} and {}", name(Role::Test)),
                format!("no {}", missing.join(", ")),
            ));
        };
        let classes = match (self.classes, set) {
            (Some(classes), _) => classes,
            (None, Cifar::Ten) => CIFAR10_CLASSES.map(str::to_owned).into(),
            (None, Cifar::Hundred) => {
                let names = name(Role::ClassNames(self.labels));
                return Err(
                    DataError::format(path, &names, format!("no {names}")).hinted(
                        "it has the names of the classes, and lies in the archive of the set",
                    ),
                );
            }
        };
        Ok(ImageSet {
            train: self.train,
            validation: None,
            test,
            classes,
        })
    }
}

/// What the files of a set are.
#[derive(Clone, Copy)]
struct Files {
    set: Cifar,
    form: Form,
    labels: LabelKind,
}

impl Files {
    /// Reads a batch, appends its images to `images`, and returns their number.
    fn read(self, content: &mut Content<'_>, images: &mut Images) -> Result<usize, DataError> {
        let Self { set, form, labels } = self;
        let before = images.len();
        match form {
            Form::Binary => binary::read(content, set, labels, images)?,
            Form::Python => python::read(content.path, &content.all()?, set, labels, images)?,
        }
        match images.len() - before {
            0 => Err(DataError::format(
                content.path,
                "at least one image",
                "none",
            )),
            count => Ok(count),
        }
    }
}

/// The error for a folder or archive that has files of both sets.
pub(crate) fn both_sets(path: &Path) -> DataError {
    DataError::format(path, "one set of images", "both CIFAR-10 and CIFAR-100")
        .hinted("move one of them away, or give the folder of the other")
}

/// The error for a folder or archive that has files of both layouts.
pub(crate) fn both_forms(path: &Path, set: Cifar) -> DataError {
    let expected = format!("one layout of {set}");
    DataError::format(path, expected, "both the binary and the Python layout")
}

impl Files {
    /// Reads the names of the classes.
    fn class_names(self, content: &mut Content<'_>) -> Result<Vec<String>, DataError> {
        let Self { set, form, labels } = self;
        let path = content.path;
        if content.size > MAX_NAMES_BYTES {
            let expected = format!("class names of at most {MAX_NAMES_BYTES} bytes in all");
            return Err(DataError::format(path, expected, content.size.to_string()));
        }
        let bytes = content.all()?;
        let names = match form {
            Form::Binary => binary::class_names(path, &bytes)?,
            Form::Python => python::class_names(path, &bytes, set, labels)?,
        };
        let named = names.iter().filter(|name| !name.is_empty()).count();
        if named != set.classes(labels) || names.len() != named {
            let expected = format!("{} class names", set.classes(labels));
            return Err(DataError::format(path, expected, named.to_string()));
        }
        let longest = names.iter().map(String::len).max().unwrap_or(0);
        if longest > MAX_NAME_BYTES {
            let expected = format!("class names of at most {MAX_NAME_BYTES} bytes");
            return Err(DataError::format(
                path,
                expected,
                format!("one of {longest}"),
            ));
        }
        Ok(names)
    }
}

#[cfg(test)]
pub(crate) mod tests;
