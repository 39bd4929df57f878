//! A network as an ONNX model, which other programs run: ONNX Runtime, OpenVINO, TensorRT, browsers.
//!
//! The graph is built from the layers, with the names of the weights. It takes pixels from 0 to 1 and normalises them
//! itself, so that nobody can forget it.

mod graph;
mod messages;
mod networks;

use prost::Message;

use crate::{Network, pytorch};
use graph::Graph;
use messages::{Model, OperatorSet, Property};

/// The operator set: that of 2021, which all runtimes of today know.
const OPERATOR_SET: i64 = 17;
/// The version of the file format that came with it.
const IR_VERSION: i64 = 8;

/// What an ONNX model has besides the weights.
#[derive(Clone, Copy, Debug)]
pub struct OnnxSettings<'a> {
    /// The shape of the images: channels, height, width.
    pub input: [usize; 3],
    /// The mean of each channel, of pixels from 0 to 1.
    pub mean: &'a [f64],
    /// The standard deviation of each channel.
    pub std: &'a [f64],
    /// Keys and texts for the reader of the model.
    pub metadata: &'a [(&'a str, String)],
}

impl Network {
    /// The bytes of an ONNX model of this network in inference.
    ///
    /// Its input `images` is f32 `[N, channels, height, width]` with values from 0 to 1, its output `logits` f32
    /// `[N, classes]`. N is any number of images. A network of point clouds has the input `clouds`, f32 `[N, 3, points]`.
    /// The same network and settings give the same bytes.
    ///
    /// # Panics
    /// If a network of images has not one number of `mean` and of `std` for each channel.
    pub fn to_onnx(&self, settings: OnnxSettings<'_>) -> Vec<u8> {
        let [channels, height, width] = settings.input;
        let mut graph = Graph::new(pytorch::tensors(self));
        let (input, doc_string) = if self.architecture().takes_clouds() {
            let clouds = graph.input("clouds", &[channels, height * width]);
            (
                clouds,
                "clouds: x, y and z of the points of clouds in the unit ball",
            )
        } else {
            let images = normalised_images(&mut graph, &settings);
            (
                images,
                "images: pixels from 0 to 1; the model normalises them",
            )
        };
        let logits = networks::logits(self.architecture(), &mut graph, input);
        let graph = graph.finished(self.architecture().name(), &logits, "logits");
        let property = |(key, value): &(&str, String)| Property {
            key: (*key).to_owned(),
            value: value.clone(),
        };
        let model = Model {
            ir_version: IR_VERSION,
            producer_name: "mixup".into(),
            producer_version: env!("CARGO_PKG_VERSION").into(),
            doc_string: doc_string.into(),
            graph: Some(graph),
            opset_import: vec![OperatorSet {
                domain: String::new(),
                version: OPERATOR_SET,
            }],
            metadata_props: settings.metadata.iter().map(property).collect(),
        };
        model.encode_to_vec()
    }
}

/// Adds the input of a network of images and its normalisation.
fn normalised_images(graph: &mut Graph, settings: &OnnxSettings<'_>) -> String {
    let [channels, height, width] = settings.input;
    let constants = [settings.mean, settings.std];
    assert!(
        constants.iter().all(|numbers| numbers.len() == channels),
        "expected one number for each of {channels} channels"
    );
    let images = graph.input("images", &[channels, height, width]);
    let [mean, std] = ["mean", "std"];
    let column = [1, channels, 1, 1];
    graph.constant(mean, &column, settings.mean);
    graph.constant(std, &column, settings.std);
    let centred = graph.node("Sub", "centred", &[&images, mean], vec![]);
    graph.node("Div", "normalised", &[&centred, std], vec![])
}

#[cfg(test)]
mod tests;
