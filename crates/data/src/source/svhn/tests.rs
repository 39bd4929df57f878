use super::matlab::tests::{array, file, packed};
use super::*;

/// The pixels of image `index` in rows: each value tells channel, row and column.
fn rows(index: u8) -> Vec<u8> {
    let value = |channel: usize, row: usize, column: usize| {
        (channel * 64 + row * 5 + column * 3) as u8 ^ index
    };
    let mut pixels = vec![];
    for channel in 0..3 {
        for row in 0..32 {
            pixels.extend((0..32).map(|column| value(channel, row, column)));
        }
    }
    pixels
}

/// The same pixels as MATLAB writes them: the row changes fastest.
fn columns(index: u8) -> Vec<u8> {
    let rows = rows(index);
    let mut pixels = vec![];
    for channel in 0..3 {
        for column in 0..32 {
            pixels.extend((0..32).map(|row| rows[channel * 1024 + row * 32 + column]));
        }
    }
    pixels
}

fn arrays(labels: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let pixels: Vec<u8> = (0..labels.len() as u8).flat_map(columns).collect();
    let count = labels.len() as i32;
    let dims: &[i32] = if count == 1 {
        &[32, 32, 3]
    } else {
        &[32, 32, 3, count]
    };
    (array("X", dims, &pixels), array("y", &[count, 1], labels))
}

fn add(set: &mut SvhnCollector, part: SvhnFile, bytes: &[u8]) -> Result<(), String> {
    let path = Path::new(part.name());
    let mut content = Content {
        path,
        size: bytes.len(),
        reader: &mut &*bytes,
        failure: &DataError::io(path),
    };
    set.add(part, &mut content)
        .map_err(|error| error.to_string())
}

fn refusal(bytes: &[u8]) -> String {
    add(&mut SvhnCollector::new(false), SvhnFile::Train, bytes).expect_err("a bad file")
}

#[test]
fn planes_come_in_columns_and_label_10_is_the_digit_0() {
    for (one, other) in [(0, 1), (1, 0)] {
        for pack in [false, true] {
            let (x, y) = arrays(&[10, 3, 9]);
            let mut variables = [x, y].map(|array| if pack { packed(&array) } else { array });
            variables.swap(one, other);
            let (x, y) = arrays(&[1]);
            let mut set = SvhnCollector::new(false);
            add(&mut set, SvhnFile::Test, &file(&[x, y])).expect("a good file");
            add(&mut set, SvhnFile::Train, &file(&variables)).expect("a good file");
            assert_eq!((set.files(), set.all_files()), (2, 2));
            let set = set.finish(Path::new("svhn")).expect("a whole set");
            assert_eq!(set.train.labels(), [0, 3, 9]);
            assert_eq!(set.train.image(2), rows(2));
            assert_eq!(
                (set.test.labels(), set.test.image(0)),
                (&[1][..], &rows(0)[..])
            );
            assert_eq!(set.classes.join(""), "0123456789");
        }
    }
}

#[test]
fn extra_images_follow_the_training_images_if_they_are_asked_for() {
    let file = |labels: &[u8]| {
        let (x, y) = arrays(labels);
        file(&[x, y])
    };
    for extra in [false, true] {
        let mut set = SvhnCollector::new(extra);
        add(&mut set, SvhnFile::Extra, &file(&[7, 8])).expect("a good file");
        add(&mut set, SvhnFile::Train, &file(&[1, 2, 3])).expect("a good file");
        add(&mut set, SvhnFile::Test, &file(&[4])).expect("a good file");
        let set = set.finish(Path::new("svhn")).expect("a whole set");
        let expected: &[u16] = if extra { &[1, 2, 3, 7, 8] } else { &[1, 2, 3] };
        assert_eq!(set.train.labels(), expected);
        assert_eq!(set.train.image(2), rows(2));
    }
}

#[test]
fn a_missing_file_is_named() {
    let (x, y) = arrays(&[1, 2]);
    let mut set = SvhnCollector::new(true);
    for part in [SvhnFile::Train, SvhnFile::Test] {
        add(&mut set, part, &file(&[x.clone(), y.clone()])).expect("a good file");
    }
    let error = set.finish(Path::new("svhn")).expect_err("no extra images");
    assert_eq!(
        error.to_string(),
        "svhn: expected all files of SVHN, found no extra_32x32.mat"
    );
}

#[test]
fn what_is_no_such_set_is_refused() {
    let (x, y) = arrays(&[1, 2]);
    for (bytes, end) in [
        (
            file(std::slice::from_ref(&x)),
            "expected an array y of bytes, found none",
        ),
        (
            file(std::slice::from_ref(&y)),
            "expected an array X of bytes, found none",
        ),
        (
            file(&[x.clone(), array("y", &[3, 1], &[1, 2, 3])]),
            "expected as many labels as images (2), found 3",
        ),
        (
            file(&[x.clone(), array("y", &[2, 1], &[1, 11])]),
            "expected a label from 0 to 10 for image 1 (the first is 0), found 11",
        ),
        (
            file(&[array("X", &[2, 2, 3, 2], &[0; 24]), y.clone()]),
            "expected an array X of 32 x 32 x 3 x N, found [2, 2, 3, 2]",
        ),
        (
            file(&[x.clone(), y.clone(), y]),
            "expected one array y, found two",
        ),
        (
            file(&[array("X", &[32, 32, 3, 0], &[]), array("y", &[0, 1], &[])]),
            "expected at least one image, found none",
        ),
    ] {
        let message = refusal(&bytes);
        assert!(message.ends_with(end), "{message}");
    }
}
