#pragma once
#include <string>

namespace unetsr {

// The meaning of an errno, for a message: "no permission", "the disk is full", "out of memory" and similar; others in
// the words of the C library.
std::string system_message(int error);

}  // namespace unetsr
