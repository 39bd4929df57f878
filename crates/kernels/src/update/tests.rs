//! Several steps, against the formulas of PyTorch's SGD and of the papers on Adam in f64.

use proptest::prelude::*;

use super::*;

/// Parameters, and the gradients of some steps.
fn numbers(len: usize, salt: usize) -> Vec<f32> {
    (0..len)
        .map(|index| ((index * 31 + salt * 17) % 101) as f32 / 50.0 - 1.0)
        .collect()
}

/// A parameter after three steps with these instructions.
fn trained(
    instructions: Instructions,
    len: usize,
    step: impl Fn(Instructions, usize, &mut [f32], [&[f32]; 2], [&mut [f32]; 2]),
) -> Vec<f32> {
    let mut parameter = numbers(len, 0);
    let (mut first, mut second) = (vec![0.0; len], vec![0.0; len]);
    for number in 1..=3 {
        let gradient = numbers(len, number);
        let mut new = vec![f32::NAN; len];
        let read = [parameter.as_slice(), gradient.as_slice()];
        step(
            instructions,
            number,
            &mut new,
            read,
            [&mut first, &mut second],
        );
        parameter = new;
    }
    parameter
}

fn trained_by_sgd(instructions: Instructions, len: usize, update: SgdUpdate) -> Vec<f32> {
    trained(
        instructions,
        len,
        |instructions, _, new, read, [velocity, _]| {
            sgd(instructions, update, new, read, velocity);
        },
    )
}

fn trained_by_adam(instructions: Instructions, len: usize, update: AdamUpdate) -> Vec<f32> {
    trained(
        instructions,
        len,
        |instructions, step, new, read, moments| {
            adam(
                instructions,
                AdamUpdate { step, ..update },
                new,
                read,
                moments,
            );
        },
    )
}

/// PyTorch's SGD without dampening, value by value.
fn sgd_by_hand(len: usize, update: SgdUpdate) -> Vec<f64> {
    let mut parameter: Vec<f64> = numbers(len, 0).into_iter().map(f64::from).collect();
    let mut velocity = vec![0.0; len];
    for step in 1..=3 {
        for (index, gradient) in numbers(len, step).into_iter().enumerate() {
            let gradient = f64::from(gradient) + f64::from(update.penalty) * parameter[index];
            velocity[index] = f64::from(update.momentum) * velocity[index] + gradient;
            let direction = match update.kind {
                MomentumKind::Plain => velocity[index],
                MomentumKind::Nesterov => gradient + f64::from(update.momentum) * velocity[index],
            };
            parameter[index] -= update.learning_rate * direction;
        }
    }
    parameter
}

/// The algorithms of both papers, value by value.
fn adam_by_hand(len: usize, update: AdamUpdate) -> Vec<f64> {
    let [beta_1, beta_2] = update.betas.map(f64::from);
    let mut parameter: Vec<f64> = numbers(len, 0).into_iter().map(f64::from).collect();
    let (mut first, mut second) = (vec![0.0; len], vec![0.0; len]);
    for step in 1..=3 {
        for (index, gradient) in numbers(len, step).into_iter().enumerate() {
            let gradient = f64::from(gradient) + f64::from(update.penalty) * parameter[index];
            first[index] = beta_1 * first[index] + (1.0 - beta_1) * gradient;
            second[index] = beta_2 * second[index] + (1.0 - beta_2) * gradient * gradient;
            let mean = first[index] / (1.0 - beta_1.powi(step as i32));
            let square: f64 = second[index] / (1.0 - beta_2.powi(step as i32));
            parameter[index] -= update.learning_rate * f64::from(update.decay) * parameter[index];
            parameter[index] -=
                update.learning_rate * mean / (square.sqrt() + f64::from(update.epsilon));
        }
    }
    parameter
}

fn assert_close(found: &[f32], expected: &[f64]) {
    for (index, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(found) - expected).abs();
        assert!(error < 1e-5, "value {index}: {found} instead of {expected}");
    }
}

