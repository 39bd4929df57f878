//! The same bits from any number of threads.

use burn_flex_kernels::Activation;

use crate::case::Case;

/// # Panics
/// If a number of threads changes a bit of the output or of a gradient.
fn check_threads(inputs: usize, outputs: usize, side: usize) {
    let mut case = Case::plain(37, inputs, outputs, side);
    case.config.activation = Activation::ReluMaxPool;
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let run = || case.run(|input, weights, bias| case.ours(input, weights, bias));
        pool.install(run)
            .map(|values| values.into_iter().map(f32::to_bits).collect::<Vec<_>>())
    };
    let one = on(1);
    assert_eq!(one, on(1), "repeated");
    for threads in [2, 3, 8] {
        assert_eq!(one, on(threads), "{threads} threads");
    }
}

#[test]
fn any_number_of_threads_sums_directly_to_the_same_bits() {
    check_threads(3, 24, 9);
}

#[test]
fn any_number_of_threads_filters_to_the_same_bits() {
    check_threads(16, 32, 12);
}

/// More groups than one flight holds. The size of a flight depends on the number of threads.
#[test]
fn any_number_of_threads_filters_several_flights_to_the_same_bits() {
    check_threads(64, 64, 12);
}
