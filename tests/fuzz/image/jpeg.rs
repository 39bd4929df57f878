//! JPEG files in segments, with lengths that fit.

use ::image::codecs::jpeg::JpegEncoder;
use ::image::{ExtendedColorType, ImageEncoder};

use crate::bytes;
use crate::dice::Dice;

/// Small pictures: grey and in colour by our own encoder, and three of kinds that it does not write. Pillow
/// made those from a formula: progressive, with four channels, and with restart markers.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let (width, height) = (19, 11);
    let encoded =
        [(ExtendedColorType::L8, 1), (ExtendedColorType::Rgb8, 3)].map(|(colour, channels)| {
            let pixels: Vec<u8> = (0..width * height * channels)
                .map(|at| (at * 7) as u8)
                .collect();
            let mut file = vec![];
            JpegEncoder::new_with_quality(&mut file, 60)
                .write_image(&pixels, width, height, colour)
                .unwrap();
            file
        });
    let kept: [&[u8]; 3] = [
        include_bytes!("../seeds/progressive.jpg"),
        include_bytes!("../seeds/cmyk.jpg"),
        include_bytes!("../seeds/restart.jpg"),
    ];
    let mut seeds = encoded.to_vec();
    seeds.extend(kept.map(<[u8]>::to_vec));
    let mut turned = seeds[1].clone();
    let exif =
        b"\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    turned.splice(2..2, exif.iter().copied());
    seeds.push(turned);
    // A second picture after the first, as phones write.
    seeds.push([&*seeds[1], &seeds[0]].concat());
    seeds
}

/// The places of segments: markers that are followed by a length.
fn segments(file: &[u8]) -> Vec<usize> {
    let mut places = vec![];
    let mut at = 2;
    while let Some(&[0xff, marker, high, low]) = file.get(at..at + 4) {
        places.push(at);
        if marker == 0xda {
            break;
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
    places
}

/// Says another size in the first frame header.
pub(super) fn set_size(file: &mut [u8], width: u16, height: u16) {
    let frame = segments(file)
        .into_iter()
        .find(|&at| matches!(file[at + 1], 0xc0..=0xc2));
    if let Some(at) = frame
        && at + 9 <= file.len()
    {
        file[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
        file[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    }
}

/// Changes one segment, or their order.
pub(super) fn change(file: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let places = segments(file);
    if places.is_empty() {
        bytes::change(file, other, dice);
        return;
    }
    let at = *dice.pick(&places);
    let length = usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
    let end = (at + 2 + length).min(file.len());
    match dice.below(7) {
        0 => drop(file.drain(at..end)),
        1 => {
            let part = file[at..end].to_vec();
            let to = *dice.pick(&places);
            file.splice(to..to, part);
        }
        2 => file[at + 1] = *dice.pick(b"\xc0\xc1\xc2\xc4\xda\xdb\xdd\xe0\xe1\xe2\xfe\xd8\xd9\xd0"),
        3 => {
            let sides: &[u16] = if dice.one_in(60) {
                &[4096, 8192, 16_384, 65_535]
            } else {
                &[0, 1, 7, 8, 9, 16, 17, 64, 255]
            };
            set_size(file, *dice.pick(sides), *dice.pick(sides));
        }
        4 => {
            // The content, with a length that fits again.
            let mut content = file[(at + 4).min(end)..end].to_vec();
            bytes::change(&mut content, other, dice);
            content.truncate(65_000);
            let length = (content.len() as u16 + 2).to_be_bytes();
            file.splice(at + 2..end, [&length[..], &content].concat());
        }
        5 => {
            // What follows the headers: the scan.
            let scan = file.split_off(end);
            let mut scan = if scan.is_empty() { vec![0] } else { scan };
            bytes::change(&mut scan, other, dice);
            file.extend(scan);
        }
        _ => file.extend(other),
    }
    file.truncate(bytes::LONGEST);
}
