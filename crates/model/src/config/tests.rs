//! Which configurations are accepted, and which names and shapes they lead to.

use super::*;

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let resnet = NetworkConfig::published(Architecture::ResNet20);
    let cnn = NetworkConfig::article();
    let widths = |widths: &[usize], of: &NetworkConfig| NetworkConfig {
        widths: widths.to_vec(),
        ..of.clone()
    };
    let hidden = |hidden, of: &NetworkConfig| NetworkConfig {
        hidden,
        ..of.clone()
    };
    for (config, expected) in [
        (
            widths(&[16, 32], &resnet),
            "network.widths: expected 3 numbers for resnet20, found 2",
        ),
        (
            widths(&[16, 8193, 8193], &resnet),
            "network.widths: expected a whole number from 1 to 8192, found 8193",
        ),
        (
            widths(&[0, 4], &cnn),
            "network.widths: expected a whole number from 1 to 8192, found 0",
        ),
        (
            widths(&[16, 32, 31], &resnet),
            "network.widths: expected no width below the one before it for resnet20, \
             found [16, 32, 31]",
        ),
        (
            hidden(None, &cnn),
            "network.hidden: expected a whole number from 1 to 65536 for cnn, found none",
        ),
        (
            hidden(Some(65_537), &cnn),
            "network.hidden: expected a whole number from 1 to 65536 for cnn, found 65537",
        ),
        (
            hidden(Some(256), &resnet),
            "network.hidden: expected no such key for resnet20, found 256",
        ),
    ] {
        assert_eq!(config.check(), Err(expected.into()));
    }
    let shrinking = widths(&[128, 64], &cnn);
    assert_eq!(shrinking.check(), Ok(()));
    for &name in Architecture::ALL {
        assert_eq!(NetworkConfig::published(name).check(), Ok(()));
    }
}
