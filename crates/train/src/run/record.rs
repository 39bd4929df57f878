//! The contents of a run's JSON files, except for the rows of its epochs.

use mixup_data::{FingerprintOrigin, ImageShape, Normalisation, SampleShape};
use mixup_evidence::{ChosenBy, Corruptions, Robustness, TrainingMeasures};
use serde::{Deserialize, Serialize};

use crate::device::selected::DeviceKind;
use crate::learn::evaluation::Evaluation;
use crate::run::start_weights::StartInfo;

/// `run.json`: the program, data and device of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RunInfo {
    /// The program's version.
    pub version: String,
    /// The name of the experiment file, without its ending.
    pub experiment: String,
    /// The device's name.
    pub device: String,
    /// `cpu` or `gpu`. A resumed run uses the same kind.
    pub device_kind: String,
    /// How many threads compute, if the device is the CPU. `None` if that changed when the run was resumed; versions before 0.3.0 kept
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threads: Option<usize>,
    /// The type in which the device stores pixels.
    pub pixel_storage: String,
    /// The value of `--data` that names the images, as they were found last.
    pub data: String,
    /// The way from the run folder to the images, if these are files. Versions before 0.3.0 kept none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_from_run: Option<String>,
    /// The layout of the data's files.
    pub layout: String,
    /// SHA-256 over pixels and labels.
    pub fingerprint: String,
    /// How the fingerprint of a packed set is known. Other data are always hashed and have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint_origin: Option<FingerprintOrigin>,
    /// Channels, height and width of the images, or points of the clouds. Versions before 0.3.0 knew one shape and kept
    /// none.
    #[serde(default = "cifar10_shape")]
    pub shape: SampleShape,
    /// The constants of the pixels, if the experiment takes those of the images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalisation: Option<Normalisation>,
    /// The weights that training started from, if they were not all drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<StartInfo>,
    /// Number of images trained on.
    pub training_images: usize,
    /// Images held out of the training set to choose the best epoch. 0 if the test images choose it.
    /// Version 0.1.0 held out none, and its files lack the number.
    #[serde(default)]
    pub validation_images: usize,
    /// Number of test images.
    pub test_images: usize,
    /// The class of each label.
    pub classes: Vec<String>,
    /// The seed of initial weights, order, partners and λ.
    pub seed: u32,
    /// When the run started, in seconds since 1970 (UTC).
    pub started_unix_seconds: u64,
}

impl RunInfo {
    /// Whether a CPU trains the run.
    pub(crate) fn is_on_cpu(&self) -> bool {
        self.device_kind == DeviceKind::Cpu.name()
    }
}

fn cifar10_shape() -> SampleShape {
    ImageShape::CIFAR10.into()
}

/// `summary.json`: the results of a finished run. Accuracies are fractions in `[0, 1]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Summary {
    /// The name of the experiment file, without its ending.
    pub experiment: String,
    /// The run's seed.
    pub seed: u32,
    /// Number of epochs trained.
    pub epochs: usize,
    /// Number of parameters of the network.
    pub parameters: usize,
    /// Test accuracy after the last epoch. No choice has biased it.
    pub last_test_accuracy: f64,
    /// Test loss after the last epoch.
    pub last_test_loss: f64,
    /// Test accuracy of the best epoch's weights. It is too high if the test images chose that epoch.
    pub best_test_accuracy: f64,
    /// The best epoch. The first one counts if several are equal.
    pub best_epoch: usize,
    /// Which images chose it. Files of version 0.1.0 lack it: the test images always did.
    #[serde(default = "by_test")]
    pub best_chosen_by: ChosenBy,
    /// Number of training images seen over all epochs.
    pub images: usize,
    /// Seconds of training, without evaluations.
    pub seconds: f64,
    /// CPU seconds of all threads in this time. `None` if an epoch was trained by a version before 0.3.0, or on a system
    /// that does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_seconds: Option<f64>,
}

fn by_test() -> ChosenBy {
    ChosenBy::Test
}

/// `evaluation.json`: measures of the networks of a finished run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Evaluations {
    /// The last epoch's network on the test images.
    pub test: Evaluation,
    /// The last epoch's weights themselves on the test images, if the others are measures of their average.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<Evaluation>,
    /// The best epoch's network on the test images. Only present if validation images chose that epoch.
    pub best: Option<Evaluation>,
    /// The last epoch's network on unmixed training images.
    pub training: TrainingMeasures,
    /// The last epoch's network on attacked test images, if the experiment has a `[robustness]` table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub robustness: Option<Robustness>,
    /// The last epoch's network on damaged test samples, if the experiment has a `[corruptions]` table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corruptions: Option<Corruptions>,
}

#[cfg(test)]
mod tests {
    use mixup_evidence::{Measures, Outputs, to_12_decimals};

    use super::*;
    use crate::files::json_text;

