#pragma once
#include <algorithm>
#include <tuple>

#include "kernels/parallel.hpp"
#include "kernels/view.hpp"

namespace unetsr::kernels::cpu {

// Calls run(count, pointers...) for runs of values that lie side by side in every view, one pointer a view, until all
// values had their turn: long runs where all views are contiguous, else the channels of one pixel. The views share one
// shape. Which values make a run depends on the shapes and pitches alone.
template <class Run, class... Views>
void elementwise(const Run& run, const Views&... views) {
  constexpr int64_t grain = 32768;
  const Shape shape = std::get<0>(std::tie(views...)).shape();
  if (shape.size() == 0) return;
  if ((views.contiguous() && ...)) {
    parallel_ranges(shape.size(), grain,
                    [&](int64_t begin, int64_t end) { run(end - begin, (views.data + begin)...); });
  } else {
    parallel_ranges(shape.pixels(), std::max<int64_t>(1, grain / shape.c), [&](int64_t begin, int64_t end) {
      for (int64_t pixel = begin; pixel < end; ++pixel) run(int64_t(shape.c), (views.data + pixel * views.pitch)...);
    });
  }
}

}  // namespace unetsr::kernels::cpu
