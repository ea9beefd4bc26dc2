//! Witnesses: three hosts elsewhere that keep the newest lease and session of every host (W1).

use crate::fixture::Machine;
use brainswap::{Host, HostId};

pub(crate) struct Witnesses(Vec<Host>);

impl Witnesses {
    pub(crate) fn new() -> Self {
        let mut hosts: Vec<Host> = (0..3).map(|_| Machine::new().create()).collect();
        hosts.sort_by_key(Host::id);
        Self(hosts)
    }

    pub(crate) fn ids(&self) -> Vec<HostId> {
        self.0.iter().map(Host::id).collect()
    }

    /// Has a host ask all of them, until they have nothing new to say. How many answers came.
    pub(crate) fn answer(&self, host: &Host) -> usize {
        let mut answers = 0;
        for _ in 0..3 {
            for question in host.attestations().expect("asks") {
                for witness in &self.0 {
                    if let Some(answer) = witness.witness(&question).expect("hears") {
                        host.attested(&answer).expect("taken");
                        answers += 1;
                    }
                }
            }
        }
        answers
    }
}
