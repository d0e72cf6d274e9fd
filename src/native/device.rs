//! Devices by name: the one place that knows which backends are compiled in.
//!
//! A name is `BACKEND[:INDEX]`, or `remote:ws://HOST:PORT` for the device of a worker (`chiffres worker`). Several names with
//! commas between them are devices that train together.

use std::net::TcpListener;
use std::panic;
use std::sync::{Mutex, PoisonError};

use burn::tensor::{Device, Tensor};

use crate::native::error::{DeviceProblem, Error, Result};
use crate::native::threads::lend_threads;
use crate::train::Arithmetic;

/// Every backend this program can be built with, the most specific first.
pub(crate) const BACKENDS: [&str; 7] = ["cuda", "rocm", "metal", "vulkan", "wgpu", "flex", "ndarray"];

/// A device and the name that chooses it.
#[derive(Debug, Clone)]
pub struct NamedDevice {
    /// `ndarray`, or `wgpu:1` where a number was given.
    pub name: String,
    /// Burn's handle.
    pub device: Device,
}

/// The devices of one training run.
#[derive(Debug, Clone)]
pub struct Devices {
    /// Their names, with commas between them.
    pub name: String,
    /// The device of the network and its optimiser. It is this machine where a worker is one of several.
    pub main: Device,
    /// The devices that compute gradients, each of a shard of every batch.
    pub all: Vec<NamedDevice>,
}

impl Devices {
    /// A single device.
    pub fn single(device: NamedDevice) -> Self {
        Self { name: device.name.clone(), main: device.device.clone(), all: vec![device] }
    }

    /// Returns whether one of them is on the other end of a connection, and may be lost.
    pub(crate) fn has_remote(&self) -> bool {
        self.all.iter().any(|device| is_remote(&device.name))
    }

    /// The arithmetic of training on them.
    pub(crate) fn arithmetic(&self) -> Arithmetic {
        match self.all.as_slice() {
            [_, _, ..] => Arithmetic::Shards,
            // A device that may be lost is not asked: it is not one of this machine's processor.
            _ if self.has_remote() => Arithmetic::Operations,
            _ => Arithmetic::of(&self.main),
        }
    }

    /// The device of this machine on which the finished network is evaluated.
    pub(crate) fn local(&self) -> Device {
        if self.all.len() == 1 && self.has_remote() { Device::flex() } else { self.main.clone() }
    }
}

const REMOTE: &str = "remote:";

pub(super) fn is_remote(name: &str) -> bool {
    name.starts_with(REMOTE)
}

/// Opens one device, or several whose names have commas between them.
///
/// # Errors
/// As [`open`].
pub fn open_all(names: Option<&str>) -> Result<Devices> {
    let Some(names) = names.filter(|names| names.contains(',')) else { return Ok(Devices::single(open(names)?)) };
    // After a worker's address, remote: may be omitted from the next.
    let mut all: Vec<NamedDevice> = Vec::new();
    for name in names.split(',').map(str::trim) {
        let is_address = name.contains("://") && !is_remote(name);
        all.push(open(Some(&if is_address { format!("{REMOTE}{name}") } else { name.to_string() }))?);
    }
    let name = all.iter().map(|device| device.name.as_str()).collect::<Vec<_>>().join(",");
    let main = match all.iter().any(|device| is_remote(&device.name)) {
        true => Device::flex(),
        false => all[0].device.clone(),
    };
    Ok(Devices { name, main, all })
}

/// Backends that are compiled in, the most specific first; flex always is, burn-train brings it along.
pub fn available() -> Vec<&'static str> {
    BACKENDS.into_iter().filter(|name| constructor(name).is_some()).collect()
}

/// The backend that is used when none is named: the most specific that was asked for at build time.
///
/// flex is compiled into every build, so it counts only when it was asked for or nothing else was.
pub(crate) fn default_backend() -> &'static str {
    let asked_for = |name: &&str| *name != "flex" || cfg!(feature = "flex");
    available().into_iter().find(asked_for).unwrap_or("flex")
}

/// Opens a device by its name, or the most specific backend compiled in.
///
/// The device computes a sum, so that one that does not work is an error here and not a panic later.
///
/// # Errors
/// [`Error::Device`] for an unknown name, a backend that is not compiled in, a number without a device, or a device that
/// does not work.
pub fn open(name: Option<&str>) -> Result<NamedDevice> {
    lend_threads();
    let name = name.unwrap_or(default_backend()).to_lowercase();
    let device = match name.strip_prefix(REMOTE) {
        Some(address) => connect(address),
        None => open_local(&name),
    };
    match device {
        Ok(device) => Ok(NamedDevice { name, device }),
        Err(problem) => Err(Error::Device { name, problem }),
    }
}

fn open_local(name: &str) -> Result<Device, DeviceProblem> {
    let (backend, index) = match name.split_once(':') {
        None => (name, Ok(0)),
        Some((backend, index)) => (backend, index.parse::<usize>()),
    };
    let backend_name = || backend.to_string();
    let index = index.map_err(|_| DeviceProblem::NoNumber { backend: backend_name() })?;
    if !BACKENDS.contains(&backend) {
        return Err(DeviceProblem::UnknownBackend { available: available() });
    }
    let open = constructor(backend)
        .ok_or_else(|| DeviceProblem::NotCompiledIn { backend: backend_name(), available: available() })?;
    match without_panic_message(|| open(index).filter(works)) {
        Some(Some(device)) => Ok(device),
        Some(None) if index > 0 => Err(DeviceProblem::NoSuchNumber { backend: backend_name() }),
        _ => Err(DeviceProblem::NotWorking { available: available() }),
    }
}

