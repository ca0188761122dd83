//! Throwaway real servers: start, stop, the profile to reach them.
