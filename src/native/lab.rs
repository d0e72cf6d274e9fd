//! The page on this machine: whether it is compiled in, and what is said where it is not.

#[cfg(feature = "lab")]
mod server;

#[cfg(feature = "lab")]
pub use server::serve;

/// As with the feature `lab`, without which there is no page.
///
/// # Errors
/// [`Error::Request`](crate::native::Error::Request) always.
#[cfg(not(feature = "lab"))]
pub fn serve(_: u16, _: impl FnOnce(&str), _: Option<fn(&std::io::Error)>) -> crate::native::Result<()> {
    Err(crate::native::Error::Request {
        message: "this chiffres was built without the page".into(),
        hint: "build with it: web/build.sh && cargo run --release --features lab -- lab".into(),
    })
}
