//! Tensors of other layouts, types and sizes, and those that need no gradient.

use burn::tensor::{DType, Device, FloatDType, Tensor, TensorData};
use burn_flex_kernels::{Activation, GivenStatistics};

use super::case::{Norm, Operands};
use crate::case::{distance, values};

/// A copy in the order of the shape.
fn plain_copy<const D: usize>(tensor: &Tensor<D>) -> Tensor<D> {
    let (shape, device) = (tensor.dims(), tensor.device());
    Tensor::from_data(TensorData::new(values(tensor.clone()), shape), &device)
}

/// Views of memory in another order, with gaps, or from another start. The plain one comes first.
fn views(norm: &Norm, stream: u64, device: &Device) -> Vec<Tensor<4>> {
    let [batch, channels, height, width] = norm.shape;
    let tensor = |shape: [usize; 4]| norm.tensor(shape, stream, device);
    vec![
        tensor(norm.shape),
        // Channels last.
        tensor([batch, height, width, channels]).permute([0, 3, 1, 2]),
        tensor([batch + 2, height, width, channels])
            .permute([0, 3, 1, 2])
            .narrow(0, 1, batch),
        tensor([batch, height, width, channels + 2])
            .permute([0, 3, 1, 2])
            .narrow(1, 1, channels),
        // Sliced.
        tensor([batch + 2, channels, height, width]).narrow(0, 2, batch),
        tensor([batch, channels + 3, height, width]).narrow(1, 1, channels),
        tensor([batch, channels, height, width + 1]).narrow(3, 1, width),
        // Transposed, turned round and repeated.
        tensor([batch, channels, width, height]).swap_dims(2, 3),
        tensor([channels, batch, height, width]).swap_dims(0, 1),
        tensor(norm.shape).flip([1, 2]),
        tensor([1, channels, height, width]).expand(norm.shape),
    ]
}

/// # Panics
/// If views of the input and of the addend give other bits than plain copies of them.
fn check_views(norm: &Norm) {
    let device = &Device::flex();
    let operands = norm.operands(device);
    let addends: Vec<Option<Tensor<4>>> = match norm.adds {
        true => views(norm, 2, device).into_iter().map(Some).collect(),
        false => vec![None],
    };
    for (number, input) in views(norm, 1, device).into_iter().enumerate() {
        let addend = addends[number * 3 % addends.len()].clone();
        let [of_views, of_copies] = [
            (input.clone(), addend.clone()),
            (plain_copy(&input), addend.as_ref().map(plain_copy)),
        ]
        .map(|(input, addend)| {
            let normed = norm.ours(Operands {
                input,
                addend,
                ..operands.clone()
            });
            [
                values(normed.output),
                values(normed.mean),
                values(normed.variance),
            ]
        });
        assert_eq!(of_views, of_copies, "view {number}");
    }
}

#[test]
fn views_are_taken_for_what_they_show() {
    check_views(&Norm::plain(Activation::Identity));
}

#[test]
fn views_are_taken_for_what_they_show_before_pooling() {
    check_views(&Norm::plain(Activation::ReluMaxPool));
}

#[test]
fn views_are_taken_for_what_they_show_in_a_sum() {
    check_views(&Norm {
        adds: true,
        ..Norm::plain(Activation::Relu)
    });
}

#[test]
fn views_are_taken_for_what_they_show_with_given_statistics() {
    check_views(&Norm {
        given: true,
        ..Norm::plain(Activation::Relu)
    });
}

#[test]
fn views_of_parameters_are_taken_for_what_they_show() {
    let device = &Device::flex();
    let norm = Norm {
        given: true,
        ..Norm::plain(Activation::Identity)
    };
    let operands = norm.operands(device);
    let view = |stream| norm.tensor([7], stream, device).narrow(0, 1, 5).flip([0]);
    let [scale, shift, mean] = [1, 2, 3].map(view);
    let variance = view(4).abs();
    let of = |change: &dyn Fn(&Tensor<1>) -> Tensor<1>| {
        values(
            norm.ours(Operands {
                scale: change(&scale),
                shift: change(&shift),
                given: Some(GivenStatistics {
                    mean: change(&mean),
                    variance: change(&variance),
                }),
                ..operands.clone()
            })
            .output,
        )
    };
    assert_eq!(of(&Tensor::clone), of(&plain_copy));
}

