#include <cstdlib>

#include "checks.hpp"

int main() {
    const bool answers = jikimi::checks::are_answers_those_of_their_moment();
    const bool damage = jikimi::checks::is_damage_noticed_and_harmless();
    std::puts(answers && damage ? "all was well" : "not all was well");
    return answers && damage ? EXIT_SUCCESS : EXIT_FAILURE;
}
