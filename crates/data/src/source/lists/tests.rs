use std::fs;

use super::*;
use crate::source::folder::tests::png;
use crate::{Fit, Layout, OpenedSource, TestOrigin, TestSplit, open};

/// A folder with the lists and with a picture for each path.
fn set(lists: &[(&str, &str)], pictures: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a new folder");
    for (number, name) in (0_u8..).zip(pictures) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
        fs::write(path, png([number, 0, 0])).expect("a new file");
    }
    for (name, text) in lists {
        fs::write(folder.path().join(name), text).expect("a new file");
    }
    folder
}

fn opened(folder: &Path, split: Option<TestSplit>) -> Result<OpenedSource, String> {
    let request = ImageRequest {
        size: Some([2, 2]),
        split,
        ..ImageRequest::default()
    };
    let here = format!("{}", folder.display());
    open(folder, &request, &|_, _| {}).map_err(|error| error.to_string().replace(&here, "."))
}

/// The red value of each image, which is the number of its picture.
fn reds(images: &crate::Images) -> Vec<u8> {
    (0..images.len())
        .map(|index| images.image(index)[0])
        .collect()
}

#[test]
fn pictures_keep_the_order_of_their_lines() {
    let folder = set(
        &[
            (
                "train.txt",
                "\u{feff}b/x.png\tdog\r\n./a/y z.png\tcat\n\na/y z.png\tcat\n",
            ),
            ("test.txt", "b/x.png\tcat\n"),
            ("val.txt", "a/y z.png\tdog"),
        ],
        &["b/x.png", "a/y z.png"],
    );
    let opened = opened(folder.path(), None).expect("a good set");
    assert_eq!(
        (opened.layout, opened.test_origin),
        (Layout::Lists, TestOrigin::Own)
    );
    assert_eq!(opened.fit, Fit::Asked(crate::Resize::Squash));
    let set = opened.images;
    assert_eq!(set.classes, ["cat", "dog"]);
    assert_eq!(
        (reds(&set.train), set.train.labels()),
        (vec![0, 1, 1], &[1, 0, 0][..])
    );
    assert_eq!((reds(&set.test), set.test.labels()), (vec![0], &[0][..]));
    let validation = set.validation.expect("a validation part");
    assert_eq!(
        (reds(&validation), validation.labels()),
        (vec![1], &[1][..])
    );
}

#[test]
fn the_first_folder_is_the_class_of_a_path_alone_and_numbers_keep_their_order() {
    let folder = set(
        &[
            ("train.txt", "10/1/a.png\n9/2/b.png\n"),
            ("test.txt", "9/2/b.png"),
        ],
        &["10/1/a.png", "9/2/b.png"],
    );
    let set = opened(folder.path(), None).expect("a good set").images;
    assert_eq!(set.classes, ["9", "10"]);
    assert_eq!(
        (set.train.labels(), set.test.labels()),
        (&[1, 0][..], &[0][..])
    );
}

#[test]
fn a_set_without_a_list_for_the_test_can_be_split() {
    let lines: String = (0..10)
        .map(|index| format!("{index}.png\t{}\n", index % 2))
        .collect();
    let names: Vec<String> = (0..10).map(|index| format!("{index}.png")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let folder = set(&[("train.txt", &lines)], &names);
    let said = opened(folder.path(), None).expect_err("no test");
    assert_eq!(
        said,
        ".: expected a list test.txt next to train.txt, found none"
    );
    let split = TestSplit {
        share: 0.2,
        seed: 1,
    };
    let opened = opened(folder.path(), Some(split)).expect("a good set");
    assert_eq!(opened.test_origin, TestOrigin::Split(split));
    assert_eq!(
        (opened.images.train.len(), opened.images.test.len()),
        (8, 2)
    );
}

#[test]
fn class_folders_with_a_list_next_to_them_are_class_folders() {
    let names = ["train/a/1.png", "train/b/1.png", "test/a/1.png"];
    let folder = set(&[("train.txt", "train/a/1.png\ta\n")], &names);
    let layout = opened(folder.path(), None).expect("a good set").layout;
    assert_eq!(layout, Layout::ClassFolders);
}

#[test]
fn wrong_lines_are_refused_by_their_number() {
    let good = "a.png\tx\nb.png\ty\n";
    for (line, said) in [
        (
            "../a.png\tx",
            "a path inside the folder of the list in line 3, found ../a.png",
        ),
        (
            "/etc/passwd\tx",
            "a path inside the folder of the list in line 3, found /etc/passwd",
        ),
        (
            "b/../../a.png\tx",
            "a path inside the folder of the list in line 3, found b/../../a.png",
        ),
        ("a.png\t", "PATH<tab>CLASS in line 3, found a.png\\t"),
        ("\tx", "PATH<tab>CLASS in line 3, found \\tx"),
        (
            "a.png 1",
            "whose first folder is the class in line 3, found a.png 1",
        ),
    ] {
        let folder = set(
            &[
                ("train.txt", &format!("{good}{line}\n")),
                ("test.txt", good),
            ],
            &["a.png", "b.png"],
        );
        let message = opened(folder.path(), None).expect_err("a wrong line");
        assert!(message.starts_with("./train.txt: expected "), "{message}");
        assert!(message.ends_with(said), "{message}");
    }
}

#[test]
fn lists_that_make_no_set_are_refused() {
    let pictures = ["a.png", "b.png"];
    let good = "a.png\tx\nb.png\ty\n";
    for (train, test, said) in [
        (
            "",
            good,
            "./train.txt: expected at least one line, found none",
        ),
        (
            "a.png\tx\n",
            good,
            "./train.txt: expected 2 to 65536 classes, found 1",
        ),
        (
            good,
            "a.png\tz\n",
            "./test.txt: expected classes of the training images, found z",
        ),
        (
            good,
            "c.png\tx\n",
            "./test.txt: expected the path of a picture in line 1, found c.png, which is not there",
        ),
    ] {
        let folder = set(&[("train.txt", train), ("test.txt", test)], &pictures);
        let message = opened(folder.path(), None).expect_err("a bad set");
        assert!(message.ends_with(said), "{message}");
    }
    let many: String = (0..70_000)
        .map(|class| format!("a.png\tclass {class}\n"))
        .collect();
    let folder = set(&[("train.txt", &many), ("test.txt", good)], &pictures);
    let message = opened(folder.path(), None).expect_err("too many classes");
    assert!(
        message.ends_with("expected 2 to 65536 classes, found 70000"),
        "{message}"
    );
}

#[test]
fn a_text_that_has_the_name_of_a_list_by_chance_is_none() {
    let names = ["ant/1.png", "ant/2.png", "bee/1.png", "bee/2.png"];
    let folder = set(&[("train.txt", "Trained with version 3.\n")], &names);
    let split = TestSplit {
        share: 0.5,
        seed: 1,
    };
    let opened = opened(folder.path(), Some(split)).expect("class folders");
    assert_eq!(opened.layout, Layout::ClassFolders);
}
