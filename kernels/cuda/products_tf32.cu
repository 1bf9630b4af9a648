#include "kernels/cuda/product_kernels.hpp"
#include "kernels/cuda/products_by_precision.hpp"

namespace unetsr::kernels::cuda {

void pixel_product_tf32(Stream& stream, const PixelProduct& product) {
  pixel_product_by<InTf32>(stream, product);
}
void weight_product_tf32(Stream& stream, const WeightProduct& product) {
  weight_product_by<InTf32>(stream, product);
}

}  // namespace unetsr::kernels::cuda
