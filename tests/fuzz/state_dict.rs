//! State dicts of `torch.save`: a zip archive with a pickle that says where each tensor lies.

use burn::tensor::Device;
use mixup_model::{Architecture, NetworkConfig};
use mixup_train::for_fuzzing;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;

use crate::dice::Dice;
use crate::target::{Target, read};
use crate::{bytes, folder, runner, torch_file};

#[test]
fn state_dict() {
    runner::fuzz(&StateDicts::new());
}

struct StateDicts {
    folder: TempDir,
    seeds: Vec<Vec<u8>>,
}

/// Opcodes that the reader knows, and some that it does not, with arguments.
const OPCODES: [&[u8]; 32] = [
    b"(",
    b"N",
    b"\x88",
    b"K\x07",
    b"J\xff\xff\xff\xff",
    b"J\x00\x00\x00\x7f",
    b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f",
    b"\x8a\x00",
    b"X\x02\x00\x00\x00ab",
    b"X\xff\xff\xff\xff",
    b"\x8d\xff\xff\xff\xff\xff\xff\xff\xff",
    b"]",
    b"a",
    b"e",
    b"}",
    b"s",
    b"u",
    b")",
    b"t",
    b"\x85",
    b"\x87",
    b"q\x00",
    b"h\x00",
    b"\x94",
    b"cos\nsystem\n",
    b"ctorch\nDoubleStorage\n",
    b"ctorch\nHalfStorage\n",
    b"R",
    b"\x81",
    b"b",
    b"Q",
    b".",
];

/// Pickles of these opcodes so many times.
fn flood(before: &[u8], opcode: &[u8], times: usize) -> Vec<u8> {
    let pickle = [before, &opcode.repeat(times), b"."].concat();
    torch_file::archive(&pickle, &[])
}

/// A tensor in a storage of one byte under this name, with sizes and strides as opcodes, rebuilt so many times.
fn rebuilt(name: &str, sizes: &[u8], strides: &[u8], times: usize) -> Vec<u8> {
    let pickle = [
        &b"\x80\x02}"[..],
        &torch_file::text(name),
        b"ctorch._utils\n_rebuild_tensor_v2\nq\x00((",
        &torch_file::text("storage"),
        b"ctorch\nByteStorage\n",
        &torch_file::text("0"),
        &torch_file::text("cpu"),
        b"K\x01tQK\x00(",
        sizes,
        b"t(",
        strides,
        b"t\x89Ntq\x01R",
        &b"h\x00h\x01R0".repeat(times - 1),
        b"s.",
    ];
    torch_file::archive(&pickle.concat(), &[b"\x01"])
}

/// Files that once took gigabytes or minutes.
fn costly() -> Vec<Vec<u8>> {
    let ones = |count| b"K\x01".repeat(count);
    let zeros = |count| b"K\x00".repeat(count);
    let many = [b"J\x80\x1a\x06\x00", &ones(7)[..]].concat();
    let far = [b"J\x80\x1a\x06\x00", &ones(99_999)[..]].concat();
    vec![
        // A long shape that each tensor would copy.
        rebuilt("w", &ones(20_000), &zeros(20_000), 2_000),
        rebuilt("w", &ones(9), &zeros(9), 1),
        // One element 400,000 times, along 8 and along 100,000 dimensions.
        rebuilt("conv11.weight", &many, &zeros(8), 1),
        rebuilt("conv11.weight", &far, &zeros(100_000), 1),
        // Prefixes that would be taken off one by one.
        rebuilt(&"module.".repeat(140_000), b"K\x01", b"K\x01", 1),
        rebuilt(&"model._orig_mod.".repeat(60_000), b"K\x01", b"K\x01", 1),
    ]
}

/// One name and one tensor, recalled many times.
fn recalled() -> Vec<u8> {
    let pickle = [
        &b"\x80\x02}("[..],
        &torch_file::text(&"n".repeat(900_000)),
        b"q\x00ctorch._utils\n_rebuild_tensor_v2\n((",
        &torch_file::text("storage"),
        b"ctorch\nByteStorage\n",
        &torch_file::text("0"),
        &torch_file::text("cpu"),
        b"K\x01tQK\x00K\x01\x85K\x01\x85\x89NtRq\x01",
        &b"h\x00h\x01".repeat(100_000),
        b"u.",
    ];
    torch_file::archive(&pickle.concat(), &[b"\x01"])
}

