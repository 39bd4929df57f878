//! Labels that would lie on each other are moved apart.

/// The positions, moved as little as keeps a `gap` between neighbours and all within `range`; in the
/// order that they came. Where there is no room for the gap, they share what there is.
pub(crate) fn apart(positions: &[f64], gap: f64, range: (f64, f64)) -> Vec<f64> {
    let room = (range.1 - range.0) / positions.len().saturating_sub(1).max(1) as f64;
    let gap = gap.min(room);
    let mut order: Vec<usize> = (0..positions.len()).collect();
    order.sort_by(|&a, &b| positions[a].total_cmp(&positions[b]));
    let mut moved = positions.to_vec();
    let mut free = range.0;
    for &index in &order {
        moved[index] = moved[index].max(free);
        free = moved[index] + gap;
    }
    let mut free = range.1;
    for &index in order.iter().rev() {
        moved[index] = moved[index].min(free);
        free = moved[index] - gap;
    }
    moved
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_does_not_touch_stays() {
        assert_eq!(apart(&[50.0, 10.0], 15.0, (0.0, 100.0)), [50.0, 10.0]);
        assert_eq!(apart(&[98.0, 97.0], 15.0, (0.0, 100.0)), [100.0, 85.0]);
        assert!(apart(&[], 15.0, (0.0, 100.0)).is_empty());
    }

    proptest! {
        #[test]
        fn neighbours_keep_their_distance(
            positions in prop::collection::vec(0.0..100.0_f64, 1..6),
        ) {
            let mut moved = apart(&positions, 15.0, (0.0, 100.0));
            moved.sort_by(f64::total_cmp);
            prop_assert!(moved[0] >= -1e-9 && moved[moved.len() - 1] <= 100.0);
            for pair in moved.windows(2) {
                prop_assert!(pair[1] - pair[0] >= 15.0 - 1e-9);
            }
        }
    }
}
