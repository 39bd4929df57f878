//! Changes to bytes that know nothing of their format.

use crate::dice::Dice;

/// The longest input that a change may make, in bytes.
pub(crate) const LONGEST: usize = 1 << 20;

/// Numbers at which code tends to be wrong.
const INTERESTING: [u64; 19] = [
    0,
    1,
    2,
    0x1f,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0x8000,
    0xffff,
    0x1_0000,
    0x100_0000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    u64::MAX,
];

/// One of the numbers at which code tends to be wrong, or one next to it, or any.
pub(crate) fn number(dice: &mut Dice) -> u64 {
    let number = *dice.pick(&INTERESTING);
    match dice.below(4) {
        0 => number.wrapping_add(dice.below(9) as u64),
        1 => number.wrapping_sub(dice.below(9) as u64),
        2 if dice.one_in(2) => dice.word(),
        _ => number,
    }
}

/// Changes `bytes` in one way. `other` is another good input, from which parts may come.
pub(crate) fn change(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    if bytes.is_empty() {
        bytes.push(dice.byte());
        return;
    }
    let length = bytes.len();
    match dice.below(12) {
        0 | 1 => {
            let at = dice.place(length);
            bytes[at] ^= 1 << dice.below(8);
        }
        2 | 3 => {
            let at = dice.place(length);
            bytes[at] = if dice.one_in(2) {
                dice.byte()
            } else {
                number(dice) as u8
            };
        }
        4 | 5 => overwrite_number(bytes, dice),
        6 => {
            let keep = dice.place(length);
            bytes.truncate(keep);
        }
        7 => {
            let from = dice.place(length);
            let count = dice.length(length - from).min(length - from);
            bytes.drain(from..from + count);
        }
        8 => insert_run(bytes, dice),
        9 => repeat_part(bytes, dice),
        10 => {
            let (from, to) = (dice.place(length), dice.place(length));
            let count = dice.length(length).min(length - from.max(to));
            bytes.copy_within(from..from + count, to);
        }
        _ => splice(bytes, other, dice),
    }
    bytes.truncate(LONGEST);
}

/// Writes a number of 1, 2, 4 or 8 bytes over others, in either order.
fn overwrite_number(bytes: &mut [u8], dice: &mut Dice) {
    let at = dice.place(bytes.len());
    let width = *dice.pick(&[1, 2, 4, 8]);
    let little = number(dice).to_le_bytes();
    let mut part = little[..width].to_vec();
    if dice.one_in(2) {
        part.reverse();
    }
    for (byte, value) in bytes[at..].iter_mut().zip(part) {
        *byte = value;
    }
}

/// Inserts the same byte, or random ones, many times.
fn insert_run(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.below(bytes.len() + 1);
    let count = dice.length_or(4096, 50, LONGEST);
    let same = dice.one_in(2).then(|| bytes[dice.below(bytes.len())]);
    let run: Vec<u8> = (0..count)
        .map(|_| same.unwrap_or_else(|| dice.byte()))
        .collect();
    bytes.splice(at..at, run);
}

/// Inserts a part of the bytes again, once or many times.
fn repeat_part(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let from = dice.place(bytes.len());
    let count = dice.length(bytes.len() - from).min(bytes.len() - from);
    let most = LONGEST / count;
    let times = dice.length_or(most.min(64), 50, most);
    let part = bytes[from..from + count].repeat(times);
    let at = dice.below(bytes.len() + 1);
    bytes.splice(at..at, part);
}

/// Continues with a part of `other`.
fn splice(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    if other.is_empty() {
        return;
    }
    let keep = dice.place(bytes.len());
    let from = dice.place(other.len());
    if dice.one_in(2) {
        bytes.truncate(keep);
        bytes.extend(&other[from..]);
    } else {
        let count = dice.length(other.len() - from).min(other.len() - from);
        bytes.splice(keep..keep, other[from..from + count].iter().copied());
    }
}