    #[test]
    fn run_info_of_version_0_2_0_is_read() {
        let info: RunInfo = serde_json::from_str(
            r#"{"version":"0.2.0","experiment":"baseline","device":"CPU (AVX-512 kernels, 2 threads)",
            "device_kind":"cpu","pixel_storage":"u8","data":"cifar10-jpeg","layout":"class folders",
            "fingerprint":"25131987db380b37a613c064a14030a84e17f1bd9c424fa517f6f611bbe81063",
            "training_images":50000,"validation_images":0,"test_images":10000,
            "classes":["airplane","automobile","bird","cat","deer","dog","frog","horse","ship","truck"],
            "seed":3,"started_unix_seconds":1795668471}"#,
        )
        .unwrap();
        assert_eq!((info.seed, info.validation_images), (3, 0));
        assert_eq!(info.classes[9], "truck");
    }

    #[test]
    fn a_summary_of_version_0_2_0_is_read() {
        let summary: Summary = serde_json::from_str(
            r#"{"experiment":"baseline","seed":3,"epochs":30,"parameters":1082186,
            "last_test_accuracy":0.7335,"last_test_loss":0.33905544982,"best_test_accuracy":0.7511,
            "best_epoch":9,"best_chosen_by":"test","images":1500000,"seconds":666.062649097}"#,
        )
        .unwrap();
        assert_eq!(summary.best_chosen_by, ChosenBy::Test);
        assert_eq!(summary.last_test_accuracy, 0.7335);
    }

    #[test]
    fn a_summary_of_version_0_1_0_was_chosen_by_the_test_images() {
        let summary: Summary = serde_json::from_str(
            r#"{"experiment":"a","seed":3,"epochs":1,"parameters":1,"last_test_accuracy":0.5,
            "last_test_loss":0.5,"best_test_accuracy":0.5,"best_epoch":1,"images":1,"seconds":1.0}"#,
        )
        .unwrap();
        assert_eq!(summary.best_chosen_by, ChosenBy::Test);
    }

    #[test]
    fn a_run_of_version_0_1_0_held_out_no_images() {
        let info: RunInfo = serde_json::from_str(
            r#"{"version":"0.1.0","experiment":"a","device":"CPU","device_kind":"cpu","pixel_storage":"u8",
            "data":"synthetic","layout":"built-in images","fingerprint":"ab","training_images":3000,
            "test_images":1000,"classes":["disc"],"seed":1,"started_unix_seconds":1}"#,
        )
        .unwrap();
        assert_eq!(info.validation_images, 0);
    }

    proptest::proptest! {
        /// A run must not refuse its own file, whatever names and numbers it has.
        #[test]
        fn any_summary_is_read_back(
            experiment in ".*",
            seed in proptest::num::u32::ANY,
            count in proptest::num::usize::ANY,
            loss in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL | proptest::num::f64::ZERO,
        ) {
            let loss = to_12_decimals(loss);
            let summary = Summary {
                experiment,
                seed,
                epochs: count,
                parameters: count,
                last_test_accuracy: 0.5,
                last_test_loss: loss,
                best_test_accuracy: 0.5,
                best_epoch: count,
                best_chosen_by: ChosenBy::Validation,
                images: count,
                seconds: loss,
                cpu_seconds: Some(loss),
            };
            let read: Summary = serde_json::from_str(&json_text(&summary)).unwrap();
            proptest::prop_assert_eq!((read.experiment, read.images), (summary.experiment, count));
        }

        #[test]
        fn any_run_info_is_read_back(text in ".*", count in proptest::num::usize::ANY, seconds in proptest::num::u64::ANY) {
            let info = RunInfo {
                version: text.clone(),
                experiment: text.clone(),
                device: text.clone(),
                device_kind: text.clone(),
                threads: Some(count),
                pixel_storage: text.clone(),
                data: text.clone(),
                data_from_run: Some(text.clone()),
                layout: text.clone(),
                fingerprint: text.clone(),
                fingerprint_origin: Some(FingerprintOrigin::Stated),
                shape: ImageShape { channels: 1, height: count, width: 3 }.into(),
                normalisation: Some(Normalisation::identity(2)),
                start: Some(StartInfo {
                    file: text.clone(),
                    sha256: text.clone(),
                    taken: count,
                    drawn: vec![text.clone()],
                    classes: Some(count),
                }),
                training_images: count,
                validation_images: count,
                test_images: count,
                classes: vec![text.clone(), text],
                seed: u32::MAX,
                started_unix_seconds: seconds,
            };
            let read: RunInfo = serde_json::from_str(&json_text(&info)).unwrap();
            proptest::prop_assert_eq!(read, info);
        }

        /// Measures of any finite outputs, also of confident and wrong ones.
        #[test]
        fn any_measures_are_read_back(
            logits in proptest::collection::vec(proptest::num::f32::NORMAL | proptest::num::f32::ZERO, 6),
        ) {
            for outputs in [Outputs::Sigmoid, Outputs::Softmax] {
                let evaluation = Evaluation {
                    loss: 0.5,
                    measures: Measures::new(outputs, &logits, &[0, 1, 1], 2),
                    predictions: vec![],
                };
                let read: Evaluation = serde_json::from_str(&json_text(&evaluation)).unwrap();
                proptest::prop_assert_eq!(read.measures.confusion, evaluation.measures.confusion);
            }
        }
    }
}
