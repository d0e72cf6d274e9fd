//! `chiffres worker`: lends a device of this machine to trainings on others.

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
    /// Device to lend: NAME[:INDEX]
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let device = device::open(self.device.as_deref())?;
        let fail = |error: std::io::Error| Error::Request {
            message: format!("cannot listen on {}: {error}", self.listen),
            hint: "give an address of this machine and a free port: --listen 127.0.0.1:0 takes any".into(),
        };
        let socket = TcpListener::bind(&self.listen).map_err(fail)?;
        let address = socket.local_addr().map_err(fail)?;
        let reach = match address.ip().is_loopback() {
            true => "only programs on this machine can reach it".to_string(),
            false => "WARNING: whoever can reach this address can use the device and this program's memory".into(),
        };
        device::serve(&device, socket, || {
            note(&format!("a worker executes what clients send, without asking who they are; {reach}"));
            print(&format!("listening on ws://{address}, lending {}\n", device.name));
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
