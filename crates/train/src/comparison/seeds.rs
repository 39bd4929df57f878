//! The seeds of a comparison, and the part of them that one process trains.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// The seeds of a comparison's pairs, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeds(pub Vec<u32>);

/// The most seeds of one range, so that a slip of the pen does not fill the memory.
const MOST_PAIRS: usize = 10_000;

impl Seeds {
    /// `count` seeds: `first`, `first + 1`, and so on; 0 follows the largest.
    pub fn consecutive(first: u32, count: u32) -> Self {
        Self((0..count).map(|index| first.wrapping_add(index)).collect())
    }

    /// The seeds as [`FromStr`] reads them, such as `1,2,5-8`.
    pub fn to_words(&self) -> String {
        let mut ranges: Vec<(u32, u32)> = vec![];
        for &seed in &self.0 {
            match ranges.last_mut() {
                Some((_, last)) if last.checked_add(1) == Some(seed) => *last = seed,
                _ => ranges.push((seed, seed)),
            }
        }
        let words: Vec<String> = ranges
            .iter()
            .map(|(first, last)| {
                if first == last {
                    first.to_string()
                } else {
                    format!("{first}-{last}")
                }
            })
            .collect();
        words.join(",")
    }
}

impl FromStr for Seeds {
    type Err = String;

    /// Reads seeds and ranges of them, such as `1,2,5-8`.
    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "expected seeds from 0 to 4294967295, such as 1,2,5-8".to_owned();
        let number = |text: &str| text.trim().parse::<u32>().map_err(|_| expected());
        let mut seeds = BTreeSet::new();
        for part in text.split(',') {
            let (first, last) = match part.split_once('-') {
                Some((first, last)) => (number(first)?, number(last)?),
                None => (number(part)?, number(part)?),
            };
            if first > last || (last - first) as usize >= MOST_PAIRS {
                return Err(expected());
            }
            for seed in first..=last {
                if !seeds.insert(seed) {
                    return Err(format!("expected each seed once, found {seed} twice"));
                }
            }
        }
        Ok(Self(seeds.into_iter().collect()))
    }
}

/// One of several parts of a comparison's pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// The part's number, from 1.
    index: usize,
    /// The number of parts.
    count: usize,
}

impl Shard {
    /// The only part: all pairs.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    /// Whether there are other parts.
    pub fn is_part(self) -> bool {
        self.count > 1
    }

    /// Whether the part has the pair at `position`. It has both runs of the pair, so that the same
    /// device trains them.
    pub fn has(self, position: usize) -> bool {
        position % self.count == self.index - 1
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(index, count)| {
            Some((index.parse::<usize>().ok()?, count.parse::<usize>().ok()?))
        });
        match parts {
            Some((index, count)) if (1..=count).contains(&index) => Ok(Self { index, count }),
            _ => Err("expected I/N with I from 1 to N, such as 2/4".into()),
        }
    }
}

#[cfg(test)]
mod tests;
