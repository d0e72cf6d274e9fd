//! Problems of devices and workers.

/// The reason why a device cannot be used or shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceProblem {
    /// The name is not that of a backend.
    UnknownBackend {
        /// The backends in this build.
        available: Vec<&'static str>,
    },
    /// The backend is not in this build.
    NotCompiledIn {
        /// The backend, which is also the name of its feature.
        backend: String,
        /// The backends in this build.
        available: Vec<&'static str>,
    },
    /// Something other than a number follows the colon.
    NoNumber {
        /// The backend before the colon.
        backend: String,
    },
    /// The backend has no device of this number.
    NoSuchNumber {
        /// The backend.
        backend: String,
    },
    /// The device is there, but computes nothing.
    NotWorking {
        /// The backends in this build.
        available: Vec<&'static str>,
    },
    /// The address of a worker is not one.
    NotAnAddress,
    /// The host of an address is not known, or has no port.
    UnknownHost,
    /// Nobody listens at the address.
    Unreachable {
        /// The answer of the operating system.
        error: String,
    },
    /// A program answers at the address, but not as a worker.
    NotAWorker {
        /// The answer of Burn's client.
        error: String,
    },
    /// A program listens at the address, but does not answer.
    Silent,
    /// The device is on a worker, which this build cannot reach.
    RemoteNotCompiledIn,
    /// Burn's server refused the device.
    NotServed {
        /// The answer of Burn's server.
        error: String,
    },
    /// This build cannot share devices.
    ServerNotCompiledIn,
}
