//! A local server that speaks the calls of the Hugging Face hub.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use sha2::{Digest, Sha256};

/// The commit that the main branch is at.
pub(crate) const COMMIT: &str = "00000000000000000000000000000000000000aa";

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The path with its query.
    pub(crate) path: String,
    /// The value of the header `Authorization`.
    pub(crate) token: Option<String>,
    /// The first byte that is asked for; 0 without a range.
    pub(crate) start: usize,
    /// How often the path was asked for before.
    pub(crate) before: usize,
}

/// Answers every request, each connection in a thread of its own, and records them.
pub(crate) struct Server {
    /// Such as `http://127.0.0.1:8000`.
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) fn start(answer: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (asked.clone(), Arc::new(answer));
        thread::spawn(move || {
            let known = Arc::new(Mutex::new(HashMap::<String, usize>::new()));
            for stream in listener.incoming() {
                let (log, answer, known) = (log.clone(), answer.clone(), known.clone());
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let mut request = read(&stream);
                    let mut known = known.lock().unwrap();
                    let before = known.entry(request.path.clone()).or_default();
                    request.before = *before;
                    *before += 1;
                    drop(known);
                    log.lock().unwrap().push(request.clone());
                    // A client may close the connection before it has read everything.
                    let _ = stream.write_all(&answer(&request));
                });
            }
        });
        Self { url, asked }
    }

    /// All requests so far.
    pub(crate) fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }

    /// The paths of all requests so far that contain `part`.
    pub(crate) fn paths(&self, part: &str) -> Vec<String> {
        let paths = self.asked().into_iter().map(|request| request.path);
        paths.filter(|path| path.contains(part)).collect()
    }
}

fn read(stream: &TcpStream) -> Request {
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let lines = lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty());
    let lines: Vec<String> = lines.collect();
    let header = |name: &str| {
        lines.iter().find_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then(|| value.to_owned())
        })
    };
    let start = header("range").and_then(|range| {
        range
            .strip_prefix("bytes=")?
            .strip_suffix('-')?
            .parse()
            .ok()
    });
    Request {
        path: lines
            .first()
            .and_then(|line| line.split(' ').nth(1))
            .unwrap_or_default()
            .into(),
        token: header("authorization"),
        start: start.unwrap_or(0),
        before: 0,
    }
}

/// The set `a/b` at one commit.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) commit: String,
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

impl Set {
    pub(crate) fn new(files: &[(&str, Vec<u8>)]) -> Self {
        let files = files
            .iter()
            .map(|(name, bytes)| ((*name).to_owned(), bytes.clone()));
        Self {
            commit: COMMIT.into(),
            files: files.collect(),
        }
    }

    /// The answer of a hub without faults.
    pub(crate) fn answer(&self, request: &Request) -> Vec<u8> {
        let commit = &self.commit;
        if request.path == "/api/datasets/a/b/revision/main" {
            return whole(format!("{{\"id\":\"a/b\",\"sha\":\"{commit}\"}}").as_bytes());
        }
        if request.path == format!("/api/datasets/a/b/tree/{commit}?recursive=true") {
            return whole(self.list().as_bytes());
        }
        match self.file(request) {
            Some(bytes) => ranged(bytes, request.start, usize::MAX),
            None => status("404 Not Found"),
        }
    }

    /// The file that is asked for.
    pub(crate) fn file(&self, request: &Request) -> Option<&[u8]> {
        let folder = format!("/datasets/a/b/resolve/{}/", self.commit);
        let name = request.path.strip_prefix(&folder)?;
        let found = self.files.iter().find(|(known, _)| known == name);
        found.map(|(_, bytes)| &bytes[..])
    }

    /// The list of the files, with one that is no parquet file.
    pub(crate) fn list(&self) -> String {
        let mut entries =
            vec![r#"{"type":"file","path":"README.md","size":3,"oid":"1"}"#.to_owned()];
        entries.extend(self.files.iter().map(|(name, bytes)| {
            let (size, digest) = (bytes.len(), sha256(bytes));
            format!(r#"{{"type":"file","path":"{name}","size":{size},"oid":"1","lfs":{{"oid":"{digest}","size":{size},"pointerSize":1}}}}"#)
        }));
        format!("[{}]", entries.join(","))
    }
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Status and headers, then the body.
pub(crate) fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// An answer without a body.
pub(crate) fn status(head: &str) -> Vec<u8> {
    answer(&format!("{head}\r\nContent-Length: 0"), &[])
}

/// A whole body with its length.
pub(crate) fn whole(body: &[u8]) -> Vec<u8> {
    answer(&format!("200 OK\r\nContent-Length: {}", body.len()), body)
}

/// What a server with ranges sends, cut after `most` bytes of the body.
pub(crate) fn ranged(body: &[u8], start: usize, most: usize) -> Vec<u8> {
    let sent = &body[start..body.len().min(start.saturating_add(most))];
    let (left, last, total) = (body.len() - start, body.len() - 1, body.len());
    let status = match start {
        0 => "200 OK".to_owned(),
        _ => format!("206 Partial Content\r\nContent-Range: bytes {start}-{last}/{total}"),
    };
    answer(&format!("{status}\r\nContent-Length: {left}"), sent)
}
