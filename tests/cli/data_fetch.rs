//! `mixup data fetch` against servers that fail. No test reaches beyond this machine.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use crate::scratch::Scratch;

#[test]
fn fetch_refuses_a_file_of_another_length() {
    let scratch = Scratch::new();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let served = thread::spawn(move || {
        let (mut client, _) = server.accept().unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 1024];
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            let count = client.read(&mut buffer).unwrap();
            assert!(count > 0, "half a request");
            request.extend(&buffer[..count]);
        }
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nwrong";
        // The client may hang up as soon as it knows the length.
        let _ = client.write_all(answer);
        String::from_utf8(request).unwrap()
    });
    let line = format!("data fetch --url http://{address}/cifar.tar.gz --out archive");
    let said = scratch.run(&line).failed_with(1);
    assert!(said.contains("expected 170052171 bytes"), "{said}");
    assert!(said.contains("announces 5"), "{said}");
    assert!(served.join().unwrap().starts_with("GET /cifar.tar.gz "));
    assert_eq!(scratch.names(""), ["data", "tiny.toml"]);
}

#[test]
fn fetch_names_the_address_of_a_missing_server() {
    let scratch = Scratch::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let line = format!("data fetch --url http://{address}/cifar.tar.gz --out archive");
    let said = scratch.run(&line).failed_with(1);
    let expected = format!("error: download failed: http://{address}/cifar.tar.gz: ");
    assert!(said.starts_with(&expected), "{said}");
    assert!(
        said.contains("call the same command again to continue"),
        "{said}"
    );
    assert_eq!(scratch.names(""), ["data", "tiny.toml"]);
}

#[test]
fn a_failed_fetch_keeps_an_existing_file() {
    let scratch = Scratch::new();
    scratch.write("archive", "mine");
    // Nothing listens on this port.
    let line = "data fetch --url http://127.0.0.1:9/x --out archive";
    scratch.run(line).failed_with(1);
    assert_eq!(scratch.read("archive"), b"mine");
}
