use std::fs::{self, File};

use super::*;
use crate::file::MAX_FILE_BYTES;

/// Every file of a small set: training batch `n` has `n` images, the test batch has one.
pub(crate) fn files(form: Form) -> Vec<(String, Vec<u8>)> {
    Member::all(Cifar::Ten, form)
        .map(|member| {
            let labels = match member.role {
                Role::Train(index) => vec![index as u8; index + 1],
                Role::Test | Role::ClassNames(_) => vec![9],
            };
            let bytes = match (form, member.role) {
                (Form::Binary, Role::ClassNames(_)) => CIFAR10_CLASSES.join("\n").into_bytes(),
                (Form::Python, Role::ClassNames(_)) => python::tests::meta(&CIFAR10_CLASSES),
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
    let read = crate::source::official::read(
        &crate::source::tree::Tree::Disk,
        folder.path(),
        &crate::ImageRequest::default(),
        &|_, _| {},
    );
    read.map(|(layout, set)| {
        assert_eq!(layout, crate::Layout::Cifar10(form));
        set
    })
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
            files[Cifar::Ten.batches()].1 = match form {
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
    let read = || {
        let request = crate::ImageRequest::default();
        crate::source::official::read(
            &crate::source::tree::Tree::Disk,
            folder.path(),
            &request,
            &|_, _| {},
        )
    };
    let error = read().expect_err("a folder").to_string();
    assert!(error.ends_with("expected a regular file, found a folder"));
    fs::remove_dir(&batch).expect("the folder");
    let file = File::create(&batch).expect("a new file");
    file.set_len(MAX_FILE_BYTES + 1).expect("a sparse file");
    let error = read().expect_err("a huge file").to_string();
    assert!(error.ends_with("expected at most 67108864 bytes, found 67108865"));
}

/// Every file of a small CIFAR-100: three training images, one test image.
pub(crate) fn hundred(form: Form) -> Vec<(String, Vec<u8>)> {
    let (train, test) = ([[19, 99], [0, 5], [7, 42]], [[3, 60]]);
    let names = |count: usize, word: &str| -> Vec<String> {
        (0..count).map(|index| format!("{word}_{index}")).collect()
    };
    let (fine, coarse) = (names(100, "fine"), names(20, "coarse"));
    match form {
        Form::Binary => vec![
            ("train.bin".into(), binary::tests::batch_of_two(&train)),
            ("test.bin".into(), binary::tests::batch_of_two(&test)),
            ("fine_label_names.txt".into(), fine.join("\n").into_bytes()),
            (
                "coarse_label_names.txt".into(),
                coarse.join("\n").into_bytes(),
            ),
        ],
        Form::Python => vec![
            ("train".into(), python::tests::batch_of_two(&train)),
            ("test".into(), python::tests::batch_of_two(&test)),
            ("meta".into(), python::tests::meta_of_two(&fine, &coarse)),
        ],
    }
}

fn read_hundred(
    files: &[(String, Vec<u8>)],
    labels: Option<LabelKind>,
) -> Result<ImageSet, String> {
    let folder = tempfile::tempdir().expect("a new folder");
    write(folder.path(), files);
    let here = format!("{}", folder.path().display());
    let request = crate::ImageRequest {
        labels,
        ..crate::ImageRequest::default()
    };
    let read = crate::source::official::read(
        &crate::source::tree::Tree::Disk,
        folder.path(),
        &request,
        &|_, _| {},
    );
    read.map(|(_, set)| set)
        .map_err(|error| error.to_string().replace(&here, "."))
}

#[test]
fn cifar_100_has_fine_and_coarse_labels_in_both_forms() {
    for form in [Form::Binary, Form::Python] {
        let files = hundred(form);
        let fine = read_hundred(&files, None).expect("a good set");
        assert_eq!(
            (fine.train.labels(), fine.test.labels()),
            (&[99, 5, 42][..], &[60][..])
        );
        assert_eq!(
            (fine.classes.len(), fine.classes[99].as_str()),
            (100, "fine_99")
        );
        let coarse = read_hundred(&files, Some(LabelKind::Coarse)).expect("a good set");
        assert_eq!(coarse.train.labels(), [19, 0, 7]);
        assert_eq!(
            (coarse.classes.len(), coarse.classes[19].as_str()),
            (20, "coarse_19")
        );
        assert_eq!(coarse.train.pixels(), fine.train.pixels());
        assert_eq!(fine.train.image(1), binary::tests::pixels(1));
    }
}

#[test]
fn the_names_of_cifar_100_are_needed() {
    for (form, lost) in [
        (Form::Binary, "fine_label_names.txt"),
        (Form::Python, "meta"),
    ] {
        let mut files = hundred(form);
        files.retain(|(name, _)| name != lost);
        let said = read_hundred(&files, None).expect_err("a set without names");
        assert_eq!(said, format!(".: expected {lost}, found no {lost}"));
    }
    let mut files = hundred(Form::Binary);
    files[0].1[1] = 100;
    let said = read_hundred(&files, None).expect_err("a label of no class");
    assert_eq!(
        said,
        "./train.bin: expected a label from 0 to 99 in record 0 (the first is 0), found 100"
    );
}

#[test]
fn two_sets_in_one_folder_are_an_error() {
    let folder = tempfile::tempdir().expect("a new folder");
    write(folder.path(), &files(Form::Binary));
    write(folder.path(), &hundred(Form::Binary));
    let request = crate::ImageRequest::default();
    let error = crate::open(folder.path(), &request, &|_, _| {}).expect_err("two sets");
    assert!(
        error
            .to_string()
            .ends_with("found both CIFAR-10 and CIFAR-100"),
        "{error}"
    );
}
