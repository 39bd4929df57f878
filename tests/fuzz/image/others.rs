//! WebP, BMP, GIF, TIFF and PNM files, with changes to the numbers of their headers.

use std::io::Cursor;

use ::image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgb, RgbImage};

use crate::bytes;
use crate::dice::Dice;

/// Small pictures: by our own encoders, by hand, and by Pillow from a formula those that neither can write.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let (width, height) = (19, 11);
    let colour: DynamicImage =
        RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, (x * y) as u8, y as u8])).into();
    let grey: DynamicImage =
        GrayImage::from_fn(width, height, |x, y| Luma([(x * y * 7) as u8])).into();
    let written = [
        (&colour, ImageFormat::WebP),
        (&colour, ImageFormat::Bmp),
        (&grey, ImageFormat::Bmp),
        (&colour, ImageFormat::Gif),
        (&colour, ImageFormat::Tiff),
        (&grey, ImageFormat::Tiff),
        (&colour, ImageFormat::Pnm),
    ];
    let written = written.map(|(image, format)| {
        let mut file = Cursor::new(vec![]);
        image.write_to(&mut file, format).unwrap();
        file.into_inner()
    });
    let kept: [&[u8]; 8] = [
        include_bytes!("../../../crates/data/tests/pictures/lossy.webp"),
        include_bytes!("../../../crates/data/tests/pictures/alpha.webp"),
        include_bytes!("../seeds/animation.webp"),
        include_bytes!("../seeds/animation.gif"),
        include_bytes!("../seeds/deflate.tiff"),
        include_bytes!("../seeds/group4.tiff"),
        include_bytes!("../seeds/lzw.tiff"),
        include_bytes!("../seeds/packbits.tiff"),
    ];
    let mut seeds = written.to_vec();
    seeds.extend(kept.map(<[u8]>::to_vec));
    seeds.extend([
        b"P1 3 2\n1 0 1\n0 1 0\n".to_vec(),
        b"P2 3 2 900\n1 20 300\n0 1 899\n".to_vec(),
        b"P3 1 2 9\n1 2 3\n4 5 6\n".to_vec(),
        b"P4 9 2\n\xa5\x80\x5a\x80".to_vec(),
        b"P5 3 2 65535\n123456789012".to_vec(),
        b"P7\nWIDTH 2\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n12345678"
            .to_vec(),
        bmp_in_runs(),
    ]);
    seeds
}

/// A BMP of 4 x 2 pixels whose rows are runs of equal pixels.
fn bmp_in_runs() -> Vec<u8> {
    let rows = b"\x03\x01\x01\x00\0\0\0\x04\x00\x01\x01\x00\0\x01";
    let offset = 14 + 40 + 8;
    let numbers = [offset + rows.len() as u32, 0, offset, 40, 4, 2];
    let mut file = b"BM".to_vec();
    file.extend(numbers.map(u32::to_le_bytes).concat());
    // One plane of 8 bits, in runs; two colours.
    file.extend(b"\x01\0\x08\0\x01\0\0\0");
    file.extend(
        [rows.len() as u32, 0, 0, 2, 2]
            .map(u32::to_le_bytes)
            .concat(),
    );
    file.extend(b"\x10\x20\x30\0\xf0\xe0\xd0\0");
    file.extend(rows);
    file
}

/// Few bytes that say that they are many pixels.
pub(super) fn large() -> Vec<Vec<u8>> {
    let mut bmp = bmp_in_runs();
    bmp[18..26].copy_from_slice(&[0, 0x40, 0, 0, 0, 0x40, 0, 0]);
    let mut frame = include_bytes!("../seeds/animation.gif").to_vec();
    frame[6..10].copy_from_slice(&[0xff; 4]);
    let mut lossy = include_bytes!("../../../crates/data/tests/pictures/lossy.webp").to_vec();
    // The sides of the frame, 14 bits each.
    lossy[26..30].copy_from_slice(b"\xff\x3f\xff\x3f");
    let texts = [
        "P5 8192 8192 255\n",
        "P6 65535 65535 65535\n",
        "P1 20000 20000\n",
    ];
    let mut files = vec![bmp, frame, lossy];
    files.extend(texts.map(|text| text.as_bytes().to_vec()));
    files
}

