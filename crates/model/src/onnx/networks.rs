//! The graph of each network, from images to logits. The modules in `network/` compute the same.

use super::graph::{Graph, float, int, ints};
use crate::Architecture;

/// Adds the layers of a network to the graph, and returns the name of its logits. `images` are normalised, or point
/// clouds `[N, 3, points]`.
pub(super) fn logits(network: Architecture, graph: &mut Graph, images: String) -> String {
    match network {
        Architecture::Cnn | Architecture::CnnBn => article(graph, images),
        Architecture::ResNet20 => residual(graph, images, "linear", plain_block),
        Architecture::PreActResNet18 => residual(graph, images, "linear", preact_block),
        Architecture::PointNet | Architecture::PointNetT => points(graph, images),
        Architecture::ResNet18 | Architecture::ResNet50 => {
            residual(graph, images, "fc", large_block)
        }
    }
}

/// Four convolutions, a pool after every second one, and two linear layers.
fn article(graph: &mut Graph, mut x: String) -> String {
    for block in ["1", "2"] {
        for layer in ["1", "2"] {
            let name = format!("{block}{layer}");
            x = conv(graph, &format!("conv{name}"), &x, 1, 0);
            x = norm(graph, &format!("bn{name}"), &x);
            x = relu(graph, &x);
        }
        x = max_pool(graph, &x, 2, 2, 0);
    }
    x = graph.node("Flatten", "flatten", &[&x], vec![int("axis", 1)]);
    x = linear(graph, "fc1", &x);
    x = relu(graph, &x);
    linear(graph, "fc2", &x)
}

/// Layers for each point, the largest values of all points, and linear layers. With the networks that turn the points.
fn points(graph: &mut Graph, mut x: String) -> String {
    x = turned(graph, "feat.stn", x);
    for number in ["1", "2", "3"] {
        x = point_layer(graph, "feat", number, &x);
        if number != "3" {
            x = relu(graph, &x);
        }
        if number == "1" {
            x = turned(graph, "feat.fstn", x);
        }
    }
    x = largest(graph, "feat", &x);
    for number in ["1", "2"] {
        x = linear(graph, &format!("fc{number}"), &x);
        x = norm(graph, &format!("bn{number}"), &x);
        x = relu(graph, &x);
    }
    linear(graph, "fc3", &x)
}

/// Features that are multiplied by a matrix which the network `name` makes of them; as they are if there is no such
/// network.
fn turned(graph: &mut Graph, name: &str, x: String) -> String {
    if graph.shape(&format!("{name}.fc3.weight")).is_none() {
        return x;
    }
    let mut out = x.clone();
    for number in ["1", "2", "3"] {
        out = point_layer(graph, name, number, &out);
        out = relu(graph, &out);
    }
    out = largest(graph, name, &out);
    for (layer, after) in [("fc1", "bn4"), ("fc2", "bn5")] {
        out = linear(graph, &format!("{name}.{layer}"), &out);
        out = norm(graph, &format!("{name}.{after}"), &out);
        out = relu(graph, &out);
    }
    out = linear(graph, &format!("{name}.fc3"), &out);
    let channels = length(graph, &format!("{name}.conv1.weight"), 1);
    let [identity, square] = &["identity", "square"].map(|part| format!("{name}.{part}"));
    let ones =
        (0..channels * channels).map(|place| f64::from(u8::from(place % (channels + 1) == 0)));
    graph.constant(
        identity,
        &[1, channels * channels],
        &ones.collect::<Vec<_>>(),
    );
    graph.numbers(square, &[-1, channels as i64, channels as i64]);
    out = graph.node("Add", &format!("{name}.sum"), &[&out, identity], vec![]);
    out = graph.node(
        "Reshape",
        &format!("{name}.matrix"),
        &[&out, square],
        vec![],
    );
    let swapped = vec![ints("perm", &[0, 2, 1])];
    out = graph.node("Transpose", &format!("{name}.transposed"), &[&out], swapped);
    graph.node("MatMul", &format!("{name}.turned"), &[&out, &x], vec![])
}

/// A layer of points, and its normalisation.
fn point_layer(graph: &mut Graph, module: &str, number: &str, x: &str) -> String {
    let name = format!("{module}.conv{number}");
    let out = conv(graph, &name, x, 1, 0);
    norm(graph, &format!("{module}.bn{number}"), &out)
}

