//! Problems of devices and workers, in English.

use crate::error::Message;
use crate::native::error::DeviceProblem;

pub(super) fn device(name: &str, problem: &DeviceProblem) -> Message {
    let compiled_in = |available: &[&str]| format!("compiled in: {}", available.join(", "));
    let start_a_worker = || "start a worker there: chiffres worker --listen HOST:PORT".to_string();
    let (text, hint) = match problem {
        DeviceProblem::UnknownBackend { available } => ("is not a backend".into(), compiled_in(available)),
        DeviceProblem::NotCompiledIn { backend, available } => (
            "is not compiled in".into(),
            format!("build with it: cargo run --release --features {backend} -- ... ({})", compiled_in(available)),
        ),
        DeviceProblem::NoNumber { backend } => {
            ("has no number after the colon".into(), format!("write {backend}:0 for the first {backend} device"))
        }
        DeviceProblem::NoSuchNumber { backend } => {
            ("does not exist".into(), format!("{backend}:0 is the first {backend} device"))
        }
        DeviceProblem::NotWorking { available } => (
            "does not work on this machine".into(),
            format!("check the driver, or use another device with --device ({})", compiled_in(available)),
        ),
        DeviceProblem::NotAnAddress => ("is not an address".into(), "write remote:ws://HOST:PORT".into()),
        DeviceProblem::UnknownHost => ("has no known host and port".into(), start_a_worker()),
        DeviceProblem::Unreachable { error } => (format!("cannot be reached: {error}"), start_a_worker()),
        DeviceProblem::NotAWorker { error } => (format!("does not answer as a worker: {error}"), start_a_worker()),
        DeviceProblem::Silent => ("does not answer".into(), start_a_worker()),
        DeviceProblem::RemoteNotCompiledIn => (
            "is on a worker, but the feature remote is not compiled in".into(),
            "build with it: cargo run --release --features remote -- ...".into(),
        ),
        DeviceProblem::NotServed { error } => {
            (format!("cannot be shared: {error}"), "share another one with --device".into())
        }
        DeviceProblem::ServerNotCompiledIn => (
            "cannot be shared: the feature remote is not compiled in".into(),
            "build with it: cargo run --release --features remote -- worker".into(),
        ),
    };
    Message::new(format!("device {name:?} {text}")).hint(hint)
}

pub(super) fn listen(address: &str, source: &std::io::Error) -> Message {
    Message::new(format!("cannot listen on {address}: {source}"))
        .hint("give an address of this machine and a free port: --listen 127.0.0.1:0 takes any")
}
