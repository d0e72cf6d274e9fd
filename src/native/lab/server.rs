//! The page's files, from the program itself to browsers on this machine, over HTTP.
//!
//! A connection is a request and its answer, on a thread of its own: browsers open connections ahead of time and leave
//! them idle, and nobody may wait for these.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::error::{Error, Result};

/// The page's files by name, in ascending order: what `build.rs` found in `web/dist`.
static FILES: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Connections that are open at a time; a page has a few dozen files.
const MOST_CONNECTIONS: usize = 256;
/// Bytes of a request; browsers' have less than a thousand.
const MOST_REQUEST_BYTES: u64 = 16 << 10;
/// How long a connection may stay silent, or take nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// What every answer says beside its content: the page runs its own scripts and its own WebAssembly, talks to nobody
/// else, and nobody else may have it in theirs.
const HEADERS: &str = "Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                       img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
                       base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\
                       X-Content-Type-Options: nosniff\r\n\
                       Cache-Control: no-cache\r\n\
                       Cross-Origin-Resource-Policy: same-origin\r\n\
                       Connection: close\r\n";

/// Serves the page on a port of this machine, 0 for any that is free, until the process ends.
///
/// Once browsers can connect, `listening` is told the page's address. With `unopened` one is opened, and `unopened` is
/// told why where that fails.
///
/// # Errors
/// [`Error::Request`] for a port that cannot be had.
pub fn serve(port: u16, listening: impl FnOnce(&str), unopened: Option<fn(&io::Error)>) -> Result<()> {
    let fail = |error: io::Error| Error::Request {
        message: format!("cannot serve the page on 127.0.0.1:{port}: {error}"),
        hint: "another chiffres lab may have this port; --port 0 takes any that is free".into(),
    };
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(fail)?;
    let address = format!("http://{}/", socket.local_addr().map_err(fail)?);
    listening(&address);
    if let Some(unopened) = unopened {
        // Some browsers keep whoever opens them waiting until they are closed.
        thread::spawn(move || open::that_detached(&address).map_err(|error| unopened(&error)));
    }
    let connections = Arc::new(());
    for stream in socket.incoming() {
        let Ok(stream) = stream else {
            // The system is short of something that connections give back.
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        let connection = connections.clone();
        if Arc::strong_count(&connections) <= MOST_CONNECTIONS {
            let serve = move || {
                // Whoever asked may be gone already.
                let _ = converse(stream);
                drop(connection);
            };
            // Without a thread there is no answer, as if the network had failed.
            let _ = thread::Builder::new().stack_size(128 << 10).spawn(serve);
        }
    }
    Ok(())
}

/// Reads one request and answers it.
fn converse(mut stream: TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut head = Vec::new();
    let mut bytes = io::BufReader::new(&stream).take(MOST_REQUEST_BYTES);
    while !head.ends_with(b"\r\n\r\n") && io::BufRead::read_until(&mut bytes, b'\n', &mut head)? > 0 {}
    if head.is_empty() {
        return Ok(());
    }
    let answer = Answer::to(&head);
    stream.write_all(answer.head().as_bytes())?;
    if !answer.is_head {
        stream.write_all(answer.content)?;
    }
    // What is left of a request, when the connection is closed, would make the system take the answer back.
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    io::copy(&mut Read::take(&stream, 1 << 20), &mut io::sink())?;
    Ok(())
}

/// What a request is answered.
#[derive(Debug)]
struct Answer {
    status: &'static str,
    content_type: &'static str,
    content: &'static [u8],
    /// Whether the content itself was not asked for.
    is_head: bool,
}

impl Answer {
    /// The answer to the bytes of a request, up to the empty line.
    fn to(request: &[u8]) -> Self {
        let Some((method, target, hosts)) = parsed(request) else {
            return Self::refusal("400 Bad Request", "this is no request that is understood here\n");
        };
        // A name of another site that leads to this machine would let that site read the page's answers.
        if !matches!(hosts[..], [host] if is_local(host)) {
            return Self::refusal("403 Forbidden", "this page is for http://127.0.0.1 and http://localhost\n");
        }
        if !matches!(method, "GET" | "HEAD") {
            return Self::refusal(NOT_ALLOWED, "this page is only read: GET and HEAD\n");
        }
        let answer = match file(target) {
            Some((name, content)) => {
                Self { status: "200 OK", content_type: content_type(name), content, is_head: false }
            }
            None => Self::refusal("404 Not Found", "the page has no such file\n"),
        };
        Self { is_head: method == "HEAD", ..answer }
    }

    fn refusal(status: &'static str, reason: &'static str) -> Self {
        Self { status, content_type: "text/plain; charset=utf-8", content: reason.as_bytes(), is_head: false }
    }

    fn head(&self) -> String {
        let Self { status, content_type, content, .. } = self;
        let allow = if *status == NOT_ALLOWED { "Allow: GET, HEAD\r\n" } else { "" };
        let length = content.len();
        format!("HTTP/1.1 {status}\r\n{HEADERS}{allow}Content-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n")
    }
}

const NOT_ALLOWED: &str = "405 Method Not Allowed";

/// Method, target and all values of `Host` in a request; `None` for what is none, or is not whole.
fn parsed(request: &[u8]) -> Option<(&str, &str, Vec<&str>)> {
    let mut lines = std::str::from_utf8(request).ok()?.strip_suffix("\r\n\r\n")?.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if !version.starts_with("HTTP/1.") || words.next().is_some() {
        return None;
    }
    let fields: Vec<(&str, &str)> = lines.map(|line| line.split_once(':')).collect::<Option<_>>()?;
    let hosts = fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case("host")).map(|(_, value)| value.trim());
    Some((method, target, hosts.collect()))
}

