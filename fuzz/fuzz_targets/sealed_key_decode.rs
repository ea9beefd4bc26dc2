#![cfg_attr(fuzzing, no_main)]
brainswap_fuzz::target!(sealed_key_decode);
