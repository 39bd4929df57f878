//! The structure of the exported graphs. `tests/cli/onnx.rs` compares what they compute, with ONNX Runtime.

use std::collections::{HashMap, HashSet};

use burn::tensor::Device;
use prost::Message;

use super::messages::{F32, GraphMessage};
use super::*;
use crate::Architecture;
use crate::for_tests::{all, network, small};

fn model(name: Architecture) -> Model {
    let metadata = [("classes", "[\"cat\"]".to_owned())];
    let bytes = network(&small(name), 1, &Device::flex()).to_onnx(OnnxSettings {
        input: [3, 32, 32],
        mean: &[0.5, 0.25, 0.125],
        std: &[0.25; 3],
        metadata: &metadata,
    });
    Model::decode(&bytes[..]).unwrap()
}

fn graph(name: Architecture) -> GraphMessage {
    model(name).graph.unwrap()
}

/// How often each operator occurs.
fn operators(graph: &GraphMessage) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for node in &graph.node {
        *counts.entry(node.op_type.as_str()).or_default() += 1;
    }
    counts
}

#[test]
fn the_model_states_its_version_its_operators_and_its_metadata() {
    let model = model(Architecture::Cnn);
    assert_eq!((model.ir_version, model.opset_import[0].version), (8, 17));
    assert_eq!(model.metadata_props[0].key, "classes");
    assert_eq!(model.metadata_props[0].value, "[\"cat\"]");
}

#[test]
fn images_and_logits_have_any_number_of_rows() {
    for config in all() {
        let graph = graph(config.name);
        let shape = |value: &messages::ValueInfo| {
            let tensor = value.kind.clone().unwrap().tensor.unwrap();
            assert_eq!(tensor.elem_type, F32);
            let dims = tensor.shape.unwrap().dim.into_iter();
            dims.map(|dim| dim.name.or(dim.value.map(|side| side.to_string())).unwrap())
                .collect::<Vec<_>>()
        };
        let (name, dims): (_, &[&str]) = match config.name.takes_clouds() {
            true => ("clouds", &["N", "3", "1024"]),
            false => ("images", &["N", "3", "32", "32"]),
        };
        assert_eq!(
            (&*graph.input[0].name, &*graph.output[0].name),
            (name, "logits")
        );
        assert_eq!(shape(&graph.input[0]), dims);
        assert_eq!(shape(&graph.output[0]), ["N", "10"]);
    }
}

/// Each node takes what was made before it, and every weight is taken.
#[test]
fn the_nodes_are_in_order_and_take_all_weights() {
    for config in all() {
        let graph = graph(config.name);
        let weights = graph.initializer.iter().map(|tensor| tensor.name.as_str());
        let mut known: HashSet<&str> = weights.collect();
        assert_eq!(known.len(), graph.initializer.len());
        known.insert(&graph.input[0].name);
        let mut taken = HashSet::new();
        for node in &graph.node {
            for input in &node.input {
                assert!(known.contains(input.as_str()), "{}: {input}", node.name);
                taken.insert(input.as_str());
            }
            assert!(known.insert(&node.output[0]), "{} is made twice", node.name);
        }
        taken.insert("logits");
        assert_eq!(taken.len(), known.len(), "{}", config.name);
        for tensor in &graph.initializer {
            let elements: i64 = tensor.dims.iter().product();
            let size = if tensor.data_type == F32 { 4 } else { 8 };
            assert_eq!(
                tensor.raw_data.len() as i64,
                size * elements,
                "{}",
                tensor.name
            );
        }
    }
}

/// A network's number counts its convolutions and the last layer; 3 or 4 shortcuts have a convolution, too.
#[test]
fn each_network_has_its_layers() {
    for (name, expected) in [
        (
            Architecture::Cnn,
            [("Conv", 4), ("Relu", 5), ("MaxPool", 2), ("Gemm", 2)],
        ),
        (
            Architecture::CnnBn,
            [
                ("Conv", 4),
                ("BatchNormalization", 4),
                ("Relu", 5),
                ("MaxPool", 2),
            ],
        ),
        (
            Architecture::ResNet20,
            [("Conv", 19), ("Add", 9), ("Slice", 2), ("Relu", 19)],
        ),
        (
            Architecture::PreActResNet18,
            [
                ("Conv", 20),
                ("Add", 8),
                ("BatchNormalization", 17),
                ("Relu", 17),
            ],
        ),
        (
            Architecture::ResNet18,
            [
                ("Conv", 20),
                ("Add", 8),
                ("BatchNormalization", 20),
                ("MaxPool", 1),
            ],
        ),
        (
            Architecture::ResNet50,
            [
                ("Conv", 53),
                ("Add", 16),
                ("BatchNormalization", 53),
                ("Relu", 49),
            ],
        ),
    ] {
        let graph = graph(name);
        let found = operators(&graph);
        for (operator, count) in expected {
            assert_eq!(found.get(operator), Some(&count), "{operator} of {name}");
        }
    }
}

