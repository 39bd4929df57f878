//! Lists of files: `train.txt` and `test.txt`, with a picture and its class in each line.
//!
//! A line is `PATH<tab>CLASS`, or a path alone, whose first folder is the class then. Paths are relative to the folder of
//! the lists and stay inside it.

use std::path::{Component, Path, PathBuf};

use crate::source::decoding::Pictures;
use crate::source::folder::{Labelled, take_split};
use crate::source::tree::Tree;
use crate::{DataError, ImageRequest, ImageShape, MAX_CLASSES};

/// The names of the list of training images.
const TRAIN: [&str; 1] = ["train.txt"];
/// The names of the list of test images.
const TEST: [&str; 1] = ["test.txt"];
/// The names of the list of validation images. Without a list for the test, it is that.
const MIDDLE: [&str; 3] = ["val.txt", "valid.txt", "validation.txt"];

/// The most lines of a list.
const MAX_LINES: usize = 4_000_000;

/// Whether a file of this name is a list of a set.
pub(crate) fn is_list(name: &str) -> bool {
    [&TRAIN[..], &TEST, &MIDDLE].concat().contains(&name)
}

/// The lists in a folder.
pub(crate) struct Lists {
    train: PathBuf,
    validation: Option<PathBuf>,
    test: Option<PathBuf>,
}

impl Lists {
    /// The lists in `folder`; `None` if there is none of training images.
    pub(crate) fn find(tree: &Tree, folder: &Path) -> Option<Self> {
        let first = |names: &[&str]| {
            let mut paths = names.iter().map(|name| folder.join(name));
            paths.find(|path| tree.has_file(path))
        };
        let train = first(&TRAIN).filter(|train| is_like_a_list(tree, folder, train))?;
        let (validation, test) = match (first(&MIDDLE), first(&TEST)) {
            (middle, None) => (None, middle),
            both => both,
        };
        Some(Self {
            train,
            validation,
            test,
        })
    }

    /// Whether there is a list of test images.
    pub(crate) fn has_test(&self) -> bool {
        self.test.is_some()
    }
}

/// Whether the first line of a file names a picture, by a tab or by a file that is there. Other texts may have the name
/// of a list.
fn is_like_a_list(tree: &Tree, folder: &Path, list: &Path) -> bool {
    let start = tree.start_of_list(list).unwrap_or_default();
    let text = String::from_utf8_lossy(&start);
    let mut lines = text
        .trim_start_matches('\u{feff}')
        .lines()
        .map(str::trim_end);
    let first = lines.find(|line| !line.is_empty()).unwrap_or_default();
    let name = Path::new(first.split(' ').next().unwrap_or_default());
    // An empty list is refused as such.
    first.is_empty()
        || first.contains('\t')
        || [Path::new(first), name]
            .iter()
            .any(|name| tree.has_file(&folder.join(name)))
}

/// One line of a list.
struct Line {
    path: PathBuf,
    class: String,
}

/// Finds the pictures of all lists in `folder`. Classes are in the order of their names, or of their numbers if all are
/// numbers. Without a list for the test, `request.split` takes a part of the training images.
///
/// # Errors
/// A list without lines or with a wrong one, fewer than 2 or too many classes, and a test class that is not a training
/// class.
pub(crate) fn find(
    tree: &Tree,
    folder: &Path,
    lists: &Lists,
    request: &ImageRequest,
) -> Result<Pictures, DataError> {
    let lines = |list: &PathBuf| lines(tree, folder, list);
    let train = lines(&lists.train)?;
    let classes = classes(&lists.train, &train)?;
    let labelled = |list: &Path, lines: Vec<Line>| labelled(list, lines, &classes);
    let mut train = labelled(&lists.train, train)?;
    let part = |list: &Option<PathBuf>| {
        let part = list.as_ref().map(|list| labelled(list, lines(list)?));
        part.transpose()
    };
    let validation = part(&lists.validation)?;
    let test = match (part(&lists.test)?, request.split) {
        (Some(test), _) => test,
        (None, Some(split)) => take_split(folder, &mut train, classes.len(), split)?,
        (None, None) => vec![],
    };
    Ok(Pictures {
        folder: folder.into(),
        classes,
        parts: [Some(train), validation, Some(test)],
        shape: request.shape(ImageShape::CIFAR10),
        resize: request.resize,
    })
}

