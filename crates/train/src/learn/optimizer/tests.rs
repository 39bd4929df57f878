use super::*;
use crate::learn::classifier::Classifier;
use crate::learn::loss::Loss;
use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};
use mixup_data::{Purpose, stream};
use mixup_model::{Architecture, NetworkConfig};

/// Which parameters the path's word picks out, with their ranks.
#[derive(Default)]
struct Ranks {
    path: Vec<String>,
    found: Vec<(bool, usize)>,
}

impl ModuleVisitor for Ranks {
    fn visit_float<const D: usize>(&mut self, _: &Param<Tensor<D>>) {
        self.found.push((self.path.join(".").contains(WEIGHT), D));
    }

    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.into());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }
}

#[test]
fn weights_are_those_of_convolutions_and_linear_layers() {
    for &name in Architecture::ALL {
        let config = NetworkConfig::published(name);
        let widths = config.widths.iter().map(|_| 2).collect();
        let config = NetworkConfig { widths, ..config };
        let rng = &mut stream(1, Purpose::Weights, 0);
        let network = config.init([3, 32, 32], 10, rng, &Device::flex());
        let mut ranks = Ranks::default();
        Classifier::new(network, Loss::ARTICLE).visit(&mut ranks);
        assert!(ranks.found.len() > 10, "{name}");
        for (is_weight, rank) in ranks.found {
            assert_eq!(is_weight, rank > 1, "{name}");
        }
    }
}
