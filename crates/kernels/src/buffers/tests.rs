//! Buffers are reused, up to a limit.

use super::*;

/// One test, because tests share the pool and would push out each other's buffers.
#[test]
fn a_dropped_tensor_s_memory_is_used_again_and_the_pool_stays_small() {
    // A length that no other test uses.
    let len = FEWEST_VALUES + 12_345;
    let buffer = vec![1.5; len];
    let address = buffer.as_ptr();
    let bytes = into_bytes(buffer);
    assert_eq!(bytes.len(), 4 * len);
    assert_eq!(bytemuck::cast_slice::<u8, f32>(&bytes), vec![1.5; len]);
    drop(bytes);
    let (again, fresh) = (take(len), take(len));
    assert_eq!(again.as_ptr(), address);
    assert_ne!(fresh.as_ptr(), address);
    for extra in 0..2 * MOST_FREE {
        give_back(vec![0.0; FEWEST_VALUES + 34_567 + extra]);
    }
    assert!(free().len() <= MOST_FREE);
}

#[test]
fn bytes_can_be_written_to_and_copied() {
    let len = FEWEST_VALUES + 23_456;
    let mut bytes = into_bytes(vec![2.0; len]);
    bytes[..4].copy_from_slice(&7.0_f32.to_ne_bytes());
    let copy = bytes.clone();
    assert_eq!(bytemuck::cast_slice::<u8, f32>(&copy)[..2], [7.0, 2.0]);
    let values: Vec<f32> = copy.try_into_vec().unwrap();
    assert_eq!(values.len(), len);
}
