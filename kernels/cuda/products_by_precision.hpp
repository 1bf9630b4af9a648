#pragma once
#include "kernels/cuda/products.hpp"

// The products of each precision, a source file each, so that they compile side by side.
namespace unetsr::kernels::cuda {

void pixel_product_fp32(Stream&, const PixelProduct&);
void pixel_product_tf32(Stream&, const PixelProduct&);
void pixel_product_bf16(Stream&, const PixelProduct&);
void weight_product_fp32(Stream&, const WeightProduct&);
void weight_product_tf32(Stream&, const WeightProduct&);
void weight_product_bf16(Stream&, const WeightProduct&);

}  // namespace unetsr::kernels::cuda
