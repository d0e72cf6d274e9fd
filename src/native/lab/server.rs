//! An HTTP server for browsers on this machine. The page's files are compiled into the program.

use std::io;
use std::net::Ipv4Addr;
use std::thread;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::header::{self, HeaderMap, HeaderName};
use axum::http::{StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use mime_guess::mime;
use tokio::net::TcpListener;
use tokio::runtime;

use crate::native::error::{LabProblem, Result};

/// The page's files by name, in ascending order, as `build.rs` found them in `web/dist`; none if there was no page.
static FILES: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Headers of every answer: the page runs its own scripts and WebAssembly only, connects to this server only, and no other
/// site may embed it.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; \
         connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-cache"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // To scan codes.
    (HeaderName::from_static("permissions-policy"), "camera=(self), microphone=(), geolocation=()"),
];

/// Serves the page on a port of this machine until the process ends; port 0 picks a free one.
///
/// Once browsers can connect, `on_listening` is called with the page's address. With `on_no_browser`, a browser is opened
/// too; `on_no_browser` is called if that fails.
///
/// # Errors
/// [`LabProblem::NotBuilt`] if the program was compiled before the page was; [`LabProblem::Port`] if the operating system
/// refuses the port.
pub fn serve(port: u16, on_listening: impl FnOnce(&str), on_no_browser: Option<fn(&io::Error)>) -> Result<()> {
    if FILES.is_empty() {
        return Err(LabProblem::NotBuilt.into());
    }
    let serving = async {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = format!("http://{}/", socket.local_addr()?);
        on_listening(&address);
        if let Some(on_no_browser) = on_no_browser {
            // Some browsers block the caller until they are closed.
            thread::spawn(move || open::that_detached(&address).map_err(|error| on_no_browser(&error)));
        }
        axum::serve(socket, page()).await
    };
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.and_then(|runtime| runtime.block_on(serving)).map_err(|source| LabProblem::Port { port, source }.into())
}

/// The routes, and the checks and headers that all of them share.
fn page() -> Router {
    Router::new()
        .fallback(get(file).fallback(refusal))
        .layer(middleware::from_fn(only_local_hosts))
        .layer(middleware::map_response(async |answer: Response| (HEADERS, answer)))
}

/// The file that a URL names. A name that the table lacks is not found: no path reaches the file system.
async fn file(url: Uri) -> Response {
    let name = match url.path().strip_prefix('/') {
        Some("") => "index.html",
        name => name.unwrap_or_default(),
    };
    match FILES.binary_search_by_key(&name, |(known, _)| known) {
        Ok(at) => ([(header::CONTENT_TYPE, content_type(name))], FILES[at].1).into_response(),
        Err(_) => (StatusCode::NOT_FOUND, "the page has no such file\n").into_response(),
    }
}

/// The answer to any method but GET and HEAD. The body is read first, so that the client sees the answer.
async fn refusal(_: Bytes) -> impl IntoResponse {
    (StatusCode::METHOD_NOT_ALLOWED, "this page only answers GET and HEAD\n")
}

/// Refuses requests for another host name. Otherwise a site whose name leads to this machine could read the page's answers
/// (DNS rebinding).
async fn only_local_hosts(request: Request, next: Next) -> Response {
    if is_local(request.headers()) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, "open this page at http://127.0.0.1 or http://localhost\n").into_response()
}

/// Tells whether a request names exactly one host, which is this machine, with or without a port.
fn is_local(headers: &HeaderMap) -> bool {
    let hosts: Vec<&[u8]> = headers.get_all(header::HOST).iter().map(AsRef::as_ref).collect();
    let [host] = hosts[..] else { return false };
    let name = host.split(|&byte| byte == b':').next().unwrap_or_default();
    name == b"127.0.0.1" || name.eq_ignore_ascii_case(b"localhost")
}

/// The media type of a file, by the ending of its name; text is UTF-8.
fn content_type(name: &str) -> String {
    let guess = mime_guess::from_path(name).first_or_octet_stream();
    match guess.type_() {
        mime::TEXT => format!("{guess}; charset=utf-8"),
        _ => guess.to_string(),
    }
}
