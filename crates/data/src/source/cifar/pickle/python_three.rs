//! Batches that a later Python has written again.

use std::path::Path;

use crate::DataError;

/// An error for a batch that is not as Python 2 wrote it, with a way to write it in a form that is read.
///
/// No version of Python 3 writes strings as Python 2 did, so the way out is the binary layout.
pub(crate) fn written_again(path: &Path, expected: &str, found: &str) -> DataError {
    DataError::format(path, expected, found).hinted(
        "take the original files, or write the binary layout: load each pickle in Python as d, then \
         numpy.c_[d['labels'], d['data']].astype('uint8').tofile('data_batch_1.bin'), with b'labels' and \
         b'data' if the keys are bytes",
    )
}
