//! Reads the files of an official CIFAR-10 set, from a folder or from an archive.

mod member;

use std::path::Path;

use crate::file::open_file;
use crate::source::cifar::binary;
use crate::source::cifar::content::Content;
use crate::source::cifar::python;
use crate::{CIFAR10_CLASSES, DataError, ImageSet, ImageShape, Images};
pub(crate) use member::{Form, Member};
use member::{Role, TRAIN_BATCHES};

/// The number of batch files: the training batches and one test batch.
pub(crate) const BATCHES: usize = TRAIN_BATCHES + 1;

/// The largest file of class names, in bytes; the official ones have 158 at most.
const MAX_NAMES_BYTES: usize = 1 << 20;
/// The longest class name, in bytes; folders have names of this length at most.
const MAX_NAME_BYTES: usize = 255;

/// Collects the files of an official set, one after another.
///
/// All training batches are read into the same buffer, so that their pixels are held once.
pub(crate) struct Collector {
    form: Form,
    /// The training images read so far, in the order of their batches.
    train: Images,
    /// The number of images of each training batch; `None` if it is not read yet.
    counts: [Option<usize>; TRAIN_BATCHES],
    test: Option<Images>,
    classes: Option<Vec<String>>,
}

impl Collector {
    /// An empty set.
    pub(crate) fn new(form: Form) -> Self {
        Self {
            form,
            train: Images::new(ImageShape::CIFAR10),
            counts: [None; TRAIN_BATCHES],
            test: None,
            classes: None,
        }
    }

    /// The form of every file of this set.
    pub(crate) fn form(&self) -> Form {
        self.form
    }

    /// The number of batch files read so far, out of [`BATCHES`].
    pub(crate) fn batches(&self) -> usize {
        let train = self.counts.iter().flatten().count();
        train + usize::from(self.test.is_some())
    }

    fn has(&self, role: Role) -> bool {
        match role {
            Role::Train(index) => self.counts[index].is_some(),
            Role::Test => self.test.is_some(),
            Role::ClassNames => self.classes.is_some(),
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
        if member.form != self.form {
            return Err(both_forms(content.path));
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
                let count = read_batch(self.form, content, &mut self.train)?;
                if is_first {
                    // Batches have about the same size. A file that is no batch gets no room.
                    self.train.reserve((TRAIN_BATCHES - 1) * count);
                }
                // An archive may hold the batches in any order.
                let before = self.counts[..index].iter().flatten().sum();
                self.train.move_last(count, before);
                self.counts[index] = Some(count);
            }
            Role::Test => {
                let mut test = Images::new(ImageShape::CIFAR10);
                read_batch(self.form, content, &mut test)?;
                self.test = Some(test);
            }
            Role::ClassNames => self.classes = Some(class_names(self.form, content)?),
        }
        Ok(())
    }

    /// The complete set, with its training batches in order.
    ///
    /// # Errors
    /// A missing batch file. `path` is the folder or archive, for the message.
    pub(crate) fn finish(self, path: &Path) -> Result<ImageSet, DataError> {
        let form = self.form;
        let missing: Vec<String> = Member::all(form)
            .filter(|member| member.role != Role::ClassNames && !self.has(member.role))
            .map(Member::name)
            .collect();
        let Some(test) = self.test.filter(|_| missing.is_empty()) else {
            let name = |role| Member { form, role }.name();
            let (first, last) = (name(Role::Train(0)), name(Role::Train(TRAIN_BATCHES - 1)));
            return Err(DataError::format(
                path,
                format!("{first} to {last} and {}", name(Role::Test)),
                format!("no {}", missing.join(", ")),
            ));
        };
        let classes = self
            .classes
            .unwrap_or_else(|| CIFAR10_CLASSES.map(str::to_owned).into());
        Ok(ImageSet {
            train: self.train,
            validation: None,
            test,
            classes,
        })
    }
}

/// Reads a batch, appends its images to `images`, and returns their number.
fn read_batch(
    form: Form,
    content: &mut Content<'_>,
    images: &mut Images,
) -> Result<usize, DataError> {
    let before = images.len();
    match form {
        Form::Binary => binary::read(content, images)?,
        Form::Python => python::read(content.path, &content.all()?, images)?,
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

/// The error for a folder or archive that has files of both layouts.
pub(crate) fn both_forms(path: &Path) -> DataError {
    let expected = "one layout of CIFAR-10";
    DataError::format(path, expected, "both the binary and the Python layout")
}

/// Reads a set from the files of a folder, one at a time.
///
/// `progress` receives the number of batch files read so far and their total number.
///
/// # Errors
/// A file that cannot be read or is larger than 64 MiB, and the errors of [`Collector`].
pub(crate) fn read_folder(
    path: &Path,
    form: Form,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<ImageSet, DataError> {
    let mut set = Collector::new(form);
    progress(0, BATCHES);
    for member in Member::all(form) {
        let file = path.join(member.name());
        if file.exists() {
            let (mut reader, size) = open_file(&file)?;
            let mut content = Content {
                path: &file,
                size,
                reader: &mut reader,
                failure: &DataError::io(&file),
            };
            set.add(member, &mut content)?;
            progress(set.batches(), BATCHES);
        }
    }
    set.finish(path)
}

fn class_names(form: Form, content: &mut Content<'_>) -> Result<Vec<String>, DataError> {
    let path = content.path;
    if content.size > MAX_NAMES_BYTES {
        let expected = format!("class names of at most {MAX_NAMES_BYTES} bytes in all");
        return Err(DataError::format(path, expected, content.size.to_string()));
    }
    let bytes = content.all()?;
    let names = match form {
        Form::Binary => binary::class_names(path, &bytes)?,
        Form::Python => python::class_names(path, &bytes)?,
    };
    let named = names.iter().filter(|name| !name.is_empty()).count();
    if named != CIFAR10_CLASSES.len() || names.len() != named {
        let expected = format!("{} class names", CIFAR10_CLASSES.len());
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

#[cfg(test)]
pub(crate) mod tests;
