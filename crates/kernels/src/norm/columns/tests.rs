//! Every value of a chunk is visited once, in the place of its channel.

use super::*;
use crate::instructions::{Instructions, Kernel};

/// The sets that this CPU has or can emulate: 16, 8, 4 and 1 lanes.
fn instructions() -> impl Iterator<Item = Instructions> {
    let emulated = Instructions::EMULATED.into_iter();
    Instructions::available().chain(emulated.filter(|set| set.is_available()))
}

/// Counts the visits of each value, and adds each to the sum of its column.
struct Visits<'a> {
    period: usize,
    values: &'a [f32],
    visits: &'a mut [f32],
    sums: &'a mut [f32],
}

impl Kernel for Visits<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        for_each_column(simd, self.period, self.values.len(), &mut self);
    }
}

impl Columns for Visits<'_> {
    #[inline(always)]
    fn run<S: Simd, const N: usize>(&mut self, simd: S, span: Span) {
        let mut sums = load_row::<S, N>(self.sums, span.column);
        for row in 0..span.rows {
            let at = span.at(row);
            assert_eq!(at % self.period, span.column, "the column of a value");
            let values = load_row::<S, N>(self.values, at);
            let mut visits = load_row::<S, N>(self.visits, at);
            for n in 0..N {
                visits[n] = simd.add_f32s(visits[n], simd.splat_f32s(1.0));
                sums[n] = simd.add_f32s(sums[n], values[n]);
            }
            store_row::<S, N>(self.visits, at, visits);
        }
        store_row::<S, N>(self.sums, span.column, sums);
    }
}

/// # Panics
/// If a value of a chunk is not visited once, or added to the sum of another channel.
fn check(set: Instructions, channels: usize, len: usize) {
    let period = period(channels, set.lanes());
    // The value of a channel is its number, and the sums of small integers are exact.
    let values: Vec<f32> = (0..len).map(|at| (at % channels) as f32).collect();
    let mut visits = vec![0.0; len];
    let mut sums = vec![0.0; period];
    set.run(Visits {
        period,
        values: &values,
        visits: &mut visits,
        sums: &mut sums,
    });
    assert_eq!(visits, vec![1.0; len], "{set}, {channels} channels, {len}");
    for (column, &sum) in sums.iter().enumerate() {
        let count = (len + period - 1 - column) / period;
        let expected = (column % channels * count) as f32;
        assert_eq!(sum, expected, "{set}, {channels} channels, {len}: {column}");
    }
}

/// # Panics
/// If a value is not visited once, for 1 to 40 channels and chunks of `rows` rows and a part of one more.
fn check_all(rows: usize) {
    for set in instructions() {
        for channels in 1..=40 {
            let period = period(channels, set.lanes());
            for rest in [0, 1, channels, period / 2, period - 1] {
                check(set, channels, rows * period + rest);
            }
        }
    }
}

#[test]
fn less_than_a_row_is_visited_once() {
    check_all(0);
}

#[test]
fn a_row_and_a_part_are_visited_once() {
    check_all(1);
}

#[test]
fn many_rows_and_a_part_are_visited_once() {
    check_all(5);
}

/// Whole pixels, as they come: each number of them.
#[test]
fn any_number_of_pixels_is_visited_once() {
    for set in instructions() {
        for pixels in 0..100 {
            check(set, 5, pixels * 5);
        }
    }
}

#[test]
fn a_row_is_the_shortest_of_whole_pixels_and_groups() {
    for lanes in [1, 4, 8, 16] {
        let group = GROUP * lanes;
        for channels in 1..=40 {
            let shortest = (1..).map(|groups| groups * group);
            let shortest = shortest
                .take(channels)
                .find(|len| len.is_multiple_of(channels));
            assert_eq!(Some(period(channels, lanes)), shortest);
        }
    }
}

#[test]
fn a_chunk_is_the_shortest_of_whole_rows() {
    for lanes in [1, 4, 8, 16] {
        for channels in (1..=40).chain([513, 1 << 15]) {
            let period = period(channels, lanes);
            let chunk = chunk_len(period);
            assert!(chunk.is_multiple_of(period));
            assert!(chunk >= CHUNK_VALUES);
            assert!(chunk < CHUNK_VALUES + period);
        }
    }
}
