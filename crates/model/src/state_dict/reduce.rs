//! What a call in a pickle would make, known by the name that it calls.

use safetensors::tensor::Dtype;

use super::value::{Id, Storage, Tensor, Value, shown};

/// The most dimensions of a tensor that is read. No network here has more than four. Without a limit, each tensor of a
/// short file could copy the same long shape.
const MAX_DIMENSIONS: usize = 8;

/// The result of a call.
pub(super) enum Made<'a> {
    /// A new value.
    New(Value<'a>),
    /// One of the arguments.
    Known(Id),
}

/// What calling `callee` with `arguments` would make. Errors say what was found.
pub(super) fn made<'a>(
    values: &[Value<'a>],
    callee: Id,
    arguments: Id,
) -> Result<Made<'a>, String> {
    let (module, name) = match values[callee.0] {
        Value::Global { module, name } => (module, name),
        Value::Object { .. } => return Ok(Made::New(Value::Other("an object"))),
        ref other => return Err(format!("a call of {}", other.kind())),
    };
    let Value::Tuple(arguments) = &values[arguments.0] else {
        return Err(format!("a call of {} without arguments", shown(name)));
    };
    let first = arguments.first().copied();
    Ok(match (module, name, first) {
        ("collections", "OrderedDict", None) => Made::New(Value::Dict(vec![])),
        ("torch._utils", "_rebuild_tensor" | "_rebuild_tensor_v2", Some(_)) => {
            Made::New(tensor(values, arguments)?)
        }
        // A parameter is a tensor that may have a gradient.
        ("torch._utils", "_rebuild_parameter" | "_rebuild_parameter_with_state", Some(data)) => {
            Made::Known(data)
        }
        _ => Made::New(Value::Object { module, name }),
    })
}

/// The tensor of these arguments: storage, offset, shape, strides, and more that does not matter. An object if its
/// elements are of a type that is not known here.
fn tensor<'a>(values: &[Value<'a>], arguments: &[Id]) -> Result<Value<'a>, String> {
    let [storage, offset, shape, strides, ..] = *arguments else {
        return Err(format!("a tensor of {} arguments", arguments.len()));
    };
    let storage = match values[storage.0] {
        Value::Storage(storage) => storage,
        Value::Object { module, name } => return Ok(Value::Object { module, name }),
        ref other => return Err(format!("a tensor in {}", other.kind())),
    };
    let (shape, strides) = (items(values, shape)?, items(values, strides)?);
    if shape.len() > MAX_DIMENSIONS {
        return Err(format!(
            "a tensor of {} dimensions (at most {MAX_DIMENSIONS} are read)",
            shape.len()
        ));
    }
    if shape.len() != strides.len() {
        return Err("a tensor with more or fewer strides than dimensions".into());
    }
    Ok(Value::Tensor(Tensor {
        storage,
        offset: number(&values[offset.0])?,
        shape: numbers(values, shape)?,
        strides: numbers(values, strides)?,
    }))
}

/// The storage that the tuple `id` describes: the word storage, its type, its key, a device and its length.
pub(super) fn storage<'a>(values: &[Value<'a>], id: Id) -> Result<Value<'a>, String> {
    let refuse = |found: &str| Err(format!("{found} in place of a storage"));
    let Value::Tuple(items) = &values[id.0] else {
        return refuse(&values[id.0].kind());
    };
    let [_, class, key, _, length] = items[..] else {
        return refuse("a tuple of another length");
    };
    let (Value::Global { module, name }, Value::Text(key)) = (&values[class.0], &values[key.0])
    else {
        return refuse("a tuple of other values");
    };
    let length = number(&values[length.0])?;
    Ok(match dtype(module, name) {
        Some(dtype) => Value::Storage(Storage { dtype, key, length }),
        // A tensor that no network here has, such as one of complex numbers in the optimizer.
        None => Value::Object { module, name },
    })
}

/// The type of the elements of a class of storages.
fn dtype(module: &str, name: &str) -> Option<Dtype> {
    Some(match (module, name) {
        ("torch", "FloatStorage") => Dtype::F32,
        ("torch", "DoubleStorage") => Dtype::F64,
        ("torch", "HalfStorage") => Dtype::F16,
        ("torch", "BFloat16Storage") => Dtype::BF16,
        ("torch", "LongStorage") => Dtype::I64,
        ("torch", "IntStorage") => Dtype::I32,
        ("torch", "ShortStorage") => Dtype::I16,
        ("torch", "CharStorage") => Dtype::I8,
        ("torch", "ByteStorage") => Dtype::U8,
        ("torch", "BoolStorage") => Dtype::BOOL,
        _ => return None,
    })
}

fn number(value: &Value<'_>) -> Result<usize, String> {
    match value {
        Value::Int(number) => {
            usize::try_from(*number).map_err(|_| format!("the size {number} of a tensor"))
        }
        other => Err(format!("{} in place of a size", other.kind())),
    }
}

fn numbers(values: &[Value<'_>], items: &[Id]) -> Result<Vec<usize>, String> {
    items.iter().map(|item| number(&values[item.0])).collect()
}

/// The values of a tuple of sizes, without a copy.
fn items<'v>(values: &'v [Value<'_>], id: Id) -> Result<&'v [Id], String> {
    match &values[id.0] {
        Value::Tuple(items) => Ok(items),
        other => Err(format!("{} in place of sizes", other.kind())),
    }
}
