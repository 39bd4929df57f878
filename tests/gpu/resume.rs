//! A run that stops and resumes on a GPU.

use assert_cmd::Command;

use crate::run::{recipe, rows, run_info, train, trained, write_images};
use crate::{SMALL, assert_close, binary};

/// How far the losses of a resumed run may be from those of an uninterrupted one. Each process tunes its
/// own kernels, so one may use TF32 and the other not, which may change the losses of nine steps by 3e-3.
/// Without the optimizer's state the losses of the third epoch would be off by 1.5e-2 or more.
const RESUMED_TOLERANCE: f64 = 1e-2;

#[test]
#[ignore = "needs a GPU binary: MIXUP_GPU_BINARY"]
fn gpu_a_resumed_run_has_the_losses_of_an_uninterrupted_one() {
    let binary = binary();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_images(folder, 10, 5);
    let experiment = recipe(&SMALL);
    let whole = trained(&binary, folder, &experiment, 3, "gpu");
    train(&binary, folder, &experiment, 1, "gpu", "stopped")
        .assert()
        .success();
    let run = folder.join("stopped");
    Command::new(&binary)
        .args(["train", "--ui", "plain", "--epochs", "3", "--resume"])
        .arg(&run)
        .arg("--data")
        .arg(folder)
        .assert()
        .success();
    assert_eq!(run_info(&run)["device_kind"], "gpu");
    let resumed = rows(&run);
    assert_eq!([whole.len(), resumed.len()], [3, 3]);
    for (whole, resumed) in whole.iter().zip(&resumed) {
        for key in ["train_loss", "test_loss"] {
            assert_close(key, &whole[key], &resumed[key], RESUMED_TOLERANCE);
        }
    }
}
