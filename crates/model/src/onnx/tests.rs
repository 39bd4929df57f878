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
        assert_eq!(
            (&*graph.input[0].name, &*graph.output[0].name),
            ("images", "logits")
        );
        assert_eq!(shape(&graph.input[0]), ["N", "3", "32", "32"]);
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
        known.insert("images");
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