/// Changes one number of the header, or what follows.
pub(super) fn change(file: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    match file.first_chunk() {
        Some(b"RIFF") => riff(file, other, dice),
        Some(b"II*\0") => tiff(file, dice),
        Some([b'B', b'M', ..]) => {
            let field = *dice.pick(&[10, 14, 18, 22, 26, 28, 30, 34, 46, 50]);
            number_at(file, field, 4, dice);
        }
        Some(b"GIF8") => gif(file, dice),
        Some([b'P', b'1'..=b'7', ..]) => digits(file, dice),
        _ => bytes::change(file, other, dice),
    }
    file.truncate(bytes::LONGEST);
}

/// Writes a number that is small or at which code tends to be wrong, in little-endian order.
fn number_at(file: &mut [u8], at: usize, width: usize, dice: &mut Dice) {
    let number = if dice.one_in(2) {
        dice.below(40) as u64
    } else {
        bytes::number(dice)
    };
    if let Some(field) = file.get_mut(at..at + width) {
        field.copy_from_slice(&number.to_le_bytes()[..width]);
    }
}

/// Changes the content of a chunk, its length, or the order of chunks; the other lengths fit.
fn riff(file: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let mut chunks = vec![];
    let mut rest = file.get(12..).unwrap_or_default();
    while let Some((head, after)) = rest.split_first_chunk::<8>() {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let end = length.min(after.len());
        chunks.push((head[..4].to_vec(), after[..end].to_vec()));
        rest = after.get(end + end % 2..).unwrap_or_default();
    }
    if chunks.is_empty() {
        return bytes::change(file, other, dice);
    }
    let at = dice.below(chunks.len());
    match dice.below(5) {
        0 => drop(chunks.remove(at)),
        1 => {
            let to = dice.below(chunks.len());
            let chunk = chunks[at].clone();
            chunks.insert(to, chunk);
        }
        2 => {
            let place = dice.below(chunks[at].1.len().min(20));
            let width = 1 + dice.below(4);
            number_at(&mut chunks[at].1, place, width, dice);
        }
        3 => {
            chunks[at].0 = dice
                .pick(&[*b"VP8 ", *b"VP8L", *b"VP8X", *b"ALPH", *b"ANMF"])
                .to_vec()
        }
        _ => bytes::change(&mut chunks[at].1, other, dice),
    }
    let mut body = b"WEBP".to_vec();
    for (kind, content) in chunks {
        body.extend(kind);
        body.extend((content.len() as u32).to_le_bytes());
        body.extend(&content);
        body.extend(vec![0; content.len() % 2]);
    }
    *file = [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat();
}

/// Changes the tag, the type, the count or the value of an entry of the first directory.
fn tiff(file: &mut [u8], dice: &mut Dice) {
    let Some(start) = file.get(4..8) else { return };
    let start = u32::from_le_bytes([start[0], start[1], start[2], start[3]]) as usize;
    let Some(&[low, high]) = start.checked_add(2).and_then(|end| file.get(start..end)) else {
        return;
    };
    let entry = start + 2 + 12 * dice.below(usize::from(u16::from_le_bytes([low, high])));
    match dice.below(8) {
        0 => {
            let tags = [
                256_u16, 257, 258, 259, 262, 273, 277, 278, 279, 284, 317, 322, 323, 324, 325, 338,
                339,
            ];
            if let Some(field) = file.get_mut(entry..entry + 2) {
                field.copy_from_slice(&dice.pick(&tags).to_le_bytes());
            }
        }
        1 => number_at(file, entry + 2, 2, dice),
        2 => number_at(file, entry + 4, 4, dice),
        _ => number_at(file, entry + 8, *dice.pick(&[2, 4]), dice),
    }
}

/// Changes the sides of the screen or of the first frame, or a flag.
fn gif(file: &mut [u8], dice: &mut Dice) {
    let frame = file.iter().position(|&byte| byte == b',').unwrap_or(0);
    let places = [
        6,
        8,
        10,
        frame + 1,
        frame + 3,
        frame + 5,
        frame + 7,
        frame + 9,
    ];
    let at = *dice.pick(&places);
    number_at(file, at, 1 + dice.below(2), dice);
}

/// Writes another number over one of the header's.
fn digits(file: &mut Vec<u8>, dice: &mut Dice) {
    let places: Vec<usize> = (2..file.len().min(80))
        .filter(|&at| file[at].is_ascii_digit())
        .collect();
    if places.is_empty() {
        return;
    }
    let at = *dice.pick(&places);
    let end = (at..file.len())
        .find(|&end| !file[end].is_ascii_digit())
        .unwrap_or(file.len());
    let number = if dice.one_in(3) {
        bytes::number(dice)
    } else {
        dice.below(40) as u64
    };
    file.splice(at..end, number.to_string().into_bytes());
}
