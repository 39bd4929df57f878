//! Weights files that are refused, and the message.

use super::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// A tensor of a file: name, type, shape and bytes.
type Entry = (String, Dtype, Vec<usize>, Vec<u8>);

/// The file of a small network after `edit` has changed its tensors.
fn edited(name: Architecture, edit: impl FnOnce(&mut Vec<Entry>)) -> WeightsFile {
    let bytes = small_network(name).to_safetensors(None);
    let read = SafeTensors::deserialize(&bytes).unwrap();
    let entry = |(name, view): (String, TensorView<'_>)| {
        let (shape, data) = (view.shape().to_vec(), view.data().to_vec());
        (name, view.dtype(), shape, data)
    };
    let mut entries: Vec<Entry> = read.tensors().into_iter().map(entry).collect();
    edit(&mut entries);
    let views = entries.iter().map(|(name, dtype, shape, bytes)| {
        let view = TensorView::new(*dtype, shape.clone(), bytes).unwrap();
        (name, view)
    });
    opened(&safetensors::serialize(views, None).unwrap())
}

/// The file of a small network in which one tensor has another shape, filled with zeros.
fn reshaped(network: Architecture, tensor: &str, shape: &[usize]) -> WeightsFile {
    edited(network, |entries| {
        let mut entries = entries.iter_mut();
        let entry = entries.find(|(name, ..)| name == tensor).unwrap();
        entry.2 = shape.to_vec();
        entry.3 = vec![0; 4 * shape.iter().product::<usize>()];
    })
}

#[track_caller]
fn assert_message<T: std::fmt::Debug>(result: Result<T, ModelError>, expected: &str) {
    let message = result.unwrap_err().to_string();
    assert!(message.ends_with(expected), "{message}");
}

#[test]
fn weights_of_another_shape_are_refused_by_name() {
    let file = opened(&small_network(Architecture::Cnn).to_safetensors(None));
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let seven = small(Architecture::Cnn).init(crate::PUBLISHED_INPUT, 7, &mut rng, &Device::flex());
    assert_message(
        file.load_into(seven),
        "expected fc2.weight f32 [7, 16], found f32 [10, 16]",
    );
}

#[test]
fn weights_of_another_type_are_refused_by_name() {
    let file = edited(Architecture::Cnn, |entries| {
        let mut entries = entries.iter_mut();
        let entry = entries.find(|(name, ..)| name == "fc1.bias").unwrap();
        entry.1 = Dtype::I64;
        entry.3 = vec![0; 8 * 16];
    });
    let expected = "expected fc1.bias f32 [16], found i64 [16]";
    assert_message(file.config(), expected);
    assert_message(file.load_into(small_network(Architecture::Cnn)), expected);
}

#[test]
fn misspelt_tensor_is_refused_by_the_expected_name() {
    let file = edited(Architecture::Cnn, |entries| {
        let mut entries = entries.iter_mut();
        let entry = entries.find(|(name, ..)| name == "conv12.bias").unwrap();
        entry.0 = "conv12.biases".into();
    });
    assert_message(
        file.load_into(small_network(Architecture::Cnn)),
        "expected conv12.bias f32 [4], found no tensor of this name",
    );
}

#[test]
fn layer_that_does_not_fit_the_next_is_refused() {
    assert_message(
        reshaped(Architecture::Cnn, "fc1.weight", &[17, 200]).config(),
        "expected fc1.bias f32 [17], found f32 [16]",
    );
}

#[test]
fn shrinking_resnet20_is_refused_by_its_widths() {
    let shape = [7, 8, 3, 3];
    assert_message(
        reshaped(Architecture::ResNet20, "layer3.0.conv1.weight", &shape).config(),
        "expected no width below the one before it for resnet20 in network.widths, \
         found [4, 8, 7]",
    );
}

#[test]
fn too_wide_network_is_refused_by_its_widths() {
    assert_message(
        reshaped(Architecture::Cnn, "conv11.weight", &[8193, 1, 1, 1]).config(),
        "expected a whole number from 1 to 8192 in network.widths, found 8193",
    );
}

#[test]
fn weight_without_dimensions_counts_as_missing() {
    assert_message(
        reshaped(Architecture::Cnn, "fc2.weight", &[]).config(),
        "expected fc2.weight, found no tensor of this name",
    );
}

#[test]
fn network_without_classes_is_refused() {
    assert_message(
        reshaped(Architecture::Cnn, "fc2.weight", &[0, 16]).config(),
        "expected fc2.weight f32 [0, 16], found f32 [0, 16]",
    );
}

#[test]
fn file_without_a_network_is_refused_by_the_article_first_weight() {
    let view = TensorView::new(Dtype::F32, vec![1], &[0; 4]).unwrap();
    let file = opened(&safetensors::serialize([("other", view)], None).unwrap());
    assert_message(
        file.config(),
        "expected conv11.weight, found no tensor of this name",
    );
}

#[test]
fn missing_tensor_is_refused_by_name() {
    for config in all() {
        let (missing, shape) = config.parameters(crate::PUBLISHED_INPUT, 10).swap_remove(1);
        let file = edited(config.name, |entries| {
            entries.retain(|(name, ..)| *name != missing);
        });
        assert_message(
            file.config(),
            &format!("expected {missing} f32 {shape:?}, found no tensor of this name"),
        );
    }
}

