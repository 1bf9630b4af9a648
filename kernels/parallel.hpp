#pragma once
#include <algorithm>
#include <cstdint>

#include "kernels/function_ref.hpp"

namespace unetsr {

// How many threads calls of parallel_for from the calling thread use; 0, as at first, means one for each processor.
// Results never depend on it.
void set_threads(int count);
int threads();

// The same while it lives; 0 changes nothing.
class ThreadScope {
 public:
  explicit ThreadScope(int count);
  ~ThreadScope();
  ThreadScope(const ThreadScope&) = delete;

 private:
  int before_;
};

// Calls task(i) once for each i in 0 .. count - 1, spread over the threads, and returns when all are done. Which thread
// runs which i is not determined: a task writes only what is its own, and sums are ordered by i, not by thread.
// A child process has threads of its own. A call from inside a task, or from a thread that uses one, runs its tasks one
// after the other. An exception in a task is thrown again here.
void parallel_for(int64_t count, FunctionRef<void(int64_t)> task);

// Splits 0 .. size - 1 into ranges of at least `grain` and calls range(begin, end) for each.
inline void parallel_ranges(int64_t size, int64_t grain, FunctionRef<void(int64_t, int64_t)> range) {
  const int64_t count = (size + grain - 1) / grain;
  if (count <= 1) {
    if (size > 0) range(0, size);
    return;
  }
  parallel_for(count, [&](int64_t i) { range(i * grain, std::min(size, (i + 1) * grain)); });
}

}  // namespace unetsr
