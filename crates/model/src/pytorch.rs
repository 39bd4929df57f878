//! A network's tensors in PyTorch's terms.
//!
//! A path through the module is the name in PyTorch's state dictionary, but for what Burn calls
//! otherwise: a normalisation's gamma and beta are its weight and bias, and a linear layer's weight
//! is `[in, out]` in Burn and `[out, in]` in PyTorch.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData};

/// Whether a tensor of this name is a running statistic of batch normalisation, not a parameter.
pub(crate) fn is_statistic(name: &str) -> bool {
    name.ends_with(".running_mean") || name.ends_with(".running_var")
}

/// Name and shape of every tensor, in the order of the fields. What is not there yet stays so.
pub(crate) fn shapes(module: &impl Module) -> Vec<(String, Vec<usize>)> {
    let mut shapes = Shapes::default();
    module.visit(&mut shapes);
    shapes.found
}

/// Name, shape and values of every tensor, in the order of the fields.
pub(crate) fn tensors(module: &impl Module) -> Vec<(String, Vec<usize>, Vec<f32>)> {
    let mut tensors = Tensors::default();
    module.visit(&mut tensors);
    tensors.found
}

/// `module` with the values that `values` has for a tensor of this name and shape; where it has none,
/// the tensor stays as it is.
pub(crate) fn replace<M: Module>(
    module: M,
    values: impl FnMut(&str, &[usize]) -> Option<Vec<f32>>,
) -> M {
    module.map(&mut Replace {
        place: Place::default(),
        values,
    })
}

/// Where in a module a traversal is.
#[derive(Default)]
struct Place {
    path: Vec<String>,
    in_linear: bool,
}

impl Place {
    fn enter(&mut self, name: &str, container: &str) {
        if is_enum(container) {
            return;
        }
        self.in_linear = container == "Struct:Linear";
        let name = match name {
            "gamma" => "weight",
            "beta" => "bias",
            _ => name,
        };
        self.path.push(name.to_owned());
    }

    fn exit(&mut self, container: &str) {
        if !is_enum(container) {
            self.path.pop();
        }
    }

    fn name(&self) -> String {
        self.path.join(".")
    }

    /// PyTorch's shape of a tensor with Burn's `shape`, and the other way round.
    fn shape(&self, shape: &[usize]) -> Vec<usize> {
        let mut shape = shape.to_vec();
        if self.in_linear {
            shape.reverse();
        }
        shape
    }

    /// Values of this `shape` in PyTorch's layout from Burn's, and the other way round.
    fn values(&self, values: Vec<f32>, shape: &[usize]) -> Vec<f32> {
        match *shape {
            [rows, columns] if self.in_linear => {
                let column = |x| (0..rows).map(move |y| y * columns + x);
                (0..columns)
                    .flat_map(column)
                    .map(|place| values[place])
                    .collect()
            }
            _ => values,
        }
    }
}

/// Which variant a network is says nothing of its tensors.
fn is_enum(container: &str) -> bool {
    container.starts_with("Enum:")
}

#[derive(Default)]
struct Shapes {
    place: Place,
    found: Vec<(String, Vec<usize>)>,
}

impl ModuleVisitor for Shapes {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.place.enter(name, container);
    }

    fn exit_module(&mut self, _name: &str, container: &str) {
        self.place.exit(container);
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let shape = self.place.shape(param.lazy_shape().as_slice());
        self.found.push((self.place.name(), shape));
    }
}

#[derive(Default)]
struct Tensors {
    place: Place,
    found: Vec<(String, Vec<usize>, Vec<f32>)>,
}

impl ModuleVisitor for Tensors {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.place.enter(name, container);
    }

    fn exit_module(&mut self, _name: &str, container: &str) {
        self.place.exit(container);
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        let shape = tensor.dims();
        let data = tensor.into_data().convert::<f32>();
        let values = data.try_into_vec().expect("converted to f32");
        self.found.push((
            self.place.name(),
            self.place.shape(&shape),
            self.place.values(values, &shape),
        ));
    }
}

struct Replace<F> {
    place: Place,
    values: F,
}

impl<F: FnMut(&str, &[usize]) -> Option<Vec<f32>>> ModuleMapper for Replace<F> {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.place.enter(name, container);
    }

    fn exit_module(&mut self, _name: &str, container: &str) {
        self.place.exit(container);
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let shape = self.place.shape(param.lazy_shape().as_slice());
        let Some(values) = (self.values)(&self.place.name(), &shape) else {
            return param;
        };
        let values = self.place.values(values, &shape);
        let data = TensorData::new(values, self.place.shape(&shape));
        // The device keeps what lasts apart from what a step allocates.
        let device = param.lazy_device();
        let tensor =
            device.memory_persistent_allocations(data, |data| Tensor::from_data(data, &device));
        let id = param.id;
        param.transform_for_load(tensor, id)
    }
}
