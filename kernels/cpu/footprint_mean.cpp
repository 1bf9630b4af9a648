#include "kernels/cpu/footprint_mean.hpp"

#include "kernels/parallel.hpp"

namespace unetsr::kernels::cpu {

void sparse_product(const SparseRows& a, View<const float> x, View<float> y, Into into) {
  constexpr int64_t grain = 1024;
  parallel_ranges(a.rows(), grain, [&](int64_t first, int64_t last) {
    for (int64_t r = first; r < last; ++r) {
      double sum = 0;
      for (int64_t k = a.begin[size_t(r)]; k < a.begin[size_t(r) + 1]; ++k)
        sum += double(a.weight[size_t(k)]) * double(x.data[int64_t(a.index[size_t(k)]) * x.pitch]);
      float& value = y.data[r * y.pitch];
      value = into == Into::add ? value + float(sum) : float(sum);
    }
  });
}

}  // namespace unetsr::kernels::cpu
