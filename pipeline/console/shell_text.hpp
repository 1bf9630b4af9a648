#pragma once
#include <string>

namespace unetsr::pipeline {

// An argument as a shell takes it: in single quotes where it has more than letters, digits and _./:,=@%+-.
std::string shell_text(const std::string& argument);

}  // namespace unetsr::pipeline