/// # Panics
/// If the gradients of views, from a view of the output, differ from Burn's.
fn check_gradients_of_views(activation: Activation, adds: bool) {
    let device = &Device::flex().autodiff();
    let norm = Norm {
        shape: [3, 6, 4, 4],
        adds,
        ..Norm::plain(activation)
    };
    let gradients = |ours: bool| {
        let operands = norm.operands(device);
        let [input, addend] =
            [1, 2].map(|stream| norm.tensor([4, 4, 6, 4], stream, device).require_grad());
        let turned = |tensor: &Tensor<4>| tensor.clone().swap_dims(1, 2).narrow(0, 1, 3);
        let operands = Operands {
            input: turned(&input),
            addend: adds.then(|| turned(&addend)),
            ..operands
        };
        let output = if ours {
            norm.ours(operands).output
        } else {
            norm.burn(operands).output
        };
        let [batch, channels, height, width] = output.dims();
        let above = norm.tensor([batch, width, channels, height], 3, device);
        let gradients = (output.permute([0, 3, 1, 2]) * above).sum().backward();
        let by_input = values(input.grad(&gradients).unwrap());
        let by_addend = addend.grad(&gradients).map(values);
        (by_input, by_addend)
    };
    let (found, expected) = (gradients(true), gradients(false));
    assert!(distance(&found.0, &expected.0) < 1e-4, "by input");
    assert_eq!(found.1.is_some(), adds);
    if let (Some(found), Some(expected)) = (found.1, expected.1) {
        assert!(distance(&found, &expected) < 1e-4, "by addend");
    }
}

#[test]
fn views_get_their_gradients() {
    check_gradients_of_views(Activation::Identity, false);
}

#[test]
fn views_get_their_gradients_through_pooling() {
    check_gradients_of_views(Activation::ReluMaxPool, false);
}

#[test]
fn views_get_their_gradients_of_a_sum() {
    check_gradients_of_views(Activation::Identity, true);
}

#[test]
fn views_get_their_gradients_of_a_sum_with_relu() {
    check_gradients_of_views(Activation::Relu, true);
}

/// # Panics
/// If the parameters' gradients depend on whether input and addend want one.
fn check_without_gradients(activation: Activation, adds: bool) {
    let device = &Device::flex().autodiff();
    let norm = Norm {
        adds,
        ..Norm::plain(activation)
    };
    let gradients = |inputs_on: &Device, wants: bool| {
        let of_inputs = norm.operands(inputs_on);
        let wanting = |tensor: Tensor<4>| match wants {
            true => tensor.detach().require_grad(),
            false => tensor,
        };
        let parameters = norm.operands(device);
        let operands = Operands {
            input: wanting(of_inputs.input),
            addend: of_inputs.addend.map(wanting),
            scale: parameters.scale.require_grad(),
            shift: parameters.shift.require_grad(),
            given: None,
        };
        let normed = norm.ours(operands.clone());
        // A NaN would come from a gradient through the statistics.
        let loss = normed.output.powi_scalar(2).sum();
        let gradients = loss.backward();
        [operands.scale, operands.shift].map(|tensor| values(tensor.grad(&gradients).unwrap()))
    };
    let expected = gradients(device, true);
    assert_eq!(gradients(device, false), expected);
    // Like a batch of images: from the device without gradients.
    assert_eq!(gradients(&Device::flex(), false), expected);
}

#[test]
fn an_input_that_needs_no_gradient_is_accepted() {
    check_without_gradients(Activation::Identity, false);
    check_without_gradients(Activation::ReluMaxPool, false);
}

#[test]
fn an_addend_that_needs_no_gradient_is_accepted() {
    check_without_gradients(Activation::Identity, true);
    check_without_gradients(Activation::Relu, true);
}

