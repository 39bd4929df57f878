//! The layout of packed matrices.

use super::*;

#[test]
fn columns_are_rounded_up_to_whole_vectors() {
    let panels = Panels {
        columns: 17,
        lanes: 8,
    };
    assert_eq!((panels.padded_columns(), panels.count()), (24, 2));
}

#[test]
fn an_odd_number_of_vectors_ends_in_a_narrow_panel() {
    let panels = Panels {
        columns: 17,
        lanes: 8,
    };
    assert!(panels.vectors().eq([(0, 2), (2, 1)]));
}

#[test]
fn an_even_number_of_vectors_fills_all_panels() {
    let panels = Panels {
        columns: 32,
        lanes: 8,
    };
    assert!(panels.vectors().eq([(0, 2), (2, 2)]));
}

#[test]
fn a_panel_has_its_rows_one_after_the_other_and_zeros_after_the_last_column() {
    let panels = Panels {
        columns: 3,
        lanes: 1,
    };
    let packed = panels.pack(2, |row, column| (10 * row + column) as f32 + 1.0);
    // Two rows of columns 0 and 1, then two rows of column 2 and the filling.
    assert_eq!(*packed, [1.0, 2.0, 11.0, 12.0, 3.0, 0.0, 13.0, 0.0]);
}
