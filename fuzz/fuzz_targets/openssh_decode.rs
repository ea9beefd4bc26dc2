#![cfg_attr(fuzzing, no_main)]
brainswap_fuzz::target!(openssh_decode);
