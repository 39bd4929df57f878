//! Python pickles of protocol 2, read as data and never executed.
//!
//! A pickle is a program for a stack machine, and Python's own reader calls any function that it names.
//! This reader knows only the opcodes of a CIFAR-10 batch, builds only plain values, and uses the
//! three NumPy names of an array only as type tags. Anything else is an error.

mod input;
mod machine;
mod opcode;
mod python_three;

use std::path::Path;

use crate::DataError;
use input::Input;
use machine::Machine;
pub(crate) use python_three::written_again;

/// The index of a value in its [`Pickle`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Id(usize);

/// A name that a pickle may use. Nothing is ever called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Global {
    /// `numpy.core.multiarray._reconstruct`
    Reconstruct,
    /// `numpy.ndarray`
    NdArray,
    /// `numpy.dtype`
    Dtype,
}

/// One value. The values inside it are looked up by their [`Id`].
///
/// A list may contain itself, so code that walks values must not recurse without a limit.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// A whole number of at most 32 bits.
    Int(i32),
    /// A Python 2 string, which is bytes.
    Bytes(&'a [u8]),
    /// A list.
    List(Vec<Id>),
    /// A tuple.
    Tuple(Vec<Id>),
    /// A dict: keys and values in the order they were set.
    Dict(Vec<(Id, Id)>),
    /// One of the allowed names.
    Global(Global),
    /// A NumPy element type, with the tuple it was made from.
    Dtype(Id),
    /// A NumPy array, with its state tuple once that is set.
    Array(Option<Id>),
}

impl Value<'_> {
    /// The kind of value, for an error message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Bool(_) => "a truth value",
            Self::Int(_) => "a number",
            Self::Bytes(_) => "a string",
            Self::List(_) => "a list",
            Self::Tuple(_) => "a tuple",
            Self::Dict(_) => "a dict",
            Self::Global(_) => "a name",
            Self::Dtype(_) => "a dtype",
            Self::Array(_) => "an array",
        }
    }
}

/// The values of one pickle.
#[derive(Debug)]
pub(crate) struct Pickle<'a> {
    values: Vec<Value<'a>>,
    root: Id,
}

impl<'a> Pickle<'a> {
    /// Reads a pickle. Like Python, it ignores bytes after the end.
    ///
    /// # Errors
    /// Bytes that end early, and any opcode, name or value that a batch does not need.
    pub(crate) fn parse(path: &Path, bytes: &'a [u8]) -> Result<Self, DataError> {
        let machine = Machine::new(Input::new(path, bytes));
        let (values, root) = machine.run()?;
        Ok(Self { values, root })
    }

    /// The value of the whole pickle.
    pub(crate) fn root(&self) -> &Value<'a> {
        self.get(self.root)
    }

    /// The value with an `id` from this pickle.
    pub(crate) fn get(&self, id: Id) -> &Value<'a> {
        &self.values[id.0]
    }
}

#[cfg(test)]
mod tests;
