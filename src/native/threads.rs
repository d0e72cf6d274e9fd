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
    keep_memory();
}

/// Has the allocator of glibc keep what a training step frees for the next.
///
/// It gives free memory back to the system beyond twice the largest block that was ever freed. The tensors of a step are smaller
/// than that, and without a large block each step would get its pages anew: a sixth of the time of a network with convolution.
/// No page of the block is touched. Other allocators do nothing of the kind.
fn keep_memory() {
    const BLOCK: usize = 24 << 20;
    drop(std::hint::black_box(vec![0_u8; BLOCK]));
}
