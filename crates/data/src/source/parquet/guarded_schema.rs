//! Checks the schema in a footer before the parquet crate reads it.
//!
//! The crate calls itself for every group within a group, and makes room for as many children as a group claims to
//! have. Here the schema is read in one pass without either. Only the form that the format prescribes is accepted, as
//! the crate does not look at the types of fields: it could read other forms in another way.

use parquet::errors::{ParquetError, Result};

/// The most groups within each other.
const MAX_DEPTH: usize = 32;
/// The number of a schema element's field with the number of its children.
const CHILDREN: usize = 5;

/// What a field holds, in Thrift's compact form.
#[derive(Clone, Copy)]
enum Kind {
    Bool,
    Byte,
    Number,
    Text,
    /// Fields by their numbers, from 1.
    Group(&'static [Option<Kind>]),
}

const NUMBER: Option<Kind> = Some(Kind::Number);
const TEXT: Option<Kind> = Some(Kind::Text);
const EMPTY: Option<Kind> = Some(Kind::Group(&[]));
const TIME: Option<Kind> = Some(Kind::Group(&[Some(Kind::Bool), UNIT]));
const UNIT: Option<Kind> = Some(Kind::Group(&[EMPTY, EMPTY, EMPTY]));

/// The union `LogicalType`.
const LOGICAL_TYPE: &[Option<Kind>] = &[
    EMPTY,
    EMPTY,
    EMPTY,
    EMPTY,
    Some(Kind::Group(&[NUMBER, NUMBER])),
    EMPTY,
    TIME,
    TIME,
    None,
    Some(Kind::Group(&[Some(Kind::Byte), Some(Kind::Bool)])),
    EMPTY,
    EMPTY,
    EMPTY,
    EMPTY,
    EMPTY,
    Some(Kind::Group(&[Some(Kind::Byte)])),
    Some(Kind::Group(&[TEXT])),
    Some(Kind::Group(&[TEXT, NUMBER])),
    EMPTY,
];

/// The structure `SchemaElement`: type, length, repetition, name, children, converted type, scale, precision, id and
/// logical type.
const ELEMENT: &[Option<Kind>] = &[
    NUMBER,
    NUMBER,
    NUMBER,
    TEXT,
    NUMBER,
    NUMBER,
    NUMBER,
    NUMBER,
    NUMBER,
    Some(Kind::Group(LOGICAL_TYPE)),
];

/// Refuses a footer whose schema has too many groups within each other, or a group of more children than elements.
///
/// # Errors
/// What is wrong, in words.
pub(super) fn check_schema(footer: &[u8]) -> Result<()> {
    let mut footer = Footer(footer);
    let other_form = || ParquetError::General("a schema in another form".into());
    let count = footer.elements().ok_or_else(other_form)?;
    // How many children are still to come, of each group around the next element.
    let mut groups: Vec<u64> = vec![];
    for _ in 0..count {
        let children = footer.children().ok_or_else(other_form)?;
        if children > count {
            let text = format!("a group of {children} columns in a schema of {count}");
            return Err(ParquetError::General(text));
        }
        if let Some(left) = groups.last_mut() {
            *left -= 1;
        }
        if children > 0 {
            groups.push(children);
        }
        if groups.len() > MAX_DEPTH {
            let text = format!("more than {MAX_DEPTH} groups of columns within each other");
            return Err(ParquetError::General(text));
        }
        while groups.last() == Some(&0) {
            groups.pop();
        }
    }
    Ok(())
}

/// The bytes of a footer that are still to be read. All methods return `None` for another form.
struct Footer<'f>(&'f [u8]);

