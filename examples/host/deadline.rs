//! Deadline: a stream that ends all waiting at one point in time, however slowly bytes drip in.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    os::unix::net::UnixStream,
    time::{Duration, Instant},
};

/// A stream whose every read and write must be done before its deadline.
#[derive(Debug)]
pub struct Deadline<S> {
    socket: S,
    end: Instant,
}

/// A stream that can be told how long to wait.
pub trait Socket: Read + Write {
    /// Sets how long one read or write may take.
    ///
    /// # Errors
    ///
    /// Of the operating system.
    fn wait_at_most(&self, time: Duration) -> io::Result<()>;
}

impl Socket for TcpStream {
    fn wait_at_most(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_write_timeout(Some(time))
    }
}

impl Socket for UnixStream {
    fn wait_at_most(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_write_timeout(Some(time))
    }
}

impl<S: Socket> Deadline<S> {
    /// A stream that must be done in this time.
    pub fn new(socket: S, time: Duration) -> Self {
        Self { socket, end: Instant::now() + time }
    }

    /// From now on it has this much time.
    pub fn restart(&mut self, time: Duration) {
        self.end = Instant::now() + time;
    }

    fn wait(&self) -> io::Result<()> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.socket.wait_at_most(left)
    }
}

impl<S: Socket> Read for Deadline<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.wait()?;
        self.socket.read(buffer)
    }
}

impl<S: Socket> Write for Deadline<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wait()?;
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}
