//! The files of a tiny data set, in both of CIFAR-10's layouts.

use crate::folder::Files;
use crate::handmade;
use crate::scratch::RECORD;

/// The class names of the tiny set.
const CLASSES: [&str; 10] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

/// One record of the binary layout: a label, then pixels.
pub(crate) fn record(label: u8) -> Vec<u8> {
    let pixels = (1..RECORD).map(|at| (at as u8).wrapping_mul(label + 1));
    std::iter::once(label).chain(pixels).collect()
}

fn with_names(name: fn(&str) -> String, batch: fn(&[u8]) -> Vec<u8>) -> Files {
    let batches = (1..=5).map(|number| (format!("data_batch_{number}"), number));
    let batches = batches.chain([("test_batch".to_owned(), 6)]);
    batches
        .map(|(file, label)| (name(&file).into(), batch(&record(label))))
        .collect()
}

/// The binary layout: batches of one image, and `batches.meta.txt`.
pub(crate) fn binary() -> Files {
    let mut files = with_names(|name| format!("{name}.bin"), <[u8]>::to_vec);
    files.insert("batches.meta.txt".into(), CLASSES.join("\n").into_bytes());
    files
}

/// The Python layout: batches of one image, and `batches.meta`.
pub(crate) fn python() -> Files {
    let mut files = with_names(str::to_owned, handmade::pickle);
    files.insert("batches.meta".into(), names());
    files
}

/// A pickle with class names.
pub(crate) fn names() -> Vec<u8> {
    let mut bytes =
        b"\x80\x02}q\x01(U\x0fnum_cases_batchq\x02M\x10\x27U\x0blabel_namesq\x03]q\x04(".to_vec();
    for class in CLASSES {
        bytes.extend([b'U', class.len() as u8]);
        bytes.extend(class.bytes());
    }
    bytes.extend(b"eu.");
    bytes
}
