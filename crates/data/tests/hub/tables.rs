//! Parquet files as the Hugging Face library writes them, by the writer of the parquet crate.

use std::io::Cursor;
use std::sync::Arc;

use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgb, RgbImage};
use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

/// A column of labels.
#[derive(Clone, Debug)]
pub(crate) enum Labels {
    Numbers(Vec<Option<i64>>),
    Names(Vec<&'static str>),
}

/// What a file holds.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// The files of the pictures, in the column `img`.
    pub(crate) pictures: Vec<Option<Vec<u8>>>,
    /// Columns of labels by their names.
    pub(crate) labels: Vec<(&'static str, Labels)>,
    /// The footer's entry of the Hugging Face library, if there is one.
    pub(crate) json: Option<String>,
    /// The rows of a row group.
    pub(crate) group: usize,
}

impl Table {
    /// Pictures with numbers for labels in the column `label`, which are classes of these names.
    pub(crate) fn new(pictures: Vec<Vec<u8>>, labels: &[i64], classes: &[&str]) -> Self {
        let labels = labels.iter().copied().map(Some).collect();
        Self {
            pictures: pictures.into_iter().map(Some).collect(),
            labels: vec![("label", Labels::Numbers(labels))],
            json: Some(kinds("img", "label", classes)),
            group: 3,
        }
    }

    /// The bytes of the file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let labels = self.labels.iter().map(|(name, labels)| match labels {
            Labels::Numbers(_) => format!("optional int64 {name};"),
            Labels::Names(_) => format!("optional binary {name} (UTF8);"),
        });
        let message = format!(
            "message schema {{ optional group img {{ optional binary bytes; optional binary path (UTF8); }} {} }}",
            labels.collect::<String>()
        );
        let schema = Arc::new(parse_message_type(&message).unwrap());
        let entries = self
            .json
            .iter()
            .map(|json| KeyValue::new("huggingface".into(), json.clone()));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_key_value_metadata(Some(entries.collect()))
            .build();
        let mut writer =
            SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
        let rows: Vec<usize> = (0..self.pictures.len()).collect();
        for rows in rows.chunks(self.group) {
            let mut group = writer.next_row_group().unwrap();
            let mut place = 0;
            while let Some(mut column) = group.next_column().unwrap() {
                self.write(column.untyped(), place, rows);
                column.close().unwrap();
                place += 1;
            }
            group.close().unwrap();
        }
        writer.into_inner().unwrap()
    }

    /// Writes some rows of the column at `place`.
    fn write(&self, column: &mut ColumnWriter<'_>, place: usize, rows: &[usize]) {
        let (mut texts, mut numbers, mut levels) = (vec![], vec![], vec![]);
        for row in rows {
            match place {
                0 => match &self.pictures[*row] {
                    Some(bytes) => {
                        texts.push(ByteArray::from(bytes.clone()));
                        levels.push(2);
                    }
                    None => levels.push(1),
                },
                1 => {
                    texts.push(ByteArray::from("a.png"));
                    levels.push(2);
                }
                place => match &self.labels[place - 2].1 {
                    Labels::Numbers(labels) => {
                        numbers.extend(labels[*row]);
                        levels.push(i16::from(labels[*row].is_some()));
                    }
                    Labels::Names(names) => {
                        texts.push(ByteArray::from(names[*row]));
                        levels.push(1);
                    }
                },
            }
        }
        match column {
            ColumnWriter::ByteArrayColumnWriter(writer) => {
                writer.write_batch(&texts, Some(&levels), None).unwrap();
            }
            ColumnWriter::Int64ColumnWriter(writer) => {
                writer.write_batch(&numbers, Some(&levels), None).unwrap();
            }
            _ => panic!("another column"),
        }
    }
}

/// The footer's entry about a column of pictures and one of labels.
pub(crate) fn kinds(picture: &str, label: &str, classes: &[&str]) -> String {
    format!(
        r#"{{"info": {{"features": {{"{picture}": {{"_type": "Image"}}, "{label}": {{"names": {classes:?}, "_type": "ClassLabel"}}}}}}}}"#
    )
}

/// A picture of one colour as a PNG file.
pub(crate) fn png(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    file(RgbImage::from_pixel(width, height, Rgb(colour)).into())
}

/// A grey picture as a PNG file.
pub(crate) fn grey_png(width: u32, height: u32, value: u8) -> Vec<u8> {
    file(GrayImage::from_pixel(width, height, Luma([value])).into())
}

fn file(image: DynamicImage) -> Vec<u8> {
    let mut file = Cursor::new(vec![]);
    image.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

/// A footer with nothing but a schema: a root, and for each number an element with so many children.
pub(crate) fn footer(children: &[i32]) -> Vec<u8> {
    let mut footer = vec![0x15, 2, 0x19, 0xfc];
    number(&mut footer, children.len() as u64 + 1);
    // The root has one child. Every element is called x.
    for (place, children) in std::iter::once(&1).chain(children).enumerate() {
        if place > 0 {
            footer.extend([0x35, 0, 0x18]);
        } else {
            footer.push(0x48);
        }
        footer.extend([1, b'x', 0x15]);
        number(
            &mut footer,
            ((children << 1) ^ (children >> 31)) as u32 as u64,
        );
        footer.push(0);
    }
    footer
}

fn number(bytes: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}
