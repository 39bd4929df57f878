use super::*;

/// An element with its padding.
fn element(kind: u32, bytes: &[u8]) -> Vec<u8> {
    let mut element = [kind.to_le_bytes(), (bytes.len() as u32).to_le_bytes()].concat();
    element.extend(bytes);
    element.resize(element.len().next_multiple_of(8), 0);
    element
}

/// A short element, whose bytes stand in its tag.
fn small(kind: u16, bytes: &[u8]) -> Vec<u8> {
    let mut element = [kind.to_le_bytes(), (bytes.len() as u16).to_le_bytes()].concat();
    element.extend(bytes);
    element.resize(8, 0);
    element
}

/// An array of bytes, as MATLAB writes it.
pub(in crate::source::svhn) fn array(name: &str, dims: &[i32], values: &[u8]) -> Vec<u8> {
    let dims: Vec<u8> = dims.iter().flat_map(|side| side.to_le_bytes()).collect();
    let content = [
        element(6, &[9, 0, 0, 0, 0, 0, 0, 0]),
        element(5, &dims),
        match name.len() {
            1..=4 => small(1, name.as_bytes()),
            _ => element(1, name.as_bytes()),
        },
        match values.len() {
            1..=4 => small(2, values),
            _ => element(2, values),
        },
    ];
    element(14, &content.concat())
}

/// The same array, compressed.
pub(in crate::source::svhn) fn packed(array: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(array).expect("memory");
    let bytes = encoder.finish().expect("memory");
    // Nothing fills up a compressed element.
    [
        &15_u32.to_le_bytes()[..],
        &(bytes.len() as u32).to_le_bytes(),
        &bytes,
    ]
    .concat()
}

/// A file of these variables.
pub(in crate::source::svhn) fn file(variables: &[Vec<u8>]) -> Vec<u8> {
    let mut header = b"MATLAB 5.0 MAT-file".to_vec();
    header.resize(124, b' ');
    header.extend([0, 1, b'I', b'M']);
    [header, variables.concat()].concat()
}

type Arrays = Vec<(String, Vec<usize>, Vec<u8>)>;

fn arrays(bytes: &[u8]) -> Result<Arrays, String> {
    let path = Path::new("set.mat");
    let mut content = Content {
        path,
        size: bytes.len(),
        reader: &mut &*bytes,
        failure: &DataError::io(path),
    };
    let mut found = vec![];
    let result = read(&mut content, &mut |array| {
        let mut values = vec![0; array.dims.iter().product()];
        assert!(array.most >= values.len() as u64);
        array.fill(&mut values)?;
        found.push((array.name.to_owned(), array.dims.to_vec(), values));
        Ok(())
    });
    result.map(|()| found).map_err(|error| error.to_string())
}

#[test]
fn arrays_are_read_in_every_form() {
    let long = (0..100).collect::<Vec<u8>>();
    let one = array("X", &[10, 10], &long);
    let other = array("a_long_name", &[3, 1], &[7, 8, 9]);
    let expected = Ok(vec![
        ("X".to_owned(), vec![10, 10], long),
        ("a_long_name".to_owned(), vec![3, 1], vec![7, 8, 9]),
    ]);
    assert_eq!(arrays(&file(&[one.clone(), other.clone()])), expected);
    assert_eq!(arrays(&file(&[packed(&one), packed(&other)])), expected);
    assert_eq!(arrays(&file(&[packed(&one), other])), expected);
}

#[test]
fn variables_that_are_no_arrays_of_bytes_are_skipped() {
    let parts = [
        element(6, &[4, 0, 0, 0, 0, 0, 0, 0]),
        element(5, &[1, 0, 0, 0, 2, 0, 0, 0]),
        small(1, b"t"),
        small(4, b"a\0b\0"),
    ];
    let text = element(14, &parts.concat());
    let one = array("y", &[1, 5], &[1, 2, 3, 4, 5]);
    let unknown = element(3, &[1, 2, 3]);
    for variables in [
        [unknown, one.clone()],
        [text.clone(), one.clone()],
        [packed(&text), one],
    ] {
        assert_eq!(arrays(&file(&variables)).expect("a good file").len(), 1);
    }
}

#[test]
fn a_file_cut_anywhere_is_refused_or_has_fewer_variables() {
    let (one, other) = (array("X", &[3, 4], &[5; 12]), array("y", &[6, 1], &[1; 6]));
    for variables in [[one.clone(), other.clone()], [packed(&one), packed(&other)]] {
        let whole = file(&variables);
        let between = whole.len() - variables[1].len();
        for cut in 0..whole.len() {
            match arrays(&whole[..cut]) {
                Ok(found) => assert!(
                    (cut == HEADER && found.is_empty()) || (cut == between && found.len() == 1),
                    "{cut}"
                ),
                Err(message) => assert!(message.starts_with("set.mat: expected "), "{message}"),
            }
        }
    }
}

#[test]
fn a_flipped_bit_of_compressed_values_is_found() {
    let whole = file(&[packed(&array("X", &[300, 1], &[7; 300]))]);
    let last = whole.len() - 1;
    for place in [last, last - 3] {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        let message = arrays(&bytes).expect_err("a damaged file");
        assert!(message.contains("a whole compressed variable"), "{message}");
    }
}

#[test]
fn other_files_are_named() {
    let mut version_7 = b"MATLAB 7.3 MAT-file".to_vec();
    version_7.resize(600, b' ');
    let mut large_first = file(&[]);
    large_first[124..].copy_from_slice(&[1, 0, b'M', b'I']);
    for (bytes, found) in [
        (version_7, "found one of version 7.3"),
        (large_first, "found one with the higher bytes first"),
        (vec![b'x'; 200], "found another file"),
        (vec![], "found a file that is too short"),
    ] {
        let message = arrays(&bytes).expect_err("another file");
        assert!(message.ends_with(found), "{message}");
    }
}

#[test]
fn sizes_that_a_file_claims_are_not_believed() {
    // Four gigabytes by the dimensions, none in the file.
    let mut huge = array("X", &[32, 32, 3, i32::MAX], &[0; 8]);
    assert!(arrays(&file(&[huge.clone()])).is_err());
    // The same with an element that claims them.
    let place = huge.len() - 12;
    huge[place..place + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(arrays(&file(&[huge])).is_err());
    let negative = array("X", &[-1, 8], &[0; 8]);
    let message = arrays(&file(&[negative])).expect_err("a bad array");
    assert!(
        message.ends_with("expected dimensions from 0, found others"),
        "{message}"
    );
}
