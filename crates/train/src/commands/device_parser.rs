//! The values of `--device`.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};

use crate::device::choose::DeviceChoice;

/// The form of a value that names an adapter.
const ADAPTER: &str = "gpu:N";

/// Parses `auto`, `cpu`, `gpu` and `gpu:N`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeviceParser;

impl TypedValueParser for DeviceParser {
    type Value = DeviceChoice;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<DeviceChoice, Error> {
        let value = value.to_string_lossy();
        choice(&value).ok_or_else(|| {
            let mut error = Error::new(ErrorKind::InvalidValue).with_cmd(command);
            let argument = argument.map_or("--device".into(), ToString::to_string);
            error.insert(ContextKind::InvalidArg, ContextValue::String(argument));
            let value = ContextValue::String(value.into_owned());
            error.insert(ContextKind::InvalidValue, value);
            let valid = ContextValue::Strings(NAMED.map(|(name, _)| name.into()).to_vec());
            error.insert(ContextKind::ValidValue, valid);
            error
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = NAMED.map(|(name, help)| PossibleValue::new(name).help(help));
        Some(Box::new(values.into_iter()))
    }
}

/// The values, each with what it means.
const NAMED: [(&str, &str); 4] = [
    (
        "auto",
        "A GPU if this build has a back end for one and finds one, else the CPU",
    ),
    ("cpu", "The CPU"),
    ("gpu", "The first GPU that answers"),
    (
        ADAPTER,
        "The adapter of this number, such as gpu:1, in the list of mixup devices",
    ),
];

/// The choice that `value` means.
fn choice(value: &str) -> Option<DeviceChoice> {
    Some(match value {
        "auto" => DeviceChoice::Auto,
        "cpu" => DeviceChoice::Cpu,
        "gpu" => DeviceChoice::Gpu,
        _ => {
            let number = value.strip_prefix("gpu:")?;
            let has_only_digits = number.bytes().all(|digit| digit.is_ascii_digit());
            DeviceChoice::Adapter(number.parse().ok().filter(|_| has_only_digits)?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::arguments::Command as Parsed;
    use crate::commands::arguments::tests::{command, mistake, refusal};

    /// The choice of `mixup bench --device VALUE`.
    fn parsed(value: &str) -> Option<DeviceChoice> {
        match command(&format!("bench --device {value}")) {
            Parsed::Bench(args) => args.device.device,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_adapter_has_a_number() {
        assert_eq!(parsed("gpu:1"), Some(DeviceChoice::Adapter(1)));
        assert_eq!(parsed("gpu"), Some(DeviceChoice::Gpu));
        assert_eq!(parsed("cpu"), Some(DeviceChoice::Cpu));
    }

    #[test]
    fn other_values_are_refused_with_those_that_are_known() {
        for value in [
            "tpu", "gpu:", "gpu:-1", "gpu:+1", "gpu:N", "gpu:one", "cpu:0",
        ] {
            let line = format!("bench --device {value}");
            assert_eq!(mistake(&line), ErrorKind::InvalidValue, "{value}");
            let said = refusal(&line);
            assert!(said.contains(value) && said.contains("gpu:N"), "{said}");
        }
    }
}
