//! The facts about sets of instructions.

use super::*;

#[test]
fn scalar_instructions_are_on_every_cpu() {
    assert_eq!(Instructions::available().last(), Some(Instructions::Scalar));
}

#[test]
fn wider_instructions_come_first() {
    let lanes = Instructions::ALL.map(Instructions::lanes);
    assert!(lanes.is_sorted_by(|a, b| a > b), "{lanes:?}");
}

#[test]
fn no_vector_is_wider_than_the_widest() {
    let sets = Instructions::ALL.into_iter().chain(Instructions::EMULATED);
    assert_eq!(sets.map(Instructions::lanes).max(), Some(WIDEST_LANES));
}

#[test]
fn an_emulated_set_has_the_lanes_of_the_real_one() {
    let lanes = Instructions::EMULATED.map(Instructions::lanes);
    assert_eq!(
        lanes,
        [Instructions::Avx512, Instructions::Neon].map(Instructions::lanes)
    );
}

/// Writes the lanes of the vectors that it was compiled for.
struct CountLanes<'a>(&'a mut usize);

impl Kernel for CountLanes<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        *self.0 = S::F32_LANES;
    }
}

#[test]
fn a_kernel_runs_with_the_lanes_of_its_instructions() {
    let sets = Instructions::available().chain(Instructions::EMULATED);
    for set in sets.filter(|set| set.is_available()) {
        let mut lanes = 0;
        set.run(CountLanes(&mut lanes));
        assert_eq!(lanes, set.lanes(), "{set}");
    }
}

#[test]
#[should_panic(expected = "this CPU does not have")]
fn missing_instructions_are_named() {
    let foreign = if cfg!(target_arch = "aarch64") {
        Instructions::Avx2
    } else {
        Instructions::Neon
    };
    foreign.run(CountLanes(&mut 0));
}
