// The parts of the module that make segments and search them.
#pragma once

#include <nanobind/nanobind.h>

namespace jikimi {

// Needs to come before bind_search, whose arguments it names.
void bind_segments(nanobind::module_& module);
void bind_search(nanobind::module_& module);

}  // namespace jikimi
