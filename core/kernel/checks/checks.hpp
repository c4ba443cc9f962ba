// What `make check-native` holds, built with a sanitizer that ends the program at the first fault.
#pragma once

#include <cstdio>

namespace jikimi::checks {

inline void say_wrong(const char* what) { std::fprintf(stderr, "wrong: %s\n", what); }

// Each says whether all was well, and on stderr what was not.
bool are_answers_those_of_their_moment();
bool is_damage_noticed_and_harmless();

}  // namespace jikimi::checks
