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
                let position = all().position(|set| set == instructions);
                // Every set is one of all.
                FIRST + position.unwrap_or_default() as u8
            }
        };
        SELECTED.store(code, Ordering::Relaxed);
    }

    /// The selected ones; [`Kernels::best`] where none were.
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

const BEST: u8 = 0;
const BURN: u8 = 1;
const FIRST: u8 = 2;

static SELECTED: AtomicU8 = AtomicU8::new(BEST);

/// All sets, in the order of their codes.
fn all() -> impl Iterator<Item = Instructions> {
    Instructions::ALL.into_iter().chain(Instructions::EMULATED)
}

fn best_instructions() -> Instructions {
    Instructions::available()
        .next()
        .unwrap_or(Instructions::Scalar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_selected_is_what_is_used() {
        let own = all().filter(|set| set.is_available()).map(Kernels::Own);
        for kernels in own.chain([Kernels::Burn, Kernels::best()]) {
            kernels.select();
            assert_eq!(Kernels::selected(), kernels);
        }
    }
}
