#pragma once
#include <stdexcept>
#include <string>

namespace unetsr {

// A failure, in one line that names the file, the option or the shapes, and what to do. The command line ends with exit
// code 1.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A request that cannot be fulfilled as given: exit code 2.
struct UsageError : Error {
  using Error::Error;
};

// Shapes that do not fit together.
struct ShapeError : Error {
  using Error::Error;
};

}  // namespace unetsr
