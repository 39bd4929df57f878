//! Reads the files of an official CIFAR-10 set, from a folder or from an archive.

mod member;

use std::path::Path;

use crate::content::Content;
use crate::file::open_file;
use crate::{CIFAR10_CLASSES, DataError, IMAGE_BYTES, ImageSet, Images, binary, python};
pub(crate) use member::{Form, Member};
use member::{Role, TRAIN_BATCHES};

/// The number of batch files: the training batches and one test batch.
pub(crate) const BATCHES: usize = TRAIN_BATCHES + 1;

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
            train: Images::default(),
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
                if self.train.is_empty() {
                    // Batches have about the same size, so this room is enough for all of them.
                    let room = TRAIN_BATCHES * content.size / IMAGE_BYTES;
                    self.train.reserve(room);
                }
                let count = read_batch(self.form, content, &mut self.train)?;
                // An archive may hold the batches in any order.
                let before = self.counts[..index].iter().flatten().sum();
                self.train.move_last(count, before);
                self.counts[index] = Some(count);
            }
            Role::Test => {
                let mut test = Images::default();
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
    let (path, bytes) = (content.path, content.all()?);
    let names = match form {
        Form::Binary => binary::class_names(path, &bytes)?,
        Form::Python => python::class_names(path, &bytes)?,
    };
    let named = names.iter().filter(|name| !name.is_empty()).count();
    if named == CIFAR10_CLASSES.len() && names.len() == named {
        return Ok(names);
    }
    let expected = format!("{} class names", CIFAR10_CLASSES.len());
    Err(DataError::format(path, expected, named.to_string()))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fs::{self, File};

    use super::*;
    use crate::file::MAX_FILE_BYTES;

    /// Every file of a small set: training batch `n` has `n` images, the test batch has one.
    pub(crate) fn files(form: Form) -> Vec<(String, Vec<u8>)> {
        Member::all(form)
            .map(|member| {
                let labels = match member.role {
                    Role::Train(index) => vec![index as u8; index + 1],
                    Role::Test | Role::ClassNames => vec![9],
                };
                let bytes = match (form, member.role) {
                    (Form::Binary, Role::ClassNames) => CIFAR10_CLASSES.join("\n").into_bytes(),
                    (Form::Python, Role::ClassNames) => python::tests::meta(&CIFAR10_CLASSES),
                    (Form::Binary, _) => binary::tests::batch(&labels),
                    (Form::Python, _) => python::tests::batch(&labels),
                };
                (member.name(), bytes)
            })
            .collect()
    }

    /// Writes files into a folder.
    pub(crate) fn write(folder: &Path, files: &[(String, Vec<u8>)]) {
        fs::create_dir_all(folder).expect("a new folder");
        for (name, bytes) in files {
            fs::write(folder.join(name), bytes).expect("a new file");
        }
    }

    fn read(form: Form, files: &[(String, Vec<u8>)]) -> Result<ImageSet, String> {
        let folder = tempfile::tempdir().expect("a new folder");
        write(folder.path(), files);
        let here = format!("{}", folder.path().display());
        read_folder(folder.path(), form, &|_, _| {})
            .map_err(|error| error.to_string().replace(&here, "."))
    }

    #[test]
    fn both_forms_give_one_set_in_the_order_of_the_batches() {
        let set = read(Form::Binary, &files(Form::Binary)).expect("a good set");
        assert_eq!(
            set.train.labels(),
            [0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4]
        );
        assert_eq!(set.test.labels(), [9]);
        assert_eq!(set.classes, CIFAR10_CLASSES);
        assert_eq!(read(Form::Python, &files(Form::Python)), Ok(set));
    }

    #[test]
    fn missing_batches_are_listed_and_a_missing_meta_file_is_not() {
        let mut files = files(Form::Binary);
        files.retain(|(name, _)| !name.contains("meta"));
        let set = read(Form::Binary, &files).expect("a set without its class names");
        assert_eq!(set.classes, CIFAR10_CLASSES);
        files.retain(|(name, _)| !name.contains("3") && !name.contains("test"));
        assert_eq!(
            read(Form::Binary, &files).expect_err("a set without batches"),
            ".: expected data_batch_1.bin to data_batch_5.bin and test_batch.bin, \
             found no data_batch_3.bin, test_batch.bin"
        );
    }

    #[test]
    fn class_names_come_from_the_meta_file_and_are_ten() {
        for form in [Form::Binary, Form::Python] {
            let with_names = |names: &[&str]| {
                let mut files = files(form);
                files[BATCHES].1 = match form {
                    Form::Binary => names.join("\n").into_bytes(),
                    Form::Python => python::tests::meta(names),
                };
                read(form, &files)
            };
            let mut names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
            assert_eq!(with_names(&names).expect("ten names").classes, names);
            names[4] = "";
            let nine = with_names(&names).expect_err("nine names");
            assert!(nine.ends_with("expected 10 class names, found 9"), "{nine}");
        }
    }

    #[test]
    fn a_batch_without_images_is_an_error() {
        let mut files = files(Form::Binary);
        files[2].1.clear();
        assert_eq!(
            read(Form::Binary, &files).expect_err("an empty batch"),
            "./data_batch_3.bin: expected at least one image, found none"
        );
    }

    #[test]
    fn a_folder_or_a_huge_file_by_a_batch_name_is_an_error() {
        let folder = tempfile::tempdir().expect("a new folder");
        let batch = folder.path().join("data_batch_1.bin");
        fs::create_dir(&batch).expect("a new folder");
        let read = || read_folder(folder.path(), Form::Binary, &|_, _| {});
        let error = read().expect_err("a folder").to_string();
        assert!(error.ends_with("expected a file, found something else"));
        fs::remove_dir(&batch).expect("the folder");
        let file = File::create(&batch).expect("a new file");
        file.set_len(MAX_FILE_BYTES + 1).expect("a sparse file");
        let error = read().expect_err("a huge file").to_string();
        assert!(error.ends_with("expected at most 67108864 bytes, found 67108865"));
    }
}
