#![cfg_attr(fuzzing, no_main)]
brainswap_fuzz::target!(bls_keystore_decode);
