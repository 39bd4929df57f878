//! MATLAB files, idx files, ZIP archives, lists of pictures, parquet files, NumPy arrays, STL-10's files and Tiny
//! ImageNet's texts. The first byte of an input says which of them it is.

use std::io::Write;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use tempfile::TempDir;

use crate::dice::Dice;
use mixup_data::{SEVERITIES, TestOnlySet};

use crate::handmade::{header, npy, zip};
use crate::target::{Target, read};
use crate::{bytes, folder, runner, sets, words};

#[test]
fn sources() {
    runner::fuzz(&Sources::new());
}

const MATLAB: u8 = 0;
const IDX: u8 = 1;
const PACKED_IDX: u8 = 2;
const ZIP: u8 = 3;
const LIST: u8 = 4;
const PARQUET: u8 = 5;
const IMAGES: u8 = 6;
const LABELS: u8 = 7;
const CORRUPTED: u8 = 8;
const TAR: u8 = 9;
const STL10: u8 = 10;
const ANNOTATIONS: u8 = 11;
/// How many kinds there are.
const KINDS: u8 = 12;

/// Four pictures in two row groups, by pyarrow.
const SNAPPY_TABLE: &[u8] = include_bytes!("seeds/snappy.parquet");
/// The same in one row group, in pages of the second version, without compression.
const PLAIN_TABLE: &[u8] = include_bytes!("seeds/plain.parquet");
/// A footer of 40 groups within each other, and no rows.
const NESTED_TABLE: &[u8] = include_bytes!("seeds/nested.parquet");
/// A footer with a group that claims to have 2,147,483,647 columns.
const CROWDED_TABLE: &[u8] = include_bytes!("seeds/crowded.parquet");

struct Sources {
    folder: TempDir,
    seeds: Vec<Vec<u8>>,
}

/// An element of a MATLAB file with its padding.
fn element(kind: u32, bytes: &[u8]) -> Vec<u8> {
    let mut element = [kind.to_le_bytes(), (bytes.len() as u32).to_le_bytes()].concat();
    element.extend(bytes);
    element.resize(element.len().next_multiple_of(8), 0);
    element
}

/// An array of bytes.
fn array(name: u8, dims: &[u32], values: &[u8]) -> Vec<u8> {
    let dims: Vec<u8> = dims.iter().flat_map(|side| side.to_le_bytes()).collect();
    let parts = [
        element(6, &[9, 0, 0, 0, 0, 0, 0, 0]),
        element(5, &dims),
        vec![1, 0, 1, 0, name, 0, 0, 0],
        element(2, values),
    ];
    element(14, &parts.concat())
}

fn compressed(array: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(vec![], Compression::fast());
    encoder.write_all(array).unwrap();
    let bytes = encoder.finish().unwrap();
    [
        &15_u32.to_le_bytes()[..],
        &(bytes.len() as u32).to_le_bytes(),
        &bytes,
    ]
    .concat()
}

/// A MATLAB file of two images, compressed or not.
fn matlab(pack: bool) -> Vec<u8> {
    let mut file = b"MATLAB 5.0 MAT-file".to_vec();
    file.resize(124, b' ');
    file.extend([0, 1, b'I', b'M']);
    let pixels: Vec<u8> = (0..6144_usize).map(|at| at as u8).collect();
    for array in [
        array(b'X', &[32, 32, 3, 2], &pixels),
        array(b'y', &[8, 1], &[1; 8]),
    ] {
        file.extend(if pack { compressed(&array) } else { array });
    }
    file
}

fn idx(dims: &[u32], values: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, 8, dims.len() as u8];
    file.extend(dims.iter().flat_map(|side| side.to_be_bytes()));
    file.extend(values);
    file
}

/// A tar archive without compression.
fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = vec![];
    for (name, bytes) in files {
        tar.extend(header(name, bytes.len()));
        tar.extend(*bytes);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    tar
}

