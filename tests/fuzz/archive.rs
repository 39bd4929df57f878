//! Archives of CIFAR-10: damaged as gzip, or as a tar inside a good gzip.

use std::io::{Read, Write};

use flate2::write::GzEncoder;
use flate2::{Compression, read::GzDecoder};
use tempfile::TempDir;

use crate::dice::Dice;
use crate::folder::Files;
use crate::target::{Target, read};
use crate::{bytes, folder, runner, sets, words};

#[test]
fn archive() {
    runner::fuzz(&Archives::new());
}

/// Bytes of a block of a tar.
const BLOCK: usize = 512;
/// Where a header has its name, its size, its checksum and its type.
const NAME: usize = 0;
const SIZE: usize = 124;
const CHECKSUM: usize = 148;
const TYPE: usize = 156;

struct Archives {
    folder: TempDir,
    seeds: Vec<Vec<u8>>,
}

/// A tar of these files, in the folder `set`.
fn tar(files: &Files) -> Vec<u8> {
    let mut tar = vec![];
    for (name, content) in files {
        let mut header = header_of(&format!("set/{}", name.display()), b'0');
        set_size(&mut header, content.len() as u64);
        tar.extend(header);
        tar.extend(content);
        tar.resize(tar.len().next_multiple_of(BLOCK), 0);
    }
    tar.resize(tar.len() + 2 * BLOCK, 0);
    tar
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The tar in a gzip, as far as it can be read; at most [`bytes::LONGEST`].
fn unpacked(gzip: &[u8]) -> Vec<u8> {
    let mut tar = vec![];
    let limit = bytes::LONGEST as u64;
    // A damaged end leaves what came before it.
    let _ = GzDecoder::new(gzip).take(limit).read_to_end(&mut tar);
    tar
}

/// An archive whose first entry is the long name of the next, of so many bytes: it packs very well.
fn long_name(kind: u8, size: u64) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::fast());
    let mut header = header_of("././@LongLink", kind);
    set_size(&mut header, size);
    encoder.write_all(&header).unwrap();
    let blocks = size.next_multiple_of(BLOCK as u64);
    std::io::copy(&mut std::io::repeat(b'a').take(blocks), &mut encoder).unwrap();
    encoder.write_all(&tar(&sets::binary())).unwrap();
    encoder.finish().unwrap()
}

/// The header of an empty entry, without its checksum.
fn header_of(name: &str, kind: u8) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    header[NAME..name.len()].copy_from_slice(name.as_bytes());
    header[100..107].copy_from_slice(b"0000644");
    header[TYPE] = kind;
    header[257..263].copy_from_slice(b"ustar\0");
    header
}

/// Writes the size into a header, and makes its checksum right.
fn set_size(header: &mut [u8], size: u64) {
    header[SIZE..SIZE + 12].copy_from_slice(format!("{size:011o}\0").as_bytes());
    fix_checksum(header);
}

impl Archives {
    fn new() -> Self {
        let [binary, python] = [sets::binary(), sets::python()].map(|set| gzip(&tar(&set)));
        let seeds = vec![
            // Two members, bytes after the end, and a gzip within a gzip.
            [binary.clone(), gzip(b"")].concat(),
            [&*binary, b"more"].concat(),
            [&*binary, &[0; 512]].concat(),
            gzip(&python),
            binary,
            python,
        ];
        Self {
            folder: folder::new(),
            seeds,
        }
    }
}

