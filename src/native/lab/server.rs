//! The page's files, from the program itself to browsers on this machine, over HTTP.

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

use crate::native::error::{Error, Result};

/// The page's files by name, in ascending order: what `build.rs` found in `web/dist`.
static FILES: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// What every answer says beside its content: the page runs its own scripts and its own WebAssembly, talks to nobody
/// else, and nobody else may have it in theirs.
const HEADERS: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; \
         connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-cache"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Serves the page on a port of this machine, 0 for any that is free, until the process ends.
///
/// Once browsers can connect, `listening` is told the page's address. With `unopened` one is opened, and `unopened` is
/// told why where that fails.
///
/// # Errors
/// [`Error::Request`] for a port that cannot be had.
pub fn serve(port: u16, listening: impl FnOnce(&str), unopened: Option<fn(&io::Error)>) -> Result<()> {
    let serving = async {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = format!("http://{}/", socket.local_addr()?);
        listening(&address);
        if let Some(unopened) = unopened {
            // Some browsers keep whoever opens them waiting until they are closed.
            thread::spawn(move || open::that_detached(&address).map_err(|error| unopened(&error)));
        }
        axum::serve(socket, page()).await
    };
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.and_then(|runtime| runtime.block_on(serving)).map_err(|error| Error::Request {
        message: format!("cannot serve the page on 127.0.0.1:{port}: {error}"),
        hint: "another chiffres lab may have this port; --port 0 takes any that is free".into(),
    })
}

/// What is answered to whom.
fn page() -> Router {
    Router::new()
        .fallback(get(file).fallback(refusal))
        .layer(middleware::from_fn(for_this_machine))
        .layer(middleware::map_response(async |answer: Response| (HEADERS, answer)))
}

/// The file that a URL names; nothing but the table is looked at.
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

/// What is no reading of the page; whoever sends something along has sent it before the answer comes.
async fn refusal(_: Bytes) -> impl IntoResponse {
    (StatusCode::METHOD_NOT_ALLOWED, "this page is only read: GET and HEAD\n")
}

/// Refuses whoever calls this machine by a name that is not its own: such a name, of another site, would let that site
/// read the page's answers.
async fn for_this_machine(request: Request, next: Next) -> Response {
    if is_local(request.headers()) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, "this page is for http://127.0.0.1 and http://localhost\n").into_response()
}

/// Whether a request names one host, and that is this machine, with a port or without.
fn is_local(headers: &HeaderMap) -> bool {
    let hosts: Vec<&[u8]> = headers.get_all(header::HOST).iter().map(AsRef::as_ref).collect();
    let [host] = hosts[..] else { return false };
    let name = host.split(|&byte| byte == b':').next().unwrap_or_default();
    name == b"127.0.0.1" || name.eq_ignore_ascii_case(b"localhost")
}

/// What a file of this name is; texts are UTF-8.
fn content_type(name: &str) -> String {
    let guess = mime_guess::from_path(name).first_or_octet_stream();
    match guess.type_() {
        mime::TEXT => format!("{guess}; charset=utf-8"),
        _ => guess.to_string(),
    }
}
