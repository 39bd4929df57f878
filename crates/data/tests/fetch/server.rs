//! A local server with prepared answers.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Answers all requests and records the first byte that each one asks for.
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<usize>>>,
}

impl Server {
    /// `answer` receives the number of the request and the first byte it asks for; 0 without a range.
    pub(crate) fn start(answer: impl Fn(usize, usize) -> Vec<u8> + Send + 'static) -> Self {
        Self::lingering(Duration::ZERO, answer)
    }

    /// Keeps each connection open for a while after its answer.
    pub(crate) fn lingering(
        linger: Duration,
        answer: impl Fn(usize, usize) -> Vec<u8> + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/file.tar.gz", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = asked.clone();
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                let lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let start = lines
                    .map_while(Result::ok)
                    .take_while(|line| !line.is_empty())
                    .find_map(|line| {
                        let (name, value) = line.split_once(": bytes=")?;
                        let start = value.strip_suffix('-')?.parse().ok()?;
                        name.eq_ignore_ascii_case("range").then_some(start)
                    })
                    .unwrap_or(0);
                log.lock().unwrap().push(start);
                // A client may close the connection before it has read everything.
                let _ = stream.write_all(&answer(number, start));
                thread::sleep(linger);
            }
        });
        Self { url, asked }
    }

    /// A server that does not answer.
    pub(crate) fn absent(address: SocketAddr) -> Self {
        Self {
            url: format!("http://{address}/file"),
            asked: Arc::default(),
        }
    }

    /// The first byte that each request asked for.
    pub(crate) fn asked(&self) -> Vec<usize> {
        self.asked.lock().unwrap().clone()
    }
}

/// Status and headers, then the body.
pub(crate) fn answer(head: String, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// A whole body with its length.
pub(crate) fn whole(body: &[u8]) -> Vec<u8> {
    answer(format!("200 OK\r\nContent-Length: {}", body.len()), body)
}

/// What a server with ranges sends, cut after `most` bytes of the body.
pub(crate) fn ranged(body: &[u8], start: usize, most: usize) -> Vec<u8> {
    let sent = &body[start..body.len().min(start + most)];
    let (left, last, total) = (body.len() - start, body.len() - 1, body.len());
    let status = match start {
        0 => "200 OK".to_owned(),
        _ => format!("206 Partial Content\r\nContent-Range: bytes {start}-{last}/{total}"),
    };
    answer(format!("{status}\r\nContent-Length: {left}"), sent)
}

/// No such file.
pub(crate) fn not_found() -> Vec<u8> {
    answer("404 Not Found\r\nContent-Length: 0".into(), &[])
}
