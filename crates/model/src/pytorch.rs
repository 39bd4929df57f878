//! A network's tensors in PyTorch's terms.
//!
//! A path through the module is the name in PyTorch's state dictionary, with three differences. A
//! normalisation's gamma and beta are called weight and bias in PyTorch. A linear layer's weight is
//! `[in, out]` in Burn and `[out, in]` in PyTorch. A layer of points is a convolution `[out, in, 1, 1]` here and a
//! `Conv1d` of `[out, in, 1]` in PyTorch.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData};

/// Whether the tensor is a running statistic of batch normalisation. All others are parameters.
pub(crate) fn is_statistic(name: &str) -> bool {
    name.ends_with(".running_mean") || name.ends_with(".running_var")
}

/// Whether the tensor is a running variance, which is never negative.
pub(crate) fn is_variance(name: &str) -> bool {
    name.ends_with(".running_var")
}

/// Name and shape of every tensor, in the order of the fields. Allocates no weights.
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

/// `module` with new values. `values` receives each name and shape and returns the tensor's values, or
/// `None` to keep them.
pub(crate) fn replace<M: Module>(
    module: M,
    values: impl FnMut(&str, &[usize]) -> Option<Vec<f32>>,
) -> M {
    module.map(&mut Replace {
        position: Position::default(),
        values,
    })
}

/// The tensor at which a traversal of a module stands.
#[derive(Default)]
struct Position {
    path: Vec<String>,
    in_linear: bool,
    in_pointwise: bool,
}

impl Position {
    fn enter(&mut self, name: &str, container: &str) {
        if is_enum(container) {
            return;
        }
        if container == POINTWISE {
            self.in_pointwise = true;
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
        if container == POINTWISE {
            self.in_pointwise = false;
        } else if !is_enum(container) {
            self.path.pop();
        }
    }

    fn name(&self) -> String {
        self.path.join(".")
    }

    /// Converts the shape of a tensor from Burn's layout to PyTorch's.
    fn shape(&self, shape: &[usize]) -> Vec<usize> {
        let mut shape = shape.to_vec();
        if self.in_linear {
            shape.reverse();
        }
        if self.in_pointwise && shape.len() == 4 {
            shape.pop();
        }
        shape
    }

    /// Converts the values of a tensor of this `shape` from Burn's layout to PyTorch's, or back.
    fn values(&self, values: Vec<f32>, shape: &[usize]) -> Vec<f32> {
        match *shape {
            [rows, columns] if self.in_linear => {
                let column = |x| (0..rows).map(move |y| y * columns + x);
                (0..columns)
                    .flat_map(column)
                    .map(|index| values[index])
                    .collect()
            }
            _ => values,
        }
    }
}

/// A layer of points, whose name in PyTorch is that of the layer and not of the convolution in it.
const POINTWISE: &str = "Struct:Pointwise";

/// PyTorch's names do not contain the variant of the `Network`.
fn is_enum(container: &str) -> bool {
    container.starts_with("Enum:")
}

#[derive(Default)]
struct Shapes {
    position: Position,
    found: Vec<(String, Vec<usize>)>,
}

impl ModuleVisitor for Shapes {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.position.enter(name, container);
    }

    fn exit_module(&mut self, _name: &str, container: &str) {
        self.position.exit(container);
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let shape = self.position.shape(param.lazy_shape().as_slice());
        self.found.push((self.position.name(), shape));
    }
}

#[derive(Default)]
struct Tensors {
    position: Position,
    found: Vec<(String, Vec<usize>, Vec<f32>)>,
}

impl ModuleVisitor for Tensors {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.position.enter(name, container);
    }

    fn exit_module(&mut self, _name: &str, container: &str) {
        self.position.exit(container);
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        let shape = tensor.dims();
        let values = tensor.into_data().iter::<f32>().collect();
        self.found.push((
            self.position.name(),
            self.position.shape(&shape),
            self.position.values(values, &shape),
        ));
    }
}

struct Replace<F> {
    position: Position,
    values: F,
}

impl<F: FnMut(&str, &[usize]) -> Option<Vec<f32>>> ModuleMapper for Replace<F> {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.position.enter(name, container);
    }

    fn exit_module(&mut self, _name: &str, container: &str) {
        self.position.exit(container);
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let own = param.lazy_shape();
        let shape = self.position.shape(own.as_slice());
        let Some(values) = (self.values)(&self.position.name(), &shape) else {
            return param;
        };
        let values = self.position.values(values, &shape);
        let data = TensorData::new(values, own);
        // The device keeps lasting tensors in other memory than those of a step.
        let device = param.lazy_device();
        let tensor =
            device.memory_persistent_allocations(data, |data| Tensor::from_data(data, &device));
        let id = param.id;
        param.transform_for_load(tensor, id)
    }
}

#[cfg(test)]
mod tests;
