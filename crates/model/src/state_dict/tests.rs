//! State dicts from pickles that are written here opcode by opcode, as Python's `pickletools` shows those of PyTorch 2.15.

use std::io::{Cursor, Write};

use safetensors::tensor::Dtype;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::OtherFile;

mod refused;

const ORDERED_DICT: &[u8] = b"ccollections\nOrderedDict\n)R";

/// An archive of these entries in the folder `net`.
fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    packed(entries, CompressionMethod::Stored)
}

fn packed(entries: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    in_folder("net", entries, method)
}

fn in_folder(folder: &str, entries: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in entries {
        zip.start_file(format!("{folder}/{name}"), options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn text(text: &str) -> Vec<u8> {
    [
        b"X",
        &(text.len() as u32).to_le_bytes()[..],
        text.as_bytes(),
    ]
    .concat()
}

fn tuple(numbers: &[u8]) -> Vec<u8> {
    let numbers: Vec<u8> = numbers.iter().flat_map(|number| [b'K', *number]).collect();
    [b"(", &numbers[..], b"t"].concat()
}

/// The call that rebuilds a tensor: storage, offset, shape and strides.
fn tensor(class: &str, key: &str, length: u8, offset: u8, shape: &[u8], strides: &[u8]) -> Vec<u8> {
    [
        b"ctorch._utils\n_rebuild_tensor_v2\n((",
        &text("storage")[..],
        format!("ctorch\n{class}\n").as_bytes(),
        &text(key),
        &text("cpu"),
        &[b'K', length, b't', b'Q', b'K', offset],
        &tuple(shape),
        &tuple(strides),
        b"\x89",
        ORDERED_DICT,
        b"tR",
    ]
    .concat()
}

/// A dict of these keys and values.
fn dict(start: &[u8], entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let entries = entries
        .iter()
        .map(|(key, value)| [text(key), value.clone()].concat());
    [start, b"(", &entries.collect::<Vec<_>>().concat(), b"u"].concat()
}

fn pickle(value: &[u8]) -> Vec<u8> {
    [b"\x80\x02", value, b"."].concat()
}

/// The values 0 to `count` - 1 as f32.
fn floats(count: u8) -> Vec<u8> {
    (0..count)
        .flat_map(|value| f32::from(value).to_le_bytes())
        .collect()
}

/// Reads an archive of this pickle and one storage of six floats.
fn read(value: &[u8]) -> Result<StateDict, ModelError> {
    let bytes = archive(&[
        ("data.pkl", &pickle(value)),
        ("byteorder", b"little"),
        ("data/0", &floats(6)),
    ]);
    StateDict::parse(Path::new("net.pt"), &bytes, "mixup")
}

/// The values of an f32 tensor.
fn values(state: &StateDict, name: &str) -> Vec<f32> {
    let (start, end) = state.tensors[name].data_offsets;
    let (fours, _) = state.data[start..end].as_chunks::<4>();
    fours.iter().map(|four| f32::from_le_bytes(*four)).collect()
}

fn two_by_three() -> Vec<u8> {
    tensor("FloatStorage", "0", 6, 0, &[2, 3], &[3, 1])
}

#[test]
fn tensors_of_a_dict_are_read_with_shape_and_type() {
    let tensors = [
        ("fc.weight", two_by_three()),
        ("fc.bias", tensor("FloatStorage", "0", 6, 4, &[2], &[1])),
        // What `Tensor.t()` leaves.
        (
            "turned",
            tensor("FloatStorage", "0", 6, 0, &[3, 2], &[1, 3]),
        ),
    ];
    let state = read(&dict(ORDERED_DICT, &tensors)).unwrap();
    assert_eq!(state.tensors["fc.weight"].shape, [2, 3]);
    assert_eq!(state.tensors["fc.weight"].dtype, Dtype::F32);
    assert_eq!(values(&state, "fc.weight"), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(values(&state, "fc.bias"), [4.0, 5.0]);
    assert_eq!(values(&state, "turned"), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
    assert_eq!((state.entry, state.note), (None, None));
}

#[test]
fn a_scalar_and_a_parameter_are_tensors() {
    let parameter = [
        b"ctorch._utils\n_rebuild_parameter\n",
        &two_by_three()[..],
        b"\x88",
        ORDERED_DICT,
        b"\x87R",
    ]
    .concat();
    let count = tensor("LongStorage", "1", 1, 0, &[], &[]);
    let value = dict(
        b"}",
        &[("weight", parameter), ("bn.num_batches_tracked", count)],
    );
    let bytes = archive(&[
        ("data.pkl", &pickle(&value)),
        ("data/0", &floats(6)),
        ("data/1", &7_i64.to_le_bytes()),
    ]);
    let state = StateDict::parse(Path::new("net.pt"), &bytes, "mixup").unwrap();
    assert_eq!(values(&state, "weight").len(), 6);
    let count = &state.tensors["bn.num_batches_tracked"];
    assert_eq!((count.dtype, &count.shape[..]), (Dtype::I64, &[][..]));
    let (start, end) = count.data_offsets;
    assert_eq!(state.data[start..end], 7_i64.to_le_bytes());
}

/// A state dict has its version as an attribute, which `torch.save` adds last.
#[test]
fn what_is_built_into_a_dict_is_left_out() {
    let metadata = dict(b"}", &[("_metadata", ORDERED_DICT.to_vec())]);
    let value = [
        &dict(ORDERED_DICT, &[("w", two_by_three())])[..],
        &metadata,
        b"b",
    ]
    .concat();
    assert_eq!(read(&value).unwrap().tensors.len(), 1);
}

/// Protocol 4: short texts, a frame, memo entries without numbers, and names from the stack.
#[test]
fn a_newer_protocol_is_read() {
    let short = |text: &str| [&[0x8c, text.len() as u8][..], text.as_bytes(), b"\x94"].concat();
    let value = [
        b"\x80\x04\x95\0\0\0\0\0\0\0\0}\x94",
        &short("w")[..],
        &short("torch._utils"),
        &short("_rebuild_tensor_v2"),
        b"\x93\x94((",
        &short("storage"),
        &short("torch"),
        &short("FloatStorage"),
        b"\x93\x94",
        &short("0"),
        &short("cpu"),
        b"K\x06t\x94QK\x01K\x02K\x03\x86\x94K\x02K\x01\x86\x94\x89}\x94t\x94R\x94s.",
    ]
    .concat();
    let bytes = archive(&[("data.pkl", &value), ("data/0", &floats(6))]);
    let state = StateDict::parse(Path::new("net.pt"), &bytes, "mixup").unwrap();
    assert_eq!(values(&state, "w"), [1.0, 2.0, 3.0, 3.0, 4.0, 5.0]);
}

#[test]
fn a_checkpoint_is_unwrapped_and_its_note_is_read() {
    let state = dict(ORDERED_DICT, &[("w", two_by_three())]);
    for entry in ["state_dict", "model_state_dict", "model"] {
        let optimizer = dict(
            b"}",
            &[
                ("state", b"}".to_vec()),
                ("lr", b"G\0\0\0\0\0\0\0\0".to_vec()),
            ],
        );
        let arguments = b"cargparse\nNamespace\n)\x81}b".to_vec();
        let value = dict(
            b"}",
            &[
                ("epoch", b"K\x03".to_vec()),
                ("optimizer", optimizer),
                (entry, state.clone()),
                ("args", arguments),
                ("mixup", text("{}")),
            ],
        );
        let read = read(&value).unwrap();
        assert_eq!(read.entry, Some(entry));
        assert_eq!(read.note.as_deref(), Some("{}"));
        assert_eq!(values(&read, "w").len(), 6);
    }
}

/// PyTorch always writes the records of large archives before the end: 56 and 20 bytes. A folder of 21 letters makes the
/// first entry of the directory as long.
#[test]
fn an_archive_is_read_whatever_the_length_of_its_name() {
    let value = pickle(&dict(b"}", &[("w", two_by_three())]));
    let entries = [("data.pkl", &value[..]), ("data/0", &floats(6))];
    for length in 18..24 {
        let mut bytes = in_folder(&"n".repeat(length), &entries, CompressionMethod::Stored);
        let end = bytes.split_off(bytes.len() - 22);
        let at = bytes.len() as u64;
        let [count, size, start] = [8..10, 12..16, 16..20].map(|field| {
            let mut number = [0; 8];
            number[..field.len()].copy_from_slice(&end[field]);
            number
        });
        let record = [
            b"PK\x06\x06",
            &44_u64.to_le_bytes()[..],
            &[45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            &count,
            &count,
            &size,
            &start,
        ];
        let locator = [b"PK\x06\x07\0\0\0\0", &at.to_le_bytes()[..], &[1, 0, 0, 0]];
        bytes.extend(record.concat());
        bytes.extend(locator.concat());
        bytes.extend(end);
        let state = StateDict::parse(Path::new("net.pt"), &bytes, "mixup");
        assert_eq!(values(&state.unwrap(), "w").len(), 6, "{length}");
    }
}
