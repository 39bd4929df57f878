//! The selection of kernels, which is state of the whole process: these tests have a binary to
//! themselves and take turns.

use std::panic::catch_unwind;
use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use burn_flex_kernels::{
    Activation, BatchNormConfig, ConvConfig, GivenStatistics, ImageStore, Instructions, Kernels,
    batch_norm, fused_conv2d,
};

static TURN: Mutex<()> = Mutex::new(());

fn take_turn() -> MutexGuard<'static, ()> {
    // A failed test leaves a selection, and every test makes its own.
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// # Panics
/// If the kernels are not in use after their selection.
fn assert_selects(kernels: Kernels) {
    let _turn = take_turn();
    kernels.select();
    assert_eq!(Kernels::selected(), kernels);
}

/// A set that no CPU of this architecture has.
const FOREIGN: Instructions = if cfg!(target_arch = "aarch64") {
    Instructions::Avx2
} else {
    Instructions::Neon
};

#[test]
fn burns_kernels_can_be_selected() {
    assert_selects(Kernels::Burn);
}

#[test]
fn the_best_kernels_can_be_selected() {
    assert_selects(Kernels::best());
}

#[test]
fn scalar_kernels_can_be_selected() {
    assert_selects(Kernels::Own(Instructions::Scalar));
}

#[test]
fn every_set_of_this_cpu_can_be_selected() {
    for set in Instructions::available() {
        assert_selects(Kernels::Own(set));
    }
}

#[test]
fn every_emulated_set_of_this_cpu_can_be_selected() {
    let sets = Instructions::EMULATED.into_iter();
    for set in sets.filter(|set| set.is_available()) {
        assert_selects(Kernels::Own(set));
    }
}

#[test]
fn the_best_kernels_have_the_widest_instructions() {
    let widest = Instructions::available().max_by_key(|set| set.lanes());
    assert_eq!(widest.map(Kernels::Own), Some(Kernels::best()));
}

#[test]
fn the_last_selection_counts() {
    let _turn = take_turn();
    Kernels::Burn.select();
    Kernels::Own(Instructions::Scalar).select();
    assert_eq!(Kernels::selected(), Kernels::Own(Instructions::Scalar));
}

#[test]
fn a_refused_selection_changes_nothing() {
    let _turn = take_turn();
    Kernels::Burn.select();
    assert!(catch_unwind(|| Kernels::Own(FOREIGN).select()).is_err());
    assert_eq!(Kernels::selected(), Kernels::Burn);
}

#[test]
#[should_panic(expected = "on this CPU")]
fn instructions_of_another_architecture_are_refused() {
    Kernels::Own(FOREIGN).select();
}

#[test]
fn kernels_are_named_by_their_instructions() {
    let names =
        [Kernels::Burn, Kernels::Own(Instructions::Avx2)].map(|kernels| kernels.to_string());
    assert_eq!(names, ["Burn's own kernels", "AVX2 kernels"]);
}

#[test]
fn a_selection_does_not_change_what_is_computed() {
    let _turn = take_turn();
    let device = Device::flex();
    let config = ConvConfig {
        stride: [1, 1],
        padding: [1, 1],
        activation: Activation::ReluMaxPool,
    };
    // Small integers, whose sums are exact in any order.
    let sums = [
        Kernels::Burn,
        Kernels::Own(Instructions::Scalar),
        Kernels::best(),
    ]
    .map(|kernels| {
        kernels.select();
        let images = Tensor::<4>::full([2, 3, 8, 8], 2.0, &device);
        let weights = Tensor::<4>::full([4, 3, 3, 3], 3.0, &device);
        let maps = fused_conv2d(images, weights, Tensor::ones([4], &device), config);
        maps.sum().into_scalar::<f32>()
    });
    // Every pooled window contains a pixel whose 27 neighbours are all inside: 27 x 2 x 3 + 1.
    assert_eq!(sums, [163.0 * 2.0 * 4.0 * 16.0; 3]);
}

/// Output, mean, variance and the gradient of the input of a normalisation with an addend, by the
/// selected kernels.
fn normalised(given: bool) -> Vec<f32> {
    let device = &Device::flex().autodiff();
    let shape = [2, 3, 4, 4];
    let maps = |factor: usize| {
        let values = (0..96).map(|at| (at * factor % 23) as f32 / 8.0 - 1.0);
        Tensor::<4>::from_data(TensorData::new(values.collect::<Vec<_>>(), shape), device)
    };
    let channels = |values: [f32; 3]| Tensor::<1>::from_data(values, device);
    let config = BatchNormConfig {
        epsilon: 1e-5,
        activation: Activation::Relu,
    };
    let input = maps(7).require_grad();
    let given = given.then(|| GivenStatistics {
        mean: channels([0.5, 0.25, 1.0]),
        variance: channels([1.0, 4.0, 0.5]),
    });
    let normed = batch_norm(
        input.clone(),
        given,
        channels([1.0, -2.0, 0.5]),
        channels([0.1, 0.3, -0.2]),
        Some(maps(5)),
        config,
    );
    let gradients = (normed.output.clone() * maps(11)).sum().backward();
    let gradient = input.grad(&gradients).map(Tensor::into_data);
    let all = [
        normed.output.into_data(),
        gradient.unwrap_or_else(|| panic!("the input wants a gradient")),
        normed.mean.into_data(),
        normed.variance.into_data(),
    ];
    all.iter().flat_map(|data| data.iter::<f32>()).collect()
}

/// # Panics
/// If own kernels normalise otherwise than Burn's, or if both compute the same bits and so are the same.
fn assert_normalises_by_selection(given: bool) {
    let _turn = take_turn();
    Kernels::Burn.select();
    let expected = normalised(given);
    let mut differs = false;
    for set in Instructions::available() {
        Kernels::Own(set).select();
        let found = normalised(given);
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-4, "{found} for {expected}");
        }
        differs |= found != expected;
    }
    assert!(differs, "own kernels round otherwise than Burn's");
}

#[test]
fn a_selection_does_not_change_a_normalisation() {
    assert_normalises_by_selection(false);
}

#[test]
fn a_selection_does_not_change_a_normalisation_by_given_statistics() {
    assert_normalises_by_selection(true);
}

#[test]
fn burns_kernels_make_no_batches() {
    let _turn = take_turn();
    let bytes = TensorData::new(vec![0_u8; 12], [1, 12]);
    let pixels = Tensor::<2, Int>::from_data(bytes, (&Device::flex(), DType::U8));
    let has_store = |kernels: Kernels| {
        kernels.select();
        ImageStore::new(&pixels, [3, 2, 2]).is_some()
    };
    assert!(!has_store(Kernels::Burn));
    assert!(has_store(Kernels::Own(Instructions::Scalar)));
}
