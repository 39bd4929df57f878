use burn::tensor::{Device, Tensor};

use super::*;
use crate::PUBLISHED_INPUT;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Small images that are neither square nor even after every stage.
const GREY: [usize; 3] = [1, 48, 20];

/// Feature maps on their way through a network, and the products so far.
#[derive(Clone, Copy)]
struct Maps {
    channels: u64,
    sides: [usize; 2],
    products: u64,
}

impl Maps {
    fn of([channels, height, width]: [usize; 3]) -> Self {
        Self {
            channels: channels as u64,
            sides: [height, width],
            products: 0,
        }
    }

    /// A convolution, whose window is moved over the padded map step by step.
    fn conv(self, outputs: u64, kernel: usize, stride: usize, padding: usize) -> Self {
        let sides = self.sides.map(|side| {
            let mut places = 0;
            let mut start = 0;
            while start + kernel <= side + 2 * padding {
                places += 1;
                start += stride;
            }
            places
        });
        let places = (sides[0] * sides[1]) as u64;
        let window = (kernel * kernel) as u64 * self.channels;
        Self {
            channels: outputs,
            sides,
            products: self.products + places * outputs * window,
        }
    }

    fn pool(self) -> Self {
        Self {
            sides: self.sides.map(|side| side / 2),
            ..self
        }
    }

    fn linear(self, inputs: u64, outputs: u64) -> Self {
        Self {
            products: self.products + inputs * outputs,
            ..self
        }
    }
}

fn article(input: [usize; 3]) -> u64 {
    let maps = Maps::of(input).conv(64, 3, 1, 0).conv(64, 3, 1, 0).pool();
    let maps = maps.conv(128, 3, 1, 0).conv(128, 3, 1, 0).pool();
    let flattened = maps.channels * (maps.sides[0] * maps.sides[1]) as u64;
    maps.linear(flattened, 256).linear(256, 10).products
}

fn resnet20(input: [usize; 3]) -> u64 {
    let mut maps = Maps::of(input).conv(16, 3, 1, 1);
    for (layer, width) in [16, 32, 64].into_iter().enumerate() {
        for block in 0..3 {
            let stride = if layer > 0 && block == 0 { 2 } else { 1 };
            maps = maps.conv(width, 3, stride, 1).conv(width, 3, 1, 1);
        }
    }
    maps.linear(64, 10).products
}

fn preact_resnet18(input: [usize; 3]) -> u64 {
    let mut maps = Maps::of(input).conv(64, 3, 1, 1);
    for (layer, width) in [64, 128, 256, 512].into_iter().enumerate() {
        for block in 0..2 {
            let projects = layer > 0 && block == 0;
            let stride = if projects { 2 } else { 1 };
            let before = maps;
            maps = before.conv(width, 3, stride, 1).conv(width, 3, 1, 1);
            if projects {
                maps.products += before.conv(width, 1, stride, 0).products - before.products;
            }
        }
    }
    maps.linear(512, 10).products
}

fn counted(name: Architecture, input: [usize; 3]) -> u64 {
    let layers = NetworkConfig::published(name).layers(input, 10);
    layers.iter().map(Layer::products).sum()
}

#[test]
fn the_products_of_the_published_networks_are_those_of_the_literature() {
    let of = |name| counted(name, PUBLISHED_INPUT);
    assert_eq!(of(Architecture::Cnn), 56_640_768);
    assert_eq!(of(Architecture::CnnBn), 56_640_768);
    // 40.8 million are often named. They are those of projections in place of shortcuts without weights:
    // 16 x 16 places of 16 x 32 products, and 8 x 8 of 32 x 64.
    assert_eq!(of(Architecture::ResNet20), 40_551_040);
    assert_eq!(40_551_040 + 256 * 16 * 32 + 64 * 32 * 64, 40_813_184);
    assert_eq!(of(Architecture::PreActResNet18), 555_422_720);
    let of = |name| {
        let layers = NetworkConfig::published(name).layers([3, 224, 224], 1000);
        layers.iter().map(Layer::products).sum::<u64>()
    };
    assert_eq!(of(Architecture::ResNet18), 1_814_073_344);
    assert_eq!(of(Architecture::ResNet50), 4_089_184_256);
}