#[test]
fn the_device_without_gradients_has_the_same_bits() {
    for activation in [
        Activation::Identity,
        Activation::Relu,
        Activation::ReluMaxPool,
    ] {
        let norm = Norm::plain(activation);
        let [plain, tracked] = [Device::flex(), Device::flex().autodiff()]
            .map(|device| values(norm.ours(norm.operands(&device)).output));
        assert_eq!(plain, tracked);
    }
}

/// # Panics
/// If a gradient flows through statistics, given ones or the batch's as results.
fn check_constant_statistics(dtype: FloatDType) {
    let device = &Device::flex().autodiff();
    for given in [false, true] {
        let norm = Norm {
            given,
            ..Norm::plain(Activation::Identity)
        };
        let operands = norm.operands(device).cast(dtype);
        let given = operands.given.map(|given| GivenStatistics {
            mean: given.mean.detach().require_grad(),
            variance: given.variance.detach().require_grad(),
        });
        let operands = Operands {
            input: operands.input.detach().require_grad(),
            given: given.clone(),
            ..operands
        };
        let normed = norm.ours(operands.clone());
        for statistic in [&normed.mean, &normed.variance] {
            assert!(!statistic.device().is_autodiff());
        }
        let gradients = (normed.output.sum() + normed.mean.sum()).backward();
        assert!(operands.input.grad(&gradients).is_some());
        if let Some(given) = given {
            assert!(given.mean.grad(&gradients).is_none());
            assert!(given.variance.grad(&gradients).is_none());
        }
    }
}

#[test]
fn statistics_are_constants() {
    check_constant_statistics(FloatDType::F32);
}

#[test]
fn statistics_are_constants_in_other_types_too() {
    check_constant_statistics(FloatDType::F64);
}

/// # Panics
/// If the operation in this type differs from Burn's.
fn check_type(float: FloatDType, dtype: DType, tolerance: f32) {
    let device = &Device::flex();
    for activation in [
        Activation::Identity,
        Activation::Relu,
        Activation::ReluMaxPool,
    ] {
        for (adds, given) in [(false, false), (true, false), (false, true), (true, true)] {
            let norm = Norm {
                adds,
                given,
                ..Norm::plain(activation)
            };
            let operands = norm.operands(device).cast(float);
            let found = norm.ours(operands.clone());
            let expected = norm.burn(operands);
            assert_eq!(found.output.dtype(), dtype);
            for (found, expected) in [
                (
                    found.output.flatten::<1>(0, 3),
                    expected.output.flatten(0, 3),
                ),
                (found.mean, expected.mean),
                (found.variance, expected.variance),
            ] {
                let [found, expected] =
                    [found, expected].map(|tensor| values(tensor.cast(FloatDType::F32)));
                assert!(distance(&found, &expected) <= tolerance, "{norm:?}");
            }
        }
    }
}

/// The kernels are for f32, so Burn computes other types. Only the order of a product may differ.
#[test]
fn double_precision_is_left_to_burn() {
    check_type(FloatDType::F64, DType::F64, 1e-7);
}

#[test]
fn half_precision_is_left_to_burn() {
    check_type(FloatDType::BF16, DType::BF16, 0.03);
}

#[test]
fn no_images_have_outputs_of_the_right_shape() {
    let norm = Norm {
        shape: [0, 5, 6, 7],
        ..Norm::plain(Activation::ReluMaxPool)
    };
    let output = norm.ours(norm.operands(&Device::flex())).output;
    assert_eq!(output.dims(), [0, 5, 3, 3]);
}

#[test]
#[should_panic(expected = "shape of the addend")]
fn an_addend_of_another_shape_is_refused() {
    let device = &Device::flex();
    let norm = Norm::plain(Activation::Relu);
    norm.ours(Operands {
        // As many values in another shape.
        addend: Some(Tensor::zeros([3, 5, 6, 4], device)),
        ..norm.operands(device)
    });
}

#[test]
#[should_panic(expected = "scale")]
fn a_scale_of_other_channels_is_refused() {
    let device = &Device::flex();
    let norm = Norm::plain(Activation::Relu);
    norm.ours(Operands {
        scale: Tensor::ones([4], device),
        ..norm.operands(device)
    });
}
