//! The stack machine of pickles. It builds values, and runs nothing.

use std::collections::HashMap;

use super::input::Input;
use super::value::{Id, Value, Values};
use super::{Fault, opcode, reduce};

/// The most values that a pickle may make, recall and store. The state dict of the largest network here takes 6,000,
/// and a checkpoint with its optimizer 30,000.
const MAX_VALUES: usize = 1 << 18;
/// Checkpoints nest dicts and lists, seldom more than ten deep.
const MAX_OPEN_MARKS: usize = 256;

/// Builds values, opcode by opcode.
pub(super) struct Machine<'a> {
    input: Input<'a>,
    values: Vec<Value<'a>>,
    stack: Vec<Id>,
    /// Heights of the stack. Values below the last mark cannot be reached until it is removed.
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
    /// How often a value was put onto the stack. Tuples and dicts are made from these, so that this also limits their
    /// items.
    pushes: usize,
}

impl<'a> Machine<'a> {
    /// A machine with an empty stack.
    pub(super) fn new(pickle: &'a [u8]) -> Self {
        Self {
            input: Input::new(pickle),
            values: vec![],
            stack: vec![],
            marks: vec![],
            memo: HashMap::new(),
            pushes: 0,
        }
    }

    /// Runs the whole pickle. Like Python, it ignores bytes after the end.
    pub(super) fn run(mut self) -> Result<Values<'a>, Fault> {
        loop {
            let code = self.input.opcode()?;
            if code == opcode::STOP {
                let root = self.pop()?;
                let all = self.values;
                return Ok(Values { all, root });
            }
            match self.literal(code)? {
                Some(value) => self.push(value)?,
                None => self.step(code)?,
            }
        }
    }

    /// The value that an opcode spells out itself, without the stack; `None` for other opcodes.
    fn literal(&mut self, code: u8) -> Result<Option<Value<'a>>, Fault> {
        let input = &mut self.input;
        Ok(Some(match code {
            opcode::NONE => Value::Other("None"),
            opcode::NEWTRUE | opcode::NEWFALSE => Value::Other("a truth value"),
            opcode::BININT => Value::Int(i32::from_le_bytes(input.array()?).into()),
            opcode::BININT1 => Value::Int(input.byte()?.into()),
            opcode::BININT2 => Value::Int(u16::from_le_bytes(input.array()?).into()),
            opcode::LONG1 => {
                let length = input.byte()?;
                long(input.take(length.into())?)
            }
            opcode::BINFLOAT => {
                input.array::<8>()?;
                Value::Other("a number with decimals")
            }
            opcode::BINUNICODE => {
                let length = u32::from_le_bytes(input.array()?);
                Value::Text(input.text(length.into())?)
            }
            opcode::SHORT_BINUNICODE => {
                let length = input.byte()?;
                Value::Text(input.text(length.into())?)
            }
            opcode::BINUNICODE8 => {
                let length = u64::from_le_bytes(input.array()?);
                Value::Text(input.text(length)?)
            }
            opcode::BINSTRING | opcode::BINBYTES => {
                let length = u32::from_le_bytes(input.array()?);
                input.take(length.into())?;
                Value::Other("bytes")
            }
            opcode::SHORT_BINSTRING | opcode::SHORT_BINBYTES => {
                let length = input.byte()?;
                input.take(length.into())?;
                Value::Other("bytes")
            }
            opcode::BINBYTES8 | opcode::BYTEARRAY8 => {
                let length = u64::from_le_bytes(input.array()?);
                input.take(length)?;
                Value::Other("bytes")
            }
            opcode::EMPTY_LIST => Value::Other("a list"),
            opcode::EMPTY_SET => Value::Other("a set"),
            opcode::EMPTY_DICT => Value::Dict(vec![]),
            opcode::EMPTY_TUPLE => Value::Tuple(vec![]),
            opcode::GLOBAL => {
                let (module, name) = (input.line()?, input.line()?);
                Value::Global { module, name }
            }
            _ => return Ok(None),
        }))
    }

    fn step(&mut self, code: u8) -> Result<(), Fault> {
        match code {
            opcode::PROTO => {
                let version = self.input.byte()?;
                match version {
                    2..=5 => Ok(()),
                    _ => self.input.fault(&format!("a pickle of protocol {version}")),
                }
            }
            opcode::FRAME => self.input.array::<8>().map(drop),
            opcode::MARK if self.marks.len() < MAX_OPEN_MARKS => {
                self.marks.push(self.stack.len());
                Ok(())
            }
            opcode::MARK => self.input.fault("values nested too deep"),
            opcode::POP => self.pop().map(drop),
            opcode::POP_MARK => self.pop_to_mark().map(drop),
            // Nothing in a list or a set is asked for.
            opcode::APPEND => self.pop().and_then(|_| self.top()).map(drop),
            opcode::APPENDS | opcode::ADDITEMS => {
                self.pop_to_mark()?;
                self.top().map(drop)
            }
            opcode::FROZENSET => {
                self.pop_to_mark()?;
                self.push(Value::Other("a set"))
            }
            opcode::SETITEM => {
                let items = self.pop_last(2)?;
                self.set_items(&items)
            }
            opcode::SETITEMS => {
                let items = self.pop_to_mark()?;
                self.set_items(&items)
            }
            opcode::TUPLE => {
                let items = self.pop_to_mark()?;
                self.push(Value::Tuple(items))
            }
            size @ (opcode::TUPLE1 | opcode::TUPLE2 | opcode::TUPLE3) => {
                let items = self.pop_last(usize::from(size - opcode::TUPLE1) + 1)?;
                self.push(Value::Tuple(items))
            }
            _ => self.memory_or_object(code),
        }
    }

    fn memory_or_object(&mut self, code: u8) -> Result<(), Fault> {
        match code {
            opcode::BINPUT => {
                let key = self.input.byte()?;
                self.put(key.into())
            }
            opcode::LONG_BINPUT => {
                let key = u32::from_le_bytes(self.input.array()?);
                self.put(key)
            }
            // Fewer than MAX_VALUES are kept.
            opcode::MEMOIZE => self.put(self.memo.len() as u32),
            opcode::BINGET => {
                let key = self.input.byte()?;
                self.recall(key.into())
            }
            opcode::LONG_BINGET => {
                let key = u32::from_le_bytes(self.input.array()?);
                self.recall(key)
            }
            opcode::STACK_GLOBAL => {
                let items = self.pop_last(2)?;
                let texts = [items[0], items[1]].map(|id| &self.values[id.0]);
                let [Value::Text(module), Value::Text(name)] = texts else {
                    return self.input.fault("a name that is no text");
                };
                let (module, name) = (*module, *name);
                self.push(Value::Global { module, name })
            }
            opcode::REDUCE | opcode::NEWOBJ => {
                let items = self.pop_last(2)?;
                self.call(items[0], items[1])
            }
            opcode::NEWOBJ_EX => {
                let items = self.pop_last(3)?;
                self.call(items[0], items[1])
            }
            // A state is set on an object. What it is does not matter, because only tensors are asked for.
            opcode::BUILD => self.pop().and_then(|_| self.top()).map(drop),
            opcode::BINPERSID => {
                let id = self.pop()?;
                match reduce::storage(&self.values, id) {
                    Ok(storage) => self.push(storage),
                    Err(found) => self.input.fault(&found),
                }
            }
            _ => self.input.fault(&format!("the opcode {code:#04x}")),
        }
    }

    /// Records what calling `callee` with `arguments` would make. Nothing is called.
    fn call(&mut self, callee: Id, arguments: Id) -> Result<(), Fault> {
        match reduce::made(&self.values, callee, arguments) {
            Ok(reduce::Made::New(value)) => self.push(value),
            Ok(reduce::Made::Known(id)) => self.push_id(id),
            Err(found) => self.input.fault(&found),
        }
    }

    fn set_items(&mut self, items: &[Id]) -> Result<(), Fault> {
        let target = self.top()?;
        let (pairs, odd) = items.as_chunks::<2>();
        match &mut self.values[target.0] {
            _ if !odd.is_empty() => return self.input.fault("a key without a value"),
            Value::Dict(dict) => dict.extend(pairs.iter().map(|&[key, value]| (key, value))),
            Value::Object { .. } => {}
            other => {
                let found = format!("items set in {}", other.kind());
                return self.input.fault(&found);
            }
        }
        Ok(())
    }

    fn put(&mut self, key: u32) -> Result<(), Fault> {
        let top = self.top()?;
        self.memo.insert(key, top);
        if self.memo.len() > MAX_VALUES {
            return self.input.fault("more than 262144 stored values");
        }
        Ok(())
    }

    fn recall(&mut self, key: u32) -> Result<(), Fault> {
        match self.memo.get(&key) {
            Some(&id) => self.push_id(id),
            None => self
                .input
                .fault(&format!("value {key}, which was never set")),
        }
    }

    fn push(&mut self, value: Value<'a>) -> Result<(), Fault> {
        self.push_id(Id(self.values.len()))?;
        self.values.push(value);
        Ok(())
    }

    fn push_id(&mut self, id: Id) -> Result<(), Fault> {
        if self.pushes == MAX_VALUES {
            return self.input.fault("more than 262144 values");
        }
        self.pushes += 1;
        self.stack.push(id);
        Ok(())
    }

    fn top(&self) -> Result<Id, Fault> {
        let floor = self.marks.last().map_or(0, |&mark| mark);
        match self.stack.last() {
            Some(&top) if self.stack.len() > floor => Ok(top),
            _ => self.input.fault("no value on the stack"),
        }
    }

    fn pop(&mut self) -> Result<Id, Fault> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    /// The last `count` values, in the order in which they were pushed.
    fn pop_last(&mut self, count: usize) -> Result<Vec<Id>, Fault> {
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            items.push(self.pop()?);
        }
        items.reverse();
        Ok(items)
    }

    /// The values above the last mark, which is removed.
    fn pop_to_mark(&mut self) -> Result<Vec<Id>, Fault> {
        match self.marks.pop() {
            Some(mark) => Ok(self.stack.split_off(mark)),
            None => self.input.fault("no mark on the stack"),
        }
    }
}

/// A whole number in as few bytes as it needs, or `Other` if it has more than 64 bits.
fn long(bytes: &[u8]) -> Value<'static> {
    let sign = if bytes.last().is_some_and(|last| *last >= 0x80) {
        0xff
    } else {
        0
    };
    let mut all = [sign; 8];
    match all.get_mut(..bytes.len()) {
        Some(low) => {
            low.copy_from_slice(bytes);
            Value::Int(i64::from_le_bytes(all))
        }
        None => Value::Other("a number of more than 64 bits"),
    }
}
