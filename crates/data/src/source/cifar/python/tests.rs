use super::*;
use crate::source::cifar::binary::tests::pixels;

fn parse(path: &Path, bytes: &[u8]) -> Result<Images, DataError> {
    let mut images = Images::new(crate::ImageShape::CIFAR10);
    read(path, bytes, Cifar::Ten, LabelKind::Fine, &mut images)?;
    Ok(images)
}

/// A batch with parts that tests can make invalid.
struct Batch {
    labels: Vec<i32>,
    shape: Vec<i32>,
    code: &'static str,
    order: u8,
    data: Vec<u8>,
}

fn long(value: i32) -> Vec<u8> {
    [&b"J"[..], &value.to_le_bytes()].concat()
}

fn short_string(text: &str) -> Vec<u8> {
    [&[b'U', text.len() as u8], text.as_bytes()].concat()
}

impl Batch {
    fn new(labels: &[u8]) -> Self {
        Self {
            labels: labels.iter().map(|&label| label.into()).collect(),
            shape: vec![labels.len() as i32, 3072],
            code: "u1",
            order: 0x89,
            data: (0_u8..).take(labels.len()).flat_map(pixels).collect(),
        }
    }

    /// The opcodes of an official batch, in their order.
    fn bytes(&self) -> Vec<u8> {
        let join = |numbers: &[i32]| numbers.iter().flat_map(|&n| long(n)).collect::<Vec<_>>();
        [
            &b"\x80\x02}q\x01(U\x0bbatch_labelq\x02U\x05a setq\x03"[..],
            b"U\x06labelsq\x04]q\x05(",
            &join(&self.labels),
            b"eU\x04dataq\x06cnumpy.core.multiarray\n_reconstruct\nq\x07",
            b"cnumpy\nndarray\nq\x08K\x00\x85U\x01b\x87Rq\x09(K\x01(",
            &join(&self.shape),
            b"tcnumpy\ndtype\nq\x0a",
            &short_string(self.code),
            b"K\x00K\x01\x87Rq\x0b(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb",
            &[self.order, b'T'],
            &(self.data.len() as i32).to_le_bytes(),
            &self.data,
            b"tbU\x09filenamesq\x0c]q\x0d(U\x05a.pngq\x0eh\x0eeu.",
        ]
        .concat()
    }

    fn message(&self) -> String {
        let error = parse(Path::new("batch"), &self.bytes()).expect_err("a bad batch");
        error.to_string()
    }
}

/// A batch file in which the seed of each image is its index.
pub(crate) fn batch(labels: &[u8]) -> Vec<u8> {
    Batch::new(labels).bytes()
}

/// A `batches.meta` file with these names.
pub(crate) fn meta(names: &[&str]) -> Vec<u8> {
    let names: Vec<u8> = names.iter().flat_map(|name| short_string(name)).collect();
    [b"\x80\x02}(U\x0blabel_names](", &names[..], b"eu."].concat()
}

/// A file of CIFAR-100, with a coarse and a fine label for each image.
pub(crate) fn batch_of_two(labels: &[[u8; 2]]) -> Vec<u8> {
    let fine: Vec<u8> = labels.iter().map(|[_, fine]| *fine).collect();
    let coarse: Vec<u8> = labels
        .iter()
        .flat_map(|[coarse, _]| long((*coarse).into()))
        .collect();
    let one_list = &b"U\x06labelsq\x04]q\x05("[..];
    let two_lists = [
        &b"U\x0dcoarse_labelsq\x10]q\x11("[..],
        &coarse,
        b"eU\x0bfine_labelsq\x04]q\x05(",
    ];
    let bytes = Batch::new(&fine).bytes();
    let place = bytes
        .windows(one_list.len())
        .position(|window| window == one_list);
    let place = place.expect("the labels");
    let (start, end) = (&bytes[..place], &bytes[place + one_list.len()..]);
    [start, &two_lists.concat(), end].concat()
}

