//! Devices by name: the one place that knows which backends are compiled in.

use std::panic;
use std::sync::{Mutex, PoisonError};

use burn::tensor::{Device, Tensor};

use crate::error::{Error, Result};

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
    match quietly(|| open(index).filter(works)) {
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

/// Makes the CPU the device on which Burn unpacks an optimiser's state before it moves it where it belongs.
///
/// Burn takes its default device for that, which is the first GPU backend compiled in, working or not.
/// To be called first thing in `main`, and in a program that resumes trainings with a GPU backend compiled in.
pub fn unpack_on_cpu() {
    if std::env::var_os("BURN_DEVICE").is_none() {
        // SAFETY: called at the start of `main`, while no other thread exists that could read the environment.
        unsafe { std::env::set_var("BURN_DEVICE", "flex") };
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

/// Runs `f` without the message of a panic in it; `None` if it panicked. Drivers that are missing panic.
fn quietly<T>(f: impl FnOnce() -> T) -> Option<T> {
    // The hook is the whole process's: one at a time may borrow it.
    static HOOK: Mutex<()> = Mutex::new(());
    let _guard = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let result = panic::catch_unwind(panic::AssertUnwindSafe(f)).ok();
    panic::set_hook(hook);
    result
}
