use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{
    DataError, Fit, ImageRequest, Layout, OpenedSource, Part, Resize, TableRequest, TestOrigin,
    TestSplit, open,
};

#[path = "../../../tests/hub/tables.rs"]
pub(crate) mod tables;

use tables::{Labels, Table, grey_png, kinds, png};

const CLASSES: [&str; 3] = ["cat", "dog", "owl"];

/// A folder of files with these names.
fn folder(files: &[(&str, &Table)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, table) in files {
        write(&folder.path().join(name), &table.bytes());
    }
    folder
}

fn write(path: &PathBuf, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn read(path: &Path, request: &ImageRequest) -> Result<OpenedSource, (String, String)> {
    open(path, request, &|_, _| {}).map_err(|error| {
        let text = error.to_string();
        let text = text
            .strip_prefix(&format!("{}/", path.display()))
            .unwrap_or(&text);
        let hint = match &error {
            DataError::Format { hint, .. } => hint.clone().unwrap_or_default(),
            _ => String::new(),
        };
        (text.to_owned(), hint)
    })
}

/// Pictures of 6x4 pixels whose red is `first` and one more for each.
fn numbered(first: u8, labels: &[i64]) -> Table {
    let pictures = (first..).take(labels.len());
    Table::new(
        pictures.map(|red| png(6, 4, [red, 7, 9])).collect(),
        labels,
        &CLASSES,
    )
}

fn asked(label: Option<&str>, split: Option<f64>) -> ImageRequest {
    ImageRequest {
        table: TableRequest {
            label_column: label.map(str::to_owned),
            ..TableRequest::default()
        },
        split: split.map(|share| TestSplit { share, seed: 1 }),
        ..ImageRequest::default()
    }
}

/// The red of every picture.
fn reds(images: &crate::Images) -> Vec<u8> {
    (0..images.len())
        .map(|index| images.image(index)[0])
        .collect()
}

#[test]
fn pictures_and_labels_are_read_in_the_order_of_files_and_rows() {
    let folder = folder(&[
        ("data/train-00001-of-00002.parquet", &numbered(5, &[2, 0])),
        (
            "data/train-00000-of-00002.parquet",
            &numbered(0, &[0, 1, 2, 1, 0]),
        ),
        ("data/test-00000-of-00001.parquet", &numbered(100, &[1, 2])),
        ("data/extra-00000-of-00001.parquet", &numbered(200, &[1])),
    ]);
    let opened = read(folder.path(), &ImageRequest::default()).unwrap();
    assert_eq!((opened.layout, opened.fit), (Layout::Parquet, Fit::Own));
    assert_eq!(opened.shape.dims(), [3, 4, 6]);
    assert_eq!(opened.images.classes, CLASSES);
    assert_eq!(opened.images.train.labels(), [0, 1, 2, 1, 0, 2, 0]);
    assert_eq!(reds(&opened.images.train), [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(reds(&opened.images.test), [100, 101]);
    let planes = opened.images.test.image(1);
    assert_eq!(planes, [[101; 24], [7; 24], [9; 24]].concat());
    assert_eq!(opened.test_origin, TestOrigin::Own);
    assert_eq!(
        opened.parts,
        [(Part::Train, "train".into()), (Part::Test, "test".into())]
    );
    assert_eq!(opened.passed_over[0].what(), "1 other split");
}

#[test]
fn validation_images_are_kept_apart() {
    let folder = folder(&[
        ("default/train/0000.parquet", &numbered(0, &[0, 1])),
        ("default/validation/0000.parquet", &numbered(10, &[1])),
        ("default/test/0000.parquet", &numbered(20, &[2])),
    ]);
    let opened = read(folder.path(), &ImageRequest::default()).unwrap();
    let validation = opened.images.validation.unwrap();
    assert_eq!(
        (reds(&validation), validation.labels()),
        (vec![10], &[1][..])
    );
    assert_eq!(reds(&opened.images.test), [20]);
}

#[test]
fn a_single_file_is_divided_by_the_share_that_is_asked_for() {
    let folder = folder(&[("all.parquet", &numbered(0, &[0, 1, 0, 1, 0, 1, 0, 1]))]);
    let file = folder.path().join("all.parquet");
    let (said, hint) = read(&file, &ImageRequest::default()).unwrap_err();
    assert!(
        said.ends_with("expected a split test, found the splits train"),
        "{said}"
    );
    assert!(hint.contains("split = 0.2"), "{hint}");
    let opened = read(&file, &asked(None, Some(0.25))).unwrap();
    let (train, test) = (&opened.images.train, &opened.images.test);
    assert_eq!((train.len(), test.len()), (6, 2));
    assert_eq!(test.class_counts(3), [1, 1, 0]);
    // The label of every picture is still its own.
    for images in [train, test] {
        let own: Vec<u16> = reds(images).iter().map(|red| u16::from(red % 2)).collect();
        assert_eq!(images.labels(), own);
    }
    let mut all = [reds(train), reds(test)].concat();
    all.sort_unstable();
    assert_eq!(all, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert!(matches!(opened.test_origin, TestOrigin::Split(_)));
}

#[test]
fn pictures_of_several_sizes_become_small_squares() {
    let mut train = numbered(0, &[0, 1]);
    train.pictures[1] = Some(png(5, 4, [1, 7, 9]));
    let folder = folder(&[
        ("train.parquet", &train),
        ("test.parquet", &numbered(10, &[1])),
    ]);
    let opened = read(folder.path(), &ImageRequest::default()).unwrap();
    assert_eq!(
        (opened.fit, opened.shape.dims()),
        (Fit::Default(Resize::Squash), [3, 32, 32])
    );
    let request = ImageRequest {
        size: Some([2, 2]),
        channels: Some(1),
        ..ImageRequest::default()
    };
    let opened = read(folder.path(), &request).unwrap();
    assert_eq!(
        (opened.fit, opened.shape.dims()),
        (Fit::Asked(Resize::Squash), [1, 2, 2])
    );
}

#[test]
fn large_pictures_of_one_size_are_photos() {
    let table = |labels: &[i64]| {
        let pictures = labels.iter().map(|_| grey_png(129, 20, 3)).collect();
        Table::new(pictures, labels, &CLASSES)
    };
    let folder = folder(&[
        ("train.parquet", &table(&[0, 1])),
        ("test.parquet", &table(&[1])),
    ]);
    let opened = read(folder.path(), &ImageRequest::default()).unwrap();
    assert_eq!(
        (opened.fit, opened.shape.dims()),
        (Fit::Default(Resize::Squash), [3, 32, 32])
    );
}

#[test]
fn grey_pictures_stay_grey_unless_one_has_colour() {
    let grey = |labels: &[i64]| {
        let pictures = labels.iter().map(|_| grey_png(28, 28, 77)).collect();
        Table::new(pictures, labels, &CLASSES)
    };
    let mut test = grey(&[1]);
    let folder = folder(&[("train.parquet", &grey(&[0, 1])), ("test.parquet", &test)]);
    let opened = read(folder.path(), &ImageRequest::default()).unwrap();
    assert_eq!(opened.shape.dims(), [1, 28, 28]);
    assert_eq!(opened.images.train.image(0), [77; 784]);
    // As other sets of one size, they get a border and are not enlarged.
    let request = ImageRequest {
        size: Some([32, 32]),
        resize: Resize::Pad,
        ..ImageRequest::default()
    };
    let padded = read(folder.path(), &request).unwrap();
    let image = padded.images.train.image(0);
    assert_eq!((image[33], image[66]), (0, 77));
    test.pictures[0] = Some(png(28, 28, [1, 2, 3]));
    write(&folder.path().join("test.parquet"), &test.bytes());
    let opened = read(folder.path(), &ImageRequest::default()).unwrap();
    assert_eq!(opened.shape.dims(), [3, 28, 28]);
}

/// A set with the labels of CIFAR-100.
fn two_labels(json: Option<String>) -> Table {
    let mut table = numbered(0, &[0, 1, 1]);
    let fine = Labels::Numbers(vec![Some(40), Some(7), Some(2000)]);
    table.labels = vec![
        ("fine_label", fine),
        ("coarse_label", table.labels[0].1.clone()),
    ];
    table.json = json;
    table
}

#[test]
fn one_of_two_columns_of_labels_must_be_named() {
    let table = two_labels(None);
    let folder = folder(&[("train.parquet", &table), ("test.parquet", &table)]);
    let (said, hint) = read(folder.path(), &ImageRequest::default()).unwrap_err();
    assert_eq!(
        said,
        "train.parquet: expected one column of labels, found several: fine_label, coarse_label"
    );
    assert!(hint.contains("--label-column coarse_label"), "{hint}");
    let opened = read(folder.path(), &asked(Some("fine_label"), None)).unwrap();
    assert_eq!(opened.images.classes, ["7", "40", "2000"]);
    assert_eq!(opened.images.train.labels(), [1, 0, 2]);
    let (said, _) = read(folder.path(), &asked(Some("lable"), None)).unwrap_err();
    assert!(
        said.ends_with("found the columns img, fine_label, coarse_label"),
        "{said}"
    );
}

/// Another column may be named than the one that the footer calls labels.
#[test]
fn kinds_in_the_footer_decide_and_can_be_overruled() {
    let table = two_labels(Some(kinds("img", "coarse_label", &CLASSES)));
    let folder = folder(&[("train.parquet", &table), ("test.parquet", &table)]);
    let opened = read(folder.path(), &ImageRequest::default()).unwrap();
    assert_eq!(opened.images.classes, CLASSES);
    let opened = read(folder.path(), &asked(Some("fine_label"), None)).unwrap();
    assert_eq!(opened.images.classes, ["7", "40", "2000"]);
}

#[test]
fn names_are_classes_in_their_order() {
    let mut train = numbered(0, &[0, 0, 0]);
    train.json = None;
    train.labels = vec![("label", Labels::Names(vec!["owl", "cat", "owl"]))];
    let mut test = numbered(0, &[0]);
    test.json = None;
    test.labels = vec![("label", Labels::Names(vec!["cat"]))];
    let folder = folder(&[("train.parquet", &train), ("test.parquet", &test)]);
    let opened = read(folder.path(), &ImageRequest::default()).unwrap();
    assert_eq!(opened.images.classes, ["cat", "owl"]);
    assert_eq!(opened.images.train.labels(), [1, 0, 1]);
    test.labels = vec![("label", Labels::Names(vec!["dog"]))];
    write(&folder.path().join("test.parquet"), &test.bytes());
    let (said, _) = read(folder.path(), &ImageRequest::default()).unwrap_err();
    assert_eq!(
        said,
        "test.parquet: expected a class of the training images in row 0 of label, found dog"
    );
}

#[test]
fn test_images_without_labels_are_refused_with_a_way_out() {
    let folder = folder(&[
        ("train.parquet", &numbered(0, &[0, 1])),
        ("validation.parquet", &numbered(0, &[0, 1])),
        ("test.parquet", &numbered(0, &[1, -1])),
    ]);
    let (said, hint) = read(folder.path(), &ImageRequest::default()).unwrap_err();
    assert_eq!(
        said,
        "test.parquet: expected a label from 0 to 2 in row 1 of label, found -1"
    );
    assert!(hint.contains("--split-test validation"), "{hint}");
    let request = ImageRequest {
        table: TableRequest {
            split_test: Some("validation".into()),
            ..TableRequest::default()
        },
        ..ImageRequest::default()
    };
    assert_eq!(read(folder.path(), &request).unwrap().images.test.len(), 2);
}

#[test]
fn rows_without_a_picture_or_a_label_are_refused_by_their_number() {
    let mut train = numbered(0, &[0, 1, 2, 1, 0]);
    train.pictures[4] = None;
    let folder = folder(&[
        ("train.parquet", &train),
        ("test.parquet", &numbered(0, &[0])),
    ]);
    let (said, _) = read(folder.path(), &ImageRequest::default()).unwrap_err();
    assert_eq!(
        said,
        "train.parquet: expected the bytes of a picture in row 4 of img, found none, or only a path"
    );
    let mut train = numbered(0, &[0, 1, 2]);
    train.labels[0].1 = Labels::Numbers(vec![Some(0), None, Some(1)]);
    write(&folder.path().join("train.parquet"), &train.bytes());
    let (said, _) = read(folder.path(), &ImageRequest::default()).unwrap_err();
    assert_eq!(
        said,
        "train.parquet: expected a label in row 1 of label, found none"
    );
}

#[test]
fn pictures_that_cannot_be_read_are_named_by_file_and_row() {
    let mut train = numbered(0, &[0, 1, 2, 1]);
    train.pictures[3] = Some(b"no picture".to_vec());
    let folder = folder(&[
        ("train.parquet", &train),
        ("test.parquet", &numbered(0, &[0])),
    ]);
    let (said, _) = read(folder.path(), &ImageRequest::default()).unwrap_err();
    assert!(
        said.starts_with("train.parquet/row 3: expected an image"),
        "{said}"
    );
    train.pictures[0] = Some(vec![]);
    write(&folder.path().join("train.parquet"), &train.bytes());
    let (said, _) = read(folder.path(), &ImageRequest::default()).unwrap_err();
    let end = "found 2 that cannot be read: train.parquet/row 0 (an empty file), train.parquet/row 3 (a file of another kind)";
    assert!(said.ends_with(end), "{said}");
}

#[test]
fn files_of_other_classes_are_refused() {
    let mut test = numbered(0, &[0]);
    test.json = Some(kinds("img", "label", &["cat", "owl", "dog"]));
    let folder = folder(&[
        ("train.parquet", &numbered(0, &[0, 1])),
        ("test.parquet", &test),
    ]);
    let (said, _) = read(folder.path(), &ImageRequest::default()).unwrap_err();
    assert!(
        said.starts_with("test.parquet: expected the classes of "),
        "{said}"
    );
}

#[test]
fn text_labels_may_begin_with_a_sign() {
    let mut train = numbered(0, &[0, 0]);
    train.json = None;
    train.labels = vec![("label", Labels::Names(vec!["cat", "owl"]))];
    let mut test = numbered(0, &[0]);
    test.json = None;
    test.labels = vec![("label", Labels::Names(vec!["-1"]))];
    let folder = folder(&[("train.parquet", &train), ("test.parquet", &test)]);
    let (said, hint) = read(folder.path(), &ImageRequest::default()).unwrap_err();
    assert!(said.ends_with("row 0 of label, found -1"), "{said}");
    assert!(!hint.contains("without labels"), "{hint}");
}

#[test]
fn training_images_without_labels_have_another_way_out_than_test_images() {
    let folder = folder(&[
        ("train.parquet", &numbered(0, &[0, -1])),
        ("test.parquet", &numbered(0, &[1])),
    ]);
    let (said, hint) = read(folder.path(), &ImageRequest::default()).unwrap_err();
    assert_eq!(
        said,
        "train.parquet: expected a label from 0 to 2 in row 1 of label, found -1"
    );
    assert!(hint.contains("cannot be trained on"), "{hint}");
}

#[test]
fn every_error_of_a_table_has_a_way_out() {
    let text = |labels: &[&'static str]| {
        let mut table = numbered(0, &vec![0; labels.len()]);
        table.json = None;
        table.labels = vec![("label", Labels::Names(labels.to_vec()))];
        table
    };
    let mut numbers = numbered(0, &[0, 1]);
    numbers.json = None;
    let none = numbered(0, &[]);
    let mut broken = numbered(0, &[0, 1]);
    broken.json = Some("{".into());
    for (train, test) in [
        (&text(&["a", "b"]), &numbers),
        (&numbers, &text(&["a"])),
        (&text(&["a", ""]), &numbers),
        (&none, &numbers),
        (&numbered(0, &[0, 7]), &numbers),
        (&broken, &numbers),
    ] {
        let folder = folder(&[("train.parquet", train), ("test.parquet", test)]);
        let (said, hint) = read(folder.path(), &ImageRequest::default()).unwrap_err();
        assert!(!hint.is_empty(), "{said}");
    }
}

/// A table without kinds, with the label of a picture and a number of another kind.
#[test]
fn a_column_that_is_called_label_comes_before_the_only_integers() {
    let mut table = numbered(0, &[10, 20]);
    table.json = None;
    table.labels = vec![
        ("label", Labels::Names(vec!["cat", "owl"])),
        ("width", Labels::Numbers(vec![Some(6), Some(7)])),
    ];
    let folder = folder(&[("train.parquet", &table), ("test.parquet", &table)]);
    let opened = read(folder.path(), &ImageRequest::default()).unwrap();
    assert_eq!(opened.images.classes, ["cat", "owl"]);
    let columns = Some(["img".to_owned(), "label".to_owned()]);
    assert_eq!(opened.guessed_columns, columns);
    let opened = read(folder.path(), &asked(Some("width"), None)).unwrap();
    assert_eq!(opened.images.classes, ["6", "7"]);
    table.labels[0].0 = "LABEL";
    table.json = Some("[]".into());
    for name in ["train.parquet", "test.parquet"] {
        write(&folder.path().join(name), &table.bytes());
    }
    let opened = read(folder.path(), &ImageRequest::default()).unwrap();
    assert_eq!(opened.images.classes, ["cat", "owl"]);
}

/// Another program may write anything into the entry of the Hugging Face library.
#[test]
fn any_json_in_the_footer_is_read_or_passed_over() {
    for json in [
        "[]",
        "3",
        "{\"info\": 1}",
        "{\"info\": {\"features\": []}}",
        "null",
    ] {
        let mut table = numbered(0, &[0, 1]);
        table.json = Some(json.into());
        let folder = folder(&[("train.parquet", &table), ("test.parquet", &table)]);
        let opened = read(folder.path(), &ImageRequest::default()).unwrap();
        assert_eq!(opened.images.classes, ["0", "1"], "{json}");
    }
}

/// The rows of a dictionary share one picture, so that few bytes ask for much memory.
#[test]
fn pixels_that_no_file_can_fill_are_refused() {
    let rows = 4000;
    let mut table = Table::new(vec![grey_png(1, 1, 0); rows], &vec![1; rows], &CLASSES);
    table.group = rows;
    let folder = folder(&[("train.parquet", &table)]);
    let request = ImageRequest {
        size: Some([4096, 4096]),
        ..asked(None, Some(0.5))
    };
    let (said, hint) = read(folder.path(), &request).unwrap_err();
    assert!(said.contains("bytes of pixels from files of"), "{said}");
    assert!(hint.contains("smaller pictures"), "{hint}");
}

/// A dictionary would let a small file claim any number of rows.
#[test]
fn more_rows_than_bytes_are_refused() {
    let rows = 50_000;
    let mut table = Table::new(vec![grey_png(1, 1, 0); rows], &vec![1; rows], &CLASSES);
    table.group = rows;
    let folder = folder(&[("train.parquet", &table)]);
    let (said, _) = read(folder.path(), &asked(None, Some(0.5))).unwrap_err();
    assert!(
        said.contains("rows in a file of") && said.ends_with("found more"),
        "{said}"
    );
}

#[test]
fn class_folders_come_before_parquet_files() {
    let folder = folder(&[("train/0000.parquet", &numbered(0, &[0, 1]))]);
    for place in ["train/cat", "train/dog", "test/cat"] {
        write(
            &folder.path().join(place).join("1.png"),
            &png(2, 2, [1, 2, 3]),
        );
    }
    let opened = read(folder.path(), &ImageRequest::default()).unwrap();
    assert_eq!(opened.layout, Layout::ClassFolders);
}

/// Pictures of classes without a test part are no set of tables, whatever lies next to them.
#[test]
fn parquet_files_are_not_looked_for_in_folders_of_pictures_or_far_below() {
    let table = numbered(0, &[0, 1]);
    let folder = folder(&[
        ("meta/train.parquet", &table),
        ("meta/test.parquet", &table),
    ]);
    assert!(read(folder.path(), &ImageRequest::default()).is_ok());
    for class in ["cat", "dog"] {
        let picture = folder.path().join(class).join("1.png");
        write(&picture, &png(2, 2, [1, 2, 3]));
    }
    let (said, _) = read(folder.path(), &ImageRequest::default()).unwrap_err();
    assert!(!said.contains("parquet"), "{said}");
    let far = self::folder(&[
        ("a/b/c/train.parquet", &table),
        ("a/b/c/test.parquet", &table),
    ]);
    assert!(read(far.path(), &ImageRequest::default()).is_err());
    assert!(read(&far.path().join("a"), &ImageRequest::default()).is_ok());
}

#[test]
fn the_hint_for_a_configuration_is_a_folder_that_is_there() {
    let table = numbered(0, &[0, 1]);
    let folder = folder(&[
        ("data/de/train.parquet", &table),
        ("data/my en/train.parquet", &table),
    ]);
    let (_, hint) = read(folder.path(), &ImageRequest::default()).unwrap_err();
    let place = folder.path().join("data/my en");
    let expected = format!("give the folder of one: --data '{}'", place.display());
    assert_eq!(hint, expected);
}

#[test]
fn keys_for_columns_are_refused_where_there_are_none() {
    let folder = tempfile::tempdir().unwrap();
    for place in ["train/cat", "train/dog", "test/cat"] {
        write(
            &folder.path().join(place).join("1.png"),
            &png(2, 2, [1, 2, 3]),
        );
    }
    let (said, hint) = read(folder.path(), &asked(Some("label"), None)).unwrap_err();
    assert!(
        said.contains("for data.label_column (--label-column), found class folders"),
        "{said}"
    );
    assert!(hint.contains("leave --label-column out"), "{hint}");
}

/// A footer alone ended the process: by its groups within groups, or by the children that a group claims to have.
#[test]
fn a_hostile_schema_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("train.parquet");
    for (children, expected) in [
        (vec![1; 200_000], "found more than 32 groups"),
        (vec![i32::MAX], "found a group of 2147483647 columns"),
    ] {
        let footer = tables::footer(&children);
        let length = (footer.len() as u32).to_le_bytes();
        let file = [b"PAR1", &footer[..], &length, b"PAR1"].concat();
        write(&path, &file);
        let (said, _) = read(folder.path(), &asked(None, Some(0.5))).unwrap_err();
        assert!(said.contains(expected), "{said}");
    }
}

/// The parquet crate is given whatever a file holds; a change of any byte may not end the process.
#[test]
fn damaged_files_are_read_or_refused() {
    let good = numbered(0, &[0, 1, 2, 1]).bytes();
    let folder = folder(&[("train.parquet", &numbered(0, &[0, 1]))]);
    let path = folder.path().join("train.parquet");
    let mut refused = 0;
    for at in 0..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 0x11 + (at % 7) as u8;
        fs::write(&path, &bytes).unwrap();
        refused += usize::from(read(folder.path(), &asked(None, Some(0.5))).is_err());
        if at % 5 == 0 {
            fs::write(&path, &good[..at]).unwrap();
            let cut = read(folder.path(), &asked(None, Some(0.5)));
            assert!(cut.is_err(), "{at} bytes of {}", good.len());
        }
    }
    assert!(refused > good.len() / 4, "{refused} of {}", good.len());
}
