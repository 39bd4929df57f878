//! The process-wide setting of kernels: Burn's, or these with one set of vector instructions.

use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::Instructions;

/// What computes the operations of this crate on the CPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernels {
    /// Burn's own operations, for comparison and diagnosis.
    Burn,
    /// The kernels of this crate.
    Own(Instructions),
}

impl Kernels {
    /// This crate's kernels with the widest instructions of this CPU; Burn's if this crate is compiled without
    /// optimisation.
    pub fn best() -> Self {
        // Unoptimised, each vector of the inner loops has its own place on the stack, which then outgrows that of a
        // thread.
        if cfg!(unoptimised) {
            return Self::Burn;
        }
        Self::Own(best_instructions())
    }

    /// Makes every operation of this crate use these kernels from now on, in the whole process.
    ///
    /// # Panics
    /// If the CPU does not have the instructions. If this crate is compiled without optimisation, its kernels may need
    /// more stack than a thread has.
    pub fn select(self) {
        let code = match self {
            Self::Burn => BURN,
            Self::Own(instructions) => {
                assert!(instructions.is_available(), "{instructions} on this CPU");
                let position = all().position(|set| set == instructions);
                // `all` contains every set.
                FIRST + position.unwrap_or_default() as u8
            }
        };
        SELECTED.store(code, Ordering::Relaxed);
    }

    /// The kernels last selected, or [`Kernels::best`] if none were.
    pub fn selected() -> Self {
        match SELECTED.load(Ordering::Relaxed) {
            BURN => Self::Burn,
            BEST => Self::best(),
            code => all()
                .nth(usize::from(code - FIRST))
                .map_or_else(Self::best, Self::Own),
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

// The codes of a selection in an atomic number.
const BEST: u8 = 0;
const BURN: u8 = 1;
/// The code of the first set of instructions.
const FIRST: u8 = 2;

static SELECTED: AtomicU8 = AtomicU8::new(BEST);

/// All sets of instructions, in the order of their codes.
fn all() -> impl Iterator<Item = Instructions> {
    Instructions::ALL.into_iter().chain(Instructions::EMULATED)
}

fn best_instructions() -> Instructions {
    Instructions::available()
        .next()
        .unwrap_or(Instructions::Scalar)
}
