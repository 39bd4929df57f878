use super::*;

/// A segment with its marker and length.
fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u16 + 2).to_be_bytes();
    [&[0xff, marker][..], &length, content].concat()
}

/// A frame of this size with three components, the first sampled twice in both directions.
fn frame(marker: u8, width: u16, height: u16) -> Vec<u8> {
    let (h, w) = (height.to_be_bytes(), width.to_be_bytes());
    let size = [8, h[0], h[1], w[0], w[1], 3];
    let components = [1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
    segment(marker, &[&size[..], &components].concat())
}

fn scan(components: u8) -> Vec<u8> {
    let header = vec![components; 4 + 2 * usize::from(components)];
    [
        segment(0xda, &header),
        b"pixels\xff\x00\xff\xd3more".to_vec(),
    ]
    .concat()
}

fn jpeg(parts: &[&[u8]]) -> Vec<u8> {
    [b"\xff\xd8".as_slice(), &parts.concat()].concat()
}

#[test]
fn a_picture_is_complete_with_its_end_whatever_follows() {
    let picture = jpeg(&[&frame(0xc0, 16, 16), &scan(3), b"\xff\xd9"]);
    assert_eq!(Jpeg::read(&picture), Some(Jpeg::default()));
    for after in [
        &b"ftypmp42 \xff\xda video"[..],
        b"\xff\xd8\xff\xda",
        b"\0\0",
    ] {
        let longer = [&picture, after].concat();
        assert_eq!(Jpeg::read(&longer), Some(Jpeg::default()), "{after:?}");
    }
}

#[test]
fn a_picture_cut_anywhere_is_incomplete() {
    let picture = jpeg(&[
        &segment(0xe0, b"JFIF"),
        &frame(0xc2, 16, 16),
        &scan(3),
        &segment(0xc4, b"table"),
        &scan(1),
        b"\xff\xd9",
    ]);
    assert!(Jpeg::read(&picture).is_some());
    for length in 0..picture.len() {
        assert_eq!(Jpeg::read(&picture[..length]), None, "{length}");
    }
}

#[test]
fn the_end_of_a_thumbnail_is_not_that_of_the_picture() {
    let thumbnail = segment(0xe1, b"Exif\0\0\xff\xd8\xff\xda\xff\xd9");
    let cut = jpeg(&[&thumbnail, &frame(0xc0, 16, 16), &scan(3)]);
    assert_eq!(Jpeg::read(&cut), None);
    let whole = [&cut[..], b"\xff\xff\xff\xd9"].concat();
    assert!(Jpeg::read(&whole).expect("a whole picture").has_exif);
}

#[test]
fn scans_of_all_colours_need_no_coefficients_and_others_all() {
    let bytes = |marker, components| {
        let picture = jpeg(&[&frame(marker, 17, 16), &scan(components), b"\xff\xd9"]);
        Jpeg::read(&picture)
            .expect("a whole picture")
            .coefficient_bytes
    };
    assert_eq!(bytes(0xc0, 3), 0);
    // Two units of 16x16 pixels, each with four blocks and two of half the size.
    assert_eq!(bytes(0xc0, 1), 2 * 6 * 128);
    assert_eq!(bytes(0xc2, 3), 2 * 6 * 128);
}
