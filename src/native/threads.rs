//! The threads of this machine, for the parts of large batches.

use crate::fused::kernel::{Executor, Task};
use crate::fused::set_executor;

/// Runs tasks on the threads of the process; `RAYON_NUM_THREADS` sets their number.
struct Threads;

impl Executor for Threads {
    fn run(&self, tasks: Vec<Task<'_>>) {
        match rayon::current_num_threads() {
            // A thread of its own would only be waited for.
            1 => tasks.into_iter().for_each(|task| task()),
            _ => rayon::scope(|scope| tasks.into_iter().for_each(|task| scope.spawn(|_| task()))),
        }
    }
}

/// Gives the core the threads of this machine.
pub(crate) fn lend_threads() {
    set_executor(&Threads);
}
