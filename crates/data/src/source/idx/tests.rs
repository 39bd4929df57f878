use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

/// An idx file of u8 with these dimensions.
pub(crate) fn idx(dims: &[u32], values: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, 8, dims.len() as u8];
    file.extend(dims.iter().flat_map(|side| side.to_be_bytes()));
    file.extend(values);
    file
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// Images of 2 x 3 pixels, whose values count up, and their labels.
pub(crate) fn files(prefix: &str, train: &[u8], test: &[u8]) -> Vec<(String, Vec<u8>)> {
    let images = |labels: &[u8]| {
        let values: Vec<u8> = (0..labels.len() as u8 * 6).collect();
        idx(&[labels.len() as u32, 2, 3], &values)
    };
    let labels = |labels: &[u8]| idx(&[labels.len() as u32], labels);
    vec![
        (format!("{prefix}train-images-idx3-ubyte"), images(train)),
        (format!("{prefix}train-labels-idx1-ubyte"), labels(train)),
        (format!("{prefix}t10k-images-idx3-ubyte"), images(test)),
        (format!("{prefix}t10k-labels-idx1-ubyte"), labels(test)),
    ]
}

fn collect(set: Option<IdxSet>, files: &[(String, Vec<u8>)]) -> Result<ImageSet, String> {
    let mut collector = IdxCollector::new(set);
    for (name, bytes) in files {
        let path = Path::new(name);
        let mut content = Content {
            path,
            size: bytes.len(),
            reader: &mut &bytes[..],
            failure: &DataError::io(path),
        };
        let file = IdxFile::named(name).expect("a name of an idx file");
        if collector.wants(file) {
            let added = collector.add(file, &mut content);
            added.map_err(|error| error.to_string())?;
        }
    }
    let set = collector.finish(Path::new("set"));
    set.map_err(|error| error.to_string())
}

fn refusal(files: &[(String, Vec<u8>)]) -> String {
    collect(None, files).expect_err("a bad set")
}

#[test]
fn images_keep_their_shape_and_order() {
    let plain = files("", &[1, 0, 2], &[2]);
    let set = collect(None, &plain).expect("a good set");
    assert_eq!(set.train.shape().dims(), [1, 2, 3]);
    assert_eq!(set.train.labels(), [1, 0, 2]);
    assert_eq!(set.train.image(1), [6, 7, 8, 9, 10, 11]);
    assert_eq!(set.test.labels(), [2]);
    assert_eq!(set.classes, ["0", "1", "2"]);
    let packed: Vec<_> = plain
        .iter()
        .rev()
        .map(|(name, bytes)| (format!("{name}.gz"), gzip(bytes)))
        .collect();
    assert_eq!(collect(None, &packed).as_ref(), Ok(&set));
    // The second copy of a file is not read.
    let mut both = plain;
    both.push(("train-labels-idx1-ubyte.gz".into(), b"damaged".to_vec()));
    assert_eq!(collect(None, &both), Ok(set));
}

#[test]
fn the_user_says_which_set_it_is() {
    let set = collect(Some(IdxSet::FashionMnist), &files("", &[0, 9], &[1]));
    let set = set.expect("a good set");
    assert_eq!(
        (set.classes.len(), set.classes[0].as_str()),
        (10, "T-shirt/top")
    );
}

#[test]
fn images_of_emnist_stand_in_columns_and_its_letters_count_from_1() {
    let mut files = files("emnist-letters-", &[1, 26], &[2]);
    // EMNIST's planes are square.
    for (index, count) in [(0, 2), (2, 1)] {
        files[index].1 = idx(
            &[count, 2, 2],
            &[1, 2, 3, 4, 5, 6, 7, 8][..4 * count as usize],
        );
    }
    for (name, _) in &mut files {
        *name = name.replace("t10k", "test");
    }
    let set = collect(Some(IdxSet::EmnistLetters), &files).expect("a good set");
    assert_eq!(set.train.labels(), [0, 25]);
    assert_eq!(set.classes[25], "z");
    assert_eq!(set.train.pixels(), [1, 3, 2, 4, 5, 7, 6, 8]);
    files[1].1 = idx(&[2], &[0, 1]);
    let message = collect(Some(IdxSet::EmnistLetters), &files).expect_err("a label of no class");
    assert!(
        message.contains("a label from 1 to 26 for training image 0"),
        "{message}"
    );
}

