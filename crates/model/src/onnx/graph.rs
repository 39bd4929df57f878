//! A graph under construction: nodes in order, and the constants that they take.

use std::collections::HashMap;

use super::messages::{
    Attribute, Dimension, F32, GraphMessage, I64, Node, TensorMessage, TensorType, ValueInfo,
    ValueShape, ValueType,
};

/// The name of the number of images.
const BATCH: &str = "N";

/// A graph under construction. What a node makes has the node's name.
pub(super) struct Graph {
    /// The shapes of the network's weights, by their names.
    shapes: HashMap<String, Vec<usize>>,
    message: GraphMessage,
}

impl Graph {
    /// A graph without nodes that has these weights: name, shape and values of each.
    pub(super) fn new(weights: Vec<(String, Vec<usize>, Vec<f32>)>) -> Self {
        let shapes = weights
            .iter()
            .map(|(name, shape, _)| (name.clone(), shape.clone()));
        let mut graph = Self {
            shapes: shapes.collect(),
            message: GraphMessage::default(),
        };
        for (name, shape, values) in weights {
            let bytes = values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect();
            graph.add(&name, &shape, F32, bytes);
        }
        graph
    }

    /// The shape of a weight; `None` if the network has none of this name.
    pub(super) fn shape(&self, weight: &str) -> Option<&[usize]> {
        self.shapes.get(weight).map(Vec::as_slice)
    }

    /// Adds an input of any number of images of `shape`, and returns its name.
    pub(super) fn input(&mut self, name: &str, shape: &[usize]) -> String {
        self.message.input.push(value_info(name, shape));
        name.into()
    }

    /// Adds a constant of f32.
    pub(super) fn constant(&mut self, name: &str, shape: &[usize], values: &[f64]) {
        let bytes = values
            .iter()
            .flat_map(|value| (*value as f32).to_le_bytes());
        self.add(name, shape, F32, bytes.collect());
    }

    /// Adds a list of whole numbers.
    pub(super) fn numbers(&mut self, name: &str, values: &[i64]) {
        let bytes = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        self.add(name, &[values.len()], I64, bytes);
    }

    fn add(&mut self, name: &str, shape: &[usize], data_type: i32, raw_data: Vec<u8>) {
        self.message.initializer.push(TensorMessage {
            dims: signed(shape),
            data_type,
            name: name.into(),
            raw_data,
        });
    }

    /// Adds a node, and returns the name of what it makes, which is the node's.
    pub(super) fn node(
        &mut self,
        operator: &str,
        name: &str,
        inputs: &[&str],
        attribute: Vec<Attribute>,
    ) -> String {
        self.message.node.push(Node {
            input: inputs.iter().map(|input| (*input).to_owned()).collect(),
            output: vec![name.into()],
            name: name.into(),
            op_type: operator.into(),
            attribute,
        });
        name.into()
    }

    /// The whole graph. `logits` is what the last node makes, and is called `output` from now on.
    pub(super) fn finished(mut self, name: &str, logits: &str, output: &str) -> GraphMessage {
        let classes = self.message.node.last_mut().and_then(|node| {
            debug_assert_eq!(node.output, [logits]);
            node.output = vec![output.into()];
            // The last node is a linear layer, whose last input is its bias.
            self.shapes.get(node.input.last()?)
        });
        let classes = classes.cloned().unwrap_or_default();
        self.message.output.push(value_info(output, &classes));
        self.message.name = name.into();
        self.message
    }
}

/// An f32 tensor of any number of images.
fn value_info(name: &str, shape: &[usize]) -> ValueInfo {
    let batch = Dimension {
        value: None,
        name: Some(BATCH.into()),
    };
    let sides = signed(shape).into_iter().map(|side| Dimension {
        value: Some(side),
        name: None,
    });
    let shape = ValueShape {
        dim: std::iter::once(batch).chain(sides).collect(),
    };
    ValueInfo {
        name: name.into(),
        kind: Some(ValueType {
            tensor: Some(TensorType {
                elem_type: F32,
                shape: Some(shape),
            }),
        }),
    }
}

fn signed(shape: &[usize]) -> Vec<i64> {
    shape.iter().map(|side| *side as i64).collect()
}

/// An attribute with one number with decimals.
pub(super) fn float(name: &str, value: f32) -> Attribute {
    Attribute {
        name: name.into(),
        f: Some(value),
        kind: 1,
        ..Attribute::default()
    }
}

/// An attribute with one whole number.
pub(super) fn int(name: &str, value: i64) -> Attribute {
    Attribute {
        name: name.into(),
        i: Some(value),
        kind: 2,
        ..Attribute::default()
    }
}

/// An attribute with whole numbers.
pub(super) fn ints(name: &str, values: &[usize]) -> Attribute {
    Attribute {
        name: name.into(),
        ints: signed(values),
        kind: 7,
        ..Attribute::default()
    }
}
