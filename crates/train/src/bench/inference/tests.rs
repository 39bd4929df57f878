use burn::tensor::Device;
use mixup_model::{Architecture, NetworkConfig};

use super::*;
use crate::comparison::example::mixup;
use crate::device::selected::DeviceKind;

/// A small residual network, whose norms would mix the images of a batch in training mode.
fn inference(batch_size: usize) -> Inference {
    let experiment = mixup().with(|file| {
        file.batch_size = batch_size;
        file.network.config = NetworkConfig {
            name: Architecture::ResNet20,
            widths: vec![2, 2, 4],
            hidden: None,
        };
    });
    let device = SelectedDevice {
        device: Device::flex(),
        name: "CPU".into(),
        kind: DeviceKind::Cpu,
    };
    let images = mixup_data::synthetic(0, 10, 1).upload(&device.device);
    Inference::new(&experiment.unwrap(), &images, &device)
}

#[test]
fn every_image_is_classified_without_regard_to_its_batch() {
    let all = inference(10).evaluation().unwrap();
    let some = inference(4).evaluation().unwrap();
    assert_eq!(all.predictions.len(), 10);
    for (one, other) in all.predictions.iter().zip(&some.predictions) {
        assert_eq!((one.label, one.predicted), (other.label, other.predicted));
        assert!((one.probability - other.probability).abs() < 1e-5);
    }
}

#[test]
fn a_pass_has_a_rate() {
    assert!(inference(4).pass().unwrap() > 0.0);
}