impl StateDicts {
    fn new() -> Self {
        let device = Device::flex();
        let mut seeds = vec![];
        for &name in Architecture::ALL {
            let published = NetworkConfig::published(name);
            let config = NetworkConfig {
                widths: published.widths.iter().map(|_| 2).collect(),
                hidden: published.hidden.map(|_| 3),
                ..published
            };
            let network = config.init([3, 32, 32], 4, &mut ChaCha8Rng::seed_from_u64(1), &device);
            let weights = network.to_safetensors(None);
            seeds.push(torch_file::converted(&weights, false));
        }
        let run = crate::runs::tiny();
        let weights = &run[std::path::Path::new("model.safetensors")];
        seeds.push(torch_file::converted(weights, true));
        Self {
            folder: folder::new(),
            seeds,
        }
    }
}

/// Where the pickle and the storages of an archive are: their first bytes, and how many.
fn entries(archive: &[u8]) -> Vec<(usize, usize)> {
    let mut found = vec![];
    let mut at = 0;
    while archive.get(at..at + 4) == Some(b"PK\x03\x04") && at + 30 <= archive.len() {
        let short = |at: usize| usize::from(u16::from_le_bytes([archive[at], archive[at + 1]]));
        let size = short(at + 18) + (short(at + 20) << 16);
        let start = at + 30 + short(at + 26) + short(at + 28);
        if start + size > archive.len() {
            break;
        }
        found.push((start, size));
        at = start + size;
    }
    found
}

/// The same archive with another pickle, and with checksums that are right.
fn with_pickle(archive: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Option<Vec<u8>> {
    let entries = entries(archive);
    let parts: Vec<&[u8]> = entries
        .iter()
        .map(|(start, size)| &archive[*start..start + size])
        .collect();
    let [pickle, _order, storages @ .., _version] = &parts[..] else {
        return None;
    };
    let mut pickle = pickle.to_vec();
    change(&mut pickle);
    pickle.truncate(bytes::LONGEST);
    Some(torch_file::archive(&pickle, storages))
}

/// Removes or inserts an opcode, or puts one in place of another.
fn change_opcodes(pickle: &mut Vec<u8>, dice: &mut Dice) {
    let opcode = *dice.pick(&OPCODES);
    let at = dice.below(pickle.len());
    match dice.below(4) {
        _ if pickle.is_empty() => pickle.extend(opcode),
        0 => drop(pickle.remove(at)),
        1 => pickle[at] = opcode[0],
        2 => drop(pickle.splice(at..at, opcode.repeat(dice.length(2000)))),
        _ => drop(pickle.splice(at..at, opcode.iter().copied())),
    }
}

/// Changes one of the sizes in a pickle, which are 32-bit numbers.
fn change_size(pickle: &mut [u8], dice: &mut Dice) {
    let places: Vec<usize> = (0..pickle.len().saturating_sub(5))
        .filter(|&at| pickle[at] == b'J')
        .collect();
    if let Some(&at) = places.get(dice.below(places.len())) {
        let number = bytes::number(dice) as u32;
        pickle[at + 1..at + 5].copy_from_slice(&number.to_le_bytes());
    }
}

impl Target for StateDicts {
    fn name(&self) -> &'static str {
        "state_dict"
    }

    fn cases(&self) -> u64 {
        1_000
    }

    fn seeds(&self) -> &[Vec<u8>] {
        &self.seeds
    }

    fn known(&self) -> Vec<Vec<u8>> {
        let wide: Vec<_> = (0..20_000).map(|at| (format!("w{at}"), vec![])).collect();
        let pickle = [b"\x80\x02", &torch_file::state_dict(&wide)[..], b"."].concat();
        let mut known = vec![
            b"PK\x03\x04archive/data.pkl".to_vec(),
            flood(b"\x80\x02", b"N", 2_000_000),
            flood(b"\x80\x02}q\x01", b"h\x01", 2_000_000),
            flood(b"\x80\x02(", b"]", 1_000_000),
            flood(b"\x80\x02N", b"\x85", 1_000_000),
            flood(b"\x80\x02}(", b"NN", 100_000),
            flood(b"\x80\x02", b"(", 1_000_000),
            torch_file::archive(&pickle, &[]),
            recalled(),
        ];
        known.extend(costly());
        known
    }

    fn change(&self, input: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
        let changed = match dice.below(4) {
            0 => None,
            1 => with_pickle(input, |pickle| change_opcodes(pickle, dice)),
            2 => with_pickle(input, |pickle| change_size(pickle, dice)),
            _ => with_pickle(input, |pickle| bytes::change(pickle, other, dice)),
        };
        match changed {
            Some(changed) => *input = changed,
            None => bytes::change(input, other, dice),
        }
    }

    fn check(&self, input: &[u8]) -> Result<(), String> {
        let path = self.folder.path().join("w.pt");
        std::fs::write(&path, input).unwrap();
        read(for_fuzzing::network(&path))
    }
}
