//! Meshes in Geomview's format OFF.
//!
//! A file has the word `OFF`, the numbers of vertices, faces and edges, then a line for each vertex, x, y and z, and a line
//! for each face: how many corners it has, and their vertices from 0. Comments begin with `#`. Many files of ModelNet have
//! no line break after the first word: `OFF490 518 0`. The words `COFF`, `NOFF` and `STOFF` say that vertices have
//! colours, normals or texture coordinates after z; these are not read, and nor are colours of faces.

use std::path::Path;

use super::choice::StoredPoint;
use super::lines::{Line, Lines};
use crate::DataError;
use crate::file::read_regular;

/// The largest mesh that is read, in bytes.
const MAX_BYTES: u64 = 512 << 20;
/// What every file starts with.
const WORD: &str = "OFF";
/// What may stand before it, in this order.
const PREFIXES: [&str; 3] = ["ST", "C", "N"];
/// What stands before it in kinds that have other points.
const OTHER_KINDS: [&str; 3] = ["4", "n", "4n"];

/// A surface of triangles.
#[derive(Debug, PartialEq)]
pub(super) struct Mesh {
    pub(super) vertices: Vec<StoredPoint>,
    /// Three vertices each. Larger faces are cut into triangles from their first corner.
    pub(super) triangles: Vec<[u32; 3]>,
}

/// The mesh at `path`.
///
/// # Errors
/// A file that is not there, is too large or cannot be read, and one that is no such mesh; the line is named.
pub(super) fn read(path: &Path) -> Result<Mesh, DataError> {
    let bytes = read_regular(path, MAX_BYTES).map_err(DataError::io(path))?;
    parse(path, &bytes)
}

/// Whether the start of a file is that of a mesh.
pub(super) fn is_start(start: &[u8]) -> bool {
    let first = Lines::new(Path::new(""), start).next();
    matches!(first, Ok(Some(line)) if after_word(line.text).is_some())
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Mesh, DataError> {
    let mut lines = Lines::new(path, bytes);
    let (vertex_count, face_count) = counts(path, &mut lines)?;
    let mut next = |what: &str, index: usize, count: usize| {
        lines.next()?.ok_or_else(|| {
            let expected = format!("{count} {what}, as the header says");
            DataError::format(path, expected, index.to_string())
                .hinted("copy or download the file again")
        })
    };
    // Room grows with the lines that are there, whatever their number is said to be.
    let mut vertices = vec![];
    for index in 0..vertex_count {
        vertices.push(next("vertices", index, vertex_count)?.point()?);
    }
    let mut triangles = vec![];
    for index in 0..face_count {
        let line = next("faces", index, face_count)?;
        add_face(line, vertices.len(), &mut triangles)?;
    }
    match lines.next()? {
        Some(line) => Err(line.fault("the end of the file after the last face")),
        None => Ok(Mesh {
            vertices,
            triangles,
        }),
    }
}

/// The numbers of vertices and faces. They may stand in the line of the first word.
fn counts(path: &Path, lines: &mut Lines<'_>) -> Result<(usize, usize), DataError> {
    let empty = || DataError::format(path, "a mesh (OFF)", "an empty file");
    let first = lines.next()?.ok_or_else(empty)?;
    let Some(rest) = after_word(first.text) else {
        let mut kinds = OTHER_KINDS
            .iter()
            .filter_map(|kind| first.text.strip_prefix(kind));
        let is_other = kinds.any(|rest| rest.starts_with(WORD));
        let fault = first.fault("the word OFF");
        return Err(match is_other {
            true => fault.hinted("save the mesh with points of x, y and z"),
            false => fault,
        });
    };
    if rest.trim_start().starts_with("BINARY") {
        let fault = first.fault_of("a mesh in text", "a binary one");
        return Err(fault.hinted("save the mesh as text"));
    }
    let line = match rest.trim() {
        "" => lines
            .next()?
            .ok_or_else(|| DataError::format(path, "the numbers of vertices and faces", "none"))?,
        text => first.part(text),
    };
    let mut words = line.words().map(|word| word.parse().ok());
    match (words.next(), words.next()) {
        (Some(Some(vertices)), Some(Some(faces))) => Ok((vertices, faces)),
        _ => Err(line.fault("the numbers of vertices and faces")),
    }
}

/// What follows the word in the first line; `None` if it does not begin with it.
fn after_word(line: &str) -> Option<&str> {
    let mut rest = line;
    for prefix in PREFIXES {
        rest = rest.strip_prefix(prefix).unwrap_or(rest);
    }
    rest.strip_prefix(WORD)
}

/// Adds the triangles of the face in this line. One with fewer than three corners has no surface.
fn add_face(
    line: Line<'_>,
    vertices: usize,
    triangles: &mut Vec<[u32; 3]>,
) -> Result<(), DataError> {
    let mut words = line.words();
    let corners = words.next().and_then(|word| word.parse::<usize>().ok());
    let corners = corners.ok_or_else(|| line.fault("the number of a face's corners"))?;
    let mut fan: Option<(u32, Option<u32>)> = None;
    for _ in 0..corners {
        let word = words.next().unwrap_or("the end of the line");
        let vertex = word.parse::<u32>().ok();
        let Some(vertex) = vertex.filter(|vertex| (*vertex as usize) < vertices) else {
            let expected = format!("{corners} vertices of 0 to {}", vertices.saturating_sub(1));
            return Err(line.fault_of(&expected, word));
        };
        fan = Some(match fan {
            None => (vertex, None),
            Some((first, last)) => {
                triangles.extend(last.map(|last| [first, last, vertex]));
                (first, Some(vertex))
            }
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