/// Makes the sum over a header right again.
fn fix_checksum(header: &mut [u8]) {
    header[CHECKSUM..CHECKSUM + 8].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[CHECKSUM..CHECKSUM + 8].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// Makes the sums of all headers right again: blocks that say `ustar`, or that begin with a name.
fn fix_checksums(tar: &mut [u8]) {
    for block in tar.chunks_exact_mut(BLOCK) {
        if block[257..262] == *b"ustar" {
            fix_checksum(block);
        }
    }
}

/// Changes a tar: any bytes, a field of a header, or an entry more.
fn change_tar(tar: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let blocks = tar.len() / BLOCK;
    let headers: Vec<usize> = (0..blocks)
        .map(|block| block * BLOCK)
        .filter(|&at| tar[at + 257..at + 262] == *b"ustar")
        .collect();
    if headers.is_empty() || dice.one_in(4) {
        bytes::change(tar, other, dice);
        return;
    }
    let at = *dice.pick(&headers);
    match dice.below(6) {
        0 => {
            let kinds = b"\x000123456789LKxgSDVN\xff";
            tar[at + TYPE] = *dice.pick(kinds);
        }
        1 => {
            let size = bytes::number(dice);
            let size = match dice.below(3) {
                0 => [&[0x80, 0, 0, 0][..], &size.to_be_bytes()].concat(),
                1 => format!("{:011o}\0", size & 0x1_ffff_ffff).into_bytes(),
                _ => format!("{:012}", size % 1_000_000_000_000).into_bytes(),
            };
            tar[at + SIZE..at + SIZE + 12].copy_from_slice(&size);
        }
        2 => {
            let names: [&[u8]; 8] = [
                b"set/data_batch_1.bin\0",
                b"set/test_batch\0",
                b"../data_batch_1\0",
                b"/data_batch_2.bin\0",
                b"other/data_batch_1.bin\0",
                b"\0",
                b"\xff\xfe\0",
                b"set/\x1b[2J\0",
            ];
            let name = *dice.pick(&names);
            tar[at + NAME..at + NAME + name.len()].copy_from_slice(name);
        }
        3 => {
            let field = &mut tar[at..at + BLOCK].to_vec();
            bytes::change(field, other, dice);
            field.resize(BLOCK, 0);
            tar[at..at + BLOCK].copy_from_slice(field);
        }
        4 => {
            let kind = *dice.pick(b"LKxg5012");
            let mut content = match kind {
                b'x' | b'g' => b"30 size=99999999999999999999\n".to_vec(),
                _ => b"a/".repeat(dice.length(4000)),
            };
            if dice.one_in(2) {
                words::change(&mut content, b"path=a size=1 linkpath=b", dice);
            }
            let mut header = header_of("entry", kind);
            set_size(&mut header, content.len() as u64);
            content.resize(content.len().next_multiple_of(BLOCK), 0);
            tar.splice(at..at, [&header[..], &content].concat());
        }
        _ => {
            let end = *dice.pick(&headers);
            let part = tar[at.min(end)..at.max(end)].to_vec();
            if dice.one_in(2) {
                tar.splice(at..at, part);
            } else {
                tar.drain(at.min(end)..at.max(end));
            }
        }
    }
    tar.truncate(bytes::LONGEST);
}

impl Target for Archives {
    fn name(&self) -> &'static str {
        "archive"
    }

    fn cases(&self) -> u64 {
        1_000
    }

    fn seeds(&self) -> &[Vec<u8>] {
        &self.seeds
    }

    fn known(&self) -> Vec<Vec<u8>> {
        let mut recalls = sets::python();
        let pickle = [&b"\x80\x02}q\x01"[..], &b"h\x01".repeat(30 << 20)].concat();
        recalls.insert("data_batch_1".into(), pickle);
        vec![
            long_name(b'L', 340 << 20),
            long_name(b'K', 340 << 20),
            long_name(b'x', 340 << 20),
            gzip(&tar(&recalls)),
        ]
    }

    fn change(&self, input: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
        if dice.one_in(3) {
            bytes::change(input, other, dice);
            return;
        }
        let mut tar = unpacked(input);
        change_tar(&mut tar, &unpacked(other), dice);
        if !dice.one_in(8) {
            fix_checksums(&mut tar);
        }
        *input = gzip(&tar);
    }

    fn check(&self, input: &[u8]) -> Result<(), String> {
        let path = self.folder.path().join("set.tar.gz");
        std::fs::write(&path, input).unwrap();
        read(mixup_data::open(
            &path,
            &mixup_data::ImageRequest::default(),
            &|_, _| {},
        ))
    }
}
