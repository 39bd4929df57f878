//! Other mixing, losses, networks and optimizers: the GPU's losses are the CPU's.

use crate::run::{recipe, trained, write_images};
use crate::{SLOWLY, TOLERANCE, assert_close, binary};

/// One epoch of three steps. The third batch is short, so that the GPU pads it, unless the network has
/// batch norm.
fn assert_three_steps_agree(values: &[(&str, &str)]) {
    let binary = binary();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_images(folder, 10, 5);
    let experiment = recipe(&[&AUGMENTED, values].concat());
    let [cpu, gpu] =
        ["cpu", "gpu"].map(|device| trained(&binary, folder, &experiment, 1, device).remove(0));
    for key in ["train_loss", "test_loss"] {
        assert_close(key, &cpu[key], &gpu[key], TOLERANCE);
    }
}

/// A small network, with flips, crops, smoothed labels and every image mixed.
const AUGMENTED: [(&str, &str); 8] = [
    ("batch_size = 128", "batch_size = 4"),
    ("widths = [64, 128]", "widths = [8, 8]"),
    SLOWLY,
    ("flip = false", "flip = true"),
    ("crop_padding = 0", "crop_padding = 4"),
    ("smoothing = 0.0", "smoothing = 0.1"),
    ("alpha = 0.2", "alpha = 1.0"),
    ("every = 5", "probability = 1.0"),
];

#[test]
#[ignore = "needs a GPU binary: MIXUP_GPU_BINARY"]
fn gpu_cutmix_with_cross_entropy_and_attacks_agrees_with_the_cpu() {
    let attacked = "[robustness]\nepsilons = [4.0]\nimages = 5\npgd_steps = 2\n\n[schedule] ";
    assert_three_steps_agree(&[
        ("method = \"mixup\"", "method = \"cutmix\""),
        ("name = \"bce\"", "name = \"cross-entropy\""),
        ("epsilon = 1e-6\n", ""),
        ("[schedule] ", attacked),
    ]);
}

#[test]
#[ignore = "needs a GPU binary: MIXUP_GPU_BINARY"]
fn gpu_manifold_mixup_with_batch_norm_and_sgd_agrees_with_the_cpu() {
    assert_three_steps_agree(&[
        ("name = \"cnn\"", "name = \"cnn-bn\""),
        (
            "method = \"mixup\"",
            "method = \"manifold\"\nlayers = [\"conv11\", \"conv21\"]",
        ),
        ("partner = \"set\"", "partner = \"batch\""),
        ("name = \"bce\"", "name = \"bce-logits\""),
        ("epsilon = 1e-6\n", ""),
        (
            "name = \"adam\"",
            "name = \"sgd\"\nmomentum = 0.9\nnesterov = true",
        ),
        ("learning_rate = 0.00003", "learning_rate = 0.001"),
        ("beta_1 = 0.9\nbeta_2 = 0.999\nepsilon = 1e-8\n", ""),
        ("weight_decay = 0.0", "weight_decay = 0.001"),
        ("decayed = \"all\"", "decayed = \"weights\""),
    ]);
}

/// Retouched images are put on the device batch by batch; each is there as it is, and mixed in one of three ways.
#[test]
#[ignore = "needs a GPU binary: MIXUP_GPU_BINARY"]
fn gpu_retouched_images_with_their_mixes_agree_with_the_cpu() {
    assert_three_steps_agree(&[
        (
            "crop_padding = 4",
            "crop_padding = 4\ntrivial_augment = true\nerasing = 0.5",
        ),
        (
            "method = \"mixup\"",
            "method = [\"mixup\", \"cutmix\", \"resizemix\"]\nregmixup = 0.5",
        ),
        (
            "epsilon = 1e-6\n",
            "epsilon = 1e-6\nclass_weights = \"balanced\"\n",
        ),
        ("decayed = \"all\"", "decayed = \"all\"\nclip_norm = 0.1"),
        ("[schedule] ", "[ema]\ndecay = 0.5\n\n[schedule] "),
    ]);
}
