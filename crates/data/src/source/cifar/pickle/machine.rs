//! The stack machine of pickles, reduced to the opcodes of a CIFAR-10 batch.

use std::collections::HashMap;

use super::{Global, Id, Input, Value, opcode};
use crate::DataError;

/// The most values that a pickle may make, recall and store. A batch of the largest size that is read has
/// 22,000 images, each with a label and a file name. A value takes 40 bytes, so memory stays below 30 MiB.
const MAX_VALUES: usize = 1 << 18;
/// An official batch nests three lists.
const MAX_OPEN_MARKS: usize = 64;

/// Builds values, opcode by opcode.
pub(super) struct Machine<'a, 'p> {
    input: Input<'a, 'p>,
    values: Vec<Value<'a>>,
    stack: Vec<Id>,
    /// Heights of the stack. Values below the last mark cannot be reached until it is removed.
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
    /// How often a value was put onto the stack. Lists, tuples and dicts are made from these, so that this
    /// also limits their items.
    pushes: usize,
}

impl<'a, 'p> Machine<'a, 'p> {
    /// A machine with an empty stack.
    pub(super) fn new(input: Input<'a, 'p>) -> Self {
        Self {
            input,
            values: Vec::new(),
            stack: Vec::new(),
            marks: Vec::new(),
            memo: HashMap::new(),
            pushes: 0,
        }
    }

    /// Runs the whole pickle. Returns all values and the id of the result.
    pub(super) fn run(mut self) -> Result<(Vec<Value<'a>>, Id), DataError> {
        loop {
            if let Some(root) = self.step()? {
                return Ok((self.values, root));
            }
        }
    }

    /// Runs one opcode. Returns the pickle's value after the last one.
    fn step(&mut self) -> Result<Option<Id>, DataError> {
        let code = self.input.opcode()?;
        if let Some(value) = self.literal(code)? {
            self.push(value)?;
            return Ok(None);
        }
        match code {
            opcode::PROTO => self.protocol()?,
            opcode::STOP => return self.pop().map(Some),
            opcode::MARK => {
                if self.marks.len() == MAX_OPEN_MARKS {
                    return Err(self.input.fault("a flat pickle", "deep nesting"));
                }
                self.marks.push(self.stack.len());
            }
            opcode::APPEND => {
                let item = self.pop()?;
                self.append(&[item])?;
            }
            opcode::APPENDS => {
                let items = self.pop_to_mark()?;
                self.append(&items)?;
            }
            opcode::SETITEM => {
                let items = self.pop_last(2)?;
                self.set_items(&items)?;
            }
            opcode::SETITEMS => {
                let items = self.pop_to_mark()?;
                self.set_items(&items)?;
            }
            opcode::TUPLE => {
                let items = self.pop_to_mark()?;
                self.push(Value::Tuple(items))?;
            }
            size @ (opcode::TUPLE1 | opcode::TUPLE2 | opcode::TUPLE3) => {
                let items = self.pop_last(usize::from(size - opcode::TUPLE1) + 1)?;
                self.push(Value::Tuple(items))?;
            }
            opcode::BINPUT => {
                let key = u32::from(self.input.byte()?);
                self.put(key)?;
            }
            opcode::LONG_BINPUT => {
                let key = u32::from_le_bytes(self.input.array()?);
                self.put(key)?;
            }
            opcode::BINGET => {
                let key = u32::from(self.input.byte()?);
                self.recall(key)?;
            }
            opcode::LONG_BINGET => {
                let key = u32::from_le_bytes(self.input.array()?);
                self.recall(key)?;
            }
            opcode::GLOBAL => self.global()?,
            opcode::REDUCE => self.reduce()?,
            opcode::BUILD => self.build()?,
            other => return Err(self.input.foreign(other)),
        }
        Ok(None)
    }

