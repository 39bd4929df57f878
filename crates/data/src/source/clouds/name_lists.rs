//! Texts of points that lists name, as `modelnet40_normal_resampled` has them.
//!
//! `modelnet40_train.txt` and `modelnet40_test.txt` have a name in each line, such as `glass_box_0007`, which stands for
//! the file `glass_box/glass_box_0007.txt`. `modelnet40_shape_names.txt` has the classes in the order of their labels.

use std::path::{Component, Path, PathBuf};

use super::CloudRequest;
use super::class_names::read_names;
use super::files::{FileKind, FoundFiles};
use super::lines::{Line, Lines};
use super::read_set::{PartsOf, check_test};
use crate::file::{MAX_FILE_BYTES, read_regular};
use crate::source::folder::Labelled;
use crate::{DataError, MAX_CLASSES};

/// What the names of lists begin with. The larger set comes first: its folder has the lists of both.
const SETS: [&str; 2] = ["modelnet40", "modelnet10"];

/// The lists of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NameLists(&'static str);

/// A line of a list.
struct Named {
    path: PathBuf,
    class: String,
}

impl NameLists {
    /// The lists in `folder`; `None` if there are none of which the first class has a folder.
    pub(super) fn look(folder: &Path) -> Option<Self> {
        let mut sets = SETS.into_iter().map(Self);
        sets.find(|lists| {
            let list = lists.path(folder, "train");
            let bytes = read_regular(&list, MAX_FILE_BYTES).unwrap_or_default();
            let first = Lines::new(&list, &bytes).next();
            let first = first.ok().flatten();
            let named = first.and_then(|line| named(folder, line).ok());
            named.is_some_and(|named| folder.join(named.class).is_dir())
        })
    }

    fn path(self, folder: &Path, what: &str) -> PathBuf {
        folder.join(format!("{}_{what}.txt", self.0))
    }

    /// Finds the clouds that the lists name.
    ///
    /// # Errors
    /// A list that is not there or has no lines, a line that is no name of a cloud or has a class of no name, fewer than 2
    /// or too many classes, and no list for the test if no split is asked for.
    pub(super) fn find(
        self,
        folder: &Path,
        request: &CloudRequest,
    ) -> Result<FoundFiles, DataError> {
        let list = self.path(folder, "test");
        let has_test = list.is_file();
        let expected = format!("a list {}_test.txt", self.0);
        check_test(folder, has_test, &expected, request)?;
        let train = read_list(folder, &self.path(folder, "train"))?;
        let test = has_test.then(|| read_list(folder, &list)).transpose()?;
        let names = self.path(folder, "shape_names");
        let classes = match names.is_file() {
            true => read_names(&names)?,
            false => {
                let classes = train.iter().map(|(_, named)| named.class.clone());
                let mut classes: Vec<String> = classes.collect();
                classes.sort();
                classes.dedup();
                classes
            }
        };
        if !(2..=MAX_CLASSES).contains(&classes.len()) {
            let expected = format!("2 to {MAX_CLASSES} classes");
            return Err(DataError::format(
                folder,
                expected,
                classes.len().to_string(),
            ));
        }
        let labelled = |list: &str, named: Vec<(usize, Named)>| {
            let files = named.into_iter().map(|(number, named)| {
                let label = classes.iter().position(|class| *class == named.class);
                let label = label.ok_or_else(|| {
                    let expected = format!("a class of the set in line {number}");
                    DataError::format(&self.path(folder, list), expected, &named.class)
                })?;
                // There are at most as many classes as labels.
                Ok((named.path, label as u16))
            });
            files.collect::<Result<Vec<Labelled>, DataError>>()
        };
        let parts = PartsOf {
            train: Some(labelled("train", train)?),
            validation: None,
            test: test.map(|test| labelled("test", test)).transpose()?,
        };
        Ok(FoundFiles {
            folder: folder.into(),
            kind: FileKind::Text,
            classes,
            parts,
            passed_over: vec![],
        })
    }
}

/// The lines of a list, each with its number.
fn read_list(folder: &Path, list: &Path) -> Result<Vec<(usize, Named)>, DataError> {
    let bytes = read_regular(list, MAX_FILE_BYTES).map_err(DataError::io(list))?;
    let mut lines = Lines::new(list, &bytes);
    let mut names = vec![];
    while let Some(line) = lines.next()? {
        names.push((line.number, named(folder, line)?));
    }
    match names.is_empty() {
        true => Err(DataError::format(list, "at least one line", "none")),
        false => Ok(names),
    }
}