/// The lines of a list, without empty ones.
fn lines(tree: &Tree, folder: &Path, list: &Path) -> Result<Vec<Line>, DataError> {
    let bytes = tree.list(list)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| DataError::format(list, "a list in UTF-8", error.to_string()))?;
    // Some editors of Windows begin a file with a mark.
    let text = text.trim_start_matches('\u{feff}');
    let lines = (1..).zip(text.lines());
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    let lines = lines.map(|(number, line)| {
        let read = read_line(folder, line, number, list)?;
        match tree.has_file(&read.path) {
            true if number <= MAX_LINES => Ok(read),
            true => {
                let expected = format!("at most {MAX_LINES} lines");
                Err(DataError::format(list, expected, "more"))
            }
            false => Err(missing(list, line, number)),
        }
    });
    let lines: Vec<Line> = lines.collect::<Result<_, _>>()?;
    if lines.is_empty() {
        return Err(DataError::format(list, "at least one line", "none"));
    }
    Ok(lines)
}

/// The error for a line whose picture is not there.
fn missing(list: &Path, line: &str, number: usize) -> DataError {
    let name = line.rsplit_once('\t').map_or(line, |(path, _)| path);
    let expected = format!("the path of a picture in line {number}");
    let fault = DataError::format(list, expected, format!("{name}, which is not there"));
    fault.hinted(match line.contains('\t') {
        true => "paths are relative to the folder of the list",
        false => "separate path and class by one tab; paths are relative to the folder of the list",
    })
}

fn read_line(folder: &Path, line: &str, number: usize, list: &Path) -> Result<Line, DataError> {
    let fault = |expected: &str, found: &str| {
        DataError::format(list, format!("{expected} in line {number}"), found)
    };
    let (path, class) = match line.rsplit_once('\t') {
        Some((path, class)) => (path.trim_end(), Some(class.trim())),
        None => (line, None),
    };
    let mut inside = PathBuf::new();
    for component in Path::new(path).components() {
        match component {
            Component::Normal(part) => inside.push(part),
            Component::CurDir => {}
            _ => return Err(fault("a path inside the folder of the list", path)),
        }
    }
    let class = match class {
        Some(class) => class,
        None => match inside.iter().next().and_then(|first| first.to_str()) {
            Some(first) if inside.iter().count() > 1 => first,
            _ => {
                return Err(fault(
                    "PATH<tab>CLASS, or a path whose first folder is the class",
                    line,
                )
                .hinted("separate path and class by one tab"));
            }
        },
    };
    if inside.as_os_str().is_empty() || class.is_empty() {
        return Err(fault("PATH<tab>CLASS", line));
    }
    Ok(Line {
        path: folder.join(&inside),
        class: class.to_owned(),
    })
}

/// The classes of the training images, in their order.
fn classes(list: &Path, lines: &[Line]) -> Result<Vec<String>, DataError> {
    let mut classes: Vec<&str> = lines.iter().map(|line| line.class.as_str()).collect();
    classes.sort_unstable();
    classes.dedup();
    let number = |class: &str| class.parse::<i64>().ok();
    if classes.iter().all(|class| number(class).is_some()) {
        classes.sort_by_key(|class| number(class));
    }
    if !(2..=MAX_CLASSES).contains(&classes.len()) {
        let expected = format!("2 to {MAX_CLASSES} classes");
        return Err(DataError::format(list, expected, classes.len().to_string())
            .hinted("a line is PATH<tab>CLASS, or a path whose first folder is the class"));
    }
    Ok(classes.into_iter().map(str::to_owned).collect())
}

/// The files of a list with the labels of their classes.
fn labelled(list: &Path, lines: Vec<Line>, classes: &[String]) -> Result<Vec<Labelled>, DataError> {
    let labels = classes.iter().map(String::as_str).zip(0..=u16::MAX);
    let labels: std::collections::HashMap<&str, u16> = labels.collect();
    let labelled = lines
        .into_iter()
        .map(|line| match labels.get(line.class.as_str()) {
            Some(label) => Ok((line.path, *label)),
            None => Err(DataError::format(
                list,
                "classes of the training images",
                line.class,
            )),
        });
    labelled.collect()
}

#[cfg(test)]
mod tests;
