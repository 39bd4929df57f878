//! Files as `torch.save` writes them, opcode by opcode: state dicts of f32 tensors.

use std::io::{Cursor, Write};

use safetensors::SafeTensors;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The archive of a pickle and of storages, whose keys are their numbers.
pub(crate) fn archive(pickle: &[u8], storages: &[&[u8]]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut add = |name: &str, bytes: &[u8]| {
        zip.start_file(format!("weights/{name}"), options).unwrap();
        zip.write_all(bytes).unwrap();
    };
    add("data.pkl", pickle);
    add("byteorder", b"little");
    for (key, bytes) in storages.iter().enumerate() {
        add(&format!("data/{key}"), bytes);
    }
    add("version", b"3\n");
    zip.finish().unwrap().into_inner()
}

/// The opcode that pushes a text.
pub(crate) fn text(text: &str) -> Vec<u8> {
    let length = (text.len() as u32).to_le_bytes();
    [b"X", &length[..], text.as_bytes()].concat()
}

fn number(number: usize) -> Vec<u8> {
    [&b"J"[..], &(number as u32).to_le_bytes()].concat()
}

fn numbers(values: &[usize]) -> Vec<u8> {
    let values: Vec<u8> = values.iter().flat_map(|value| number(*value)).collect();
    [b"(", &values[..], b"t"].concat()
}

/// The call that makes the tensor of this shape in the storage `key`.
fn tensor(key: usize, shape: &[usize]) -> Vec<u8> {
    let strides = (1..=shape.len()).map(|axis| shape[axis..].iter().product());
    [
        &b"ctorch._utils\n_rebuild_tensor_v2\n(("[..],
        &text("storage"),
        b"ctorch\nFloatStorage\n",
        &text(&key.to_string()),
        &text("cpu"),
        &number(shape.iter().product()),
        b"tQK\0",
        &numbers(shape),
        &numbers(&strides.collect::<Vec<usize>>()),
        b"\x89ccollections\nOrderedDict\n)RtR",
    ]
    .concat()
}

/// The pickle of a state dict, of these names and shapes.
pub(crate) fn state_dict(tensors: &[(String, Vec<usize>)]) -> Vec<u8> {
    let entry = |(key, (name, shape)): (usize, &(String, Vec<usize>))| {
        [text(name), tensor(key, shape)].concat()
    };
    let entries: Vec<u8> = tensors.iter().enumerate().flat_map(entry).collect();
    [b"ccollections\nOrderedDict\n)R(", &entries[..], b"u"].concat()
}

/// The tensors of a safetensors file as `torch.save` writes them: alone, or with the file's note and a number as a
/// checkpoint.
pub(crate) fn converted(safetensors: &[u8], is_checkpoint: bool) -> Vec<u8> {
    let (_, header) = SafeTensors::read_metadata(safetensors).unwrap();
    let read = SafeTensors::deserialize(safetensors).unwrap();
    let mut tensors = read.tensors();
    tensors.sort_by(|(one, _), (other, _)| one.cmp(other));
    let storages: Vec<&[u8]> = tensors.iter().map(|(_, view)| view.data()).collect();
    let shapes = tensors
        .iter()
        .map(|(name, view)| (name.clone(), view.shape().to_vec()));
    let state = state_dict(&shapes.collect::<Vec<_>>());
    let note = header.metadata().as_ref().and_then(|all| all.get("mixup"));
    let value = match (is_checkpoint, note) {
        (true, Some(note)) => [
            &b"}("[..],
            &text("epoch"),
            b"K\x03",
            &text("state_dict"),
            &state,
            &text("mixup"),
            &text(note),
            b"u",
        ]
        .concat(),
        _ => state,
    };
    archive(&[b"\x80\x02", &value[..], b"."].concat(), &storages)
}
