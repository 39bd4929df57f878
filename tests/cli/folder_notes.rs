//! What the program says about folders of pictures that a user may not expect.

use crate::any_images::{experiment, refused, two_classes};
use crate::scratch::Scratch;

#[test]
fn pictures_without_a_size_are_squashed_and_one_line_says_so() {
    let scratch = Scratch::new();
    two_classes(&scratch, "pictures/train", 4);
    two_classes(&scratch, "pictures/test", 2);
    let trained = scratch
        .run("train tiny.toml --data pictures --epochs 1 --out run --ui plain")
        .succeeded();
    let note = "note: every picture is squashed to 32x32; an experiment can ask for more: size = 64 under [data]";
    let all = trained.stdout + &trained.stderr;
    assert_eq!(all.matches(note).count(), 1, "{all}");
}

#[test]
fn pictures_that_are_padded_without_a_size_are_not_called_squashed() {
    let scratch = Scratch::new();
    two_classes(&scratch, "pictures/train", 2);
    two_classes(&scratch, "pictures/test", 1);
    experiment(&scratch, "e.toml", "alpha = 1.0", "resize = \"pad\"\n");
    let checked = scratch
        .run("data check pictures --experiment e.toml")
        .succeeded();
    let all = checked.stdout + &checked.stderr;
    assert!(
        all.contains("note: every picture is reduced, with black borders, to 32x32"),
        "{all}"
    );
}

#[test]
fn folders_of_pictures_that_are_no_part_of_the_set_are_named() {
    let scratch = Scratch::new();
    for folder in ["pictures/train", "pictures/test", "pictures/unlabelled"] {
        two_classes(&scratch, folder, 1);
    }
    let checked = scratch.run("data check pictures").succeeded();
    let expected =
        "1 other folder of pictures: one folder is read for each part of a set, such as unlabelled";
    assert!(checked.stdout.contains(expected), "{}", checked.stdout);
}

/// Asserts that this line is said, once, when the images at `pictures` are described and when they are trained on.
fn said(scratch: &Scratch, note: &str) {
    for line in [
        "data check pictures --experiment e.toml",
        "train e.toml --data pictures --epochs 1 --out run --ui plain",
    ] {
        let ended = scratch.run(line).succeeded();
        let all = ended.stdout + &ended.stderr;
        assert_eq!(all.lines().filter(|line| *line == note).count(), 1, "{all}");
    }
}

#[test]
fn a_class_that_a_split_leaves_without_a_test_image_is_named() {
    let scratch = Scratch::new();
    two_classes(&scratch, "pictures", 5);
    scratch.class_folders(&["rare"]);
    let (from, to) = (scratch.path("classes/rare"), scratch.path("pictures/rare"));
    std::fs::rename(from, to).unwrap();
    experiment(
        &scratch,
        "e.toml",
        "alpha = 1.0",
        "size = 16\nsplit = 0.2\n",
    );
    said(
        &scratch,
        "note: split = 0.2 takes no test image from the class rare (1 picture); more pictures or a larger split may give \
         one",
    );
}

#[test]
fn a_class_that_the_test_part_lacks_is_named() {
    let scratch = Scratch::new();
    two_classes(&scratch, "pictures/train", 5);
    two_classes(&scratch, "pictures/test", 1);
    std::fs::remove_dir_all(scratch.path("pictures/test/left")).unwrap();
    experiment(
        &scratch,
        "e.toml",
        "alpha = 1.0",
        "size = 16\nsplit = 0.2\n",
    );
    said(
        &scratch,
        "note: there is no test image of the class left (5 pictures)",
    );
}

#[test]
fn two_folders_for_training_that_differ_in_capitals_are_refused() {
    let scratch = Scratch::new();
    for folder in ["pictures/train", "pictures/Train", "pictures/test"] {
        two_classes(&scratch, folder, 1);
    }
    let message = "pictures: expected one folder train, found Train and train\nhint: put the pictures of both into train";
    for line in [
        "data check pictures",
        "train tiny.toml --data pictures --out run",
    ] {
        refused(&scratch, line, message);
    }
}
