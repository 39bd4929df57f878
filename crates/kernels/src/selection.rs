//! Which kernels the process uses.

use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::Instructions;

/// What computes convolutions on the CPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernels {
    /// Burn's own operations, for comparison and diagnosis.
    Burn,
    /// The kernels of this crate.
    Own(Instructions),
}

impl Kernels {
    /// This crate's kernels with the widest instructions of this CPU.
    pub fn best() -> Self {
        Self::Own(best_instructions())
    }

    /// Makes them the ones that [`crate::conv2d`] uses from now on, in the whole process.
    ///
    /// # Panics
    /// Where the CPU does not have the instructions.
    pub fn select(self) {
        let code = match self {
            Self::Burn => BURN,
            Self::Own(instructions) => {
                assert!(instructions.is_available(), "{instructions} on this CPU");
                let position = Instructions::ALL
                    .iter()
                    .position(|&set| set == instructions);
                position.map_or(BEST, |position| FIRST + position as u8)
            }
        };
        SELECTED.store(code, Ordering::Relaxed);
    }

    /// The selected ones; [`Kernels::best`] where none were.
    pub fn selected() -> Self {
        match SELECTED.load(Ordering::Relaxed) {
            BURN => Self::Burn,
            BEST => Self::best(),
            code => Self::Own(Instructions::ALL[usize::from(code - FIRST)]),
        }
    }
}

impl fmt::Display for Kernels {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Burn => formatter.write_str("Burn's own kernels"),
            Self::Own(instructions) => write!(formatter, "{instructions} kernels"),
        }
    }
}

const BEST: u8 = 0;
const BURN: u8 = 1;
const FIRST: u8 = 2;

static SELECTED: AtomicU8 = AtomicU8::new(BEST);

fn best_instructions() -> Instructions {
    Instructions::available()
        .next()
        .unwrap_or(Instructions::Scalar)
}