/// Whether a request calls this machine by a name that is its own, with a port or without.
fn is_local(host: &str) -> bool {
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost")
}

/// The file that a URL names; nothing but the table is looked at.
fn file(url: &str) -> Option<(&'static str, &'static [u8])> {
    let path = url.split(['?', '#']).next()?.strip_prefix('/')?;
    let name = if path.is_empty() { "index.html" } else { path };
    let at = FILES.binary_search_by_key(&name, |(known, _)| known).ok()?;
    Some(FILES[at])
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" => "text/plain; charset=utf-8",
        // Models among them.
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machines_own_names_are_local() {
        for host in ["127.0.0.1", "127.0.0.1:4748", "localhost", "LOCALHOST:1"] {
            assert!(is_local(host), "{host}");
        }
        for host in
            ["", "example.org", "127.0.0.1.example.org", "localhost.example.org:4748", "127.0.0.2", "[::1]:4748"]
        {
            assert!(!is_local(host), "{host}");
        }
    }

    #[test]
    fn a_request_is_whole_and_of_http_1_or_refused() {
        let status = |request: &str| Answer::to(request.as_bytes()).status;
        assert_eq!(status("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), "200 OK");
        assert_eq!(status("GET / HTTP/1.0\r\nhOST:localhost\r\n\r\n"), "200 OK");
        for request in [
            "GET / HTTP/1.1\r\nHost: localhost\r\n",
            "GET / HTTP/1.1\nHost: localhost\n\n",
            "GET / HTTP/2\r\nHost: localhost\r\n\r\n",
            "GET /\r\nHost: localhost\r\n\r\n",
            "GET / x HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET / HTTP/1.1\r\nHost\r\n\r\n",
            "\r\n\r\n",
        ] {
            assert_eq!(status(request), "400 Bad Request", "{request:?}");
        }
        assert_eq!(Answer::to(b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n").status, "400 Bad Request");
    }

    #[test]
    fn a_path_is_a_name_in_the_table_or_nothing() {
        let name = |url: &str| file(url).map(|(name, _)| name);
        for url in ["/", "/index.html", "/?seed=1", "/#learn"] {
            assert_eq!(name(url), Some("index.html"), "{url}");
        }
        for url in ["", "index.html", "/..", "/../Cargo.toml", "/%2e%2e/Cargo.toml", "//index.html", "/./index.html"] {
            assert_eq!(name(url), None, "{url}");
        }
    }
}
