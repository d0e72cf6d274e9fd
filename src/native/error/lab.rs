//! Reasons why the page cannot be served.

use std::io;

/// A reason why `chiffres lab` cannot serve the page.
#[derive(Debug)]
pub enum LabProblem {
    /// The program was compiled without the feature `lab`, or before the page was built.
    NotBuilt,

    /// The operating system refused the port.
    Port {
        /// The port asked for.
        port: u16,
        /// The answer of the operating system.
        source: io::Error,
    },
}
