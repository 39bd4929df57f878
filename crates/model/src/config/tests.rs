//! Which configurations are accepted, and the message for those that are not.

use super::*;

fn article_with(widths: &[usize], hidden: Option<usize>) -> NetworkConfig {
    NetworkConfig {
        name: Architecture::Cnn,
        widths: widths.to_vec(),
        hidden,
    }
}

fn resnet20_with(widths: &[usize], hidden: Option<usize>) -> NetworkConfig {
    NetworkConfig {
        name: Architecture::ResNet20,
        ..article_with(widths, hidden)
    }
}

#[track_caller]
fn assert_refused(config: &NetworkConfig, expected: &str) {
    assert_eq!(config.check().unwrap_err().to_string(), expected);
}

#[test]
fn published_networks_are_accepted() {
    for &name in Architecture::ALL {
        assert_eq!(NetworkConfig::published(name).check(), Ok(()));
    }
}

#[test]
fn default_is_the_article_network() {
    assert_eq!(
        NetworkConfig::default(),
        article_with(&[64, 128], Some(256))
    );
}

#[test]
fn limits_themselves_are_accepted() {
    assert_eq!(article_with(&[1, 8192], Some(65_536)).check(), Ok(()));
    assert_eq!(article_with(&[8192, 1], Some(1)).check(), Ok(()));
}

#[test]
fn wrong_number_of_widths_is_refused() {
    assert_refused(
        &resnet20_with(&[16, 32], None),
        "network.widths: expected 3 numbers for resnet20, found 2",
    );
}

#[test]
fn no_widths_at_all_are_refused() {
    assert_refused(
        &article_with(&[], Some(256)),
        "network.widths: expected 2 numbers for cnn, found 0",
    );
}

#[test]
fn too_large_width_is_refused() {
    assert_refused(
        &resnet20_with(&[16, 8193, 8193], None),
        "network.widths: expected a whole number from 1 to 8192, found 8193",
    );
}

#[test]
fn width_of_zero_is_refused() {
    assert_refused(
        &article_with(&[0, 4], Some(256)),
        "network.widths: expected a whole number from 1 to 8192, found 0",
    );
}

/// Its shortcuts add channels and cannot remove any.
#[test]
fn shrinking_widths_are_refused_for_resnet20() {
    assert_refused(
        &resnet20_with(&[16, 32, 31], None),
        "network.widths: expected no width below the one before it for resnet20, found [16, 32, 31]",
    );
}

#[test]
fn shrinking_widths_are_accepted_for_the_article_network() {
    assert_eq!(article_with(&[128, 64], Some(256)).check(), Ok(()));
}

#[test]
fn missing_hidden_is_refused() {
    assert_refused(
        &article_with(&[64, 128], None),
        "network.hidden: expected a whole number from 1 to 65536 for cnn, found none",
    );
}

#[test]
fn too_large_hidden_is_refused() {
    assert_refused(
        &article_with(&[64, 128], Some(65_537)),
        "network.hidden: expected a whole number from 1 to 65536 for cnn, found 65537",
    );
}

#[test]
fn hidden_of_a_network_with_one_linear_layer_is_refused() {
    assert_refused(
        &resnet20_with(&[16, 32, 64], Some(256)),
        "network.hidden: expected no such key for resnet20, found 256",
    );
}

/// An experiment file shows one fault at a time, from top to bottom.
#[test]
fn widths_are_checked_before_hidden() {
    assert_refused(
        &article_with(&[64], None),
        "network.widths: expected 2 numbers for cnn, found 1",
    );
}

#[test]
#[should_panic(expected = "network.widths: expected 2 numbers for cnn, found 1")]
fn building_a_network_panics_with_the_message() {
    article_with(&[64], Some(256)).parameters([3, 32, 32], 10);
}
