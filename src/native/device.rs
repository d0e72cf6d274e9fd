//! Devices by name: the one place that knows which backends are compiled in.
//!
//! A name is `BACKEND[:INDEX]`, or `remote:ws://HOST:PORT` for a device of a worker (`chiffres worker`), or several of
//! these with commas between them, which train together.

use std::net::TcpListener;
use std::panic;
use std::sync::{Mutex, PoisonError};

use burn::tensor::{Device, Tensor};

use crate::native::error::{Error, Result};

/// Every backend this program can be built with, the most specific first.
pub const BACKENDS: [&str; 7] = ["cuda", "rocm", "metal", "vulkan", "wgpu", "flex", "ndarray"];

/// A device and the name it is chosen by.
#[derive(Debug, Clone)]
pub struct NamedDevice {
    /// `ndarray`, or `wgpu:1` where a number was given.
    pub name: String,
    /// Burn's handle.
    pub device: Device,
}

/// The devices of one training.
#[derive(Debug, Clone)]
pub struct Devices {
    /// Their names, as they are chosen: with commas between them.
    pub name: String,
    /// Where the network and its optimiser live: on the device, or, where a worker is one of several, on this machine.
    pub home: Device,
    /// What computes gradients, each of a part of each batch.
    pub all: Vec<NamedDevice>,
}

impl Devices {
    /// A single device.
    pub fn one(device: NamedDevice) -> Self {
        Self { name: device.name.clone(), home: device.device.clone(), all: vec![device] }
    }

    /// Whether one of them is on the other end of a connection, and may be lost.
    pub fn has_remote(&self) -> bool {
        self.all.iter().any(|device| is_remote(&device.name))
    }

    /// Where what was learnt is put to use after the training: on this machine.
    pub fn here(&self) -> Device {
        if self.all.len() == 1 && self.has_remote() { Device::flex() } else { self.home.clone() }
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
    let Some(names) = names.filter(|names| names.contains(',')) else { return Ok(Devices::one(open(names)?)) };
    // What follows a worker's address is another address.
    let mut all: Vec<NamedDevice> = Vec::new();
    for name in names.split(',').map(str::trim) {
        let is_address = name.contains("://") && !is_remote(name);
        all.push(open(Some(&if is_address { format!("{REMOTE}{name}") } else { name.to_string() }))?);
    }
    let name = all.iter().map(|device| device.name.as_str()).collect::<Vec<_>>().join(",");
    let home = match all.iter().any(|device| is_remote(&device.name)) {
        true => Device::flex(),
        false => all[0].device.clone(),
    };
    Ok(Devices { name, home, all })
}

/// Backends that are compiled in, the most specific first; flex always is, burn-train brings it along.
pub fn available() -> Vec<&'static str> {
    BACKENDS.into_iter().filter(|name| constructor(name).is_some()).collect()
}

/// The backend that is used when none is named: the most specific that was asked for at build time.
///
/// flex is compiled into every build, so it counts only when it was asked for or nothing else was.
pub fn default_backend() -> &'static str {
    let asked_for = |name: &&str| *name != "flex" || cfg!(feature = "flex");
    available().into_iter().find(asked_for).unwrap_or("flex")
}

/// Opens a device: `NAME[:INDEX]`, or the most specific backend compiled in.
///
/// The device is tried out, so that one that does not work is an error here and no panic later.
///
/// # Errors
/// [`Error::Device`] for a name that is none, a backend that is not compiled in, a number that no device
/// has, or a device that does not work.
pub fn open(name: Option<&str>) -> Result<NamedDevice> {
    let name = name.unwrap_or(default_backend()).to_lowercase();
    let error = |reason: String, hint: String| Error::Device { name: name.clone(), reason, hint };
    if let Some(address) = name.strip_prefix(REMOTE) {
        return match connect(address) {
            Ok(device) => Ok(NamedDevice { name, device }),
            Err((reason, hint)) => Err(error(reason, hint)),
        };
    }
    let (backend, index) = match name.split_once(':') {
        None => (name.as_str(), 0),
        Some((backend, index)) => {
            let index = index.parse::<usize>().map_err(|_| {
                error(
                    "has no number after the colon".into(),
                    format!("write {backend}:0 for the first {backend} device"),
                )
            })?;
            (backend, index)
        }
    };
    let compiled = format!("compiled in: {}", available().join(", "));
    if !BACKENDS.contains(&backend) {
        return Err(error("is not a backend".into(), compiled));
    }
    let open = constructor(backend).ok_or_else(|| {
        let hint = format!("build with it: cargo run --release --features {backend} -- ... ({compiled})");
        error("is not compiled in".into(), hint)
    })?;
    match without_panic_message(|| open(index).filter(works)) {
        Some(Some(device)) => Ok(NamedDevice { name, device }),
        Some(None) if index > 0 => {
            Err(error("does not exist".into(), format!("{backend}:0 is the first {backend} device")))
        }
        _ => {
            let hint = format!("check the driver, or use another device with --device ({compiled})");
            Err(error("does not work on this machine".into(), hint))
        }
    }
}

