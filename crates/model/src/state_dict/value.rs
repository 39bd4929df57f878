//! The values that a pickle makes.

use safetensors::tensor::Dtype;

/// The index of a value in [`Values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id(pub(super) usize);

/// The bytes of one or more tensors, which lie in an entry of the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Storage<'a> {
    /// The type of its elements.
    pub(super) dtype: Dtype,
    /// The last part of the entry's name.
    pub(super) key: &'a str,
    /// Number of elements.
    pub(super) length: usize,
}

/// A view of a storage. Offset and strides count elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tensor<'a> {
    pub(super) storage: Storage<'a>,
    pub(super) offset: usize,
    pub(super) shape: Vec<usize>,
    pub(super) strides: Vec<usize>,
}

/// One value. The values inside it are looked up by their [`Id`].
///
/// A dict may contain itself, so code that walks values must not recurse without a limit.
#[derive(Debug)]
pub(super) enum Value<'a> {
    /// A text.
    Text(&'a str),
    /// A whole number of at most 64 bits.
    Int(i64),
    /// A tuple.
    Tuple(Vec<Id>),
    /// A dict: keys and values in the order they were set.
    Dict(Vec<(Id, Id)>),
    /// A name of a function or a class. It is never called.
    Global { module: &'a str, name: &'a str },
    /// The place of some bytes.
    Storage(Storage<'a>),
    /// A tensor.
    Tensor(Tensor<'a>),
    /// What calling this name would make.
    Object { module: &'a str, name: &'a str },
    /// Anything else, in words.
    Other(&'static str),
}

impl Value<'_> {
    /// The kind of value, for an error message.
    pub(super) fn kind(&self) -> String {
        match self {
            Self::Text(_) => "a text".into(),
            Self::Int(_) => "a number".into(),
            Self::Tuple(_) => "a tuple".into(),
            Self::Dict(_) => "a dict".into(),
            Self::Global { module, name } => format!("the name {}", dotted(module, name)),
            Self::Storage(_) => "a storage".into(),
            Self::Tensor(_) => "a tensor".into(),
            Self::Object { module, name } => format!("an object of {}", dotted(module, name)),
            Self::Other(kind) => (*kind).into(),
        }
    }
}

/// The whole name of a function or a class, for an error message.
pub(super) fn dotted(module: &str, name: &str) -> String {
    shown(&format!("{module}.{name}"))
}

/// A text from a file for an error message: escaped, and not longer than a line.
pub(super) fn shown(text: &str) -> String {
    let escaped = text.chars().take(80).flat_map(char::escape_default);
    escaped.collect()
}

/// All values of a pickle.
#[derive(Debug)]
pub(super) struct Values<'a> {
    pub(super) all: Vec<Value<'a>>,
    pub(super) root: Id,
}

impl<'a> Values<'a> {
    /// The value of the whole pickle.
    pub(super) fn root(&self) -> &Value<'a> {
        self.get(self.root)
    }

    /// The value with an `id` from this pickle.
    pub(super) fn get(&self, id: Id) -> &Value<'a> {
        &self.all[id.0]
    }
}