/// The largest value of each channel.
fn largest(graph: &mut Graph, module: &str, x: &str) -> String {
    let axes = vec![ints("axes", &[2]), int("keepdims", 0)];
    graph.node("ReduceMax", &format!("{module}.largest"), &[x], axes)
}

/// Adds a block with this name to the graph. It takes maps and the stride of its first layer.
type Block = fn(&mut Graph, &str, &str, usize) -> String;

/// A stem, layers of blocks, the mean of each map, and the linear layer `head`.
fn residual(graph: &mut Graph, images: String, head: &str, block: Block) -> String {
    // The stem for large images is a convolution of 7x7.
    let is_large = graph
        .shape("conv1.weight")
        .is_some_and(|shape| shape.ends_with(&[7, 7]));
    let (stride, padding) = if is_large { (2, 3) } else { (1, 1) };
    let mut x = conv(graph, "conv1", &images, stride, padding);
    x = norm(graph, "bn1", &x);
    x = relu(graph, &x);
    if is_large {
        x = max_pool(graph, &x, 3, 2, 1);
    }
    for layer in 1.. {
        let name = |index: usize| format!("layer{layer}.{index}");
        let has = |graph: &Graph, index| {
            graph
                .shape(&format!("{}.conv1.weight", name(index)))
                .is_some()
        };
        if !has(graph, 0) {
            break;
        }
        for index in (0..)
            .take_while(|index| has(graph, *index))
            .collect::<Vec<_>>()
        {
            let stride = if layer > 1 && index == 0 { 2 } else { 1 };
            x = block(graph, &name(index), &x, stride);
        }
    }
    x = graph.node("GlobalAveragePool", "means", &[&x], vec![]);
    x = graph.node("Flatten", "flatten", &[&x], vec![int("axis", 1)]);
    linear(graph, head, &x)
}

/// ResNet-20's block. Its shortcut takes every `stride`-th pixel and fills missing channels with zeros.
fn plain_block(graph: &mut Graph, name: &str, x: &str, stride: usize) -> String {
    let inputs = length(graph, &format!("{name}.conv1.weight"), 1);
    let outputs = length(graph, &format!("{name}.conv1.weight"), 0);
    let mut kept = x.to_owned();
    if stride > 1 {
        let [starts, ends, axes, steps] =
            ["starts", "ends", "axes", "steps"].map(|part| format!("{name}.{part}"));
        graph.numbers(&starts, &[0, 0]);
        graph.numbers(&ends, &[i64::MAX, i64::MAX]);
        graph.numbers(&axes, &[2, 3]);
        graph.numbers(&steps, &[stride as i64; 2]);
        let slice = [&kept, &starts, &ends, &axes, &steps].map(String::as_str);
        kept = graph.node("Slice", &format!("{name}.kept"), &slice, vec![]);
    }
    if outputs > inputs {
        let (missing, pads) = ((outputs - inputs) as i64, format!("{name}.pads"));
        let front = missing / 2;
        graph.numbers(&pads, &[0, front, 0, 0, 0, missing - front, 0, 0]);
        kept = graph.node("Pad", &format!("{name}.padded"), &[&kept, &pads], vec![]);
    }
    let mut out = conv_norm(graph, name, "1", x, stride);
    out = relu(graph, &out);
    out = conv_norm(graph, name, "2", &out, 1);
    sum(graph, name, &out, &kept, true)
}

/// PreAct ResNet-18's block. A projection takes the normalised maps, an identity the block's input.
fn preact_block(graph: &mut Graph, name: &str, x: &str, stride: usize) -> String {
    let normed = norm(graph, &format!("{name}.bn1"), x);
    let normed = relu(graph, &normed);
    let shortcut = format!("{name}.shortcut.0");
    let kept = match graph.shape(&format!("{shortcut}.weight")) {
        Some(_) => conv(graph, &shortcut, &normed, stride, 0),
        None => x.to_owned(),
    };
    let out = conv(graph, &format!("{name}.conv1"), &normed, stride, 1);
    let out = norm(graph, &format!("{name}.bn2"), &out);
    let out = relu(graph, &out);
    let out = conv(graph, &format!("{name}.conv2"), &out, 1, 1);
    sum(graph, name, &out, &kept, false)
}

