use super::*;

fn mesh(text: &str) -> Result<Mesh, String> {
    parse(Path::new("a.off"), text.as_bytes()).map_err(|error| error.to_string())
}

/// A square of one face.
const SQUARE: &str = "OFF\n4 1 4\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n4 0 1 2 3\n";

fn square() -> Mesh {
    Mesh {
        vertices: vec![
            [0.0, 0.0, 0.0],
            [1.0, 0.0, 0.0],
            [1.0, 1.0, 0.0],
            [0.0, 1.0, 0.0],
        ],
        triangles: vec![[0, 1, 2], [0, 2, 3]],
    }
}

#[test]
fn larger_faces_become_triangles() {
    assert_eq!(mesh(SQUARE), Ok(square()));
    let five = SQUARE.replace("4 0 1 2 3", "5 0 1 2 3 1");
    let expected = [[0, 1, 2], [0, 2, 3], [0, 3, 1]];
    assert_eq!(mesh(&five).unwrap().triangles, expected);
}

#[test]
fn all_ways_of_writing_a_mesh_are_read() {
    for text in [
        SQUARE.replace("OFF\n", "OFF"),
        SQUARE.replace("OFF\n", "OFF "),
        SQUARE.replace("4 1 4", "4 1"),
        SQUARE.replace('\n', "\r\n"),
        SQUARE.trim_end().to_owned(),
        SQUARE.replace("0 1 2 3\n", "0 1 2 3 0.5 0.5 0.5 1 # red\n\n# the end"),
        format!("# made by hand\n\n{}", SQUARE.replace('\n', "\n\n")),
        SQUARE.replace("1 1 0", "\t1.0   1e0 -0"),
        SQUARE
            .replace("OFF", "COFF")
            .replace("1 0 0", "1 0 0 255 0 0 255"),
        SQUARE
            .replace("OFF", "STCNOFF")
            .replace("1 0 0", "1 0 0 0 0 1 255 0 0 255 0.5 0.5"),
    ] {
        assert_eq!(mesh(&text), Ok(square()), "{text}");
        assert!(is_start(text.as_bytes()), "{text}");
    }
}

#[test]
fn faces_without_a_surface_add_nothing() {
    let text = SQUARE.replace("4 1 4", "4 4 4");
    let text = text.replace("4 0 1 2 3", "2 0 1\n1 3\n0\n4 0 1 2 3");
    assert_eq!(mesh(&text), Ok(square()));
}

#[test]
fn what_is_no_mesh_is_refused_with_its_line() {
    for (from, to, said) in [
        ("OFF", "PLY", "expected the word OFF in line 1, found PLY"),
        ("OFF", "4OFF", "expected the word OFF in line 1, found 4OFF"),
        (
            "OFF",
            "OFF BINARY",
            "expected a mesh in text in line 1, found a binary one",
        ),
        (
            "4 1 4",
            "4",
            "expected the numbers of vertices and faces in line 2, found 4",
        ),
        (
            "4 1 4",
            "-4 1 4",
            "expected the numbers of vertices and faces in line 2, found -4 1 4",
        ),
        (
            "4 1 4",
            "99999999999999999999 1 4",
            "expected the numbers of vertices and faces in line 2, found 99999999999999999999 1 4",
        ),
        (
            "1 1 0",
            "1 nan 0",
            "expected three finite numbers x, y, z in line 5, found 1 nan 0",
        ),
        (
            "1 1 0",
            "1 1",
            "expected three finite numbers x, y, z in line 5, found 1 1",
        ),
        (
            "4 0 1 2 3",
            "4 0 1 2 4",
            "expected 4 vertices of 0 to 3 in line 7, found 4",
        ),
        (
            "4 0 1 2 3",
            "4 0 1 2 -1",
            "expected 4 vertices of 0 to 3 in line 7, found -1",
        ),
        (
            "4 0 1 2 3",
            "4 0 1 2",
            "expected 4 vertices of 0 to 3 in line 7, found the end of the line",
        ),
        (
            "4 0 1 2 3",
            "x 0 1 2",
            "expected the number of a face's corners in line 7, found x 0 1 2",
        ),
    ] {
        let text = SQUARE.replace(from, to);
        assert_eq!(mesh(&text), Err(format!("a.off: {said}")), "{text}");
    }
}

#[test]
fn other_numbers_than_the_header_says_are_refused() {
    for (from, to, said) in [
        (
            "4 1 4",
            "4 2 4",
            "expected 2 faces, as the header says, found 1",
        ),
        (
            "4 1 4",
            "4 0 4",
            "expected the end of the file after the last face in line 7, found 4 0 1 2 3",
        ),
        // The face is taken for a vertex.
        (
            "4 1 4",
            "9 1 4",
            "expected 9 vertices, as the header says, found 5",
        ),
        // No room is made for what the header says.
        (
            "4 1 4",
            "18446744073709551615 18446744073709551615 0",
            "expected 18446744073709551615 vertices, as the header says, found 5",
        ),
    ] {
        let text = SQUARE.replace(from, to);
        assert_eq!(mesh(&text), Err(format!("a.off: {said}")), "{text}");
    }
    assert_eq!(
        mesh("# only this\n"),
        Err("a.off: expected a mesh (OFF), found an empty file".into())
    );
    assert_eq!(
        mesh("OFF\n"),
        Err("a.off: expected the numbers of vertices and faces, found none".into())
    );
}

#[test]
fn no_damage_is_too_strange() {
    for place in 0..SQUARE.len() {
        for byte in [0, b' ', b'#', b'9', b'-', b'\n', 0xff] {
            let mut damaged = SQUARE.as_bytes().to_vec();
            damaged[place] = byte;
            let _ = parse(Path::new("a.off"), &damaged);
        }
        let _ = parse(Path::new("a.off"), &SQUARE.as_bytes()[..place]);
    }
}