impl Footer<'_> {
    /// Reads to the first schema element, and returns how many there are.
    fn elements(&mut self) -> Option<u64> {
        // The version as field 1, then the schema as field 2: a list of structures.
        self.exactly(0x15)?;
        self.number()?;
        self.exactly(0x19)?;
        let head = self.byte()?;
        if head & 0x0f != 0x0c {
            return None;
        }
        match head >> 4 {
            15 => self.varint(),
            count => Some(count.into()),
        }
    }

    /// Reads a schema element, and returns how many children it has.
    fn children(&mut self) -> Option<u64> {
        let mut children = 0;
        self.group(ELEMENT, &mut |field, number| {
            if field == CHILDREN {
                children = number;
            }
        })?;
        children.try_into().ok()
    }

    /// Reads a structure, and hands on its numbers with those of their fields.
    fn group(&mut self, fields: &[Option<Kind>], take: &mut dyn FnMut(usize, i64)) -> Option<()> {
        let mut field = 0;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            let step = usize::from(head >> 4);
            // Fields in another order are written in another way.
            field += (step > 0).then_some(step)?;
            match ((*fields.get(field - 1)?)?, head & 0x0f) {
                (Kind::Bool, 1 | 2) => {}
                (Kind::Byte, 3) => drop(self.byte()?),
                (Kind::Number, 5) => take(field, self.number()?),
                (Kind::Text, 8) => {
                    let length = self.varint()?;
                    self.0 = self.0.get(length.try_into().ok()?..)?;
                }
                // No deeper than the table.
                (Kind::Group(fields), 12) => self.group(fields, &mut |_, _| {})?,
                _ => return None,
            }
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn exactly(&mut self, byte: u8) -> Option<()> {
        (self.byte()? == byte).then_some(())
    }

    /// A number in Thrift's zigzag form that fits into an i32.
    fn number(&mut self) -> Option<i64> {
        let value = self.varint()?;
        let half = i64::try_from(value >> 1).ok()?;
        Some(if value & 1 == 0 { half } else { -half - 1 })
    }

    /// A number of at most 32 bits.
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return (value <= u64::from(u32::MAX)).then_some(value);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    use super::super::tests::tables::footer;
    use super::*;

    fn said(footer: &[u8]) -> String {
        check_schema(footer).map_or_else(|error| error.to_string(), |()| String::new())
    }

    /// The footer of a file without rows whose schema has these columns.
    fn written(columns: &str) -> Vec<u8> {
        let schema = parse_message_type(&format!("message schema {{ {columns} }}")).unwrap();
        let properties = Arc::new(WriterProperties::default());
        let writer = SerializedFileWriter::new(vec![], Arc::new(schema), properties).unwrap();
        let file = writer.into_inner().unwrap();
        let end = file.len() - 8;
        let length = u32::from_le_bytes(file[end..end + 4].try_into().unwrap());
        file[end - length as usize..end].to_vec()
    }

    #[test]
    fn schemas_of_all_types_are_accepted() {
        let footer = written(
            "required boolean a; optional int32 b (INTEGER(8,true)); repeated int64 c (TIMESTAMP(MICROS,true));
            optional group d (LIST) { repeated group list { optional binary element (UTF8); } }
            optional int32 e (DECIMAL(9,2)); optional fixed_len_byte_array(16) f (UUID); optional int32 g (DATE);
            optional int32 h (TIME(MILLIS,false)); optional binary i (JSON); optional int96 j;
            optional group k (MAP) { repeated group key_value { required binary key (UTF8); optional double value; } }
            optional fixed_len_byte_array(2) l (FLOAT16); optional binary m (ENUM); optional binary n (BSON);",
        );
        assert_eq!(said(&footer), "");
    }

    #[test]
    fn groups_within_groups_have_an_end() {
        // With the root.
        assert_eq!(said(&footer(&[1; MAX_DEPTH - 1])), "");
        let error = said(&footer(&[1; MAX_DEPTH]));
        assert!(error.ends_with("more than 32 groups of columns within each other"));
        // Groups next to each other.
        let pairs = [1, 0].repeat(100);
        assert_eq!(said(&footer(&[&[100][..], &pairs].concat())), "");
    }

    #[test]
    fn a_group_has_no_more_children_than_there_are_elements() {
        let error = said(&footer(&[1, i32::MAX, 0]));
        assert!(
            error.ends_with("a group of 2147483647 columns in a schema of 4"),
            "{error}"
        );
        assert!(said(&footer(&[-1])).ends_with("another form"));
    }

    #[test]
    fn another_form_is_refused() {
        let good = footer(&[2, 0, 0]);
        for (at, byte) in [(0, 0x25), (2, 0x29), (3, 0x35), (4, 0x58), (4, 0x06)] {
            let mut other = good.clone();
            other[at] = byte;
            assert!(said(&other).ends_with("another form"), "{at}: {byte}");
        }
        for end in 0..good.len() {
            check_schema(&good[..end]).unwrap_err();
        }
    }
}
