#pragma once
#include <stdexcept>
#include <string>

namespace unetsr {

// What went wrong, in one line that names the file, the option or the shapes, and what to do. The command line ends
// with exit code 1.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The caller asked for something that makes no sense: exit code 2.
struct UsageError : Error {
  using Error::Error;
};

// Shapes that do not fit together.
struct ShapeError : Error {
  using Error::Error;
};

}  // namespace unetsr