/// The file `meta` of CIFAR-100.
pub(crate) fn meta_of_two(fine: &[String], coarse: &[String]) -> Vec<u8> {
    let names = |names: &[String]| -> Vec<u8> {
        names.iter().flat_map(|name| short_string(name)).collect()
    };
    [
        &b"\x80\x02}(U\x10fine_label_names]("[..],
        &names(fine),
        b"eU\x12coarse_label_names](",
        &names(coarse),
        b"eu.",
    ]
    .concat()
}

#[test]
fn a_batch_becomes_images_in_order() {
    let images = parse(Path::new("batch"), &batch(&[3, 9])).expect("a good batch");
    assert_eq!(images.labels(), [3, 9]);
    assert_eq!(images.image(0), pixels(0));
    assert_eq!(images.image(1), pixels(1));
}

#[test]
fn labels_outside_the_classes_name_their_image() {
    for label in [10, 200, -1, 256] {
        let mut batch = Batch::new(&[0, 0]);
        batch.labels[1] = label;
        let expected = "batch: expected a label from 0 to 9 for image 1 (the first is 0)";
        assert_eq!(batch.message(), format!("{expected}, found {label}"));
    }
}

#[test]
fn a_count_that_differs_from_the_labels_is_an_error() {
    let mut batch = Batch::new(&[0, 0]);
    batch.labels.push(1);
    let expected = "batch: expected as many labels as images (2), found 3";
    assert_eq!(batch.message(), expected);
}

#[test]
fn other_shapes_orders_and_types_are_errors() {
    let shapes: [&[i32]; 5] = [&[1, 3071], &[3072], &[-1, 3072], &[1, 3, 1024], &[]];
    for shape in shapes {
        let mut batch = Batch::new(&[0]);
        batch.shape = shape.to_vec();
        assert!(batch.message().contains("of shape [N, 3072]"));
    }
    let mut batch = Batch::new(&[0]);
    batch.shape[0] = i32::MAX;
    assert!(batch.message().ends_with("found 3072 bytes"));
    let mut batch = Batch::new(&[0]);
    batch.order = 0x88;
    assert!(batch.message().ends_with("in C order, found Fortran order"));
    let mut batch = Batch::new(&[0]);
    batch.code = "f4";
    assert!(batch.message().ends_with("found dtype f4"));
}

#[test]
fn a_dict_without_its_entries_is_an_error() {
    let no_dict = parse(Path::new("batch"), b"].").expect_err("a list");
    assert_eq!(no_dict.to_string(), "batch: expected a dict, found a list");
    let no_data = parse(Path::new("batch"), b"}.").expect_err("an empty dict");
    assert!(no_data.to_string().contains("a dict with `data`"));
    let unbuilt = b"}U\x04datacnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n\x85Rs.";
    let unbuilt = parse(Path::new("batch"), unbuilt).expect_err("an empty array");
    assert!(unbuilt.to_string().contains("a NumPy array as `data`"));
}

#[test]
fn a_batch_cut_anywhere_is_an_error() {
    let whole = batch(&[7]);
    for length in 0..whole.len() {
        assert!(
            parse(Path::new("batch"), &whole[..length]).is_err(),
            "{length} bytes"
        );
    }
}

#[test]
fn a_batch_with_any_byte_changed_never_panics() {
    let whole = batch(&[7]);
    let pixels_start = whole.len() - 3072;
    for offset in (0..whole.len()).filter(|offset| offset % 40 == 0 || *offset < pixels_start) {
        let mut changed = whole.clone();
        for value in 0..=255 {
            changed[offset] = value;
            let _ = parse(Path::new("batch"), &changed);
        }
    }
}

#[test]
fn class_names_are_read_from_the_meta_file() {
    let names = class_names(
        Path::new("meta"),
        &meta(&["cat", "dog"]),
        Cifar::Ten,
        LabelKind::Fine,
    )
    .expect("good names");
    assert_eq!(names, ["cat", "dog"]);
    assert!(
        class_names(
            Path::new("meta"),
            b"}U\x0blabel_names]K\x01as.",
            Cifar::Ten,
            LabelKind::Fine
        )
        .is_err()
    );
    assert!(class_names(Path::new("meta"), b"}.", Cifar::Ten, LabelKind::Fine).is_err());
}
