use std::fs;

pub(crate) use super::array::tests::npy;
use crate::source::archive::tests::zip;
use crate::{ImageRequest, Layout, OpenedSource, open};

/// The arrays of a set of `classes` classes, by their names without ending: grey images of 2x3, four for training and
/// two for each other part.
pub(crate) fn arrays(classes: u8) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![];
    for (part, count) in [("train", 4), ("val", 2), ("test", 2)] {
        let pixels: Vec<u8> = (0..count as u8 * 6).collect();
        let labels: Vec<u8> = (0..count as u8).map(|image| image % classes).collect();
        files.push((
            format!("{part}_images"),
            npy("|u1", &[count, 2, 3], &pixels),
        ));
        files.push((format!("{part}_labels"), npy("|u1", &[count, 1], &labels)));
    }
    files
}

/// Opens these arrays as `name`: a folder, or an archive if the name ends so.
fn opened(name: &str, arrays: &[(String, Vec<u8>)]) -> Result<OpenedSource, String> {
    let folder = tempfile::tempdir().expect("a new folder");
    let path = folder.path().join(name);
    let named = arrays.iter();
    let named: Vec<(String, Vec<u8>)> = named
        .map(|(name, bytes)| (format!("{name}.npy"), bytes.clone()))
        .collect();
    if name.ends_with(".npz") {
        fs::write(&path, zip(&named)).expect("a new file");
    } else {
        fs::create_dir(&path).expect("a new folder");
        for (name, bytes) in named {
            fs::write(path.join(name), bytes).expect("a new file");
        }
    }
    let here = format!("{}/", folder.path().display());
    open(&path, &ImageRequest::default(), &|_, _| {})
        .map_err(|error| error.to_string().replace(&here, ""))
}

#[test]
fn a_folder_and_an_archive_of_the_same_arrays_hold_the_same_set() {
    let folder = opened("set", &arrays(2)).expect("a good set");
    let archive = opened("set.npz", &arrays(2)).expect("a good set");
    assert_eq!(folder.images, archive.images);
    assert_eq!(folder.layout, Layout::Arrays(None));
    assert_eq!(archive.layout_name(), "NumPy arrays in an archive");
    let images = archive.images;
    assert_eq!(images.train.shape().dims(), [1, 2, 3]);
    assert_eq!(images.train.labels(), [0, 1, 0, 1]);
    assert_eq!(images.validation.expect("a validation part").len(), 2);
    assert_eq!(images.classes, ["0", "1"]);
}

#[test]
fn the_classes_of_a_set_of_medmnist_have_their_names() {
    let set = opened("pneumoniamnist_64.npz", &arrays(2)).expect("a good set");
    assert_eq!(
        set.layout_name(),
        "PneumoniaMNIST, NumPy arrays in an archive"
    );
    assert_eq!(set.images.classes, ["normal", "pneumonia"]);
    // Colour images are none of this set's, nor is a third class.
    let other = opened("bloodmnist.npz", &arrays(2)).expect("a good set");
    assert_eq!(other.images.classes, ["0", "1"]);
    let other = opened("pneumoniamnist.npz", &arrays(3)).expect("a good set");
    assert_eq!(other.images.classes, ["0", "1", "2"]);
}

#[test]
fn names_by_keras_are_read_too() {
    let mut renamed = arrays(2);
    for (name, _) in &mut renamed {
        let (part, what) = name.split_once('_').expect("two words");
        *name = match what {
            "images" => format!("x_{part}"),
            _ => format!("y_{part}"),
        };
    }
    let one = opened("set.npz", &renamed).expect("a good set");
    assert_eq!(
        one.images,
        opened("set.npz", &arrays(2)).expect("a good set").images
    );
    let both = [renamed, arrays(2)].concat();
    let said = opened("set.npz", &both).expect_err("each array twice");
    assert!(
        said.contains("expected one array of training images, found two"),
        "{said}"
    );
}

#[test]
fn arrays_that_do_not_fit_together_are_refused() {
    let with = |name: &str, bytes: Option<Vec<u8>>| {
        let mut arrays = arrays(2);
        arrays.retain(|(other, _)| other != name);
        arrays.extend(bytes.map(|bytes| (name.to_owned(), bytes)));
        opened("set.npz", &arrays).expect_err("a bad set")
    };
    assert_eq!(
        with("test_labels", None),
        "set.npz: expected an array for each of train_images, train_labels, test_images and test_labels, found no \
         test_labels"
    );
    assert_eq!(
        with("val_labels", None),
        "set.npz: expected an array for each of train_images, train_labels, test_images and test_labels, found no \
         val_labels"
    );
    assert_eq!(
        with("train_labels", Some(npy("|u1", &[3], &[0, 1, 0]))),
        "set.npz: expected as many training labels as images (4), found 3"
    );
    assert_eq!(
        with("val_images", Some(npy("|u1", &[2, 3, 2], &[0; 12]))),
        "set.npz: expected validation images of 1x2x3 like those for training, found 1x3x2"
    );
}

#[test]
fn an_archive_without_such_arrays_names_those_that_it_has() {
    let said = opened("set.npz", &[("weights".into(), npy("<f4", &[1], &[0; 4]))]);
    assert_eq!(
        said.expect_err("another archive"),
        "set.npz: expected the arrays train_images, train_labels, test_images and test_labels, found weights"
    );
}
