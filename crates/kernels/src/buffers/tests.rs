//! Buffers are reused, up to a limit.
//!
//! The pool of the process is shared by all tests of this crate, and its limit depends on what they
//! use. What depends on the limit is therefore tested with a pool of its own.

use super::*;

/// The values of all buffers that a pool knows.
fn all_values(pool: &Pool) -> usize {
    let free: usize = pool.free.iter().map(Vec::len).sum();
    assert_eq!(free, pool.free_values, "values of the free buffers");
    free + pool.used_values
}

/// Takes buffers from a pool, and makes those that it lacks.
#[derive(Default)]
struct User {
    /// How many buffers the pool lacked.
    new: usize,
}

impl User {
    fn take(&mut self, pool: &mut Pool, len: usize) -> Vec<f32> {
        let (reused, _) = pool.take(len);
        reused.unwrap_or_else(|| {
            self.new += 1;
            vec![0.0; len]
        })
    }
}

/// The results of one training step, in the order in which Burn makes and drops them: forwards, each
/// layer keeps two results; backwards, it makes two gradients, and drops what is no longer needed.
///
/// # Returns
/// How many buffers were new.
fn step(pool: &mut Pool, layers: &[[usize; 2]]) -> usize {
    let mut user = User::default();
    let mut kept = vec![];
    for &[sum, output] in layers {
        kept.push([user.take(pool, sum), user.take(pool, output)]);
    }
    let last = kept.last().map_or(0, |[_, output]| output.len());
    let mut gradient = user.take(pool, last);
    while let Some([sum, output]) = kept.pop() {
        let by_sum = user.take(pool, sum.len());
        pool.give_back(gradient);
        pool.give_back(output);
        gradient = user.take(pool, sum.len());
        pool.give_back(by_sum);
        pool.give_back(sum);
    }
    pool.give_back(gradient);
    user.new
}

/// The article's network: pooling makes outputs smaller.
const POOLED: [[usize; 2]; 4] = [[8192, 8192], [8192, 2048], [4096, 4096], [4096, 1024]];

/// A residual network: stages of equal layers.
fn residual() -> Vec<[usize; 2]> {
    let stage = |len: usize| [[len, len]; 6];
    [stage(1024), stage(512), stage(256)].concat()
}

/// # Panics
/// If a step still needs new buffers after it has been made once.
fn check_steady(layers: &[[usize; 2]]) {
    let mut pool = Pool::new();
    assert!(step(&mut pool, layers) > 0, "a first step needs buffers");
    for repeated in 1..5 {
        assert_eq!(step(&mut pool, layers), 0, "step {repeated}");
    }
    assert_eq!(pool.used_values, 0);
}

#[test]
fn a_repeated_step_with_pooling_reuses_every_buffer() {
    check_steady(&POOLED);
}

#[test]
fn a_repeated_step_of_a_residual_network_reuses_every_buffer() {
    check_steady(&residual());
}

#[test]
fn a_repeated_step_of_ever_smaller_layers_reuses_every_buffer() {
    let layers: Vec<_> = (2..9).rev().map(|power| [3_usize.pow(power); 2]).collect();
    check_steady(&layers);
}

/// A shorter last batch of an epoch.
#[test]
fn a_step_of_another_shape_costs_only_what_it_displaces() {
    let mut pool = Pool::new();
    let short = POOLED.map(|layer| layer.map(|len| len / 8));
    step(&mut pool, &POOLED);
    step(&mut pool, &short);
    assert_eq!(step(&mut pool, &short), 0);
    assert_eq!(step(&mut pool, &POOLED), 0);
}

#[test]
fn what_another_shape_left_is_dropped() {
    let mut pool = Pool::new();
    step(&mut pool, &[[101, 102], [103, 104]]);
    for _ in 0..3 {
        step(&mut pool, &POOLED);
    }
    let left = pool.free.iter().filter(|buffer| buffer.len() < 200);
    assert!(left.count() > 0, "small buffers may stay");
    step(&mut pool, &[[20_001, 20_002], [20_003, 20_004]]);
    for _ in 0..3 {
        step(&mut pool, &[[30_001, 30_002], [30_003, 30_004]]);
    }
    assert!(pool.free.iter().all(|buffer| buffer.len() > 20_000));
}

#[test]
fn the_oldest_buffer_is_dropped_first() {
    let mut pool = Pool::new();
    for len in [10, 11, 12] {
        assert!(pool.take(len).0.is_none());
        pool.give_back(vec![0.0; len]);
    }
    // 12 values at most were used at once, so 24 may be kept.
    let lens: Vec<_> = pool.free.iter().map(Vec::len).collect();
    assert_eq!(lens, [11, 12]);
}