/// The attributes of the node `name`, by their names: whole numbers, and the epsilon.
fn attributes<'a>(
    graph: &'a GraphMessage,
    name: &str,
) -> HashMap<&'a str, (Vec<i64>, Option<f32>)> {
    let node = graph.node.iter().find(|node| node.name == name);
    let node = node.unwrap_or_else(|| panic!("no node {name}"));
    let one = |attribute: &'a messages::Attribute| {
        let mut numbers = attribute.ints.clone();
        numbers.extend(attribute.i);
        let kind = match (attribute.f, attribute.i) {
            (Some(_), _) => 1,
            (None, Some(_)) => 2,
            (None, None) => 7,
        };
        assert_eq!(attribute.kind, kind, "{} of {name}", attribute.name);
        (attribute.name.as_str(), (numbers, attribute.f))
    };
    node.attribute.iter().map(one).collect()
}

/// Kernel, stride and padding, as the layers of torchvision's networks have them: `nn.Conv2d(3, 64, 7, 2, 3)`,
/// `nn.MaxPool2d(3, 2, 1)`, and so on. What is not stated here, such as groups, has no attribute, so that ONNX's value
/// holds.
#[test]
fn convolutions_and_pools_have_the_sizes_of_torchvision() {
    for (network, node, [kernel, stride, padding]) in [
        (Architecture::ResNet18, "conv1", [7, 2, 3]),
        (Architecture::ResNet18, "bn1.relu.pool", [3, 2, 1]),
        (Architecture::ResNet18, "layer1.0.conv1", [3, 1, 1]),
        (Architecture::ResNet18, "layer2.0.conv1", [3, 2, 1]),
        (Architecture::ResNet18, "layer2.0.conv2", [3, 1, 1]),
        (Architecture::ResNet18, "layer2.0.downsample.0", [1, 2, 0]),
        // A bottleneck has its stride in the second convolution.
        (Architecture::ResNet50, "layer2.0.conv1", [1, 1, 0]),
        (Architecture::ResNet50, "layer2.0.conv2", [3, 2, 1]),
        (Architecture::ResNet50, "layer2.0.conv3", [1, 1, 0]),
        (Architecture::ResNet50, "layer1.0.downsample.0", [1, 1, 0]),
        (Architecture::PreActResNet18, "conv1", [3, 1, 1]),
        (
            Architecture::PreActResNet18,
            "layer2.0.shortcut.0",
            [1, 2, 0],
        ),
        (Architecture::ResNet20, "layer2.0.conv1", [3, 2, 1]),
        // The article's convolutions have no padding.
        (Architecture::Cnn, "conv11", [3, 1, 0]),
        (Architecture::Cnn, "conv12.relu.pool", [2, 2, 0]),
    ] {
        let graph = graph(network);
        let expected = HashMap::from([
            ("kernel_shape", (vec![kernel; 2], None)),
            ("strides", (vec![stride; 2], None)),
            ("pads", (vec![padding; 4], None)),
        ]);
        assert_eq!(attributes(&graph, node), expected, "{node} of {network}");
    }
}

/// 1e-5 is PyTorch's value; ONNX has the same one, and a model that states it does not depend on that.
#[test]
fn normalisations_have_the_epsilon_of_pytorch() {
    for (network, node) in [
        (Architecture::CnnBn, "bn11"),
        (Architecture::ResNet20, "bn1"),
        (Architecture::PreActResNet18, "layer1.0.bn1"),
        (Architecture::ResNet18, "layer2.0.downsample.1"),
        (Architecture::ResNet50, "layer4.2.bn3"),
    ] {
        let graph = graph(network);
        let expected = HashMap::from([("epsilon", (vec![], Some(1e-5)))]);
        assert_eq!(attributes(&graph, node), expected, "{node} of {network}");
    }
}

/// PyTorch's weights are `[out, in]`, and `Gemm` multiplies by `[in, out]`. The initializer is PyTorch's.
#[test]
fn linear_layers_transpose_the_weights_of_pytorch() {
    for (network, node) in [
        (Architecture::Cnn, "fc1"),
        (Architecture::Cnn, "fc2"),
        (Architecture::ResNet20, "linear"),
        (Architecture::ResNet18, "fc"),
        (Architecture::ResNet50, "fc"),
    ] {
        let graph = graph(network);
        let expected = HashMap::from([("transB", (vec![1], None))]);
        assert_eq!(attributes(&graph, node), expected, "{node} of {network}");
        let dims = |part: &str| {
            let name = format!("{node}.{part}");
            let mut weights = graph.initializer.iter();
            let weight = weights.find(|tensor| tensor.name == name);
            weight.unwrap().dims.clone()
        };
        assert_eq!(dims("weight")[0], dims("bias")[0], "{node} of {network}");
    }
}
