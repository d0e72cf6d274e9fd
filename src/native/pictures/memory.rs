//! The memory that pictures take while they are decoded, over all threads.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Memory for the pictures of all threads: one large picture at a time, or many small ones.
pub static DECODING: Memory = Memory::new(260_000_000);

/// Bytes that several threads share.
pub struct Memory {
    all: u64,
    state: Mutex<State>,
    given_back: Condvar,
}

struct State {
    taken: u64,
    /// Threads that wait for bytes: without any, nobody has to be woken.
    waiting: usize,
}

/// Bytes that a thread has taken; they are given back when it is dropped.
pub struct Share<'a> {
    memory: &'a Memory,
    bytes: u64,
}

impl Memory {
    const fn new(all: u64) -> Self {
        Self { all, state: Mutex::new(State { taken: 0, waiting: 0 }), given_back: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes bytes as soon as they are free. What is larger than the whole waits for all of it.
    ///
    /// A thread that has a share must not take another one: two such threads could wait for each other.
    pub fn take(&self, bytes: u64) -> Share<'_> {
        let bytes = bytes.min(self.all);
        let mut state = self.state();
        while state.taken + bytes > self.all {
            state.waiting += 1;
            state = self.given_back.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
        state.taken += bytes;
        Share { memory: self, bytes }
    }
}

impl Share<'_> {
    /// Takes more bytes if they are free now; false if they are not.
    pub fn grow(&mut self, to: u64) -> bool {
        let mut state = self.memory.state();
        let more = to.min(self.memory.all).saturating_sub(self.bytes);
        let is_free = state.taken + more <= self.memory.all;
        if is_free {
            state.taken += more;
            self.bytes += more;
        }
        is_free
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let mut state = self.memory.state();
        state.taken -= self.bytes;
        if state.waiting > 0 {
            self.memory.given_back.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn threads_never_take_more_than_there_is_and_none_waits_for_ever() {
        let (memory, now, most) = (Memory::new(100), AtomicU64::new(0), AtomicU64::new(0));
        thread::scope(|scope| {
            for thread in 0..8u64 {
                let (memory, now, most) = (&memory, &now, &most);
                scope.spawn(move || {
                    for i in 0..200 {
                        let (first, all) = (1 + (thread + i) % 30, 1 + (thread * i) % 150);
                        let mut share = memory.take(first);
                        if !share.grow(all) {
                            drop(share);
                            share = memory.take(all);
                        }
                        let all = share.bytes;
                        most.fetch_max(now.fetch_add(all, Ordering::SeqCst) + all, Ordering::SeqCst);
                        thread::yield_now();
                        now.fetch_sub(all, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 100);
        assert_eq!(memory.state().taken, 0);
    }
}
