#![cfg_attr(fuzzing, no_main)]
brainswap_fuzz::target!(web3_keystore_read);
