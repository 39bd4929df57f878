//! Weights: a header of JSON with the place of each tensor, and their bytes.

use burn::tensor::Device;
use mixup_model::{Architecture, NetworkConfig};
use mixup_train::for_fuzzing;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;

use crate::dice::Dice;
use crate::target::{Target, read};
use crate::{bytes, folder, runner, words};

#[test]
fn safetensors() {
    runner::fuzz(&Weights::new());
}

struct Weights {
    folder: TempDir,
    seeds: Vec<Vec<u8>>,
}

/// Bytes of the length at the start of a file.
const LENGTH: usize = 8;

impl Weights {
    fn new() -> Self {
        let device = Device::flex();
        let seeds = Architecture::ALL.iter().map(|&name| {
            let published = NetworkConfig::published(name);
            let config = NetworkConfig {
                widths: published.widths.iter().map(|_| 2).collect(),
                hidden: published.hidden.map(|_| 3),
                ..published
            };
            let network = config.init([3, 32, 32], 4, &mut ChaCha8Rng::seed_from_u64(1), &device);
            network.to_safetensors(None)
        });
        let mut seeds: Vec<Vec<u8>> = seeds.collect();
        seeds.extend(
            crate::runs::tiny()
                .get(std::path::Path::new("model.safetensors"))
                .cloned(),
        );
        Self {
            folder: folder::new(),
            seeds,
        }
    }
}

/// A file with this header and these tensors.
pub(crate) fn file(header: &[u8], tensors: &[u8]) -> Vec<u8> {
    let length = (header.len() as u64).to_le_bytes();
    [&length[..], header, tensors].concat()
}

/// The header and the tensors of a file.
pub(crate) fn parts(file: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = file.split_first_chunk::<LENGTH>()?;
    rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)
}

/// A header of so many empty tensors.
pub(crate) fn many_tensors(count: usize) -> Vec<u8> {
    let tensors = (0..count)
        .map(|at| format!("\"t{at}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}"));
    let header = format!("{{{}}}", tensors.collect::<Vec<_>>().join(","));
    file(header.as_bytes(), b"")
}

impl Target for Weights {
    fn name(&self) -> &'static str {
        "safetensors"
    }

    fn cases(&self) -> u64 {
        1_000
    }

    fn seeds(&self) -> &[Vec<u8>] {
        &self.seeds
    }

    fn known(&self) -> Vec<Vec<u8>> {
        vec![
            many_tensors(20_000),
            many_tensors(300_000),
            file(b"{}", b""),
            file(&b"[".repeat(200_000), b""),
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n".to_vec(),
            b"<!DOCTYPE html><html></html>".to_vec(),
            b"PK\x03\x04archive/data.pkl".to_vec(),
        ]
    }

    fn change(&self, input: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
        let Some((header, tensors)) = parts(input) else {
            bytes::change(input, other, dice);
            return;
        };
        match dice.below(4) {
            0 => bytes::change(input, other, dice),
            1 => {
                // A number of a tensor becomes another, such as an infinity.
                let mut tensors = tensors.to_vec();
                let numbers = [f32::NAN, f32::INFINITY, f32::MAX, 1e-45, -0.0];
                let number = dice.pick(&numbers).to_le_bytes();
                let at = dice.below(tensors.len() / 4) * 4;
                if let Some(place) = tensors.get_mut(at..at + 4) {
                    place.copy_from_slice(&number);
                }
                *input = file(header, &tensors);
            }
            2 => {
                let kinds = ["F16", "BF16", "F64", "I64", "U8", "BOOL", "F8_E4M3", "F4"];
                let header = String::from_utf8_lossy(header);
                let places: Vec<usize> = header.match_indices("F32").map(|(at, _)| at).collect();
                let mut header = header.to_string();
                if let Some(&at) = places.get(dice.below(places.len())) {
                    let kind: &str = dice.pick::<&str>(&kinds);
                    header.replace_range(at..at + 3, kind);
                }
                *input = file(header.as_bytes(), tensors);
            }
            _ => {
                let mut header = header.to_vec();
                let other = parts(other).map_or(&b""[..], |(header, _)| header);
                words::change(&mut header, other, dice);
                *input = file(&header, tensors);
            }
        }
    }

    fn check(&self, input: &[u8]) -> Result<(), String> {
        let path = self.folder.path().join("w.safetensors");
        std::fs::write(&path, input).unwrap();
        read(for_fuzzing::network(&path))
    }
}