#[test]
fn the_products_are_those_of_windows_moved_by_hand() {
    for input in [PUBLISHED_INPUT, GREY, [3, 33, 61]] {
        assert_eq!(counted(Architecture::Cnn, input), article(input));
        assert_eq!(counted(Architecture::CnnBn, input), article(input));
        assert_eq!(counted(Architecture::ResNet20, input), resnet20(input));
        let preact = counted(Architecture::PreActResNet18, input);
        assert_eq!(preact, preact_resnet18(input), "{input:?}");
    }
}

/// Grey images, or a cloud of as many points as they have pixels.
fn smallest_of(name: Architecture) -> [usize; 3] {
    let [_, height, width] = GREY;
    match name.takes_clouds() {
        true => [3, height * width, 1],
        false => GREY,
    }
}

#[test]
fn every_weight_of_more_than_one_dimension_is_listed_in_its_place() {
    for &name in Architecture::ALL {
        let config = NetworkConfig::published(name);
        let input = smallest_of(name);
        let expected: Vec<_> = config
            .parameters(input, 3)
            .into_iter()
            .filter(|(_, shape)| shape.len() > 1)
            .collect();
        let layers = config.layers(input, 3);
        let found: Vec<_> = layers
            .iter()
            .map(|layer| (layer.weight.clone(), layer.shape.clone()))
            .collect();
        assert_eq!(found, expected, "{name}");
        // Stages and parts of the head come in their order, and none is without a layer.
        let expected = [name.info().stages, name.info().head_parts].concat();
        let mut parts: Vec<&str> = layers.iter().map(|layer| layer.part).collect();
        if name == Architecture::PointNetT {
            // Its second transform is the last module before the head.
            parts.sort_by_key(|part| expected.iter().position(|other| other == part));
        }
        parts.dedup();
        assert_eq!(parts, expected);
        let of_images = layers.iter().filter(|layer| layer.takes_images);
        let of_images: Vec<&str> = of_images.map(|layer| layer.weight.as_str()).collect();
        assert_eq!(of_images, [name.info().first], "{name}");
    }
}

#[test]
fn the_outputs_have_the_sizes_of_the_maps_that_the_network_makes() {
    for &name in Architecture::ALL {
        for input in [smallest_of(name), [3, 33, 17]] {
            let published = NetworkConfig::published(name);
            let config = NetworkConfig {
                widths: vec![2; published.widths.len()],
                hidden: published.hidden.map(|_| 3),
                ..published
            };
            let device = Device::flex();
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            let network = config.init(input, 4, &mut rng, &device);
            let layers = config.layers(input, 4);
            let [channels, height, width] = input;
            let mut maps = Tensor::zeros([2, channels, height, width], &device);
            let large = matches!(name, Architecture::ResNet18 | Architecture::ResNet50);
            for (index, stage) in network.stages().iter().enumerate() {
                let [_, _, height, width] = maps.dims();
                let before = [height, width];
                maps = network.stage(index, maps);
                let [_, _, height, width] = maps.dims();
                // The last stage of a residual network ends with the means of its maps.
                if !name.flattens() && index + 1 == network.stages().len() {
                    assert_eq!([height, width], [1, 1], "{name}");
                    continue;
                }
                let of_maps = |layer: &&Layer| layer.part == *stage && layer.shape.len() > 2;
                for layer in layers.iter().filter(of_maps) {
                    let found = layer.output.map(|side| match *stage {
                        "conv12" | "conv22" => side / 2,
                        "stem" if large => side.div_ceil(2),
                        _ => side,
                    });
                    // The first convolution of a bottleneck has no stride.
                    let keeps =
                        name == Architecture::ResNet50 && layer.weight.ends_with(".0.conv1.weight");
                    let expected = if keeps { before } else { [height, width] };
                    assert_eq!(found, expected, "{name} {}", layer.weight);
                }
            }
        }
    }
}