/// Sets what Burn reads from the environment, where its user has not: to be called first thing in `main`.
///
/// Burn unpacks an optimiser's state on its default device before it moves it where it belongs, which is the first GPU
/// backend compiled in, working or not: the CPU will do. And a worker would log every connection to standard output.
pub fn set_up_burn() {
    for (variable, value) in [("BURN_DEVICE", "flex"), ("RUST_LOG", "error")] {
        if std::env::var_os(variable).is_none() {
            // SAFETY: called at the start of `main`, while no other thread exists that could read the environment.
            unsafe { std::env::set_var(variable, value) };
        }
    }
}

type Open = fn(usize) -> Option<Device>;

/// How to open the device of a number; `None` where the backend is not compiled in.
fn constructor(backend: &str) -> Option<Open> {
    match backend {
        "flex" => Some(|index| (index == 0).then(Device::flex)),
        // Burn steers its users from ndarray to flex. We keep it: it is what this project is defined on,
        // it is the reference the others are compared with, and flex is one word away.
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

/// Why a device cannot be used, and what to do about it.
type Refusal = (String, String);

/// The device of a worker.
#[cfg(feature = "remote")]
fn connect(address: &str) -> std::result::Result<Device, Refusal> {
    use std::net::{TcpStream, ToSocketAddrs};
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use burn::remote::RemoteHost;

    let refuse = |reason: String| (reason, "start a worker there: chiffres worker --listen HOST:PORT".to_string());
    let Some(host) = address.strip_prefix("ws://").map(|host| host.trim_end_matches('/')) else {
        return Err(("is no address".into(), "write remote:ws://HOST:PORT".into()));
    };
    // Burn tries for a long time where nobody listens, and waits for ever where nobody answers.
    let socket = host.to_socket_addrs().ok().and_then(|mut sockets| sockets.next());
    let socket = socket.ok_or_else(|| refuse("has no host and port that are known".into()))?;
    TcpStream::connect_timeout(&socket, Duration::from_secs(5))
        .map_err(|error| refuse(format!("cannot be reached: {error}")))?;
    let (send, answer) = mpsc::channel();
    let host = RemoteHost::websocket(&format!("ws://{host}"));
    thread::spawn(move || {
        // Whoever asked may have given up waiting.
        let _ = send.send(Device::remote_options(&host).init().map_err(|error| error.to_string()));
    });
    match answer.recv_timeout(Duration::from_secs(20)) {
        Ok(Ok(device)) => Ok(device),
        Ok(Err(error)) => Err(refuse(format!("does not answer as a worker does: {error}"))),
        Err(_) => Err(refuse("does not answer".into())),
    }
}

#[cfg(not(feature = "remote"))]
fn connect(_: &str) -> std::result::Result<Device, Refusal> {
    let hint = "build with it: cargo run --release --features remote -- ...";
    Err(("is on a worker, but the feature remote is not compiled in".into(), hint.into()))
}

/// Executes what clients send on a device, until the process is interrupted; says `listening` when it is about to.
///
/// There is no authentication: whoever reaches the socket may use the device.
///
/// # Errors
/// [`Error::Device`] when the device cannot be served.
#[cfg(feature = "remote")]
pub fn serve(device: &NamedDevice, socket: TcpListener, listening: impl FnOnce()) -> Result<()> {
    use burn::server::{RemoteServer, WebSocketTransport};

    listening();
    let served = RemoteServer::new([device.device.clone()]).serve(WebSocketTransport::from_listener(socket));
    served.map_err(|error| Error::Device {
        name: device.name.clone(),
        reason: format!("cannot be served: {error}"),
        hint: "serve another one with --device".into(),
    })
}

/// As with the feature `remote`, without which nothing is served.
///
/// # Errors
/// [`Error::Device`] always.
#[cfg(not(feature = "remote"))]
pub fn serve(device: &NamedDevice, _: TcpListener, _: impl FnOnce()) -> Result<()> {
    Err(Error::Device {
        name: device.name.clone(),
        reason: "cannot be lent: the feature remote is not compiled in".into(),
        hint: "build with it: cargo run --release --features remote -- worker".into(),
    })
}

/// Runs `f` without the message of a panic in it; `None` if it panicked. Drivers that are missing panic.
pub(super) fn without_panic_message<T>(f: impl FnOnce() -> T) -> Option<T> {
    // The hook is the whole process's: one at a time may borrow it.
    static HOOK: Mutex<()> = Mutex::new(());
    let _guard = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let result = panic::catch_unwind(panic::AssertUnwindSafe(f)).ok();
    panic::set_hook(hook);
    result
}