/// A block of ResNet-18 or ResNet-50. The second convolution of three has the stride, or the first of two.
fn large_block(graph: &mut Graph, name: &str, x: &str, stride: usize) -> String {
    let is_bottleneck = graph.shape(&format!("{name}.conv3.weight")).is_some();
    let (first, second) = if is_bottleneck {
        (1, stride)
    } else {
        (stride, 1)
    };
    let mut out = conv_norm(graph, name, "1", x, first);
    out = relu(graph, &out);
    out = conv_norm(graph, name, "2", &out, second);
    if is_bottleneck {
        out = relu(graph, &out);
        out = conv_norm(graph, name, "3", &out, 1);
    }
    let projection = format!("{name}.downsample");
    let kept = match graph.shape(&format!("{projection}.0.weight")) {
        Some(_) => {
            let kept = conv(graph, &format!("{projection}.0"), x, stride, 0);
            norm(graph, &format!("{projection}.1"), &kept)
        }
        None => x.to_owned(),
    };
    sum(graph, name, &out, &kept, true)
}

/// Convolution `number` of a block, whose padding keeps the size at stride 1, and its normalisation.
fn conv_norm(graph: &mut Graph, block: &str, number: &str, x: &str, stride: usize) -> String {
    let name = format!("{block}.conv{number}");
    let padding = length(graph, &format!("{name}.weight"), 2) / 2;
    let out = conv(graph, &name, x, stride, padding);
    norm(graph, &format!("{block}.bn{number}"), &out)
}

/// The length of a dimension of a weight that every network of this kind has.
fn length(graph: &Graph, weight: &str, axis: usize) -> usize {
    graph.shape(weight).map_or(0, |shape| shape[axis])
}

fn conv(graph: &mut Graph, name: &str, x: &str, stride: usize, padding: usize) -> String {
    let [weight, bias] = ["weight", "bias"].map(|part| format!("{name}.{part}"));
    let kernel = graph
        .shape(&weight)
        .map_or(vec![], |shape| shape[2..].to_vec());
    let mut inputs = vec![x, &weight];
    if graph.shape(&bias).is_some() {
        inputs.push(&bias);
    }
    let settings = vec![
        ints("kernel_shape", &kernel),
        ints("strides", &vec![stride; kernel.len()]),
        ints("pads", &vec![padding; 2 * kernel.len()]),
    ];
    graph.node("Conv", name, &inputs, settings)
}

/// Batch normalisation by the running statistics. Nothing if the network has no norm of this name.
fn norm(graph: &mut Graph, name: &str, x: &str) -> String {
    let parts = ["weight", "bias", "running_mean", "running_var"];
    let [weight, bias, mean, variance] = parts.map(|part| format!("{name}.{part}"));
    if graph.shape(&weight).is_none() {
        return x.into();
    }
    let inputs = [x, &weight, &bias, &mean, &variance];
    graph.node(
        "BatchNormalization",
        name,
        &inputs,
        vec![float("epsilon", 1e-5)],
    )
}

fn relu(graph: &mut Graph, x: &str) -> String {
    graph.node("Relu", &format!("{x}.relu"), &[x], vec![])
}

fn max_pool(graph: &mut Graph, x: &str, side: usize, stride: usize, padding: usize) -> String {
    let settings = vec![
        ints("kernel_shape", &[side; 2]),
        ints("strides", &[stride; 2]),
        ints("pads", &[padding; 4]),
    ];
    graph.node("MaxPool", &format!("{x}.pool"), &[x], settings)
}

/// The sum of a block and its shortcut, and a ReLU if one `follows`.
fn sum(graph: &mut Graph, block: &str, out: &str, kept: &str, follows: bool) -> String {
    let sum = graph.node("Add", &format!("{block}.sum"), &[out, kept], vec![]);
    if follows { relu(graph, &sum) } else { sum }
}

fn linear(graph: &mut Graph, name: &str, x: &str) -> String {
    let [weight, bias] = ["weight", "bias"].map(|part| format!("{name}.{part}"));
    // PyTorch's weights are [out, in].
    graph.node("Gemm", name, &[x, &weight, &bias], vec![int("transB", 1)])
}
