use super::*;
use crate::comparison::example::mixup;
use crate::device::selected::DeviceKind;

fn device() -> SelectedDevice {
    SelectedDevice {
        device: Device::flex(),
        name: "CPU".into(),
        kind: DeviceKind::Cpu,
    }
}

fn experiment(batch_size: usize) -> Experiment {
    let experiment = mixup().with(|file| {
        file.batch_size = batch_size;
        file.network.config.widths = vec![2, 2];
        file.network.config.hidden = Some(4);
    });
    experiment.unwrap()
}

#[test]
fn a_trial_has_two_rates_and_ends() {
    let device = device();
    let images = mixup_data::synthetic(0, 10, 5).upload(&device.device);
    // One whole batch, and one that is larger than the set.
    for batch_size in [4, 64] {
        let trial = Trial::of(&experiment(batch_size), &images, &device, 0.01).unwrap();
        assert!(trial.training > 0.0 && trial.judging > 0.0, "{trial:?}");
        assert!(trial.seconds > 0.0, "{trial:?}");
    }
}

#[test]
fn steps_begin_anew_after_the_last_whole_batch() {
    let device = device();
    let images = mixup_data::synthetic(0, 10, 1).upload(&device.device);
    let mut steps = Steps::new(&experiment(4), &images, &device);
    let mut ends = vec![];
    for _ in 0..4 {
        steps.step().unwrap();
        ends.push(steps.next);
    }
    assert_eq!(ends, [4, 8, 4, 8]);
}
