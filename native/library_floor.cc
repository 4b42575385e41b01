// Keeps the built file loadable where Node itself loads: GLIBCXX 3.4.21. libstdc++ 3.4.29 has this function, which every std::vector
// of a newer compiler refers to; ours is used instead, hidden in this file. Allocations here are bounded long before it could be reached.
#include <cstdlib>

namespace std {
[[noreturn]] void __throw_bad_array_new_length();
[[noreturn]] void __throw_bad_array_new_length() { abort(); }
}  // namespace std
