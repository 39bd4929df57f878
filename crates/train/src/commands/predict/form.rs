//! How predictions are shown: in lines, as JSON or as a table.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use mixup_evidence::Outputs;
use serde::Serialize;

use super::refused::RefusedPicture;
use super::{PredictArgs, Prediction};
use crate::commands::output_place::OutputFile;
use crate::failure::Failure;
use crate::files::{self, write_whole};
use crate::output::print_bytes;
use crate::run::plural::counted;
use crate::terminal::ui::print_result;

/// How predictions are shown.
pub(super) enum Form {
    /// A line for each picture, at once; the classes are aligned.
    Lines {
        /// The widest name, in characters.
        width: usize,
    },
    /// One line of JSON at the end.
    Json(Vec<Prediction>),
    /// A row of CSV for each picture, at once.
    CsvLines,
    /// A CSV file, written at the end.
    CsvFile {
        /// The file.
        path: PathBuf,
        /// Its rows so far.
        text: Vec<u8>,
        /// How many pictures they have.
        pictures: usize,
    },
}

/// What `mixup predict --json` prints.
#[derive(Serialize)]
struct Predictions<'a> {
    weights: String,
    /// How outputs became probabilities.
    outputs: Outputs,
    images: &'a [Prediction],
    /// The pictures that could not be read.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    failed: &'a [RefusedPicture],
}

impl Form {
    /// The form that `args` ask for.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the table would take the place of a picture, or has no folder to lie in.
    pub(super) fn new(args: &PredictArgs, pictures: &[PathBuf]) -> Result<Self, Failure> {
        let Some(path) = &args.csv else {
            if args.output.json {
                return Ok(Self::Json(vec![]));
            }
            let widths = pictures
                .iter()
                .map(|path| path.display().to_string().chars().count());
            let width = widths.max().unwrap_or(0);
            return Ok(Self::Lines { width });
        };
        if path == Path::new("-") {
            return Ok(Self::CsvLines);
        }
        check_place(path, pictures)?;
        Ok(Self::CsvFile {
            path: path.clone(),
            text: vec![],
            pictures: 0,
        })
    }

    /// Begins a table of pictures with `top` classes each.
    pub(super) fn begin(&mut self, top: usize) {
        match self {
            Self::Lines { .. } | Self::Json(_) => {}
            Self::CsvLines => print_row(&header(top)),
            Self::CsvFile { text, .. } => *text = header(top),
        }
    }

    /// Shows a prediction, or keeps it for the end.
    pub(super) fn add(&mut self, prediction: Prediction) {
        match self {
            Self::Lines { width } => print_result(&in_words(&prediction, *width)),
            Self::Json(predictions) => predictions.push(prediction),
            Self::CsvLines => print_row(&row(&prediction)),
            Self::CsvFile { text, pictures, .. } => {
                text.extend(row(&prediction));
                *pictures += 1;
            }
        }
    }

    /// Shows what was kept.
    ///
    /// # Errors
    /// [`Failure::File`] if the table cannot be written.
    pub(super) fn finish(
        self,
        weights: &Path,
        outputs: Outputs,
        failed: &[RefusedPicture],
    ) -> Result<(), Failure> {
        match self {
            Self::Lines { .. } | Self::CsvLines => {}
            Self::Json(images) => print_result(&files::json_line(&Predictions {
                weights: weights.display().to_string(),
                outputs,
                images: &images,
                failed,
            })),
            Self::CsvFile {
                path,
                text,
                pictures,
            } => {
                if pictures == 0 {
                    return Ok(());
                }
                write_whole(&path, &text)?;
                let pictures = counted(pictures, "picture");
                print_result(&format!("{pictures}: {}", path.display()));
            }
        }
        Ok(())
    }
}

/// The file that is written.
const TABLE: OutputFile = OutputFile {
    flag: "--csv",
    what: "the table",
    endings: &["csv"],
    may_be_in_run: false,
    example: "or - for stdout",
};

/// Requires a place for the table that is no picture, no file of a run and no other file that is not a table, in
/// a folder that exists.
fn check_place(path: &Path, pictures: &[PathBuf]) -> Result<(), Failure> {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.into());
    let place = absolute(path);
    let shown = path.display();
    if pictures.iter().any(|picture| absolute(picture) == place) {
        return Err(Failure::usage(
            format!("--csv: expected a file for the table, found the picture {shown}"),
            "name another file after --csv, or - for stdout",
        ));
    }
    TABLE.check(path)?;
    let has_folder = place.parent().is_some_and(Path::is_dir);
    if has_folder && !place.is_dir() {
        return Ok(());
    }
    let found = if has_folder {
        "a folder"
    } else {
        "no folder for it"
    };
    Err(Failure::usage(
        format!("--csv {shown}: expected a file that can be written, found {found}"),
        "name a file in a folder that exists, or - for stdout",
    ))
}

