#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sharemail::fuzz::read("managesieve_line", bytes));
