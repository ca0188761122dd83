//! One file per verb: the whole story of that verb in one breath.

mod carry_out;
mod connect;
mod crowd;
mod names;
