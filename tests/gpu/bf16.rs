//! Training in bf16, on a GPU that computes in it.

use crate::run::{recipe, rows, train, trained, write_images};
use crate::{SLOWLY, SMALL, assert_close, binary};

/// How far losses in bf16, which has 7 fraction bits, may be from those in f32.
const BF16_TOLERANCE: f64 = 2e-2;

#[test]
#[ignore = "needs a GPU binary (MIXUP_GPU_BINARY) whose device computes in bf16"]
fn gpu_bf16_losses_are_close_to_those_in_f32() {
    let binary = binary();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_images(folder, 10, 5);
    let slow = [SMALL.as_slice(), &[SLOWLY]].concat();
    let single = trained(&binary, folder, &recipe(&slow), 1, "cpu");
    let half = [slow.as_slice(), &[("\"f32\"", "\"bf16\"")]].concat();
    // A device without bf16 is refused by name, and so fails this test with that message.
    train(&binary, folder, &recipe(&half), 1, "gpu", "bf16")
        .assert()
        .success();
    let bf16 = rows(&folder.join("bf16"));
    for key in ["train_loss", "test_loss"] {
        assert_close(key, &single[0][key], &bf16[0][key], BF16_TOLERANCE);
    }
    assert_ne!(single[0]["train_loss"], bf16[0]["train_loss"]);
}
