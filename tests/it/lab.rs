//! The server of `chiffres lab`: its answers, their headers, and the requests it refuses.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::cli::{Place, text};

/// A server of the page, killed when dropped.
struct Lab {
    process: Child,
    address: String,
}

impl Lab {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chiffres"));
        command.args(["lab", "--port", "0", "--no-open"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.strip_prefix("http://").and_then(|rest| rest.strip_suffix("/\n"));
        let address = address.unwrap_or_else(|| panic!("{line:?}")).to_string();
        Self { process, address }
    }

    /// Sends a request as it is, reads until the connection is closed, and returns head and content of the answer.
    fn send(&self, request: &str) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("an answer has a head");
        (text(&answer[..end]), answer[end + 4..].to_vec())
    }

    fn ask(&self, method: &str, path: &str, host: &str) -> (String, Vec<u8>) {
        self.send(&format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
    }

    fn get(&self, path: &str) -> (String, Vec<u8>) {
        self.ask("GET", path, &self.address)
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The value of a header.
#[track_caller]
fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let values: Vec<&str> = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .filter(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
        .collect();
    assert_eq!(values.len(), 1, "{name} in {head}");
    values[0]
}

/// Paths of the page's files, from its folder.
fn files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(format!("web/dist/{folder}")).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{folder}{}", entry.file_name().into_string().unwrap());
        match entry.path().is_dir() {
            true => found.extend(files(&format!("{name}/"))),
            false => found.push(name),
        }
    }
    found
}

#[test]
fn every_file_of_the_page_is_served_with_its_media_type() {
    let lab = Lab::start();
    let all = files("");
    assert!(all.iter().any(|name| name.ends_with(".wasm")) && all.iter().any(|name| name.ends_with(".js")), "{all:?}");
    for name in &all {
        let (head, content) = lab.get(&format!("/{name}"));
        assert!(head.starts_with("HTTP/1.1 200 "), "{name}: {head}");
        let expected = std::fs::read(format!("web/dist/{name}")).unwrap();
        assert!(content == expected, "{name}: {} bytes of {}", content.len(), expected.len());
        assert_eq!(header(&head, "Content-Length"), content.len().to_string(), "{name}");
        let kind = match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "html" => "text/html; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "wasm" => "application/wasm",
            "gz" => "application/gzip",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "json" => "application/json",
            "webmanifest" => "application/manifest+json",
            "txt" => "text/plain; charset=utf-8",
            "ico" => "image/x-icon",
            _ => "application/octet-stream",
        };
        assert_eq!(header(&head, "Content-Type"), kind, "{name}");
    }
    assert_eq!(lab.get("/").1, lab.get("/index.html").1);
    assert_eq!(lab.get("/?seed=3").1, lab.get("/").1, "settings in the address change nothing");
}

#[test]
fn the_page_connects_to_no_other_site_and_none_embeds_it() {
    let lab = Lab::start();
    let answers =
        [lab.get("/"), lab.get("/nowhere"), lab.ask("POST", "/", &lab.address), lab.ask("GET", "/", "example.org")];
    for (head, _) in answers {
        let policy = header(&head, "Content-Security-Policy");
        for part in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.split("; ").any(|known| known == part), "{part} in {policy}");
        }
        assert_eq!(header(&head, "X-Content-Type-Options"), "nosniff");
        assert_eq!(header(&head, "Cache-Control"), "no-cache");
        assert_eq!(header(&head, "Cross-Origin-Resource-Policy"), "same-origin");
        assert!(!head.to_lowercase().contains("access-control"), "{head}");
    }
}

#[test]
fn requests_other_than_reading_the_page_are_refused() {
    let lab = Lab::start();
    let status = |(head, _): (String, Vec<u8>)| head.split(' ').nth(1).unwrap_or_default().to_string();
    assert_eq!(status(lab.send("what is there?\r\n\r\n")), "400");
    let long = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "x".repeat(100_000));
    assert_eq!(status(lab.send(&long)), "414");
    let with_a_body = "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 500000\r\n\r\n";
    assert_eq!(status(lab.send(&(with_a_body.to_string() + &"x".repeat(500_000)))), "405");
    for path in [
        "/nowhere",
        "/..",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "//index.html",
        "/./index.html",
        "/js/",
        "/index.html/",
        "/INDEX.HTML",
    ] {
        assert_eq!(status(lab.get(path)), "404", "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        let (head, content) = lab.ask(method, "/", &lab.address);
        assert!(head.starts_with("HTTP/1.1 405 "), "{method}: {head}");
        assert_eq!(header(&head, "Allow"), "GET,HEAD");
        assert!(content.starts_with(b"this page only answers"), "{method}");
    }
    let (head, content) = lab.ask("HEAD", "/", &lab.address);
    assert!(head.starts_with("HTTP/1.1 200 ") && content.is_empty(), "{head}");
    assert_eq!(header(&head, "Content-Length"), lab.get("/").1.len().to_string());

    // Another site's name that leads to this machine, several names, or none.
    for host in ["example.org", "127.0.0.1.example.org", "localhost.example.org:80", "127.0.0.2", "[::1]:4748", ""] {
        assert_eq!(status(lab.ask("GET", "/", host)), "403", "{host:?}");
    }
    assert_eq!(status(lab.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")), "403");
    let two = "GET / HTTP/1.1\r\nHost: localhost\r\nHost: example.org\r\nConnection: close\r\n\r\n";
    assert_eq!(status(lab.send(two)), "403");
    for host in ["localhost", "localhost:4748", "LOCALHOST:1", "127.0.0.1"] {
        assert_eq!(status(lab.ask("GET", "/", host)), "200", "{host}");
    }
}

#[test]
fn an_idle_connection_does_not_delay_others() {
    let lab = Lab::start();
    // Connections without a request, and one that stops in the middle of its request.
    let mut idle: Vec<TcpStream> = (0..16).map(|_| TcpStream::connect(&lab.address).unwrap()).collect();
    idle[0].write_all(b"GET / HTTP/1.1\r\nHost: local").unwrap();
    assert!(lab.get("/").0.starts_with("HTTP/1.1 200 "));
    idle[0].write_all(b"host\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    idle[0].read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[test]
fn a_port_in_use_is_a_clear_error() {
    let lab = Lab::start();
    let port = lab.address.rsplit_once(':').unwrap().1;
    let note = Place::new().fails(2, &["lab", "--port", port, "--no-open"]);
    assert!(note.starts_with(&format!("error: cannot serve the page on 127.0.0.1:{port}: ")), "{note}");
    assert!(note.contains("\nhint: ") && note.contains("--port 0"), "{note}");
}