#[test]
fn files_that_do_not_fit_together_are_refused() {
    let good = files("", &[0, 1], &[1]);
    let changed = |index: usize, bytes: Vec<u8>| {
        let mut files = good.clone();
        files[index].1 = bytes;
        refusal(&files)
    };
    assert_eq!(
        refusal(&good[..3]),
        "set: expected all four idx files of a set, found no t10k-labels-idx1-ubyte"
    );
    assert_eq!(
        changed(1, idx(&[3], &[0, 1, 0])),
        "set: expected as many training labels as images (2), found 3"
    );
    assert_eq!(
        changed(2, idx(&[1, 3, 2], &[0; 6])),
        "set: expected test images of 1x2x3 like those for training, found 1x3x2"
    );
    let none = [idx(&[0, 2, 3], &[]), idx(&[0], &[])];
    let mut empty = good.clone();
    (empty[2].1, empty[3].1) = none.into();
    assert!(refusal(&empty).ends_with("expected at least one test image, found none"));
}

#[test]
fn headers_are_checked_before_they_are_believed() {
    let name = "train-images-idx3-ubyte";
    for (bytes, end) in [
        (
            b"".to_vec(),
            "expected a whole file, found one that ends early",
        ),
        (
            b"hello".to_vec(),
            "expected an idx file, found another file",
        ),
        (
            idx(&[2, 3], &[0; 6]),
            "expected an idx file of 3 dimensions, found 2",
        ),
        (
            vec![0, 0, 0x0d, 3],
            "expected an idx file of u8, found one of another type",
        ),
        (
            idx(&[u32::MAX; 3], &[0; 6]),
            "expected at most 1073741824 values, found the dimensions [4294967295, 4294967295, 4294967295]",
        ),
        (
            idx(&[1 << 8, 1 << 8, 1 << 8], &[0; 6]),
            "expected the 16777216 values that the header says, found 6",
        ),
        (
            idx(&[1, 2, 3], &[0; 7]),
            "expected the 6 values that the header says, found more",
        ),
        (
            idx(&[1, 1, 5000], &[0; 5000]),
            "expected images with sides of 1 to 4096 pixels, found 1x5000",
        ),
        (
            idx(&[7, 0, 5], &[]),
            "expected images with sides of 1 to 4096 pixels, found 0x5",
        ),
    ] {
        let message = refusal(&[(name.into(), bytes.clone())]);
        assert!(message.ends_with(end), "{message}");
        let message = refusal(&[(format!("{name}.gz"), gzip(&bytes))]);
        assert!(message.ends_with(end), "packed: {message}");
    }
}

#[test]
fn a_packed_file_cut_anywhere_or_damaged_is_refused() {
    let packed = gzip(&files("", &[3; 40], &[1])[0].1);
    let name = "train-images-idx3-ubyte.gz".to_owned();
    for cut in 0..packed.len() {
        let message = refusal(&[(name.clone(), packed[..cut].to_vec())]);
        assert!(message.contains(": expected "), "{cut}: {message}");
        assert!(!message.starts_with("set: "), "{cut}: {message}");
    }
    let mut wrong = packed.clone();
    let checksum = wrong.len() - 8;
    wrong[checksum] ^= 1;
    let message = refusal(&[(name, wrong)]);
    assert!(
        message.ends_with("expected a whole gzip file, found a damaged one"),
        "{message}"
    );
}