fn assert_same_bits(a: &[f32], b: &[f32]) {
    assert!(a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn sgd_follows_its_formula(
        len in prop_oneof![0_usize..70, Just(CHUNK), Just(2 * CHUNK + 5)],
        learning_rate in 0.001..0.5_f64,
        momentum in prop_oneof![Just(0.0_f32), 0.1..0.99_f32],
        kind in prop_oneof![Just(MomentumKind::Plain), Just(MomentumKind::Nesterov)],
        penalty in prop_oneof![Just(0.0_f32), 1e-4..0.1_f32],
    ) {
        let update = SgdUpdate { learning_rate, momentum, kind, penalty };
        let scalar = trained_by_sgd(Instructions::Scalar, len, update);
        assert_close(&scalar, &sgd_by_hand(len, update));
        for instructions in Instructions::available() {
            assert_same_bits(&trained_by_sgd(instructions, len, update), &scalar);
        }
    }

    #[test]
    fn adam_follows_its_formula(
        len in prop_oneof![0_usize..70, Just(CHUNK), Just(2 * CHUNK + 5)],
        learning_rate in 0.001..0.1_f64,
        betas in [0.0..0.95_f32, 0.5..0.999_f32],
        penalty in prop_oneof![Just(0.0_f32), 1e-4..0.1_f32],
        decay in prop_oneof![Just(0.0_f32), 1e-4..0.1_f32],
    ) {
        let update = AdamUpdate { learning_rate, betas, epsilon: 1e-3, penalty, decay, step: 1 };
        let scalar = trained_by_adam(Instructions::Scalar, len, update);
        assert_close(&scalar, &adam_by_hand(len, update));
        for instructions in Instructions::available() {
            assert_same_bits(&trained_by_adam(instructions, len, update), &scalar);
        }
    }

    #[test]
    fn an_average_follows_its_formula(
        len in prop_oneof![0_usize..70, Just(CHUNK), Just(2 * CHUNK + 5)],
        decay in 0.0..=1.0_f64,
    ) {
        let update = EmaUpdate { decay };
        let averaged = |instructions| {
            let mut average = numbers(len, 0);
            for number in 1..=3 {
                ema(instructions, update.share(), &mut average, &numbers(len, number));
            }
            average
        };
        let by_hand = (0..len).map(|index| {
            let value = |number| f64::from(numbers(len, number)[index]);
            (1..=3).fold(value(0), |average, number| decay * average + (1.0 - decay) * value(number))
        });
        let scalar = averaged(Instructions::Scalar);
        if len < 70 {
            assert_close(&scalar, &by_hand.collect::<Vec<_>>());
        }
        for instructions in Instructions::available() {
            assert_same_bits(&averaged(instructions), &scalar);
        }
    }
}

#[test]
fn an_infinite_parameter_does_not_reach_its_gradient_without_a_penalty() {
    let update = SgdUpdate {
        learning_rate: 0.1,
        momentum: 0.0,
        kind: MomentumKind::Plain,
        penalty: 0.0,
    };
    let (mut new, mut velocity) = ([0.0], [0.0]);
    let read: [&[f32]; 2] = [&[f32::INFINITY], &[1.0]];
    sgd(Instructions::Scalar, update, &mut new, read, &mut velocity);
    assert_eq!(velocity, [1.0]);
    assert_eq!(new, [f32::INFINITY]);
}

#[test]
#[should_panic(expected = "lengths of a step")]
fn a_gradient_of_another_length_is_refused() {
    let update = AdamUpdate {
        learning_rate: 0.1,
        betas: [0.9, 0.999],
        epsilon: 1e-8,
        penalty: 0.0,
        decay: 0.0,
        step: 1,
    };
    let (mut first, mut second) = ([0.0; 2], [0.0; 2]);
    let read: [&[f32]; 2] = [&[0.0; 2], &[0.0; 1]];
    adam(
        Instructions::Scalar,
        update,
        &mut [0.0; 2],
        read,
        [&mut first, &mut second],
    );
}
