#![cfg_attr(fuzzing, no_main)]
brainswap_fuzz::target!(solana_vote_read);
