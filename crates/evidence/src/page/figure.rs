//! A chart with what surrounds it.

use maud::{Markup, html};

use super::data_table::DataTable;

/// A chart, its caption and its numbers.
pub(crate) struct Figure {
    /// What the colours and shapes stand for, above the chart.
    pub(crate) legend: Markup,
    /// The chart.
    pub(crate) chart: Markup,
    /// What to see in it and what not to read into it.
    pub(crate) caption: Markup,
    /// The same in numbers, folded.
    pub(crate) table: DataTable,
}

impl Figure {
    /// The figure.
    pub(crate) fn markup(&self) -> Markup {
        html! {
            figure {
                (self.legend)
                (self.chart)
                figcaption { (self.caption) }
                details {
                    summary { "Data as a table" }
                    (self.table.markup())
                }
            }
        }
    }
}