/// Sets what Burn reads from the environment, unless the user has: to be called first in `main`.
///
/// Burn unpacks an optimiser's state on its default device, before it moves it to the device of the network. The default is
/// the first GPU backend compiled in, working or not; the CPU does as well. And a worker would log every connection to
/// standard output.
pub fn set_up_burn() {
    for (variable, value) in [("BURN_DEVICE", "flex"), ("RUST_LOG", "error")] {
        if std::env::var_os(variable).is_none() {
            // SAFETY: called at the start of `main`, while no other thread exists that could read the environment.
            unsafe { std::env::set_var(variable, value) };
        }
    }
}

type Open = fn(usize) -> Option<Device>;

/// The function that opens a device by its number; `None` when the backend is not compiled in.
fn constructor(backend: &str) -> Option<Open> {
    match backend {
        "flex" => Some(|index| (index == 0).then(Device::flex)),
        // Burn deprecates ndarray in favour of flex. It stays: the project is defined on it, and the other backends are
        // compared with it. `--device flex` is there for everybody else.
        #[cfg(feature = "ndarray")]
        #[allow(deprecated)]
        "ndarray" => Some(|index| (index == 0).then(Device::ndarray)),
        #[cfg(feature = "wgpu")]
        "wgpu" => Some(|index| nth(burn::tensor::DeviceType::Wgpu, index)),
        #[cfg(feature = "vulkan")]
        "vulkan" => Some(|index| nth(burn::tensor::DeviceType::Vulkan, index)),
        #[cfg(feature = "metal")]
        "metal" => Some(|index| nth(burn::tensor::DeviceType::Metal, index)),
        #[cfg(feature = "cuda")]
        "cuda" => Some(|index| nth(burn::tensor::DeviceType::Cuda, index)),
        #[cfg(feature = "rocm")]
        "rocm" => Some(|index| nth(burn::tensor::DeviceType::Rocm, index)),
        _ => None,
    }
}

#[cfg(any(feature = "wgpu", feature = "vulkan", feature = "metal", feature = "cuda", feature = "rocm"))]
fn nth(kind: burn::tensor::DeviceType, index: usize) -> Option<Device> {
    Device::enumerate(kind).into_vec().into_iter().nth(index)
}

fn works(device: &Device) -> bool {
    let sum = Tensor::<1>::ones([2], device).sum().try_into_scalar::<f32>();
    matches!(sum, Ok(2.0))
}

/// Opens the device of a worker.
#[cfg(feature = "remote")]
fn connect(address: &str) -> Result<Device, DeviceProblem> {
    use std::net::{TcpStream, ToSocketAddrs};
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use burn::remote::RemoteHost;

    let host = address.strip_prefix("ws://").ok_or(DeviceProblem::NotAnAddress)?.trim_end_matches('/');
    let socket = host.to_socket_addrs().ok().and_then(|mut sockets| sockets.next());
    let socket = socket.ok_or(DeviceProblem::UnknownHost)?;
    // Burn tries for a long time where nobody listens, and waits for ever where nobody answers.
    TcpStream::connect_timeout(&socket, Duration::from_secs(5))
        .map_err(|error| DeviceProblem::Unreachable { error: error.to_string() })?;
    let (send, answer) = mpsc::channel();
    let host = RemoteHost::websocket(&format!("ws://{host}"));
    thread::spawn(move || {
        // After the timeout below nobody receives this.
        let _ = send.send(Device::remote_options(&host).init().map_err(|error| error.to_string()));
    });
    match answer.recv_timeout(Duration::from_secs(20)) {
        Ok(Ok(device)) => Ok(device),
        Ok(Err(error)) => Err(DeviceProblem::NotAWorker { error }),
        Err(_) => Err(DeviceProblem::Silent),
    }
}

#[cfg(not(feature = "remote"))]
fn connect(_: &str) -> Result<Device, DeviceProblem> {
    Err(DeviceProblem::RemoteNotCompiledIn)
}

/// Executes what clients send on a device, until the process is interrupted; calls `listening` just before.
///
/// There is no authentication: anybody who reaches the socket can use the device.
///
/// # Errors
/// [`Error::Device`] when Burn's server refuses the device.
#[cfg(feature = "remote")]
pub fn serve(device: &NamedDevice, socket: TcpListener, listening: impl FnOnce()) -> Result<()> {
    use burn::server::{RemoteServer, WebSocketTransport};

    listening();
    let served = RemoteServer::new([device.device.clone()]).serve(WebSocketTransport::from_listener(socket));
    served.map_err(|error| {
        let problem = DeviceProblem::NotServed { error: error.to_string() };
        Error::Device { name: device.name.clone(), problem }
    })
}

/// As with the feature `remote`, without which nothing is served.
///
/// # Errors
/// [`Error::Device`] always.
#[cfg(not(feature = "remote"))]
pub fn serve(device: &NamedDevice, _: TcpListener, _: impl FnOnce()) -> Result<()> {
    Err(Error::Device { name: device.name.clone(), problem: DeviceProblem::ServerNotCompiledIn })
}

/// Runs `f` without the message of a panic in it; `None` if it panicked, as Burn does when a driver is missing.
pub(super) fn without_panic_message<T>(f: impl FnOnce() -> T) -> Option<T> {
    // The hook belongs to the whole process: one call at a time replaces it.
    static HOOK: Mutex<()> = Mutex::new(());
    let _guard = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let result = panic::catch_unwind(panic::AssertUnwindSafe(f)).ok();
    panic::set_hook(hook);
    result
}
