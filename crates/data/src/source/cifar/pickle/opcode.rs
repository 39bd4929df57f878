//! The opcodes of protocol 2 that a CIFAR-10 batch uses, by the names in Python's `pickletools`.

pub(super) const PROTO: u8 = 0x80;
pub(super) const STOP: u8 = b'.';
pub(super) const MARK: u8 = b'(';
pub(super) const NONE: u8 = b'N';
pub(super) const NEWTRUE: u8 = 0x88;
pub(super) const NEWFALSE: u8 = 0x89;
pub(super) const BININT: u8 = b'J';
pub(super) const BININT1: u8 = b'K';
pub(super) const BININT2: u8 = b'M';
pub(super) const BINSTRING: u8 = b'T';
pub(super) const SHORT_BINSTRING: u8 = b'U';
pub(super) const EMPTY_LIST: u8 = b']';
pub(super) const APPEND: u8 = b'a';
pub(super) const APPENDS: u8 = b'e';
pub(super) const EMPTY_DICT: u8 = b'}';
pub(super) const SETITEM: u8 = b's';
pub(super) const SETITEMS: u8 = b'u';
pub(super) const EMPTY_TUPLE: u8 = b')';
pub(super) const TUPLE: u8 = b't';
pub(super) const TUPLE1: u8 = 0x85;
pub(super) const TUPLE2: u8 = 0x86;
pub(super) const TUPLE3: u8 = 0x87;
pub(super) const BINPUT: u8 = b'q';
pub(super) const LONG_BINPUT: u8 = b'r';
pub(super) const BINGET: u8 = b'h';
pub(super) const LONG_BINGET: u8 = b'j';
pub(super) const GLOBAL: u8 = b'c';
pub(super) const REDUCE: u8 = b'R';
pub(super) const BUILD: u8 = b'b';

/// What an opcode outside this list makes, by its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Foreign {
    /// Something that Python 3 writes, and Python 2 does not.
    PythonThree,
    /// A part of the text form, protocol 0.
    TextForm,
    /// A value that a batch does not have, in words.
    Value(&'static str),
    /// No opcode at all.
    Unknown,
}

/// The kind of an opcode that is none of the constants above.
pub(super) fn foreign(code: u8) -> Foreign {
    match code {
        // Strings of text, bytes, and what protocols 3 to 5 added.
        b'X' | b'B' | b'C' | 0x8c..=0x98 => Foreign::PythonThree,
        b'd' | b'g' | b'l' | b'p' | b'I' | b'L' | b'S' | b'V' | b'F' => Foreign::TextForm,
        b'G' => Foreign::Value("a number with decimals"),
        0x8a | 0x8b => Foreign::Value("a number of more than 32 bits"),
        b'i' | b'o' | 0x81 => Foreign::Value("an object of a class"),
        b'P' | b'Q' => Foreign::Value("an object that lies outside the file"),
        0x82..=0x84 => Foreign::Value("an object of an extension"),
        b'0' | b'1' | b'2' => Foreign::Value("a change of the stack"),
        _ => Foreign::Unknown,
    }
}
