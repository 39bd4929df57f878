//! Twenty steps of the article's network: the GPU's losses are the CPU's.

use crate::run::{recipe, trained, write_images};
use crate::{SLOWLY, TOLERANCE, assert_close, binary};

/// Compares the losses of twenty epochs that have one step each, so that every step is seen.
fn assert_twenty_steps_agree(batch: usize) {
    let binary = binary();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_images(folder, batch, 5);
    let size = format!("batch_size = {batch}");
    let size = ("batch_size = 128", size.as_str());
    let experiment = recipe(&[("every = 5", "every = 1"), size, SLOWLY]);
    let [cpu, gpu] = ["cpu", "gpu"].map(|device| trained(&binary, folder, &experiment, 20, device));
    assert_eq!([cpu.len(), gpu.len()], [20, 20]);
    for (step, (cpu, gpu)) in cpu.iter().zip(&gpu).enumerate() {
        for key in ["train_loss", "test_loss"] {
            let what = format!("batch {batch}, step {}, {key}", step + 1);
            assert_close(&what, &cpu[key], &gpu[key], TOLERANCE);
        }
    }
}

#[test]
#[ignore = "needs a GPU binary: MIXUP_GPU_BINARY"]
fn gpu_twenty_steps_with_batches_of_8_agree_with_the_cpu() {
    assert_twenty_steps_agree(8);
}

/// The article's batch size. It takes too long on a software renderer.
#[test]
#[ignore = "needs a GPU binary: MIXUP_GPU_BINARY"]
fn gpu_twenty_steps_with_batches_of_128_agree_with_the_cpu() {
    assert_twenty_steps_agree(128);
}
