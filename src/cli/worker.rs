//! `chiffres worker`: share a device of this machine with training runs elsewhere.

use std::net::TcpListener;
use std::process::ExitCode;

use chiffres::native::device;
use chiffres::native::{Error, Result};

use super::output::{note, print};

#[derive(clap::Args)]
pub struct Args {
    /// Address and port to listen on; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4747")]
    listen: String,
    /// Device to share: NAME[:INDEX]
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let device = device::open(self.device.as_deref())?;
        let fail = |source: std::io::Error| Error::Listen { address: self.listen.clone(), source };
        let socket = TcpListener::bind(&self.listen).map_err(fail)?;
        let address = socket.local_addr().map_err(fail)?;
        let reach = match address.ip().is_loopback() {
            true => "only programs on this machine can reach it".to_string(),
            false => "WARNING: anybody who can reach this address can use the device and this program's memory".into(),
        };
        device::serve(&device, socket, || {
            note(&format!("a worker executes what clients send, without authentication; {reach}"));
            print(&format!("listening on ws://{address}, sharing {}\n", device.name));
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
