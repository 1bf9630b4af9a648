#include "kernels/cuda/products.hpp"

#include "kernels/cuda/products_by_precision.hpp"

namespace unetsr::kernels::cuda {

void pixel_product(Queue& queue, const PixelProduct& product) {
  switch (queue.precision()) {
    case Precision::fp32:
      return pixel_product_fp32(queue.stream(), product);
    case Precision::tf32:
      return pixel_product_tf32(queue.stream(), product);
    case Precision::bf16:
      return pixel_product_bf16(queue.stream(), product);
  }
}

void weight_product(Queue& queue, const WeightProduct& product) {
  switch (queue.precision()) {
    case Precision::fp32:
      return weight_product_fp32(queue.stream(), product);
    case Precision::tf32:
      return weight_product_tf32(queue.stream(), product);
    case Precision::bf16:
      return weight_product_bf16(queue.stream(), product);
  }
}

}  // namespace unetsr::kernels::cuda
