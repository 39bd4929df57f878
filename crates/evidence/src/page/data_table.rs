//! Tables that scroll sideways if the page is too narrow.

use maud::{Markup, html};

/// What the cells of a table hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cells {
    /// Numbers.
    Numbers,
    /// Words, which may need several lines.
    Words,
}

/// A table whose first column names its rows.
pub(crate) struct DataTable {
    /// The title. It is unique on the page, because it names the region that scrolls.
    pub(crate) caption: String,
    /// The names of all columns.
    pub(crate) head: Vec<String>,
    /// The cells of each row. The first is the row's name.
    pub(crate) rows: Vec<Vec<String>>,
    /// What the cells hold, which decides how they are set.
    pub(crate) cells: Cells,
}

impl DataTable {
    /// A table of numbers.
    pub(crate) fn numbers(
        caption: impl Into<String>,
        head: Vec<String>,
        rows: Vec<Vec<String>>,
    ) -> Self {
        Self {
            caption: caption.into(),
            head,
            rows,
            cells: Cells::Numbers,
        }
    }

    /// The table in a region that can be scrolled with the keyboard.
    pub(crate) fn markup(&self) -> Markup {
        html! {
            div.scroll tabindex="0" role="region" aria-label=(self.caption) {
                table.words[self.cells == Cells::Words] {
                    // The span stays in sight while the table scrolls.
                    caption { span { (self.caption) } }
                    thead {
                        tr { @for name in &self.head { th scope="col" { (name) } } }
                    }
                    tbody {
                        @for row in &self.rows {
                            tr {
                                @for (index, cell) in row.iter().enumerate() {
                                    @if index == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Names of columns: the first, then the others.
pub(crate) fn head<'a>(first: &str, others: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let others = others.into_iter().map(str::to_owned);
    [first.to_owned()].into_iter().chain(others).collect()
}
