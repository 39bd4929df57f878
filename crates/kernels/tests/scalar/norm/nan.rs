//! A NaN stays visible, so that it reaches the loss.

use burn_flex_kernels::norm_forward;

use super::case::{ACTIVATIONS, Case, Operands};
use crate::check::{instructions, values};

const CHANNELS: usize = 21;
const SIZE: [usize; 2] = [4, 5];

/// The channels of a NaN: in a whole vector of each set, and in the rest.
const PLACES: [usize; 3] = [0, 6, 20];

/// # Panics
/// If a NaN in the input does not make all outputs of its channel NaN, or one of another channel.
#[test]
fn a_nan_fills_its_channel_through_the_statistics() {
    for activation in ACTIVATIONS {
        for channel in PLACES {
            let mut operands = Operands::new(Case::plain(CHANNELS, SIZE, activation));
            operands.input[7 * CHANNELS + channel] = f32::NAN;
            let gradient = values(operands.output_len(), 9);
            for instructions in instructions() {
                let found = operands.run(instructions, &gradient);
                for (at, value) in found.output.iter().enumerate() {
                    assert_eq!(value.is_nan(), at % CHANNELS == channel, "{instructions}");
                }
                for (at, value) in found.gradients.input.iter().enumerate() {
                    assert_eq!(value.is_nan(), at % CHANNELS == channel, "{instructions}");
                }
            }
        }
    }
}

/// # Panics
/// If a NaN does not pass to its output with given statistics, or to another output.
#[test]
fn a_nan_reaches_its_output_with_given_statistics() {
    for activation in ACTIVATIONS {
        for channel in PLACES {
            // Each corner of the second image's first window.
            for (y, x) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let mut operands = Operands::new(Case {
                    given: true,
                    ..Case::plain(CHANNELS, SIZE, activation)
                });
                let [height, width] = SIZE;
                let place = ((height + y) * width + x) * CHANNELS + channel;
                operands.input[place] = f32::NAN;
                let [rows, columns] = activation.output_size(SIZE);
                let expected = if [rows, columns] == SIZE {
                    place
                } else {
                    rows * columns * CHANNELS + channel
                };
                for instructions in instructions() {
                    let statistics = operands.statistics(instructions);
                    let output = norm_forward(instructions, &operands.layer(&statistics));
                    let nan: Vec<_> = (0..output.len())
                        .filter(|&at| output[at].is_nan())
                        .collect();
                    assert_eq!(nan, [expected], "{instructions}, {activation:?}");
                }
            }
        }
    }
}

#[test]
fn a_nan_of_the_addend_reaches_its_output() {
    for activation in &ACTIVATIONS[..2] {
        let mut operands = Operands::new(Case {
            adds: true,
            ..Case::plain(CHANNELS, SIZE, *activation)
        });
        operands.addend.as_mut().unwrap()[100] = f32::NAN;
        for instructions in instructions() {
            let statistics = operands.statistics(instructions);
            let output = norm_forward(instructions, &operands.layer(&statistics));
            let nan: Vec<_> = (0..output.len())
                .filter(|&at| output[at].is_nan())
                .collect();
            assert_eq!(nan, [100], "{instructions}");
        }
    }
}

#[test]
fn a_nan_of_the_parameters_fills_its_channel() {
    for activation in ACTIVATIONS {
        for of_shift in [false, true] {
            let mut operands = Operands::new(Case::plain(CHANNELS, SIZE, activation));
            let parameter = if of_shift {
                &mut operands.shift
            } else {
                &mut operands.scale
            };
            parameter[6] = f32::NAN;
            for instructions in instructions() {
                let statistics = operands.statistics(instructions);
                let output = norm_forward(instructions, &operands.layer(&statistics));
                for (at, value) in output.iter().enumerate() {
                    assert_eq!(value.is_nan(), at % CHANNELS == 6, "{instructions}");
                }
            }
        }
    }
}
