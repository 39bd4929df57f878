//! Batches of CIFAR-10's binary layout, and their class names.

use tempfile::TempDir;

use crate::dice::Dice;
use crate::scratch::RECORD;
use crate::target::{Target, read};
use crate::{bytes, folder, runner, sets, words};

#[test]
fn binary() {
    runner::fuzz(&Binary::new());
}

struct Binary {
    folder: TempDir,
    seeds: Vec<Vec<u8>>,
}

/// What [`sets::binary`] has as `batches.meta.txt`; a text of this kind is read as class names.
const NAMES: &str = "batches.meta.txt";

impl Binary {
    fn new() -> Self {
        let folder = folder::new();
        for kind in ["batch", "names"] {
            folder::write(&folder.path().join(kind), &sets::binary());
        }
        let names = sets::binary().remove(std::path::Path::new(NAMES)).unwrap();
        let seeds = vec![
            sets::record(3),
            [sets::record(0), sets::record(9)].concat(),
            sets::record(9).repeat(70),
            vec![],
            names.clone(),
            names.repeat(2),
        ];
        Self { folder, seeds }
    }
}

impl Target for Binary {
    fn name(&self) -> &'static str {
        "binary"
    }

    fn cases(&self) -> u64 {
        3_000
    }

    fn seeds(&self) -> &[Vec<u8>] {
        &self.seeds
    }

    fn change(&self, input: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
        let records = input.len() / RECORD;
        match dice.below(4) {
            // A label, or a whole record: other changes seldom leave whole records.
            0 if records > 0 => {
                let label = dice.below(records) * RECORD;
                input[label] = bytes::number(dice) as u8;
            }
            1 if records > 0 => {
                let record = sets::record(dice.below(10) as u8);
                let at = dice.below(records) * RECORD;
                input.splice(at..at, record);
            }
            2 if records == 0 => words::change(input, other, dice),
            _ => bytes::change(input, other, dice),
        }
    }

    fn check(&self, input: &[u8]) -> Result<(), String> {
        let (folder, file) = if input.len() < RECORD {
            ("names", NAMES)
        } else {
            ("batch", "data_batch_1.bin")
        };
        let folder = self.folder.path().join(folder);
        std::fs::write(folder.join(file), input).unwrap();
        read(mixup_data::open(
            &folder,
            &mixup_data::ImageRequest::default(),
            &|_, _| {},
        ))
    }
}
