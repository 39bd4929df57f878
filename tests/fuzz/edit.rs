//! One change to a folder, as bytes: a line that says what is done to which file, then the file's new content.

use std::fs;
use std::path::Path;

use crate::dice::Dice;
use crate::folder::{Files, write_file};
use crate::{bytes, words};

/// A change to a folder.
pub(crate) struct Edit<'a> {
    /// `write`, `remove`, `move`, `copy` or `folder`.
    verb: &'a str,
    /// The file, as a path from the folder.
    pub(crate) name: &'a str,
    /// Where it is moved or copied to.
    to: &'a str,
    content: &'a [u8],
}

impl<'a> Edit<'a> {
    /// Reads an edit. `None` for bytes that are none, or that would lead out of the folder.
    pub(crate) fn parse(input: &'a [u8]) -> Option<Self> {
        let end = input.iter().position(|byte| *byte == b'\n')?;
        let mut words = std::str::from_utf8(&input[..end]).ok()?.split(' ');
        let edit = Self {
            verb: words.next()?,
            name: words.next()?,
            to: words.next().unwrap_or_default(),
            content: &input[end + 1..],
        };
        let leads_out = |name: &str| name.starts_with('/') || name.contains("..");
        let is_known = ["write", "remove", "move", "copy", "folder"].contains(&edit.verb);
        (is_known && !leads_out(edit.name) && !leads_out(edit.to) && !edit.name.is_empty())
            .then_some(edit)
    }

    /// Applies it to the files in `folder`. What cannot be done is left out.
    pub(crate) fn apply(&self, folder: &Path) {
        let [path, to] = [self.name, self.to].map(|name| folder.join(name));
        match self.verb {
            "write" => write_file(&path, self.content),
            "remove" => drop(fs::remove_file(path)),
            "move" => drop(fs::rename(path, to)),
            "copy" => drop(fs::copy(path, to)),
            _ => {
                let _ = fs::remove_file(&path);
                let _ = fs::create_dir_all(path);
            }
        }
    }
}

/// An edit that writes a file.
fn write(name: &str, content: &[u8]) -> Vec<u8> {
    [b"write ", name.as_bytes(), b"\n", content].concat()
}

/// An edit for each file, which changes nothing.
pub(crate) fn seeds(files: &Files) -> Vec<Vec<u8>> {
    files
        .iter()
        .map(|(name, content)| write(name.to_str().unwrap(), content))
        .collect()
}

/// Changes what an edit of `files` writes, or makes it another edit. `other` is another edit.
pub(crate) fn change(input: &mut Vec<u8>, other: &[u8], files: &Files, dice: &mut Dice) {
    let (Some(edit), Some(other)) = (Edit::parse(input), Edit::parse(other)) else {
        return;
    };
    let mut content = edit.content.to_vec();
    let is_text = [".json", ".jsonl", ".toml", ".csv"]
        .iter()
        .any(|ending| edit.name.ends_with(ending));
    *input = match dice.below(30) {
        0 => format!("remove {}\n", edit.name).into_bytes(),
        1 => format!("folder {}\n", edit.name).into_bytes(),
        2 => format!("move {} {}\n", edit.name, other.name).into_bytes(),
        3 => format!("copy {} {}\n", other.name, edit.name).into_bytes(),
        4 => {
            // A checkpoint of another epoch, or what a killed process leaves.
            let to = *dice.pick(&[".new", "0", "9", ".lock", ".tmp"]);
            let names: Vec<&str> = files.keys().filter_map(|name| name.to_str()).collect();
            let name = *dice.pick(&names);
            let to = name.replace("epoch-2", &format!("epoch-2{to}"));
            format!("copy {name} {to}\n").into_bytes()
        }
        5..=24 if is_text => {
            words::change(&mut content, other.content, dice);
            write(edit.name, &content)
        }
        _ => {
            bytes::change(&mut content, other.content, dice);
            write(edit.name, &content)
        }
    };
}
