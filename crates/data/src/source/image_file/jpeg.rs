//! The structure of a JPEG file: its frame, and whether the picture is complete.
//!
//! A JPEG is a row of segments that start with a marker, `ff` and a code. The compressed pixels follow
//! the segment "start of scan", and `ff d9` ends the picture. Phones append more: the video of a motion photo,
//! the gain map of an HDR picture. So the end is looked for from the scans on, and not from the file's end.

/// The segments that say how a picture is coded: "start of frame", of which there are several kinds.
const FRAMES: [u8; 13] = [
    0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf,
];
const PROGRESSIVE: [u8; 2] = [0xc2, 0xca];
const START_OF_IMAGE: u8 = 0xd8;
const END_OF_IMAGE: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;
/// Coefficients of a block of 8x8 pixels, in bytes.
const BLOCK_BYTES: u64 = 64 * 2;

/// What is needed to know about a complete JPEG before it is decoded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Jpeg {
    /// The bytes that the decoder needs in addition to the pixels: all coefficients of a picture that comes
    /// in several scans.
    pub(super) coefficient_bytes: u64,
    /// Whether there is EXIF data, which can have an orientation.
    pub(super) has_exif: bool,
}

impl Jpeg {
    /// Reads the structure; `None` if the file ends before its picture does.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut jpeg = Self::default();
        let mut frame = None;
        let mut scanned = false;
        let mut at = 0;
        loop {
            let marker = next_marker(bytes, &mut at)?;
            // Markers without a segment.
            if matches!(marker, 0x01 | 0xd0..=START_OF_IMAGE) {
                continue;
            }
            if marker == END_OF_IMAGE {
                return Some(jpeg);
            }
            let length = bytes.get(at..at + 2)?;
            let length = usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
            let segment = bytes.get(at + 2..at + length)?;
            at += length;
            jpeg.has_exif |= marker == 0xe1 && segment.starts_with(b"Exif\0\0");
            if FRAMES.contains(&marker) && frame.is_none() {
                frame = Frame::read(segment, PROGRESSIVE.contains(&marker));
            }
            if marker == START_OF_SCAN {
                if let Some(frame) = frame.as_ref().filter(|_| !scanned) {
                    jpeg.coefficient_bytes = frame.coefficient_bytes(segment);
                }
                scanned = true;
                skip_scan(bytes, &mut at)?;
            }
        }
    }
}

/// The size of a picture and how its colours are sampled.
struct Frame {
    progressive: bool,
    width: u64,
    height: u64,
    /// Blocks of each component in a unit, horizontally and vertically.
    sampling: Vec<(u64, u64)>,
}

impl Frame {
    fn read(segment: &[u8], progressive: bool) -> Option<Self> {
        let &[_, h1, h0, w1, w0, _, ref components @ ..] = segment else {
            return None;
        };
        let sampling = components.chunks_exact(3).map(|component| {
            let factors = component[1];
            (
                u64::from(factors >> 4).max(1),
                u64::from(factors & 15).max(1),
            )
        });
        Some(Self {
            progressive,
            width: u16::from_be_bytes([w1, w0]).into(),
            height: u16::from_be_bytes([h1, h0]).into(),
            sampling: sampling.collect(),
        })
    }

    /// The bytes of all coefficients if the decoder must keep them; `scan` is the first scan's segment.
    fn coefficient_bytes(&self, scan: &[u8]) -> u64 {
        let in_scan = scan.first().map_or(0, |&count| usize::from(count));
        if !self.progressive && in_scan == self.sampling.len() {
            return 0;
        }
        let most = |side: fn(&(u64, u64)) -> u64| self.sampling.iter().map(side).max().unwrap_or(1);
        let (across, down) = (most(|factors| factors.0), most(|factors| factors.1));
        let units = self.width.div_ceil(8 * across) * self.height.div_ceil(8 * down);
        let blocks: u64 = self.sampling.iter().map(|(h, v)| h * v).sum();
        units * blocks * BLOCK_BYTES
    }
}

/// The code of the next marker; moves `at` after it. Bytes before it are skipped, as decoders skip them.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        let rest = bytes.get(*at..)?;
        *at += rest.iter().position(|&byte| byte == 0xff)? + 1;
        let code = *bytes.get(*at)?;
        // A marker may start with several ff. ff 00 is no marker.
        if code != 0xff {
            *at += 1;
            if code != 0 {
                return Some(code);
            }
        }
    }
}

/// Moves `at` from the start of compressed pixels to the marker that ends them.
fn skip_scan(bytes: &[u8], at: &mut usize) -> Option<()> {
    loop {
        let mut end = *at;
        match next_marker(bytes, &mut end)? {
            // Restarts are part of the pixels, and other codes have no meaning here.
            0x01..=0xbf | 0xc8 | 0xd0..=START_OF_IMAGE | 0xf0..=0xfd => *at = end,
            _ => {
                *at = end - 2;
                return Some(());
            }
        }
    }
}

#[cfg(test)]
mod tests;
