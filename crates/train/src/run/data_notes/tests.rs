use mixup_data::{ImageSet, ImageShape, Images, TestSplit};

use super::*;

const SHAPE: ImageShape = ImageShape {
    channels: 1,
    height: 1,
    width: 1,
};

/// A part with as many images of each class.
fn part(counts: &[usize]) -> Images {
    let mut images = Images::new(SHAPE);
    for (label, &count) in (0..).zip(counts) {
        for _ in 0..count {
            images.push(&[0], label);
        }
    }
    images
}

/// Class folders with these classes, and how many images of each are for training and for the test.
fn opened(classes: &[&str], train: &[usize], test: &[usize]) -> OpenedSource {
    OpenedSource {
        layout: Layout::ClassFolders,
        is_packed: false,
        images: ImageSet {
            train: part(train),
            validation: None,
            test: part(test),
            classes: classes.iter().map(|&class| class.into()).collect(),
        },
        shape: SHAPE,
        fit: Fit::Asked(Resize::Squash),
        test_origin: TestOrigin::Split(TestSplit {
            share: 0.2,
            seed: 1,
        }),
        parts: vec![],
        guessed_columns: None,
        within: None,
        passed_over: vec![],
    }
}

#[test]
fn a_set_as_it_is_expected_needs_no_note() {
    let none: [String; 0] = [];
    assert_eq!(notes(&opened(&["ant", "bee"], &[4, 4], &[1, 1])), none);
}

#[test]
fn columns_that_nobody_named_are_said() {
    let mut set = opened(&["ant", "bee"], &[4, 4], &[1, 1]);
    set.guessed_columns = Some(["image".into(), "label".into()]);
    assert_eq!(
        notes(&set),
        ["note: pictures are the column image, labels the column label"]
    );
}

#[test]
fn classes_that_a_split_leaves_without_a_test_image_are_named_with_their_counts() {
    let one = opened(&["ant", "bee"], &[8, 1], &[2, 0]);
    assert_eq!(
        notes(&one),
        [
            "note: split = 0.2 takes no test image from the class bee (1 picture); more pictures or a larger split may \
             give one"
        ]
    );
    let classes = ["a", "b", "c", "d", "e", "f", "g"];
    let many = opened(&classes, &[8, 1, 2, 2, 1, 2, 2], &[2, 0, 0, 0, 0, 0, 0]);
    let expected = "note: split = 0.2 takes no test image from 6 of 7 classes: b (1 picture), c (2 pictures), \
                    d (2 pictures), e (1 picture) and 2 more;";
    assert!(notes(&many)[0].starts_with(expected), "{:?}", notes(&many));
}

#[test]
fn a_class_that_the_test_part_lacks_is_named() {
    let mut lacking = opened(&["ant", "bee"], &[8, 3], &[2, 0]);
    for origin in [TestOrigin::Own, TestOrigin::OwnInPlaceOfSplit] {
        lacking.test_origin = origin;
        let expected = ["note: there is no test image of the class bee (3 pictures)"];
        assert_eq!(notes(&lacking), expected);
    }
    // The files of CIFAR-10 are what they are.
    lacking.layout = Layout::Svhn;
    assert!(notes(&lacking).is_empty());
}

#[test]
fn names_that_differ_in_capitals_are_pointed_out() {
    let twice = opened(&["Cat", "ant", "cat"], &[2, 2, 2], &[1, 1, 1]);
    assert_eq!(
        notes(&twice),
        [
            "note: classes whose names differ only in capitals are read as different ones: Cat and cat"
        ]
    );
}
