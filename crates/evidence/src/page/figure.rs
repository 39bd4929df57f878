//! A chart with its legend, caption and table.

use maud::{Markup, html};

use super::data_table::DataTable;

/// A chart, its caption and its numbers.
pub(crate) struct Figure {
    /// The meaning of colours and shapes; above the chart.
    pub(crate) legend: Markup,
    /// The chart.
    pub(crate) chart: Markup,
    /// How to read the chart, and which conclusions it does not allow.
    pub(crate) caption: Markup,
    /// The chart's numbers. The page shows them after a click.
    pub(crate) table: DataTable,
}

impl Figure {
    /// The figure as HTML.
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
