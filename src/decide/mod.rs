//! Wish and State to Plan, and the guards: pure, needs no server.