#[test]
fn dropped_buffers_are_handed_to_the_caller() {
    let mut pool = Pool::new();
    pool.take(10);
    let dropped = [10, 11].map(|len| pool.give_back(vec![0.0; len]).len());
    assert_eq!(dropped, [0, 1]);
    let (found, dropped) = pool.take(15);
    assert!(found.is_none());
    assert!(dropped.is_empty(), "15 used and 11 free are at most 2 x 15");
    let (_, dropped) = pool.take(9);
    assert!(dropped.is_empty());
    pool.give_back(vec![0.0; 9]);
    pool.give_back(vec![0.0; 15]);
    pool.give_back(vec![0.0; 15]);
    assert_eq!(all_values(&pool), 39);
}

#[test]
fn the_memory_of_any_steps_is_bounded() {
    let mut pool = Pool::new();
    let mut most = 0;
    let mut used: Vec<Vec<f32>> = vec![];
    let mut state = 1_u32;
    for _ in 0..5000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let len = 1 + (state >> 24) as usize;
        if state >> 8 & 1 == 0 || used.is_empty() {
            let buffer = User::default().take(&mut pool, len);
            assert_eq!(buffer.len(), len);
            used.push(buffer);
        } else {
            let buffer = used.swap_remove(len % used.len());
            pool.give_back(buffer);
        }
        let used: usize = used.iter().map(Vec::len).sum();
        most = most.max(used);
        assert_eq!(pool.used_values, used);
        assert!(all_values(&pool) <= SHARE * most);
    }
}

#[test]
fn buffers_that_were_not_taken_are_bounded_too() {
    let mut pool = Pool::new();
    pool.take(100);
    for _ in 0..10 {
        pool.give_back(vec![0.0; 70]);
        assert!(all_values(&pool) <= 200);
    }
    assert_eq!(pool.used_values, 0);
}

#[test]
fn a_free_buffer_is_taken_once() {
    let mut pool = Pool::new();
    pool.take(5);
    pool.give_back(vec![1.5; 5]);
    assert_eq!(pool.take(5).0, Some(vec![1.5; 5]));
    assert_eq!(pool.take(5).0, None);
}

#[test]
fn the_last_buffer_returned_is_taken_first() {
    let mut pool = Pool::new();
    pool.take(5);
    pool.take(5);
    pool.give_back(vec![1.0; 5]);
    pool.give_back(vec![2.0; 5]);
    assert_eq!(pool.take(5).0, Some(vec![2.0; 5]));
}

#[test]
fn a_buffer_of_another_length_is_not_taken() {
    let mut pool = Pool::new();
    pool.take(5);
    pool.give_back(vec![1.0; 5]);
    assert_eq!(pool.take(4).0, None);
}

/// Holds enough of the pool that the buffers of the other tests at the same time drop nothing.
fn with_room(test: impl FnOnce()) {
    let held = take(1 << 22);
    test();
    give_back(held);
}

#[test]
fn a_dropped_tensors_memory_is_used_again() {
    with_room(|| {
        let buffer = vec![1.5; FEWEST_VALUES + 12_345];
        let (len, address) = (buffer.len(), buffer.as_ptr());
        drop(into_bytes(buffer));
        let again = take(len);
        assert_eq!(again.as_ptr(), address);
    });
}

#[test]
fn a_small_buffer_is_left_to_the_allocator() {
    let len = FEWEST_VALUES - 1;
    give_back(vec![1.5; len]);
    assert!(pool().free.iter().all(|buffer| buffer.len() != len));
    assert_eq!(take(len), vec![0.0; len]);
}

#[test]
fn bytes_hold_the_values() {
    let values = vec![1.5; FEWEST_VALUES + 33_333];
    let bytes = into_bytes(values.clone());
    assert_eq!(bytemuck::cast_slice::<u8, f32>(&bytes), values);
}

#[test]
fn few_values_become_bytes_too() {
    let bytes = into_bytes(vec![1.5, 2.5]);
    assert_eq!(bytemuck::cast_slice::<u8, f32>(&bytes), [1.5, 2.5]);
}

#[test]
fn bytes_can_be_written_to() {
    let mut bytes = into_bytes(vec![2.0; FEWEST_VALUES + 23_456]);
    bytes[..4].copy_from_slice(&7.0_f32.to_ne_bytes());
    assert_eq!(bytemuck::cast_slice::<u8, f32>(&bytes)[..2], [7.0, 2.0]);
}

#[test]
fn a_copy_of_bytes_becomes_values_again() {
    let values = vec![2.0; FEWEST_VALUES + 23_457];
    let copy: Result<Vec<f32>, _> = into_bytes(values.clone()).clone().try_into_vec();
    assert!(copy.is_ok_and(|copy| copy == values));
}

#[test]
fn a_copy_does_not_share_memory() {
    let original = into_bytes(vec![2.0; FEWEST_VALUES + 23_458]);
    let mut copy = original.clone();
    copy[..4].copy_from_slice(&7.0_f32.to_ne_bytes());
    assert_eq!(bytemuck::cast_slice::<u8, f32>(&original)[0], 2.0);
}
