//! Witnesses: asks them about every new lease and process, until enough have answered (H2).

use super::{
    client::Client,
    failure::ErrorObject,
    peers::Peers,
    request::{Answer, Dsse, Request},
    service::Service,
};
use brainswap::key::HostKey;
use std::{
    sync::{Arc, atomic::Ordering},
    thread,
    time::Duration,
};

/// How often it is looked whether there is something to ask.
const LOOK: Duration = Duration::from_millis(50);
/// How long to wait after a witness could not be asked.
const AGAIN: Duration = Duration::from_secs(2);

/// Asks for ever.
pub fn ask(service: &Arc<Service>, key: &HostKey, peers: &Peers) {
    loop {
        thread::sleep(LOOK);
        if service.ask_witnesses.swap(false, Ordering::SeqCst)
            && round(service, key, peers).is_err()
        {
            service.ask_witnesses.store(true, Ordering::SeqCst);
            thread::sleep(AGAIN);
        }
    }
}

/// Asks every witness once. An error is a witness that must be asked again.
fn round(service: &Service, key: &HostKey, peers: &Peers) -> Result<(), ErrorObject> {
    let mut failed = Ok(());
    for question in service.questions()? {
        for witness in service.witnesses_of(&question)? {
            let asked = || {
                let peer = peers.find(witness).and_then(|peer| peer.address);
                let unknown = ErrorObject::misuse(
                    "witness.unknown",
                    format_args!("the address of witness {} is not known", witness.short()),
                    "add it with `host peer add --card FILE --address A`",
                );
                let mut client = Client::lazy(peer.ok_or(unknown)?, key, witness)?;
                let request = Request::Witness { question: Dsse(question.clone()) };
                if let Answer::Documents(said) = client.call(&request)? {
                    for said in said {
                        service.attested(&said.0)?;
                    }
                }
                Ok(())
            };
            if let Err(error) = asked() {
                failed = Err(error);
            }
        }
    }
    failed
}
