//! Ctrl-C, or another signal to end: the first stops training after the epoch, the second ends the program at once.

use std::io::Write;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

use ratatui::crossterm::event::DisableMouseCapture;
use ratatui::crossterm::terminal::{LeaveAlternateScreen, disable_raw_mode, is_raw_mode_enabled};
use ratatui::crossterm::{cursor, execute};

/// Exit code of a process that was interrupted: 128 + SIGINT.
pub const EXIT_CODE: u8 = 130;

static REQUESTS: AtomicUsize = AtomicUsize::new(0);

/// Starts to listen for Ctrl-C. Without it the signal ends the process as usual.
pub fn listen() {
    // If no handler can be set, the signal ends the process; a run folder survives that as it survives a kill.
    let _ = ctrlc::set_handler(|| {
        if REQUESTS.fetch_add(1, Ordering::SeqCst) == 0 {
            if !is_raw_mode_enabled().unwrap_or(false) {
                let _ = writeln!(std::io::stderr(), "\nstopping after this epoch; Ctrl-C again leaves at once");
            }
            return;
        }
        restore_terminal();
        process::exit(i32::from(EXIT_CODE));
    });
}

/// Tells that all is saved: the next Ctrl-C ends the program at once.
pub(super) fn all_is_saved() {
    REQUESTS.fetch_max(1, Ordering::SeqCst);
}

/// Whether Ctrl-C was pressed.
pub(crate) fn requested() -> bool {
    REQUESTS.load(Ordering::SeqCst) > 0
}

/// Lets Ctrl-C send its signal while a dashboard has the terminal in raw mode, where it would be a key like others.
#[cfg(unix)]
pub(super) fn let_ctrl_c_through() {
    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
    let stdin = std::io::stdin();
    if let Ok(mut terminal) = tcgetattr(&stdin) {
        terminal.local_modes |= LocalModes::ISIG;
        // But not Ctrl-Z and Ctrl-\\, which would leave the dashboard on the screen. 0 stands for no key.
        terminal.special_codes[SpecialCodeIndex::VSUSP] = 0;
        terminal.special_codes[SpecialCodeIndex::VQUIT] = 0;
        let _ = tcsetattr(&stdin, OptionalActions::Now, &terminal);
    }
}

/// On other systems the dashboard takes Ctrl-C for a key; `q` stops training.
#[cfg(not(unix))]
pub(super) fn let_ctrl_c_through() {}

/// Leaves the dashboard's screen, if one is open.
pub(crate) fn restore_terminal() {
    if is_raw_mode_enabled().unwrap_or(false) {
        let _ = disable_raw_mode();
        let _ = execute!(std::io::stdout(), DisableMouseCapture, LeaveAlternateScreen, cursor::Show);
    }
}