/// Files besides the one that is changed: of NumPy arrays, STL-10 and Tiny ImageNet.
fn others() -> Vec<(&'static str, Vec<u8>)> {
    let (images, labels) = (npy(&[5, 2, 2, 3], &[7; 60]), npy(&[5], &[0, 1, 2, 1, 0]));
    let mut files = vec![
        ("images/train_labels.npy", labels.clone()),
        ("images/test_images.npy", images.clone()),
        ("images/test_labels.npy", labels.clone()),
        ("labels/train_images.npy", images.clone()),
        ("labels/test_images.npy", images.clone()),
        ("labels/test_labels.npy", labels),
        ("corrupted/labels.npy", npy(&[5], &[1; 5])),
        ("corrupted/frost.npy", images),
        ("stl10/train_X.bin", vec![3; 27_648]),
        ("stl10/test_X.bin", vec![4; 27_648]),
        ("stl10/test_y.bin", vec![10]),
        ("tiny/wnids.txt", b"n01\nn02\n".to_vec()),
    ];
    for name in [
        "train/n01/images/a",
        "train/n02/images/a",
        "val/images/a",
        "val/images/b",
    ] {
        files.push((name, b"no picture".to_vec()));
    }
    files
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Reads the first and the last rows of corrupted images.
fn rows(path: &std::path::Path) -> Result<(), mixup_data::DataError> {
    if let Some(TestOnlySet::Corrupted(set)) = mixup_data::test_only(path)? {
        for corruption in set.corruptions() {
            for severity in [1, SEVERITIES] {
                set.read(corruption, severity, &mixup_data::ImageRequest::default())?;
            }
        }
    }
    Ok(())
}

impl Sources {
    fn new() -> Self {
        let folder = folder::new();
        let images = idx(&[3, 4, 5], &[7; 60]);
        let labels = idx(&[3], &[0, 1, 2]);
        for kind in ["idx", "packed"] {
            for (name, bytes) in [
                ("train-images-idx3-ubyte", &images),
                ("train-labels-idx1-ubyte", &labels),
                ("t10k-images-idx3-ubyte", &images),
                ("t10k-labels-idx1-ubyte", &labels),
            ] {
                let path = folder.path().join(kind).join(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, bytes).unwrap();
            }
        }
        std::fs::remove_file(folder.path().join("packed/train-images-idx3-ubyte")).unwrap();
        for (name, bytes) in others() {
            let name = match name.contains("/images/") {
                true => format!("tiny/{name}.JPEG"),
                false => name.to_owned(),
            };
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        for kind in ["svhn", "list", "tables"] {
            std::fs::create_dir_all(folder.path().join(kind)).unwrap();
        }
        std::fs::write(folder.path().join("svhn/test_32x32.mat"), matlab(true)).unwrap();
        std::fs::write(folder.path().join("list/test.txt"), "a.png\tx\n").unwrap();
        std::fs::write(folder.path().join("tables/test.parquet"), PLAIN_TABLE).unwrap();
        let binary = sets::binary();
        let files = binary
            .iter()
            .map(|(name, bytes)| (format!("set/{}", name.display()), bytes));
        let files: Vec<(String, &[u8])> = files.map(|(name, bytes)| (name, &bytes[..])).collect();
        let files: Vec<(&str, &[u8])> = files
            .iter()
            .map(|(name, bytes)| (&name[..], *bytes))
            .collect();
        let tagged = |kind: u8, bytes: Vec<u8>| [vec![kind], bytes].concat();
        let seeds = vec![
            tagged(MATLAB, matlab(false)),
            tagged(MATLAB, matlab(true)),
            tagged(IDX, images.clone()),
            tagged(PACKED_IDX, gzip(&images)),
            tagged(ZIP, zip(&files)),
            tagged(
                ZIP,
                zip(&[
                    ("pets/train/cat/a.png", b"no picture"),
                    ("pets/test/dog/a.png", b""),
                ]),
            ),
            tagged(PARQUET, SNAPPY_TABLE.to_vec()),
            tagged(PARQUET, PLAIN_TABLE.to_vec()),
            tagged(PARQUET, NESTED_TABLE.to_vec()),
            tagged(PARQUET, CROWDED_TABLE.to_vec()),
            tagged(IMAGES, npy(&[5, 2, 2, 3], &[9; 60])),
            tagged(LABELS, npy(&[5, 1], &[0, 1, 2, 3, 4])),
            tagged(CORRUPTED, npy(&[5, 2, 2, 3], &[9; 60])),
            tagged(
                TAR,
                tar(&[
                    ("C/labels.npy", &npy(&[5], &[1; 5])),
                    ("C/fog.npy", &npy(&[5, 2, 2], &[1; 20])),
                ]),
            ),
            tagged(STL10, vec![4]),
            tagged(
                ANNOTATIONS,
                b"a.JPEG\tn01\t0\t0\t1\t1\nb.JPEG\tn02\n".to_vec(),
            ),
            tagged(LIST, b"a.png\tx\nb/c.png\ty\nd/e f.png\n".to_vec()),
        ];
        Self { folder, seeds }
    }
}

impl Target for Sources {
    fn name(&self) -> &'static str {
        "sources"
    }

    fn cases(&self) -> u64 {
        2_000
    }

    fn seeds(&self) -> &[Vec<u8>] {
        &self.seeds
    }

    fn change(&self, input: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
        let kind = input.first().copied().unwrap_or(LIST);
        let mut rest = input.split_off(input.len().min(1));
        match kind % KINDS {
            LIST | ANNOTATIONS => words::change(&mut rest, other, dice),
            _ => bytes::change(&mut rest, other, dice),
        }
        input.extend(rest);
    }

    fn check(&self, input: &[u8]) -> Result<(), String> {
        let (kind, rest) = input.split_first().unwrap_or((&LIST, &[]));
        let (place, file) = match kind % KINDS {
            MATLAB => ("svhn", "svhn/train_32x32.mat"),
            IDX => ("idx", "idx/train-images-idx3-ubyte"),
            PACKED_IDX => ("packed", "packed/train-images-idx3-ubyte.gz"),
            ZIP => ("set.zip", "set.zip"),
            PARQUET => ("tables", "tables/train.parquet"),
            IMAGES => ("images", "images/train_images.npy"),
            LABELS => ("labels", "labels/train_labels.npy"),
            CORRUPTED => ("corrupted", "corrupted/fog.npy"),
            TAR => ("set.tar", "set.tar"),
            STL10 => ("stl10", "stl10/train_y.bin"),
            ANNOTATIONS => ("tiny", "tiny/val/val_annotations.txt"),
            _ => ("list", "list/train.txt"),
        };
        std::fs::write(self.folder.path().join(file), rest).unwrap();
        let path = self.folder.path().join(place);
        read(mixup_data::open(
            &path,
            &mixup_data::ImageRequest::default(),
            &|_, _| {},
        ))?;
        match kind % KINDS {
            CORRUPTED | TAR => read(rows(&path)),
            _ => Ok(()),
        }
    }
}
