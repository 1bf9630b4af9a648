#pragma once
#include <functional>
#include <string>

namespace unetsr::pipeline {

// Sends bytes from a child process to `take` in its parent.
using Send = std::function<void(const std::string& message)>;

struct ChildLimits {
  int processor_seconds = 600;  // of all work
  int silent_seconds = 1800;    // without a message
};

// Does `work` in a child process, and hands over what it sends, in order, while it goes on. What the work throws is
// thrown here with the same kind and text; so a library that crashes or never ends on a damaged file costs one line:
// Throws Error naming `file` where the child dies or passes a limit, Interrupted after Ctrl-C. The child has a copy of
// all that the caller has, and leaves nothing behind but what it sends.
void run_in_child(const std::string& file, const std::function<void(const Send&)>& work,
                  const std::function<void(std::string message)>& take, const ChildLimits& = {});

}  // namespace unetsr::pipeline