/// The cloud of a line.
fn named(folder: &Path, line: Line<'_>) -> Result<Named, DataError> {
    let class = line.text.rsplit_once('_').map(|(class, _)| class);
    let is_inside = |class: &&str| {
        let mut parts = Path::new(class).components();
        matches!(parts.next(), Some(Component::Normal(_))) && parts.next().is_none()
    };
    // The whole name has no other folder if its class has none and it ends without one.
    let is_one = !line.text.contains(['/', '\\', '\0']);
    let class = class.filter(is_inside).filter(|_| is_one);
    let class = class.ok_or_else(|| line.fault("CLASS_NUMBER"))?;
    Ok(Named {
        path: folder.join(class).join(format!("{}.txt", line.text)),
        class: class.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::clouds::files::names;
    use crate::source::clouds::tests::folder;
    use crate::source::folder::Part;

    /// A set of two classes without clouds, with these texts in place of its own.
    fn set(changed: &[(&str, Option<&str>)]) -> tempfile::TempDir {
        let mut files = vec![
            (
                "modelnet40_train.txt",
                "glass_box_0001\nbed_0001\r\nbed_0002\n",
            ),
            ("modelnet40_test.txt", "bed_0009"),
            ("modelnet40_shape_names.txt", "glass_box\nbed\n"),
            ("glass_box/glass_box_0001.txt", ""),
        ];
        for (name, text) in changed {
            files.retain(|(other, _)| other != name);
            files.extend(text.map(|text| (*name, text)));
        }
        folder(&files)
    }

    fn found(folder: &Path) -> Result<FoundFiles, String> {
        let lists = NameLists::look(folder).expect("lists");
        let here = format!("{}/", folder.display());
        let found = lists.find(folder, &CloudRequest::default());
        found.map_err(|error| error.to_string().replace(&here, ""))
    }

    #[test]
    fn lists_name_files_by_their_classes() {
        let folder = set(&[]);
        let found = found(folder.path()).unwrap();
        assert_eq!(found.classes, ["glass_box", "bed"]);
        let named = |part| names(&found, part, folder.path());
        assert_eq!(
            named(Part::Train),
            [
                ("glass_box/glass_box_0001.txt".into(), 0),
                ("bed/bed_0001.txt".into(), 1),
                ("bed/bed_0002.txt".into(), 1)
            ]
        );
        assert_eq!(named(Part::Test), [("bed/bed_0009.txt".into(), 1)]);
    }

    #[test]
    fn classes_without_names_are_sorted() {
        let folder = set(&[("modelnet40_shape_names.txt", None)]);
        assert_eq!(found(folder.path()).unwrap().classes, ["bed", "glass_box"]);
    }

    #[test]
    fn the_lists_of_the_larger_set_come_first() {
        let ten = [("modelnet10_train.txt", Some("glass_box_0001"))];
        assert_eq!(
            NameLists::look(set(&ten).path()),
            Some(NameLists("modelnet40"))
        );
        let only = [ten[0], ("modelnet40_train.txt", None)];
        assert_eq!(
            NameLists::look(set(&only).path()),
            Some(NameLists("modelnet10"))
        );
        let none = [("modelnet40_train.txt", None)];
        assert_eq!(NameLists::look(set(&none).path()), None);
    }

    #[test]
    fn wrong_lists_are_refused() {
        for (name, text, said) in [
            (
                "modelnet40_train.txt",
                Some("glass_box_0001\n../../bed_0001"),
                "modelnet40_train.txt: expected CLASS_NUMBER in line 2, found ../../bed_0001",
            ),
            (
                "modelnet40_train.txt",
                Some("glass_box_0001\n.._0001"),
                "modelnet40_train.txt: expected CLASS_NUMBER in line 2, found .._0001",
            ),
            (
                "modelnet40_test.txt",
                Some("bed"),
                "modelnet40_test.txt: expected CLASS_NUMBER in line 1, found bed",
            ),
            (
                "modelnet40_test.txt",
                Some("bed_0001\nsofa_0001"),
                "modelnet40_test.txt: expected a class of the set in line 2, found sofa",
            ),
            (
                "modelnet40_test.txt",
                Some("\n"),
                "modelnet40_test.txt: expected at least one line, found none",
            ),
        ] {
            let folder = set(&[(name, text)]);
            assert_eq!(found(folder.path()).unwrap_err(), said);
        }
        let folder = set(&[("modelnet40_test.txt", None)]);
        let error = found(folder.path()).unwrap_err();
        assert!(
            error.ends_with("expected a list modelnet40_test.txt, found none"),
            "{error}"
        );
    }
}