#[test]
fn weights_of_another_network_are_refused() {
    let file = opened(&small_network(Architecture::CnnBn).to_safetensors(None));
    assert_message(
        file.load_into(small_network(Architecture::Cnn)),
        "expected conv11.bias f32 [4], found no tensor of this name",
    );
}

#[test]
fn shape_without_bytes_is_refused() {
    for name in Architecture::ALL {
        let parameters = NetworkConfig::published(*name).parameters(crate::PUBLISHED_INPUT, 10);
        let tensors = parameters.into_iter().map(|(name, mut shape)| {
            shape[0] = 1_000_000_000;
            shape.push(0);
            (name, TensorView::new(Dtype::F32, shape, &[]).unwrap())
        });
        let file = opened(&safetensors::serialize(tensors, None).unwrap());
        let error = file.config().unwrap_err();
        assert!(matches!(error, ModelError::Mismatch { .. }), "{error}");
    }
}

#[test]
fn one_tensor_too_many_is_refused_by_name() {
    let network = small_network(Architecture::Cnn);
    let file = with_tensor(&network, "conv31.weight", Dtype::F32);
    assert_message(
        file.load_into(network),
        "expected no further tensor, found \"conv31.weight\"",
    );
}

#[test]
fn message_starts_with_the_path() {
    let weights = opened(&small_network(Architecture::Cnn).to_safetensors(None));
    let error = weights
        .load_into(small_network(Architecture::ResNet20))
        .unwrap_err();
    assert!(
        error.to_string().starts_with("weights: expected "),
        "{error}"
    );
}

/// The file of a small network with batch norm in which the second value of one tensor is `value`.
fn with_value(tensor: &str, value: f32) -> WeightsFile {
    edited(Architecture::CnnBn, |entries| {
        let mut entries = entries.iter_mut();
        let entry = entries.find(|(name, ..)| name == tensor).unwrap();
        entry.3[4..8].copy_from_slice(&value.to_le_bytes());
    })
}

#[test]
fn weights_that_are_no_numbers_are_refused_by_tensor_and_position() {
    for (value, found) in [(f32::NAN, "NaN"), (f32::INFINITY, "inf")] {
        for tensor in ["fc1.weight", "bn11.running_mean"] {
            assert_message(
                with_value(tensor, value).load_into(small_network(Architecture::CnnBn)),
                &format!("expected finite numbers in {tensor}, found {found} at position 1"),
            );
        }
    }
}

#[test]
fn a_negative_running_variance_is_refused() {
    assert_message(
        with_value("bn11.running_var", -0.5).load_into(small_network(Architecture::CnnBn)),
        "expected finite variances from 0 in bn11.running_var, found -0.5 at position 1",
    );
}

#[test]
fn a_tensor_outside_the_wrapper_of_the_others_is_refused() {
    let network = small_network(Architecture::Cnn);
    let file = edited(Architecture::Cnn, |entries| {
        for (name, ..) in &mut entries[1..] {
            *name = format!("module.{name}");
        }
    });
    assert!(file.load_into(network).is_err());
}

/// Reading so many tensors would take seconds.
#[test]
fn a_header_of_300_000_tensors_is_refused_before_it_is_read() {
    let entry = |n| format!("\"t{n}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}");
    let header = format!(
        "{{{}}}",
        (0..300_000).map(entry).collect::<Vec<_>>().join(",")
    );
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.bytes());
    let error = WeightsFile::parse(Path::new("weights"), bytes).unwrap_err();
    let expected = format!(
        "a header of {} bytes (at most 1048576 are read)",
        header.len()
    );
    assert!(error.to_string().ends_with(&expected), "{error}");
}

#[test]
fn a_file_of_another_kind_is_refused_by_its_kind() {
    for (bytes, kind) in [
        (
            &b"\x80\x02}q\0."[..],
            "a pickle, as torch.save wrote it before PyTorch 1.6",
        ),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n",
            "a pointer of Git LFS, without the weights themselves",
        ),
        (b"<!DOCTYPE html><html>404</html>", "a web page"),
    ] {
        let error = WeightsFile::parse(Path::new("weights"), bytes.to_vec()).unwrap_err();
        let expected =
            format!("expected weights in the safetensors format or of torch.save, found {kind}");
        assert!(error.to_string().ends_with(&expected), "{error}");
    }
}

#[track_caller]
fn assert_not_safetensors(bytes: &[u8]) {
    let error = WeightsFile::parse(Path::new("weights"), bytes.to_vec()).unwrap_err();
    assert!(matches!(error, ModelError::Format { .. }), "{error}");
    let expected =
        ": expected weights in the safetensors format or of torch.save, found other bytes (";
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn file_of_other_bytes_is_refused() {
    assert_not_safetensors(b"not weights");
}

#[test]
fn empty_file_is_refused() {
    assert_not_safetensors(b"");
}

#[test]
fn file_that_ends_within_its_header_is_refused() {
    let bytes = small_network(Architecture::Cnn).to_safetensors(None);
    assert_not_safetensors(&bytes[..100]);
}

#[test]
fn file_without_its_last_byte_is_refused() {
    let bytes = small_network(Architecture::Cnn).to_safetensors(None);
    assert_not_safetensors(&bytes[..bytes.len() - 1]);
}

#[test]
fn file_with_a_byte_too_many_is_refused() {
    let mut bytes = small_network(Architecture::Cnn).to_safetensors(None);
    bytes.push(0);
    assert_not_safetensors(&bytes);
}
