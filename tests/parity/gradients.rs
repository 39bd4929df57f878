//! The gradients of a network, named and laid out as PyTorch has them.

use std::collections::HashMap;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Gradients, Tensor};
use mixup_model::Network;

use crate::formula::values;

/// The gradient of each parameter; running statistics have none.
pub(crate) fn gradients_of(network: &Network, gradients: &Gradients) -> HashMap<String, Vec<f64>> {
    let mut collect = Collect {
        gradients,
        path: vec![],
        found: HashMap::new(),
    };
    network.visit(&mut collect);
    collect.found
}

struct Collect<'a> {
    gradients: &'a Gradients,
    /// Names, and whether PyTorch has them.
    path: Vec<(String, bool)>,
    found: HashMap<String, Vec<f64>>,
}

impl ModuleVisitor for Collect<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(mut gradient) = param.val().grad(self.gradients) else {
            return;
        };
        // Burn keeps linear layers as [in, out].
        if D == 2 {
            gradient = gradient.transpose();
        }
        let names = self.path.iter().filter(|(_, is_named)| *is_named);
        let names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
        self.found.insert(names.join("."), values(gradient));
    }

    fn enter_module(&mut self, name: &str, container: &str) {
        let name = match name {
            "gamma" => "weight",
            "beta" => "bias",
            name => name,
        };
        // Neither the variant of an enum nor the convolution in a layer for points has a name in PyTorch.
        let is_named = !container.starts_with("Enum:") && container != "Struct:Pointwise";
        self.path.push((name.into(), is_named));
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }
}
