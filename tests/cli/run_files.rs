//! What runs wrote, read back and compared.

use std::path::Path;

use serde_json::Value;

use crate::scratch::Scratch;

impl Scratch {
    /// A JSON file.
    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.read(name)).unwrap()
    }

    /// The epochs of a run, without times.
    pub(crate) fn metrics(&self, run: &str) -> Vec<Value> {
        let text = String::from_utf8(self.read(Path::new(run).join("metrics.jsonl"))).unwrap();
        let rows = text
            .lines()
            .map(|line| without_times(serde_json::from_str(line).unwrap()));
        rows.collect()
    }

    /// Removes the digests of a finished run, as if version 0.2.0 had finished it: its files can be changed.
    pub(crate) fn forget_digests(&self, run: &str) {
        std::fs::remove_file(self.path(run).join("SHA256SUMS")).unwrap();
    }

    /// Asserts that two finished runs are the same except for times.
    pub(crate) fn assert_same_runs(&self, one: &str, other: &str) {
        assert_eq!(self.metrics(one), self.metrics(other));
        let summary = |run: &str| without_times(self.json(&format!("{run}/summary.json")));
        assert_eq!(summary(one), summary(other));
        let raw = "raw.safetensors";
        assert_eq!(
            self.path(one).join(raw).exists(),
            self.path(other).join(raw).exists()
        );
        let raw = Some(raw).filter(|raw| self.path(one).join(raw).exists());
        for file in raw.into_iter().chain([
            "model.safetensors",
            "best.safetensors",
            "predictions.csv",
            "evaluation.json",
            "mistakes.json",
            "mixed.json",
        ]) {
            let bytes = |run: &str| self.read(Path::new(run).join(file));
            assert!(
                bytes(one) == bytes(other),
                "{file} differs in {one} and {other}"
            );
        }
    }
}

/// A row or summary without its times and rate, which it must have.
fn without_times(mut value: Value) -> Value {
    let object = value.as_object_mut().unwrap();
    assert!(object.remove("seconds").unwrap().as_f64() > Some(0.0));
    let cpu_seconds = object
        .remove("cpu_seconds")
        .and_then(|found| found.as_f64());
    assert_eq!(cpu_seconds > Some(0.0), cfg!(unix));
    object.remove("images_per_second");
    value
}

/// The number at `key`.
pub(crate) fn number(value: &Value, key: &str) -> f64 {
    value[key]
        .as_f64()
        .unwrap_or_else(|| panic!("{key} in {value}"))
}
