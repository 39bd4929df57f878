//! PNG files in chunks, with checksums that fit.

use std::io::{Read, Write};

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc, read::ZlibDecoder};

use crate::bytes;
use crate::dice::Dice;

/// The first bytes of every PNG.
pub(super) const START: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The kind of a chunk, and its content.
type Chunk = ([u8; 4], Vec<u8>);

/// Bits a channel, colour type, channels: every pair that the format allows, but for the smallest depths.
const FORMATS: [(u8, u8, usize); 11] = [
    (1, 0, 1),
    (4, 0, 1),
    (8, 0, 1),
    (16, 0, 1),
    (8, 2, 3),
    (16, 2, 3),
    (2, 3, 1),
    (8, 3, 1),
    (8, 4, 2),
    (8, 6, 4),
    (16, 6, 4),
];

/// A small picture of each format, whole and interlaced.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let pictures = FORMATS.iter().flat_map(|&(depth, colour, channels)| {
        let rows = |width: usize, height: usize| {
            let row = 1 + (width * channels * usize::from(depth)).div_ceil(8);
            let bytes = (0..row * height).map(move |at| match at % row {
                0 => (at / row % 5) as u8,
                _ => (at * 7) as u8,
            });
            bytes.collect::<Vec<u8>>()
        };
        let (width, height) = (13, 9);
        let start = [(0, 0), (4, 0), (0, 4), (2, 0), (0, 2), (1, 0), (0, 1)];
        let step = [(8, 8), (8, 8), (4, 8), (4, 4), (2, 4), (2, 2), (1, 2)];
        let passes = start.iter().zip(step).flat_map(|(start, step)| {
            rows(
                (width - start.0 as usize).div_ceil(step.0),
                (height - start.1 as usize).div_ceil(step.1),
            )
        });
        [(0, rows(width, height)), (1, passes.collect::<Vec<u8>>())].map(|(interlaced, pixels)| {
            let header = header(width as u32, height as u32, depth, colour, interlaced);
            let mut chunks: Vec<Chunk> = vec![(*b"IHDR", header)];
            if colour == 3 {
                chunks.push((
                    *b"PLTE",
                    (0..=255).cycle().take(3 << depth.min(8)).collect(),
                ));
                chunks.push((*b"tRNS", vec![0, 128]));
            }
            chunks.push((*b"IDAT", zlib(&pixels)));
            chunks.push((*b"IEND", vec![]));
            written(&chunks)
        })
    });
    pictures.collect()
}

fn header(width: u32, height: u32, depth: u8, colour: u8, interlaced: u8) -> Vec<u8> {
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [sides, vec![depth, colour, 0, 0, interlaced]].concat()
}

/// A grey picture of this size, with as many zeros as fit into 32 MB.
pub(super) fn of_zeros(width: u32, height: u32) -> Vec<u8> {
    let pixels = u64::from(height) * (1 + u64::from(width));
    let pixels = vec![0; pixels.min(32 << 20) as usize];
    written(&[
        (*b"IHDR", header(width, height, 8, 0, 0)),
        (*b"IDAT", zlib(&pixels)),
        (*b"IEND", vec![]),
    ])
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(vec![], Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn written(chunks: &[Chunk]) -> Vec<u8> {
    let mut file = START.to_vec();
    for (kind, content) in chunks {
        let mut crc = Crc::new();
        crc.update(kind);
        crc.update(content);
        file.extend((content.len() as u32).to_be_bytes());
        file.extend(kind);
        file.extend(content);
        file.extend(crc.sum().to_be_bytes());
    }
    file
}

/// The whole chunks of a file; checksums are not looked at.
fn chunks(file: &[u8]) -> Vec<Chunk> {
    let mut chunks = vec![];
    let mut rest = file.get(START.len()..).unwrap_or_default();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some((kind, after)) = after.split_first_chunk::<4>() else {
            break;
        };
        let Some(content) = after.get(..length) else {
            break;
        };
        chunks.push((*kind, content.to_vec()));
        rest = after.get(length + 4..).unwrap_or_default();
    }
    chunks
}

/// Changes one chunk, or their order; the checksums fit.
pub(super) fn change(file: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let mut chunks = chunks(file);
    if chunks.is_empty() {
        bytes::change(file, other, dice);
        return;
    }
    let at = dice.below(chunks.len());
    match dice.below(7) {
        0 => drop(chunks.remove(at)),
        1 => {
            let chunk = chunks[at].clone();
            let to = dice.below(chunks.len() + 1);
            chunks.insert(to, chunk);
        }
        2 => {
            let kind = *dice.pick(&[
                *b"IHDR", *b"PLTE", *b"IDAT", *b"IEND", *b"tRNS", *b"eXIf", *b"iCCP", *b"acTL",
                *b"fcTL", *b"fdAT", *b"zTXt", *b"iTXt", *b"gAMA", *b"sRGB", *b"CgBI", *b"aaaa",
            ]);
            chunks.insert(
                at,
                (kind, (0..dice.length(300)).map(|_| dice.byte()).collect()),
            );
        }
        3 => {
            // A side, the depth, the colours, or the interlacing.
            let header = &mut chunks[0].1;
            let field = dice.below(13).min(header.len().saturating_sub(1));
            if let Some(byte) = header.get_mut(field) {
                *byte = if dice.one_in(2) {
                    bytes::number(dice) as u8
                } else {
                    dice.below(17) as u8
                };
            }
        }
        4 => {
            if let Some((_, content)) = chunks.iter_mut().find(|(kind, _)| kind == b"IDAT") {
                let mut pixels = vec![];
                let limit = bytes::LONGEST as u64;
                // A damaged end leaves the pixels before it.
                let _ = ZlibDecoder::new(&**content)
                    .take(limit)
                    .read_to_end(&mut pixels);
                bytes::change(&mut pixels, other, dice);
                *content = zlib(&pixels);
            }
        }
        _ => bytes::change(&mut chunks[at].1, other, dice),
    }
    *file = written(&chunks);
}