    /// The value that an opcode spells out itself, without the stack; `None` for other opcodes.
    fn literal(&mut self, code: u8) -> Result<Option<Value<'a>>, DataError> {
        let input = &mut self.input;
        Ok(Some(match code {
            opcode::NONE => Value::None,
            opcode::NEWTRUE => Value::Bool(true),
            opcode::NEWFALSE => Value::Bool(false),
            opcode::BININT => Value::Int(i32::from_le_bytes(input.array()?)),
            opcode::BININT1 => Value::Int(input.byte()?.into()),
            opcode::BININT2 => Value::Int(u16::from_le_bytes(input.array()?).into()),
            opcode::BINSTRING => {
                let length = i32::from_le_bytes(input.array()?);
                let length = usize::try_from(length)
                    .map_err(|_| input.fault("a string length from 0", length.to_string()))?;
                Value::Bytes(input.take(length)?)
            }
            opcode::SHORT_BINSTRING => {
                let length = usize::from(input.byte()?);
                Value::Bytes(input.take(length)?)
            }
            opcode::EMPTY_LIST => Value::List(Vec::new()),
            opcode::EMPTY_DICT => Value::Dict(Vec::new()),
            opcode::EMPTY_TUPLE => Value::Tuple(Vec::new()),
            _ => return Ok(None),
        }))
    }

    fn protocol(&mut self) -> Result<(), DataError> {
        match self.input.byte()? {
            2 => Ok(()),
            version @ (0 | 1) => Err(self.input.rewritten(&format!("protocol {version}"))),
            version @ 3..=5 => {
                let found = format!("protocol {version}, which Python 3 writes");
                Err(self.input.rewritten(&found))
            }
            _ => Err(self.input.fault("a Python pickle", "another file")),
        }
    }

    fn global(&mut self) -> Result<(), DataError> {
        let (module, name) = (self.input.line()?, self.input.line()?);
        let global = match (module, name) {
            (b"numpy.core.multiarray", b"_reconstruct") => Global::Reconstruct,
            (b"numpy", b"ndarray") => Global::NdArray,
            (b"numpy", b"dtype") => Global::Dtype,
            (b"_codecs", b"encode") => {
                return Err(self.input.rewritten("strings as Python 3 writes them"));
            }
            (b"numpy._core.multiarray", _) => {
                return Err(self.input.rewritten("an array as NumPy 2 writes it"));
            }
            _ => {
                let (module, name) = (module.escape_ascii(), name.escape_ascii());
                let found = format!("the global {module}.{name}");
                return Err(self.input.fault("the names of a NumPy array only", found));
            }
        };
        self.push(Value::Global(global))
    }

    /// Where Python would call a function, this only records what the call would make.
    fn reduce(&mut self) -> Result<(), DataError> {
        let arguments = self.pop()?;
        let callee = self.pop()?;
        let class = match &self.values[arguments.0] {
            Value::Tuple(items) => items.first().map(|id| &self.values[id.0]),
            _ => None,
        };
        let made = match (&self.values[callee.0], class) {
            (Value::Global(Global::Dtype), Some(_)) => Value::Dtype(arguments),
            (Value::Global(Global::Reconstruct), Some(Value::Global(Global::NdArray))) => {
                Value::Array(None)
            }
            _ => {
                return Err(self
                    .input
                    .fault("a NumPy array or its dtype", "another object"));
            }
        };
        self.push(made)
    }

    fn build(&mut self) -> Result<(), DataError> {
        let state = self.pop()?;
        let is_tuple = matches!(self.values[state.0], Value::Tuple(_));
        let target = self.top()?;
        match &mut self.values[target.0] {
            Value::Array(slot) if is_tuple => *slot = Some(state),
            // Byte order, alignment and fields do not matter for single bytes.
            Value::Dtype(_) if is_tuple => {}
            _ => {
                return Err(self
                    .input
                    .fault("the state of a NumPy array", "another state"));
            }
        }
        Ok(())
    }

    fn append(&mut self, items: &[Id]) -> Result<(), DataError> {
        let target = self.top()?;
        match &mut self.values[target.0] {
            Value::List(list) => list.extend_from_slice(items),
            _ => return Err(self.input.fault("a list to add to", "another value")),
        }
        Ok(())
    }

    fn set_items(&mut self, items: &[Id]) -> Result<(), DataError> {
        let target = self.top()?;
        let (pairs, odd) = items.as_chunks::<2>();
        match &mut self.values[target.0] {
            Value::Dict(dict) if odd.is_empty() => {
                dict.extend(pairs.iter().map(|&[key, value]| (key, value)));
                Ok(())
            }
            _ => Err(self
                .input
                .fault("a dict and pairs to set in it", "other values")),
        }
    }

    fn put(&mut self, key: u32) -> Result<(), DataError> {
        let top = self.top()?;
        self.memo.insert(key, top);
        if self.memo.len() > MAX_VALUES {
            return Err(self.input.fault("at most 262144 stored values", "more"));
        }
        Ok(())
    }

    fn recall(&mut self, key: u32) -> Result<(), DataError> {
        let Some(&id) = self.memo.get(&key) else {
            let found = format!("number {key}, which was never set,");
            return Err(self.input.fault("a value stored before", found));
        };
        self.push_id(id)
    }

    fn push(&mut self, value: Value<'a>) -> Result<(), DataError> {
        self.push_id(Id(self.values.len()))?;
        self.values.push(value);
        Ok(())
    }

    fn push_id(&mut self, id: Id) -> Result<(), DataError> {
        if self.pushes == MAX_VALUES {
            return Err(self.input.fault("at most 262144 values", "more"));
        }
        self.pushes += 1;
        self.stack.push(id);
        Ok(())
    }

    fn top(&self) -> Result<Id, DataError> {
        let floor = self.marks.last().map_or(0, |&mark| mark);
        match self.stack.last() {
            Some(&top) if self.stack.len() > floor => Ok(top),
            _ => Err(self.input.fault("a value on the stack", "none")),
        }
    }

    fn pop(&mut self) -> Result<Id, DataError> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    /// The last `count` values, in the order in which they were pushed.
    fn pop_last(&mut self, count: usize) -> Result<Vec<Id>, DataError> {
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            items.push(self.pop()?);
        }
        items.reverse();
        Ok(items)
    }

    fn pop_to_mark(&mut self) -> Result<Vec<Id>, DataError> {
        match self.marks.pop() {
            Some(mark) => Ok(self.stack.split_off(mark)),
            None => Err(self.input.fault("a mark on the stack", "none")),
        }
    }
}
