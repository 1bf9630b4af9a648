#pragma once
#include <string>

namespace unetsr {

// What an errno means, in the words of a message: "no permission", "the disk is full", "out of memory" and the like;
// others in the words of the C library.
std::string system_message(int error);

}  // namespace unetsr
