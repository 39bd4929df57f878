//! The section on the settings of all arms.

use maud::html;

use super::{
    Section,
    data_table::{Cells, DataTable, head},
    format::counted,
    key::Key,
};
use crate::{Report, Setting};

pub(super) fn section(report: &Report, keys: &[Key]) -> Section {
    let (differing, equal): (Vec<_>, Vec<_>) =
        report.settings.iter().partition(|setting| setting.differs);
    let several = report.arms.len() > 1;
    let body = html! {
        @if !differing.is_empty() {
            p { "The arms differ in " (counted(differing.len(), "setting")) ":" }
            (side_by_side("Settings that differ", &differing, keys).markup())
        } @else if several {
            p { "No setting differs between the arms." }
        } @else {
            p { "One arm, so no settings to compare." }
        }
        @if !equal.is_empty() {
            details {
                summary {
                    (counted(equal.len(), "setting"))
                    @if several { " that all arms share" }
                }
                (shared(&equal).markup())
            }
        }
    };
    Section {
        id: "settings",
        title: "Settings",
        body,
    }
}

fn side_by_side(caption: &str, settings: &[&Setting], keys: &[Key]) -> DataTable {
    let rows = settings.iter().map(|setting| {
        let values = setting.values.iter().map(|value| written(value.as_deref()));
        [format!("≠ {}", setting.key)]
            .into_iter()
            .chain(values)
            .collect()
    });
    DataTable {
        caption: caption.to_owned(),
        head: head("Setting", keys.iter().map(|key| key.name.as_str())),
        rows: rows.collect(),
        cells: Cells::Words,
    }
}

fn shared(settings: &[&Setting]) -> DataTable {
    let rows = settings.iter().map(|setting| {
        let value = setting.values.first().and_then(Option::as_deref);
        vec![setting.key.clone(), written(value)]
    });
    DataTable {
        caption: "Settings, equal in all arms".to_owned(),
        head: head("Setting", ["Value"]),
        rows: rows.collect(),
        cells: Cells::Words,
    }
}

fn written(value: Option<&str>) -> String {
    value.unwrap_or("not set").to_owned()
}