/// The picture and its likeliest classes; the name takes `width` characters.
fn in_words(Prediction { image, classes, .. }: &Prediction, width: usize) -> String {
    let shares: Vec<String> = classes
        .iter()
        .map(|share| format!("{} {:.1}%", share.class, 100.0 * share.probability))
        .collect();
    format!("{image:<width$}  {}", shares.join("  "))
}

/// The first row of a table with the `top` likeliest classes.
fn header(top: usize) -> Vec<u8> {
    let mut names = ["picture", "class", "probability"]
        .map(String::from)
        .to_vec();
    for rank in 2..=top {
        names.extend([format!("class_{rank}"), format!("probability_{rank}")]);
    }
    csv_row(&names)
}

/// The row of a picture. Its path is as it is, whatever its encoding.
fn row(prediction: &Prediction) -> Vec<u8> {
    let mut cells = vec![prediction.path.as_os_str().as_encoded_bytes().to_vec()];
    for share in &prediction.classes {
        cells.push(share.class.clone().into_bytes());
        cells.push(format!("{:.6}", share.probability).into_bytes());
    }
    csv_row(&cells)
}

/// A row of CSV with its line break.
fn csv_row(cells: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(vec![]);
    // Writing to memory cannot fail.
    let _ = writer.write_record(cells);
    writer.into_inner().unwrap_or_default()
}

/// Prints a row of the table: as a file would have it, unless a terminal would obey what a name holds.
fn print_row(row: &[u8]) {
    if io::stdout().is_terminal() {
        print_result(String::from_utf8_lossy(row).trim_end_matches('\n'));
    } else {
        print_bytes(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::predict::Share;

    fn prediction(image: &str, classes: &[(&str, f64)]) -> Prediction {
        let share = |(class, probability): &(&str, f64)| Share {
            class: (*class).into(),
            probability: *probability,
        };
        Prediction {
            image: image.into(),
            path: image.into(),
            classes: classes.iter().map(share).collect(),
        }
    }

    fn text(row: Vec<u8>) -> String {
        String::from_utf8(row).unwrap()
    }

    #[test]
    fn the_lines_are_aligned() {
        let short = prediction("a.png", &[("cat", 0.75), ("dog", 0.25)]);
        assert_eq!(in_words(&short, 10), "a.png       cat 75.0%  dog 25.0%");
        let long = prediction("longer.png", &[("dog", 1.0)]);
        assert_eq!(in_words(&long, 10), "longer.png  dog 100.0%");
    }

    #[test]
    fn a_row_has_the_columns_of_the_header() {
        assert_eq!(
            text(header(2)),
            "picture,class,probability,class_2,probability_2\n"
        );
        let row = row(&prediction("a, b.png", &[("cat", 0.75), ("dog", 0.25)]));
        assert_eq!(text(row), "\"a, b.png\",cat,0.750000,dog,0.250000\n");
    }

    #[test]
    fn the_table_takes_the_place_of_no_picture() {
        let folder = tempfile::tempdir().unwrap();
        let picture = folder.path().join("a.png");
        let failure = check_place(&picture, std::slice::from_ref(&picture)).unwrap_err();
        assert!(
            failure.to_string().contains("found the picture"),
            "{failure}"
        );
        assert!(check_place(&folder.path().join("a.csv"), &[picture]).is_ok());
    }

    #[test]
    fn the_table_replaces_only_tables() {
        let folder = tempfile::tempdir().unwrap();
        let [weights, table] =
            ["model.safetensors", "old.csv"].map(|name| folder.path().join(name));
        for file in [&weights, &table] {
            write_whole(file, b"old").unwrap();
        }
        assert!(check_place(&table, &[]).is_ok());
        let failure = check_place(&weights, &[]).unwrap_err().to_string();
        assert!(
            failure.ends_with("found a file that is no .csv"),
            "{failure}"
        );
        write_whole(&folder.path().join("run.json"), b"{}").unwrap();
        for place in [table, folder.path().join("new.csv")] {
            let failure = check_place(&place, &[]).unwrap_err().to_string();
            assert!(
                failure.ends_with("found a place in a run folder"),
                "{failure}"
            );
        }
    }

    #[test]
    fn the_table_needs_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        for place in [folder.path().join("none/a.csv"), folder.path().into()] {
            assert_eq!(check_place(&place, &[]).unwrap_err().exit_code(), 2);
        }
    }
}
