//! The kernels compute the bits of Burn's own operations, and change no tensor that somebody else holds.

use burn::tensor::{Device, Tensor, TensorData};

use super::*;

/// Numbers between −1 and 1.
fn tensor(rows: usize, columns: usize, salt: usize) -> Tensor<2> {
    let values: Vec<f32> = (0..rows * columns)
        .map(|index| ((index * 31 + salt * 17) % 101) as f32 / 50.0 - 1.0)
        .collect();
    Tensor::from_data(TensorData::new(values, [rows, columns]), &Device::flex())
}

fn bits<const D: usize>(tensor: &Tensor<D>) -> Vec<u32> {
    let values = tensor.to_data().try_into_vec::<f32>().expect("f32");
    values.into_iter().map(f32::to_bits).collect()
}

const SGD: SgdUpdate = SgdUpdate {
    learning_rate: 0.1,
    momentum: 0.9,
    kind: MomentumKind::Nesterov,
    penalty: 0.01,
};

const ADAM: AdamUpdate = AdamUpdate {
    learning_rate: 0.01,
    betas: [0.9, 0.999],
    epsilon: 1e-8,
    penalty: 0.01,
    decay: 0.1,
    step: 1,
};

#[test]
fn sgd_has_the_bits_of_burns_operations() {
    for kind in [MomentumKind::Plain, MomentumKind::Nesterov] {
        let update = SgdUpdate { kind, ..SGD };
        let (mut own, mut velocity) = (tensor(130, 300, 0), None);
        let (mut composed, mut other) = (own.clone(), own.zeros_like());
        for step in 1..=3 {
            // A linear layer's gradient may come transposed.
            let gradient = tensor(300, 130, step).transpose();
            let (parameter, moved) = update.apply(own, gradient.clone(), velocity);
            (own, velocity) = (parameter, Some(moved));
            (composed, other) = update.composed(composed, gradient, other);
            assert_eq!(bits(&own), bits(&composed), "{kind:?}, step {step}");
        }
        assert_eq!(bits(&velocity.expect("three steps")), bits(&other));
    }
}

#[test]
fn an_average_has_the_bits_of_burns_operations() {
    let update = EmaUpdate { decay: 0.9 };
    let mut own = tensor(130, 300, 0);
    let mut composed = own.clone();
    let kept = bits(&own);
    let before = own.clone();
    for step in 1..=3 {
        let parameter = tensor(300, 130, step).transpose();
        own = update.apply(own, parameter.clone());
        composed = update.composed(composed, parameter);
        assert_eq!(bits(&own), bits(&composed), "step {step}");
    }
    assert_eq!(bits(&before), kept, "somebody else's tensor");
}

#[test]
fn adam_has_the_bits_of_burns_operations() {
    for (penalty, decay) in [(0.0, 0.0), (0.01, 0.0), (0.0, 0.1)] {
        let (mut own, mut moments) = (tensor(130, 300, 0), None);
        let (mut composed, mut others) = (own.clone(), [own.zeros_like(), own.zeros_like()]);
        for step in 1..=3 {
            let update = AdamUpdate {
                penalty,
                decay,
                step,
                ..ADAM
            };
            let gradient = tensor(300, 130, step).transpose();
            let (parameter, moved) = update.apply(own, gradient.clone(), moments);
            (own, moments) = (parameter, Some(moved));
            (composed, others) = update.composed(composed, gradient, others);
            assert_eq!(bits(&own), bits(&composed), "step {step}");
        }
        let moments = moments.expect("three steps");
        assert_eq!(
            moments.map(|moment| bits(&moment)),
            others.map(|moment| bits(&moment))
        );
    }
}

#[test]
fn a_step_leaves_the_tensors_of_others_as_they_are() {
    let [parameter, gradient, first, second] =
        [0, 1, 2, 3].map(|salt| tensor(200, 100, salt).abs());
    let before = [&parameter, &gradient, &first, &second].map(bits);
    let moments = [first.clone(), second.clone()];
    let (new, _) = ADAM.apply(parameter.clone(), gradient.clone(), Some(moments));
    let (_, velocity) = SGD.apply(parameter.clone(), gradient.clone(), Some(first.clone()));
    assert_ne!(bits(&new), before[0]);
    assert_ne!(bits(&velocity), before[2]);
    assert_eq!([&parameter, &gradient, &first, &second].map(bits), before);
}

#[test]
#[should_panic(expected = "shapes of a step")]
fn a_gradient_of_another_shape_is_refused() {
    let _ = SGD.apply(tensor(2, 3, 0), tensor(3, 2, 1), None);
}
