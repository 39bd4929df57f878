//! Archives, pickles and NumPy arrays byte by byte, so that they can be wrong in ways that no library writes.

use crate::scratch::RECORD;

/// A `.tar.gz` of these files, under whatever names.
pub(crate) fn tar_gz(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = Vec::new();
    for (name, bytes) in files {
        tar.extend(header(name, bytes.len()));
        tar.extend(*bytes);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    gzip(&tar)
}

/// The 512 bytes before a file of a ustar archive.
pub(crate) fn header(name: &str, size: usize) -> [u8; 512] {
    let mut header = [0; 512];
    let mut put = |at: usize, text: &str| {
        header[at..at + text.len()].copy_from_slice(text.as_bytes());
    };
    put(0, name);
    put(100, "0000644\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{size:011o}\0"));
    put(136, "00000000000\0");
    // The checksum counts its own field as spaces.
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// A gzip file that stores its bytes as they are.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut blocks = bytes.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        file.push(u8::from(blocks.peek().is_none()));
        file.extend(length.to_le_bytes());
        file.extend((!length).to_le_bytes());
        file.extend(block);
    }
    file.extend(crc32(bytes).to_le_bytes());
    file.extend((bytes.len() as u32).to_le_bytes());
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    })
}

/// The records of a binary batch as a batch of the Python layout: the opcodes of an official one.
pub(crate) fn pickle(records: &[u8]) -> Vec<u8> {
    let long = |value: usize| [&b"J"[..], &(value as u32).to_le_bytes()].concat();
    let (mut labels, mut pixels) = (Vec::new(), Vec::new());
    for record in records.chunks_exact(RECORD) {
        labels.extend([b'K', record[0]]);
        pixels.extend(&record[1..]);
    }
    [
        &b"\x80\x02}q\x01(U\x0bbatch_labelq\x02U\x05a setq\x03U\x06labelsq\x04]q\x05("[..],
        &labels,
        b"eU\x04dataq\x06cnumpy.core.multiarray\n_reconstruct\nq\x07",
        b"cnumpy\nndarray\nq\x08K\x00\x85U\x01b\x87Rq\x09(K\x01(",
        &long(records.len() / RECORD),
        &long(RECORD - 1),
        b"tcnumpy\ndtype\nq\x0aU\x02u1K\x00K\x01\x87Rq\x0b",
        b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T",
        &(pixels.len() as u32).to_le_bytes(),
        &pixels,
        b"tbU\x09filenamesq\x0c]q\x0du.",
    ]
    .concat()
}

/// A NumPy array of bytes.
pub(crate) fn npy(shape: &[usize], values: &[u8]) -> Vec<u8> {
    let sides: String = shape.iter().map(|side| format!("{side}, ")).collect();
    let text = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({sides}), }}");
    let text = format!("{text:<117}\n");
    let size = (text.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\0", &size[..], text.as_bytes(), values].concat()
}

/// A pickle that runs `command` when it is loaded without care.
pub(crate) fn malicious_pickle(command: &str) -> Vec<u8> {
    [
        &b"\x80\x02cos\nsystem\nq\x00U"[..],
        &[command.len() as u8],
        command.as_bytes(),
        b"\x85Rq\x01.",
    ]
    .concat()
}

/// A ZIP archive that stores these files as they are.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut zip, mut central) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let start = (zip.len() as u32).to_le_bytes();
        let mut about = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        about.extend(crc32(bytes).to_le_bytes());
        about.extend((bytes.len() as u32).to_le_bytes());
        about.extend((bytes.len() as u32).to_le_bytes());
        about.extend((name.len() as u16).to_le_bytes());
        about.extend([0, 0]);
        zip.extend(b"PK\x03\x04");
        zip.extend(&about);
        zip.extend(name.as_bytes());
        zip.extend(*bytes);
        central.extend(b"PK\x01\x02\x14\x00");
        central.extend(&about);
        // No comment, on the first disk, no attributes.
        central.extend([0; 10]);
        central.extend(start);
        central.extend(name.as_bytes());
    }
    let (place, count) = (zip.len() as u32, (files.len() as u16).to_le_bytes());
    zip.extend(&central);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend(count);
    zip.extend(count);
    zip.extend((central.len() as u32).to_le_bytes());
    zip.extend(place.to_le_bytes());
    zip.extend([0, 0]);
    zip
}
