//! The page, served by this machine if the program was compiled with the feature `lab`.

#[cfg(feature = "lab")]
mod server;

#[cfg(feature = "lab")]
pub use server::serve;

/// Fails: this program was compiled without the page.
///
/// With the feature `lab`, a function of the same signature serves the page.
///
/// # Errors
/// [`LabProblem::NotBuilt`](crate::native::error::LabProblem::NotBuilt) always.
#[cfg(not(feature = "lab"))]
pub fn serve(_: u16, _: impl FnOnce(&str), _: Option<fn(&std::io::Error)>) -> crate::native::Result<()> {
    Err(crate::native::error::LabProblem::NotBuilt.into())
}
