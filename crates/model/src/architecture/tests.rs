//! The list of architectures and their names.

use super::*;
use serde::de::IntoDeserializer;
use serde::de::value::Error;

fn read(name: &str) -> Result<Architecture, Error> {
    Architecture::deserialize(name.into_deserializer())
}

#[test]
fn displayed_name_reads_back() {
    for &name in Architecture::ALL {
        assert_eq!(read(&name.to_string()), Ok(name));
    }
}

/// The deserializer lists every variant in its message, so a variant that `ALL` lacks shows here.
#[test]
fn all_lists_every_name_that_a_file_may_have() {
    let names: Vec<_> = Architecture::ALL
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    let message = read("vgg").unwrap_err().to_string();
    let expected = format!(
        "unknown variant `vgg`, expected one of {}",
        names.join(", ")
    );
    assert_eq!(message, expected);
}
