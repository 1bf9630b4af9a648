#pragma once
#include "kernels/footprint_mean.hpp"

namespace unetsr::kernels::reference {

// y(r) = or += sum over the entries of row r of weight x x(index); both of one channel. By footprint the means, by cell
// (the transposed matrix) their adjoint.
template <class T>
void sparse_product(const SparseRows& a, View<const T> x, View<T> y, Into into) {
  for (int64_t r = 0; r < a.rows(); ++r) {
    T sum = T(0);
    for (int64_t k = a.begin[size_t(r)]; k < a.begin[size_t(r) + 1]; ++k)
      sum = sum + T(a.weight[size_t(k)]) * x.data[int64_t(a.index[size_t(k)]) * x.pitch];
    T& value = y.data[r * y.pitch];
    value = into == Into::add ? value + sum : sum;
  }
}

}  // namespace unetsr::kernels::reference
