//! Pickles of CIFAR-10's Python layout: a batch, or the class names.

use std::path::Path;

use tempfile::TempDir;

use crate::dice::Dice;
use crate::target::{Target, read};
use crate::{bytes, folder, handmade, runner, sets};

#[test]
fn pickle() {
    runner::fuzz(&Pickles::new());
}

struct Pickles {
    folder: TempDir,
    seeds: Vec<Vec<u8>>,
}

/// The opcodes that the reader knows, and some that it does not, with arguments.
const OPCODES: [&[u8]; 44] = [
    b"(",
    b"N",
    b"\x88",
    b"\x89",
    b"K\x07",
    b"M\x01\x02",
    b"J\xff\xff\xff\xff",
    b"J\x00\x0c\x00\x00",
    b"U\x02ab",
    b"U\xff",
    b"T\x02\x00\x00\x00ab",
    b"T\xff\xff\xff\x7f",
    b"T\x00\x00\x00\x80",
    b"]",
    b"a",
    b"e",
    b"}",
    b"s",
    b"u",
    b")",
    b"t",
    b"\x85",
    b"\x86",
    b"\x87",
    b"q\x00",
    b"q\x01",
    b"r\x00\x00\x01\x00",
    b"h\x01",
    b"h\x00",
    b"j\x00\x00\x01\x00",
    b"cnumpy\nndarray\n",
    b"cnumpy\ndtype\n",
    b"cnumpy.core.multiarray\n_reconstruct\n",
    b"cnumpy._core.multiarray\n_reconstruct\n",
    b"c_codecs\nencode\n",
    b"cos\nsystem\n",
    b"R",
    b"b",
    b".",
    b"\x80\x02",
    b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00",
    b"X\x02\x00\x00\x00ab",
    b"\x8c\x02ab",
    b"\x94",
];

/// A pickle of `opcode` so many times.
fn flood(before: &[u8], opcode: &[u8], times: usize) -> Vec<u8> {
    [before, &opcode.repeat(times), b"."].concat()
}

impl Pickles {
    fn new() -> Self {
        let folder = folder::new();
        folder::write(&folder.path().join("batch"), &sets::python());
        folder::write(&folder.path().join("names"), &sets::python());
        let two = [sets::record(1), sets::record(2)].concat();
        let seeds = vec![
            handmade::pickle(&sets::record(1)),
            handmade::pickle(&two),
            sets::names(),
            handmade::malicious_pickle("false"),
        ];
        Self { folder, seeds }
    }
}

/// Removes or inserts an opcode, or puts one in place of another.
fn change_opcodes(input: &mut Vec<u8>, dice: &mut Dice) {
    let opcode = *dice.pick(&OPCODES);
    let known: Vec<usize> = (0..input.len())
        .filter(|&at| b"(NKMJTU]ae}s)tqhcRb.\x80\x85\x86\x87\x88\x89u".contains(&input[at]))
        .take(400)
        .collect();
    let Some(&at) = known.get(dice.below(known.len())) else {
        input.extend(opcode);
        return;
    };
    match dice.below(4) {
        0 => drop(input.remove(at)),
        1 => input[at] = opcode[0],
        2 => drop(input.splice(at..at, opcode.repeat(dice.length(2000)))),
        _ => drop(input.splice(at..at, opcode.iter().copied())),
    }
    input.truncate(bytes::LONGEST);
}

impl Target for Pickles {
    fn name(&self) -> &'static str {
        "pickle"
    }

    fn cases(&self) -> u64 {
        3_000
    }

    fn seeds(&self) -> &[Vec<u8>] {
        &self.seeds
    }

    fn known(&self) -> Vec<Vec<u8>> {
        vec![
            flood(b"\x80\x02", b"N", 2_000_000),
            flood(b"\x80\x02}q\x01", b"h\x01", 2_000_000),
            flood(b"\x80\x02(", b"]", 1_000_000),
            flood(b"\x80\x02N", b"\x85", 1_000_000),
            flood(b"\x80\x02]q\x01(", b"h\x01h\x01e(", 300_000),
            // Each list holds the one before twice.
            flood(b"\x80\x02]q\x01", b"]q\x02(h\x01h\x01eq\x01", 60_000),
        ]
    }

    fn change(&self, input: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
        if dice.one_in(2) {
            change_opcodes(input, dice);
        } else {
            bytes::change(input, other, dice);
        }
    }

    fn check(&self, input: &[u8]) -> Result<(), String> {
        let is_names = input
            .windows(b"label_names".len())
            .any(|bytes| bytes == b"label_names");
        let (folder, file) = if is_names {
            ("names", "batches.meta")
        } else {
            ("batch", "data_batch_1")
        };
        let folder = self.folder.path().join(folder);
        std::fs::write(folder.join(file), input).unwrap();
        read(mixup_data::open(
            Path::new(&folder),
            &mixup_data::ImageRequest::default(),
            &|_, _| {},
        ))
    }
}
