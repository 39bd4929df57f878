//! Packed sets: a header of JSON, labels and pixels.

use mixup_data::{ImageRequest, PackedSet, SourceSet, pack_set, synthetic};
use tempfile::TempDir;

use crate::dice::Dice;
use crate::safetensors::{file, many_tensors, parts};
use crate::target::{Target, read};
use crate::{bytes, folder, runner, words};

#[test]
fn packed() {
    runner::fuzz(&Packed::new());
}

struct Packed {
    folder: TempDir,
    seeds: Vec<Vec<u8>>,
}

impl Packed {
    fn new() -> Self {
        let folder = folder::new();
        let path = folder.path().join("seed");
        let mut options = std::fs::File::options();
        let options = options.read(true).write(true).create(true).truncate(true);
        let seed = options.open(&path).unwrap();
        let set = SourceSet::from(synthetic(1, 4, 2));
        let names = ("built-in images", "synthetic");
        let request = ImageRequest::default();
        pack_set(&set, names, &request, (&seed, &path), &|_, _| {}).unwrap();
        let whole = std::fs::read(&path).unwrap();
        // Without a digest, what follows the header is looked at, too.
        let (header, tensors) = parts(&whole).unwrap();
        let header = String::from_utf8_lossy(header).replace("\"digest\":", "\"digits\":");
        let undigested = file(header.as_bytes(), tensors);
        Self {
            folder,
            seeds: vec![whole, undigested],
        }
    }
}

impl Target for Packed {
    fn name(&self) -> &'static str {
        "packed"
    }

    fn cases(&self) -> u64 {
        1_000
    }

    fn seeds(&self) -> &[Vec<u8>] {
        &self.seeds
    }

    fn known(&self) -> Vec<Vec<u8>> {
        let one = |dtype: &str, shape: &str| {
            let header = format!(
                "{{\"train_images\":{{\"dtype\":\"{dtype}\",\"shape\":{shape},\"data_offsets\":[0,0]}}}}"
            );
            file(header.as_bytes(), b"")
        };
        vec![
            many_tensors(100_000),
            many_tensors(300_000),
            one("U8", "[0,3,32,32]"),
            one("U8", "[4294967296,4294967296,4294967296,4294967296]"),
            one("U8", "[268435456,1,0,0]"),
            file(&b"[".repeat(200_000), b""),
            u64::MAX.to_le_bytes().to_vec(),
            vec![],
        ]
    }

    fn change(&self, input: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
        let Some((header, tensors)) = parts(input) else {
            bytes::change(input, other, dice);
            return;
        };
        if dice.one_in(3) {
            bytes::change(input, other, dice);
        } else {
            let mut header = header.to_vec();
            let other = parts(other).map_or(&b""[..], |(header, _)| header);
            words::change(&mut header, other, dice);
            *input = file(&header, tensors);
        }
    }

    fn check(&self, input: &[u8]) -> Result<(), String> {
        let path = self.folder.path().join("set.safetensors");
        std::fs::write(&path, input).unwrap();
        read(PackedSet::open(&path).and_then(|set| {
            set.check(&ImageRequest::default())?;
            set.verified(&|_, _| {})?.in_memory()
        }))
    }
}
