//! One file per verb: the whole story of that verb in one breath.
