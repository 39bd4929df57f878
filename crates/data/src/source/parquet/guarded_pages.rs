//! The pages of a column, without those that make the parquet crate allocate what a header claims.

use parquet::basic::Encoding;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::ChunkReader;
use parquet::file::serialized_reader::SerializedPageReader;

/// Reads pages and refuses some.
pub(super) struct GuardedPages<R: ChunkReader>(SerializedPageReader<R>);

impl<R: ChunkReader> GuardedPages<R> {
    /// The pages that `pages` reads.
    pub(super) fn new(pages: SerializedPageReader<R>) -> Self {
        Self(pages)
    }
}

impl<R: ChunkReader> Iterator for GuardedPages<R> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl<R: ChunkReader> PageReader for GuardedPages<R> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.0.get_next_page()?;
        if let Some(page) = &page {
            check(page)?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.0.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.0.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.0.at_record_boundary()
    }
}

/// Refuses a dictionary of more values than it has bytes, and encodings whose first bytes say how many values to make
/// room for. The Hugging Face library writes neither.
fn check(page: &Page) -> Result<()> {
    match page {
        Page::DictionaryPage {
            buf, num_values, ..
        } if *num_values as usize > buf.len() => {
            let text = format!(
                "a dictionary of {} bytes that claims {num_values} values",
                buf.len()
            );
            Err(ParquetError::General(text))
        }
        Page::DataPage { encoding, .. } | Page::DataPageV2 { encoding, .. }
            if !is_read(*encoding) =>
        {
            let text = format!(
                "values in the encoding {encoding}, where plain ones and dictionaries are read"
            );
            Err(ParquetError::General(text))
        }
        _ => Ok(()),
    }
}

fn is_read(encoding: Encoding) -> bool {
    matches!(
        encoding,
        // Older files have the last one.
        Encoding::PLAIN | Encoding::RLE | Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(bytes: usize, num_values: u32) -> Page {
        Page::DictionaryPage {
            buf: vec![0; bytes].into(),
            num_values,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        }
    }

    #[test]
    fn a_dictionary_has_no_more_values_than_bytes() {
        assert!(check(&dictionary(8, 2)).is_ok());
        let said = check(&dictionary(8, u32::MAX)).unwrap_err().to_string();
        assert!(
            said.ends_with("a dictionary of 8 bytes that claims 4294967295 values"),
            "{said}"
        );
    }

    #[test]
    fn other_encodings_are_refused_by_their_name() {
        let page = |encoding| Page::DataPage {
            buf: vec![0; 8].into(),
            num_values: 1,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        assert!(check(&page(Encoding::RLE_DICTIONARY)).is_ok());
        let said = check(&page(Encoding::DELTA_LENGTH_BYTE_ARRAY))
            .unwrap_err()
            .to_string();
        assert!(said.contains("DELTA_LENGTH_BYTE_ARRAY"), "{said}");
    }
}
